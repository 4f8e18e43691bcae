// An ignorer for Stryker: leaves out conditions unless they are those of an `if` that throws.

export const guards = {
	/** @param {import("@babel/core").NodePath} place */
	shouldIgnore(place) {
		const isCondition = place.key === "test" || place.isBinaryExpression() || place.isLogicalExpression();
		if (!isCondition && !place.isSwitchCase()) return undefined;
		return isGuard(place) || place.findParent(isGuard) ? undefined : "It guards nothing.";
	},
};

/** Mutators that leave conditions alone. */
export const NO_CONDITION = [
	...["ArithmeticOperator", "ArrayDeclaration", "ArrowFunction", "AssignmentOperator", "BlockStatement"],
	...["BooleanLiteral", "MethodExpression", "ObjectLiteral", "OptionalChaining", "Regex", "UnaryOperator"],
	"UpdateOperator",
];

function isGuard(place) {
	const { parentPath } = place;
	return place.key === "test" && parentPath?.isIfStatement() === true && throws(parentPath.node.consequent);
}

function throws(statement) {
	if (statement.type === "BlockStatement") return statement.body.some(throws);
	// `fail` and its like return `never`.
	const { expression } = statement;
	return (
		statement.type === "ThrowStatement" ||
		(expression?.type === "CallExpression" && /^(fail|refuse)/.test(expression.callee.name ?? ""))
	);
}
