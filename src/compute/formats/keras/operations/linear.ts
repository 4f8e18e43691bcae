/** Products of matrices and sums of products. */
import { fileShape, type Value } from "../../graph/align.js";
import { axisOf } from "../../graph/tensor.js";
import { type OperationCall, type OperationReader, scalar } from "./call.js";

export const matMul: OperationReader = (call) => call.tf("BatchMatMulV2", [call.value(0), call.value(1)]);

/** TensorFlow's, with flags at 2 to 5: transposed and adjoint are the same of real numbers. */
export const matMulWithFlags: OperationReader = (call) => {
	const isTurned = (at: number) => call.flag(at, false) || call.flag(at + 2, false);
	const flags = { adj_x: isTurned(2), adj_y: isTurned(3) };
	return call.tf("BatchMatMulV2", [call.value(0), call.value(1)], flags);
};

/** NumPy's `dot`: over the last axis of one and the last but one of the other. */
export const dot: OperationReader = (call) => {
	const [a, b] = [call.value(0), call.value(1)];
	const [rankA, rankB] = [fileShape(a).length, fileShape(b).length];
	if (rankA === 0 || rankB === 0) return call.tf("Mul", [a, b]);
	if (rankB <= 2) return call.tf("BatchMatMulV2", [a, b]);
	return contracted(call, [a, b], [rankA - 1], [rankB - 2]);
};

/** The last axes of one with the first of the other, or the axes that are named. */
export const tensorDot: OperationReader = (call) => {
	const [a, b] = [call.value(0), call.value(1)];
	const [rankA, rankB] = [fileShape(a).length, fileShape(b).length];
	const given = call.operand(2);
	if (given.kind === "list" && given.items.length === 2) {
		const [left, right] = given.items.map((item) => {
			const axes = call.valueOf(item, "axes");
			if (axes.kind === "activation") throw call.unsupported("its axes depend on the picture");
			return Array.from(axes.data);
		}) as [number[], number[]];
		return contracted(
			call,
			[a, b],
			left.map((axis) => axisOf(axis, rankA)),
			right.map((axis) => axisOf(axis, rankB)),
		);
	}
	const count = call.number(2, 2);
	if (!(Number.isSafeInteger(count) && count >= 0 && count <= Math.min(rankA, rankB)))
		throw call.damaged(`it sums over ${count} axes`);
	const run = (start: number) => Array.from({ length: count }, (_, i) => start + i);
	return contracted(call, [a, b], run(rankA - count), run(0));
};

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

function contracted(
	call: OperationCall,
	values: readonly [Value, Value],
	left: readonly number[],
	right: readonly number[],
): Value {
	const [rankA, rankB] = values.map((value) => fileShape(value).length) as [number, number];
	if (rankA + rankB > LETTERS.length || left.length !== right.length) throw call.damaged("its axes don't match");
	const first = [...LETTERS.slice(0, rankA)];
	const second = [...LETTERS.slice(rankA, rankA + rankB)].map((letter, axis) => {
		const at = right.indexOf(axis);
		return at < 0 ? letter : (first[left[at] as number] as string);
	});
	const rest = [
		...first.filter((_, axis) => !left.includes(axis)),
		...second.filter((_, axis) => !right.includes(axis)),
	];
	return call.tf("Einsum", values, { equation: `${first.join("")},${second.join("")}->${rest.join("")}` });
}

/** Keras: the factors by position, the equation at 4. */
export const einsum: OperationReader = (call) => {
	const values = call.operands.positional.map((operand) => call.valueOf(operand, "factor"));
	return call.tf("Einsum", values, { equation: withoutEllipsis(call.text(4, ""), values) });
};

/** `...` written out, with letters that aren't used otherwise. */
function withoutEllipsis(given: string, values: readonly Value[]): string {
	const equation = given.replaceAll(" ", "");
	if (!equation.includes("...")) return equation;
	const spare = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"].filter((letter) => !equation.includes(letter));
	const terms = equation.split("->")[0]?.split(",") ?? [];
	const counts = terms.map((term, i) => {
		const value = values[i];
		return term.includes("...") && value ? fileShape(value).length - (term.length - 3) : 0;
	});
	const most = Math.max(0, ...counts);
	let at = 0;
	// Fewer axes are the last of them, as broadcasting has it.
	const written = terms.map((term) => {
		const count = counts[at++] ?? 0;
		return term.replace("...", spare.slice(most - count, most).join(""));
	});
	const result = equation.split("->")[1]?.replace("...", spare.slice(0, most).join(""));
	return result === undefined ? written.join(",") : `${written.join(",")}->${result}`;
}

/** Queries, keys and values `[batch, places, heads, size]`; bias, mask and scale at 3 to 5, a causal mask at 6. */
export const attention: OperationReader = (call) => {
	const [query, key, value] = [call.value(0), call.value(1), call.value(2)];
	if (call.has(4) || call.flag(6, false)) throw call.unsupported("its mask isn't read");
	if (call.has(8)) throw call.unsupported("attn_logits_soft_cap isn't read");
	const size = fileShape(query).at(-1) ?? 1;
	const products = call.tf("Einsum", [query, key], { equation: "btnh,bsnh->bnts" }, "products");
	const scaled = call.tf("Mul", [products, scalar(call.number(5, 1 / Math.sqrt(size)))], {}, "scores");
	const bias = call.optional(3);
	const scores = bias ? call.tf("AddV2", [scaled, bias], {}, "biased") : scaled;
	const shares = call.tf("Softmax", [scores], {}, "shares");
	return call.tf("Einsum", [shares, value], { equation: "bnts,bsnh->btnh" });
};
