/** Computes what a value needs, node by node: constants at once, what depends on the picture as nodes of a network. */
import { BlindspotError } from "../../errors.js";
import type { Value } from "../graph/align.js";
import { scalarOf, type Tensor } from "../graph/tensor.js";
import { evaluator } from "./evaluate/index.js";
import { PLACEHOLDERS, reach } from "./frames.js";
import { Inputs, type Lowering } from "./lowering.js";
import type { GraphNode, Source } from "./node.js";
import { operationReader } from "./operations/index.js";
import { recognised } from "./patterns/index.js";

/** A variable by reference, or a value that is never computed because a condition is otherwise. */
export type GraphValue = Value | { readonly kind: "variable"; readonly node: GraphNode } | { readonly kind: "dead" };

/** Where a file's own values come from. */
export interface GraphValues {
	/** What a Const holds; null where it is in the node itself. */
	constant(node: GraphNode): Tensor | null;
	/** What a variable was saved with. Throws where it wasn't. */
	variable(node: GraphNode): Tensor;
	/** What a placeholder is; throws for one that nobody gives. */
	placeholder(node: GraphNode): Value;
}

/** Values of all constants that a file may have computed at reading. */
const MOST_FOLDED = 2 ** 28;
const DEAD: GraphValue = { kind: "dead" };

const VARIABLES: ReadonlySet<string> = new Set(["VariableV2", "Variable"]);
const CONDITIONS: ReadonlySet<string> = new Set(["If", "StatelessIf"]);
/** Operations that are neither folded nor read as others are. */
const SPECIAL: ReadonlySet<string> = new Set([
	...PLACEHOLDERS,
	...VARIABLES,
	...CONDITIONS,
	"Const",
	"VarHandleOp",
	"ReadVariableOp",
	"Switch",
	"RefSwitch",
	"Merge",
	"RefMerge",
]);

/** A node whose inputs are being computed. */
interface Step {
	readonly node: GraphNode;
	sources: readonly Source[];
	next: number;
	/** The branch of a condition, once it is known. */
	branch: readonly Source[] | null;
}

export class Evaluation {
	readonly #values = new Map<GraphNode, readonly GraphValue[] | "dead">();
	#folded = 0;

	constructor(
		readonly own: GraphValues,
		/** Placeholders with a default that are the picture nevertheless. */
		readonly pictures: ReadonlySet<GraphNode>,
		readonly lowering: Lowering,
	) {}

	/** Throws `unsupported-model` naming operation and node, or `unreadable-model`. */
	valueOf(wanted: Source): Value {
		this.#compute(wanted.node);
		const value = this.#valueAt(wanted);
		if (value.kind === "dead" || value.kind === "variable")
			throw wanted.node.damaged(value.kind === "dead" ? "it is never computed" : "it is a variable, not its value");
		return value;
	}

	#compute(root: GraphNode): void {
		const open = new Set<GraphNode>();
		const steps: Step[] = [];
		const enter = (node: GraphNode) => {
			if (open.has(node)) throw node.damaged("it depends on itself");
			open.add(node);
			steps.push({ node, sources: sourcesOf(node, this.pictures), next: 0, branch: null });
		};
		if (!this.#values.has(root)) enter(root);
		for (let step = steps.at(-1); step; step = steps.at(-1)) {
			const source = step.sources[step.next];
			if (source) {
				step.next++;
				if (!this.#values.has(source.node)) enter(source.node);
				continue;
			}
			if (CONDITIONS.has(step.node.operation) && !step.branch) {
				step.branch = this.#branchOf(step.node, step.sources);
				step.sources = [...step.sources, ...step.branch];
				continue;
			}
			this.#values.set(step.node, this.#results(step));
			open.delete(step.node);
			steps.pop();
		}
	}

	/** A value that was computed already. */
	#known({ node, index }: Source): Value | null {
		const values = this.#values.get(node);
		const value = values === "dead" ? undefined : values?.[index];
		return value?.kind === "tensor" || value?.kind === "activation" ? value : null;
	}

	#valueAt({ node, index }: Source): GraphValue {
		const values = this.#values.get(node);
		if (values === "dead") return DEAD;
		const value = values?.[index];
		if (!value) throw node.unsupported(`its output ${index} is not read`);
		return value;
	}

	#results({ node, sources, branch }: Step): readonly GraphValue[] | "dead" {
		if (branch) return branch.map((source) => this.#valueAt(source));
		const inputs = sources.map((source) => this.#valueAt(source));
		const given = inputs.slice(0, node.inputs.length);
		if (node.operation === "Merge" || node.operation === "RefMerge") {
			const alive = given.findIndex(({ kind }) => kind !== "dead");
			return alive < 0 ? "dead" : [given[alive] as GraphValue];
		}
		// Inputs and the conditions under which the node runs at all.
		if (inputs.some(({ kind }) => kind === "dead")) return "dead";
		if (SPECIAL.has(node.operation)) return this.#special(node, given);
		const [first] = given;
		if (node.operation === "Identity" && first?.kind === "variable") return [first];
		return this.#operation(
			node,
			given.map((value) => plainValue(node, value)),
		);
	}

	#special(node: GraphNode, inputs: readonly GraphValue[]): readonly GraphValue[] {
		const [first, second] = inputs;
		switch (node.operation) {
			case "Const":
				return [this.own.constant(node) ?? constantOf(node)];
			case "VarHandleOp":
				return [{ kind: "variable", node }];
			case "ReadVariableOp":
				if (first?.kind !== "variable") throw node.damaged("it reads no variable");
				return [this.own.variable(first.node)];
			case "VariableV2":
			case "Variable":
				return [this.own.variable(node)];
			case "Switch":
			case "RefSwitch": {
				if (!first || second?.kind !== "tensor") throw node.unsupported("its condition depends on the picture");
				return scalarOf(second) !== 0 ? [DEAD, first] : [first, DEAD];
			}
			default:
				// A placeholder: with a default, that.
				return [first ?? this.own.placeholder(node)];
		}
	}

	#branchOf(node: GraphNode, sources: readonly Source[]): readonly Source[] {
		const condition = this.#valueAt(sources[0] as Source);
		if (condition.kind !== "tensor") throw node.unsupported("its condition depends on the picture");
		const isTrue = condition.data.length === 1 ? condition.data[0] !== 0 : condition.data.length > 0;
		const frame = node.frame.called(node, isTrue ? "then_branch" : "else_branch", 1);
		if (!frame) throw node.damaged("it has no branches");
		return frame.results.map(({ value }) => frame.resolve(node.origin.name, value));
	}

	#operation(node: GraphNode, inputs: readonly Value[]): readonly Value[] {
		const evaluate = evaluator(node.operation);
		const known = inputs.flatMap((value) => (value.kind === "tensor" ? [value] : []));
		if (evaluate && known.length === inputs.length) {
			const results = evaluate(node, known);
			for (const { data } of results) this.#folded += data.length;
			if (this.#folded > MOST_FOLDED)
				throw node.unsupported(`the constants computed up to it have ${this.#folded} values, more than is read`);
			return results;
		}
		const whole = recognised(node, (source) => this.#known(source), this.lowering.emitter);
		if (whole) return [whole];
		const read = operationReader(node.operation);
		const isFolded = evaluate ? " (its input depends on the picture; of constants it is read)" : "";
		if (!read) throw unsupportedOperation(node, isFolded);
		return read(node, new Inputs(node, inputs, this.lowering.emitter), this.lowering);
	}
}

/** What has to be computed before a node: its inputs, and the conditions under which it runs. */
function sourcesOf(node: GraphNode, pictures: ReadonlySet<GraphNode>): readonly Source[] {
	const { operation, origin, frame } = node;
	if (pictures.has(node)) return [];
	const isRead = SPECIAL.has(operation) || evaluator(operation) !== null || operationReader(operation) !== null;
	const pivots = node.controls.flatMap((control): Source[] => {
		const source = frame.node(control);
		return source && isPivot(source) ? [{ node: source, index: 0 }] : [];
	});
	// In a branch that isn't taken there may be anything; what can't be in one is refused at once.
	if (!isRead && pivots.length === 0 && !reach({ node, index: 0 }).nodes.some(isSwitch))
		throw unsupportedOperation(node, "");
	const inputs = CONDITIONS.has(operation) ? node.inputs.slice(0, 1) : node.inputs;
	return [...inputs.map((input) => frame.resolve(origin.name, input)), ...pivots];
}

function isSwitch({ operation }: GraphNode): boolean {
	return operation === "Switch" || operation === "RefSwitch";
}

/** The node by which a branch of TensorFlow 1's conditions says that it is taken. */
function isPivot(node: GraphNode): boolean {
	const [input = ""] = node.inputs;
	const source = node.operation === "Identity" ? node.frame.node(input.split(":")[0] ?? "") : null;
	return source !== null && isSwitch(source);
}

function constantOf(node: GraphNode): Tensor {
	const value = node.tensor("value");
	if (!value) throw node.damaged("it has no value");
	return value;
}

function plainValue(node: GraphNode, value: GraphValue): Value {
	if (value.kind === "tensor" || value.kind === "activation") return value;
	throw node.unsupported("it works on a variable itself");
}

function unsupportedOperation({ operation, origin }: GraphNode, more: string): BlindspotError {
	return new BlindspotError(
		"unsupported-model",
		`unsupported operation '${operation}' at node '${origin.name}'${more}.`,
		origin.name,
	);
}
