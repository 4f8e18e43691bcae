/** Constants read from and written to places that other constants name. */
import { BlindspotError } from "../../../errors.js";
import { sizeOf } from "../../../network/shapes.js";
import type { Shape } from "../../../network/types.js";
import { stridesOf, type Tensor } from "../tensor.js";

/**
 * Where the slices begin that tuples along the last axis of `indices` name, and how long they are: the first `batch`
 * axes of both are gone through together. Throws `unreadable-model` for an index that is none.
 */
export function tupleOffsets(
	shape: Shape,
	indices: Tensor,
	batch = 0,
): { readonly offsets: readonly number[]; readonly length: number } {
	const depth = indices.shape.at(-1) ?? 0;
	if (indices.shape.length === 0 || batch + depth > shape.length || batch >= indices.shape.length)
		throw new BlindspotError(
			"unreadable-model",
			`Indices of ${indices.shape.join("×")} for ${shape.join("×")} values.`,
		);
	const strides = stridesOf(shape);
	const perBatch = indices.data.length / Math.max(1, depth) / Math.max(1, sizeOf(shape.slice(0, batch)));
	const outer = sizeOf(shape.slice(batch));
	const offsets = Array.from({ length: depth === 0 ? 1 : indices.data.length / depth }, (_, i) => {
		let offset = batch === 0 ? 0 : Math.floor(i / perBatch) * outer;
		for (let k = 0; k < depth; k++) {
			const axis = batch + k;
			offset += counted(indices.data[i * depth + k] as number, shape[axis] as number) * (strides[axis] as number);
		}
		return offset;
	});
	return { offsets, length: sizeOf(shape.slice(batch + depth)) };
}

/** For each value of `indices`, where in `shape` its place with the index along `axis` is. */
export function elementOffsets(shape: Shape, indices: Tensor, axis: number): readonly number[] {
	const own = stridesOf(indices.shape);
	const strides = stridesOf(shape);
	if (indices.shape.length !== shape.length)
		throw new BlindspotError(
			"unreadable-model",
			`Indices of ${indices.shape.join("×")} for ${shape.join("×")} values.`,
		);
	return Array.from(indices.data, (index, i) => {
		let offset = 0;
		for (let k = 0; k < shape.length; k++) {
			const place = Math.floor(i / (own[k] as number)) % (indices.shape[k] as number);
			const at = k === axis ? counted(index, shape[k] as number) : place;
			if (at >= (shape[k] as number)) throw outside(at, shape[k] as number);
			offset += at * (strides[k] as number);
		}
		return offset;
	});
}

function counted(index: number, size: number): number {
	const found = index < 0 ? index + size : index;
	if (!Number.isInteger(found) || found < 0 || found >= size) throw outside(index, size);
	return found;
}

function outside(index: number, size: number): BlindspotError {
	return new BlindspotError("unreadable-model", `Index ${index} of ${size} values.`);
}
