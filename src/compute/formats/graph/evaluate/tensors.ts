/** Constants cut, joined, repeated, reduced and multiplied. */
import { BlindspotError } from "../../../errors.js";
import { sizeOf } from "../../../network/shapes.js";
import type { Shape } from "../../../network/types.js";
import type { Range } from "../ranges.js";
import {
	allocate,
	broadcastShapes,
	type ElementType,
	expanded,
	reshaped,
	strided,
	stridesOf,
	type Tensor,
	tensor,
} from "../tensor.js";
import { asType } from "./elementwise.js";

/** The values in the ranges, one for each axis. */
export function slice(x: Tensor, ranges: readonly Range[]): Tensor {
	const strides = stridesOf(x.shape);
	const sizes = ranges.map(({ size }) => size);
	const offset = ranges.reduce((sum, { start }, axis) => sum + start * (strides[axis] as number), 0);
	const by = ranges.map(({ step }, axis) => step * (strides[axis] as number));
	return tensor(x.type, sizes, strided(x.type, x.data, sizes, by, offset), x.name);
}

export function concatenate(tensors: readonly Tensor[], axis: number): Tensor {
	const [first] = tensors as [Tensor];
	const shape = [...first.shape];
	shape[axis] = tensors.reduce((sum, x) => sum + (x.shape[axis] ?? Number.NaN), 0);
	const data = allocate(first.type, sizeOf(shape));
	const inner = (x: { shape: Shape }) => sizeOf(x.shape.slice(axis));
	const row = inner({ shape });
	const outer = sizeOf(shape.slice(0, axis));
	let before = 0;
	for (const x of tensors) {
		const own = inner(x);
		if (x.data.length !== own * outer)
			throw new BlindspotError("unreadable-model", `Constants that don't fit together: ${x.name}.`);
		for (let i = 0; i < outer; i++) data.set(x.data.subarray(i * own, (i + 1) * own), i * row + before);
		before += own;
	}
	return tensor(first.type, shape, data, first.name);
}

/** Along `axis` the values at the indices, whose shape takes the axis's place. */
export function gather(x: Tensor, indices: Tensor, axis: number): Tensor {
	const size = x.shape[axis] as number;
	const inner = sizeOf(x.shape.slice(axis + 1));
	const outer = sizeOf(x.shape.slice(0, axis));
	const count = indices.data.length;
	const data = allocate(x.type, outer * count * inner);
	for (let o = 0; o < outer; o++)
		for (let i = 0; i < count; i++) {
			const index = indices.data[i] as number;
			const counted = index < 0 ? index + size : index;
			if (!(counted >= 0 && counted < size))
				throw new BlindspotError("unreadable-model", `'${x.name}': index ${index} of ${size} values.`);
			const from = (o * size + counted) * inner;
			data.set(x.data.subarray(from, from + inner), (o * count + i) * inner);
		}
	const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
	return tensor(x.type, shape, data, x.name);
}

export function tile(x: Tensor, repeats: readonly number[]): Tensor {
	const apart = x.shape.flatMap((size) => [1, size]);
	const wide = x.shape.flatMap((size, axis) => [repeats[axis] as number, size]);
	const shape = x.shape.map((size, axis) => size * (repeats[axis] as number));
	return reshaped(expanded(reshaped(x, apart), wide), shape);
}

/** A value of every run along the axes; `start` is what nothing gives. */
export function reduce(
	x: Tensor,
	axes: readonly number[],
	keepDims: boolean,
	start: number,
	step: (sum: number, v: number) => number,
	finish: (sum: number, count: number) => number = (sum) => sum,
): Tensor {
	const gone = new Set(axes);
	const kept = x.shape.flatMap((size, axis) => (gone.has(axis) ? [] : [size]));
	const strides = stridesOf(kept);
	let next = 0;
	const by = x.shape.map((_, axis) => (gone.has(axis) ? 0 : (strides[next++] as number)));
	const sums = new Float64Array(sizeOf(kept)).fill(start);
	const places = strided("float64", Float64Array.from(sums.keys()), x.shape, by);
	for (let i = 0; i < x.data.length; i++) {
		const at = places[i] as number;
		sums[at] = step(sums[at] as number, x.data[i] as number);
	}
	const count = axes.reduce((product, axis) => product * (x.shape[axis] as number), 1);
	const data = allocate(x.type, sums.length);
	for (let i = 0; i < data.length; i++) data[i] = asType(x.type, finish(sums[i] as number, count));
	const shape = x.shape.flatMap((size, axis) => (!gone.has(axis) ? [size] : keepDims ? [1] : []));
	return tensor(x.type, shape, data, x.name);
}

/** Position of the largest value along an axis, the first or last of equals. */
export function argMax(x: Tensor, axis: number, keepDims: boolean, last: boolean): Tensor {
	const size = x.shape[axis] as number;
	const inner = sizeOf(x.shape.slice(axis + 1));
	const outer = sizeOf(x.shape.slice(0, axis));
	const data = new Float64Array(outer * inner);
	for (let o = 0; o < outer; o++)
		for (let j = 0; j < inner; j++) {
			let best = 0;
			for (let i = 1; i < size; i++) {
				const [v, top] = [x.data[(o * size + i) * inner + j], x.data[(o * size + best) * inner + j]] as [
					number,
					number,
				];
				if (v > top || (last && v === top)) best = i;
			}
			data[o * inner + j] = best;
		}
	const shape = x.shape.flatMap((own, i) => (i !== axis ? [own] : keepDims ? [1] : []));
	return tensor("int64", shape, data);
}

/** NumPy's product. */
export function matMul(a: Tensor, b: Tensor): Tensor {
	const left = a.shape.length === 1 ? reshaped(a, [1, ...a.shape]) : a;
	const right = b.shape.length === 1 ? reshaped(b, [...b.shape, 1]) : b;
	const [m, k] = left.shape.slice(-2) as [number, number];
	const [rows, n] = right.shape.slice(-2) as [number, number];
	if (rows !== k) throw new BlindspotError("unreadable-model", `'${a.name}' and '${b.name}' can't be multiplied.`);
	const stack = broadcastShapes(left.shape.slice(0, -2), right.shape.slice(0, -2));
	const x = expanded(left, [...stack, m, k]).data;
	const y = expanded(right, [...stack, k, n]).data;
	const type: ElementType = a.type;
	const data = allocate(type, sizeOf(stack) * m * n);
	for (let s = 0; s < sizeOf(stack); s++)
		for (let i = 0; i < m; i++)
			for (let j = 0; j < n; j++) {
				let sum = 0;
				for (let l = 0; l < k; l++) sum += (x[(s * m + i) * k + l] as number) * (y[(s * k + l) * n + j] as number);
				data[(s * m + i) * n + j] = asType(type, sum);
			}
	const shape = [...stack, ...(a.shape.length === 1 ? [] : [m]), ...(b.shape.length === 1 ? [] : [n])];
	return tensor(type, shape, data);
}
