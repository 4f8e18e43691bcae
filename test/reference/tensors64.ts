/** Operations on tensors of any rank in float64, place by place. */
import type { BinaryFunction, NetworkNode, Operation, Shape } from "../../src/compute/network/types.js";
import { at, broadcastIndex, combine, forEveryPlace, indexOf, placeOf, type Value } from "./values64.js";

export type TensorOperation = Extract<
	Operation,
	{
		op:
			| "Binary"
			| "Select"
			| "MatMul"
			| "Constant"
			| "Transpose"
			| "Slice"
			| "Gather"
			| "Broadcast"
			| "Pad"
			| "Reduce"
			| "TopK"
			| "LayerNormalization"
			| "GroupNormalization";
	}
>;

const NAMES: ReadonlySet<string> = new Set<TensorOperation["op"]>([
	"Binary",
	"Select",
	"MatMul",
	"Constant",
	"Transpose",
	"Slice",
	"Gather",
	"Broadcast",
	"Pad",
	"Reduce",
	"TopK",
	"LayerNormalization",
	"GroupNormalization",
]);

export function isTensorOperation(operation: Operation): operation is TensorOperation {
	return NAMES.has(operation.op);
}

const BINARY: Readonly<Record<BinaryFunction, (a: number, b: number) => number>> = {
	subtract: (a, b) => a - b,
	divide: (a, b) => a / b,
	power: (a, b) => a ** b,
	minimum: (a, b) => Math.min(a, b),
	maximum: (a, b) => Math.max(a, b),
	equal: (a, b) => Number(a === b),
	less: (a, b) => Number(a < b),
	lessOrEqual: (a, b) => Number(a <= b),
};

export function computeTensor(node: NetworkNode, operation: TensorOperation, inputs: readonly Value[]): Float64Array {
	const x = inputs[0] as Value;
	const { outputShape } = node;
	switch (operation.op) {
		case "Binary":
			return combine(outputShape, inputs, BINARY[operation.function]);
		case "Select": {
			const picks = inputs.map(({ shape }) => broadcastIndex(shape, outputShape));
			const value = (k: number, i: number) => at(inputs[k] as Value, (picks[k] as (i: number) => number)(i));
			return forEveryPlace(outputShape, (place) => {
				const i = indexOf(place, outputShape);
				return value(0, i) !== 0 ? value(1, i) : value(2, i);
			});
		}
		case "MatMul":
			return product(outputShape, inputs as readonly [Value, Value]);
		case "Constant":
			return Float64Array.from(node.weights.value?.data ?? []);
		case "Transpose":
			return forEveryPlace(outputShape, (place) => {
				const from = Array<number>(place.length).fill(0);
				operation.order.forEach((axis, i) => {
					from[axis] = place[i] as number;
				});
				return at(x, indexOf(from, x.shape));
			});
		case "Slice":
			return forEveryPlace(outputShape, (place) =>
				at(
					x,
					indexOf(
						place.map((p, axis) => (operation.starts[axis] as number) + p * (operation.steps[axis] as number)),
						x.shape,
					),
				),
			);
		case "Gather":
			return forEveryPlace(outputShape, (place) =>
				at(
					x,
					indexOf(
						place.map((p, axis) => (axis === operation.axis ? (operation.indices[p] as number) : p)),
						x.shape,
					),
				),
			);
		case "Broadcast": {
			const pick = broadcastIndex(x.shape, outputShape);
			return forEveryPlace(outputShape, (place) => at(x, pick(indexOf(place, outputShape))));
		}
		case "Pad":
			return padded(outputShape, operation, x);
		case "Reduce":
			return reduced(outputShape, operation, x);
		case "TopK": {
			const size = x.shape.at(-1) as number;
			return forEveryPlace(outputShape, (place) => {
				const row = indexOf([...place.slice(0, -1), 0], x.shape);
				const values = Array.from({ length: size }, (_, i) => at(x, row + i));
				return values.sort((a, b) => b - a)[place.at(-1) as number] as number;
			});
		}
		case "LayerNormalization": {
			const isInside = (axis: number) => operation.axes.includes(axis);
			const key = (place: readonly number[]) => place.filter((_, axis) => !isInside(axis)).join();
			return scaled(node, x.shape, standardised(x, key, operation.epsilon));
		}
		case "GroupNormalization": {
			const size = (x.shape.at(-1) as number) / operation.groups;
			const key = (place: readonly number[]) => String(Math.floor((place.at(-1) as number) / size));
			return scaled(node, x.shape, standardised(x, key, operation.epsilon));
		}
	}
}

function product(outputShape: Shape, [a, b]: readonly [Value, Value]): Float64Array {
	const inner = a.shape.at(-1) as number;
	const stack = outputShape.slice(0, -2);
	const stacks = [a, b].map(({ shape }) => broadcastIndex(shape.slice(0, -2), stack));
	const sizes = [a, b].map(({ shape }) => (shape.at(-2) as number) * (shape.at(-1) as number));
	const n = outputShape.at(-1) as number;
	return forEveryPlace(outputShape, (place) => {
		const s = indexOf(place.slice(0, -2), stack);
		const [from, to] = [0, 1].map((k) => (stacks[k] as (i: number) => number)(s) * (sizes[k] as number));
		const [i, j] = place.slice(-2) as [number, number];
		let sum = 0;
		for (let k = 0; k < inner; k++) sum += at(a, (from as number) + i * inner + k) * at(b, (to as number) + k * n + j);
		return sum;
	});
}

function padded(outputShape: Shape, operation: Extract<Operation, { op: "Pad" }>, x: Value): Float64Array {
	const { before, mode, value } = operation;
	const source = (p: number, axis: number): number => {
		const size = x.shape[axis] as number;
		const i = p - (before[axis] as number);
		if (mode === "edge") return Math.min(size - 1, Math.max(0, i));
		if (mode === "wrap") return ((i % size) + size) % size;
		if (mode === "reflect") return i < 0 ? -i : i >= size ? 2 * (size - 1) - i : i;
		return i >= 0 && i < size ? i : -1;
	};
	return forEveryPlace(outputShape, (place) => {
		const from = place.map(source);
		return from.includes(-1) ? value : at(x, indexOf(from, x.shape));
	});
}

function reduced(outputShape: Shape, operation: Extract<Operation, { op: "Reduce" }>, x: Value): Float64Array {
	const { axes, keepDims, kind } = operation;
	const columns = new Map<number, number[]>();
	x.data.forEach((v, i) => {
		const place = placeOf(i, x.shape).flatMap((p, axis) => (!axes.includes(axis) ? [p] : keepDims ? [0] : []));
		const to = indexOf(place, outputShape);
		columns.set(to, [...(columns.get(to) ?? []), v]);
	});
	const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
	const reduce = {
		sum,
		mean: (values: readonly number[]) => sum(values) / values.length,
		max: (values: readonly number[]) => Math.max(...values),
		min: (values: readonly number[]) => Math.min(...values),
		norm: (values: readonly number[]) => Math.hypot(...values),
	}[kind];
	return forEveryPlace(outputShape, (place) => reduce(columns.get(indexOf(place, outputShape)) ?? []));
}

/** Values of the same key are normalised together. */
function standardised(x: Value, key: (place: readonly number[]) => string, epsilon: number): Float64Array {
	const groups = new Map<string, number[]>();
	x.data.forEach((_, i) => {
		const name = key(placeOf(i, x.shape));
		groups.set(name, [...(groups.get(name) ?? []), i]);
	});
	const y = new Float64Array(x.data.length);
	for (const members of groups.values()) {
		const mean = members.reduce((sum, i) => sum + at(x, i), 0) / members.length;
		const variance = members.reduce((sum, i) => sum + (at(x, i) - mean) ** 2, 0) / members.length;
		for (const i of members) y[i] = (at(x, i) - mean) / Math.sqrt(variance + epsilon);
	}
	return y;
}

function scaled(node: NetworkNode, shape: Shape, y: Float64Array): Float64Array {
	const { gamma, beta } = node.weights;
	const grow = broadcastIndex(gamma?.shape ?? [], shape);
	const shift = broadcastIndex(beta?.shape ?? [], shape);
	return y.map((v, i) => v * (gamma ? at(gamma, grow(i)) : 1) + (beta ? at(beta, shift(i)) : 0));
}
