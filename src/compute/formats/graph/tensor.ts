/** Constants while a model is read: typed values in the file's own axis order, not yet weights of a `Network`. */
import { BlindspotError } from "../../errors.js";
import { showShape, sizeOf } from "../../network/shapes.js";
import type { Shape } from "../../network/types.js";

export type ElementType =
	| "float32"
	| "float64"
	| "float16"
	| "bfloat16"
	| "float8e4m3fn"
	| "float8e4m3fnuz"
	| "float8e5m2"
	| "float8e5m2fnuz"
	| "float8e8m0"
	| "float4e2m1"
	| "int2"
	| "int4"
	| "int8"
	| "int16"
	| "int32"
	| "int64"
	| "uint2"
	| "uint4"
	| "uint8"
	| "uint16"
	| "uint32"
	| "uint64"
	| "bool";

export type Values = Float32Array | Float64Array;

export interface Tensor {
	readonly kind: "tensor";
	readonly name: string;
	readonly type: ElementType;
	readonly shape: Shape;
	/** Integers and booleans as numbers: exact up to 2^53. */
	readonly data: Values;
}

/** What folding may make; a real model's largest weight is below this. */
const LARGEST_CONSTANT = 2 ** 28;

const WIDE: ReadonlySet<ElementType> = new Set(["float64", "int32", "int64", "uint32", "uint64"]);

/** Room for values of a type. Throws `unsupported-model` where a file asks for absurdly much. */
export function allocate(type: ElementType, count: number): Values {
	if (!(count <= LARGEST_CONSTANT))
		throw new BlindspotError("unsupported-model", `A constant of ${count} values is more than is read.`);
	return WIDE.has(type) ? new Float64Array(count) : new Float32Array(count);
}

export function tensor(type: ElementType, shape: Shape, data: ArrayLike<number>, name = "constant"): Tensor {
	if (data.length !== sizeOf(shape))
		throw new BlindspotError("unreadable-model", `'${name}' has ${data.length} values for ${showShape(shape)}.`);
	const fits = WIDE.has(type) ? data instanceof Float64Array : data instanceof Float32Array;
	if (fits) return { kind: "tensor", name, type, shape, data: data as Values };
	const values = allocate(type, data.length);
	values.set(data);
	return { kind: "tensor", name, type, shape, data: values };
}

export function integers(values: readonly number[]): Tensor {
	return tensor("int64", [values.length], values);
}

/** The same values in another shape of as many. */
export function reshaped(x: Tensor, shape: Shape): Tensor {
	return tensor(x.type, shape, x.data, x.name);
}

export function isFloat(type: ElementType): boolean {
	return type.startsWith("float") || type === "bfloat16";
}

/** Row-major strides, in values. */
export function stridesOf(shape: Shape): number[] {
	const strides = Array<number>(shape.length).fill(1);
	for (let i = shape.length - 2; i >= 0; i--) strides[i] = (strides[i + 1] as number) * (shape[i + 1] as number);
	return strides;
}

/**
 * Values read at `offset + Σ index·stride` for every index of `shape`, in row-major order: a transposition, a
 * slice, a repetition (stride 0), a reversal (negative stride).
 */
export function strided(type: ElementType, data: Values, shape: Shape, strides: readonly number[], offset = 0): Values {
	const result = allocate(type, sizeOf(shape));
	if (result.length === 0) return result;
	const inner = shape.at(-1) ?? 1;
	const step = strides.at(-1) ?? 0;
	const index = Array<number>(shape.length).fill(0);
	let from = offset;
	for (let to = 0; to < result.length; ) {
		for (let i = 0, at = from; i < inner; i++, at += step) result[to++] = data[at] as number;
		for (let axis = shape.length - 2; axis >= 0; axis--) {
			from += strides[axis] as number;
			index[axis] = (index[axis] as number) + 1;
			if ((index[axis] as number) < (shape[axis] as number)) break;
			from -= (strides[axis] as number) * (shape[axis] as number);
			index[axis] = 0;
		}
	}
	return result;
}

export function transposed(x: Tensor, order: readonly number[]): Tensor {
	const strides = stridesOf(x.shape);
	const shape = order.map((axis) => x.shape[axis] as number);
	const by = order.map((axis) => strides[axis] as number);
	return tensor(x.type, shape, strided(x.type, x.data, shape, by), x.name);
}

/** NumPy's rule. Throws `unreadable-model`. */
export function broadcastShapes(...shapes: readonly Shape[]): number[] {
	const rank = Math.max(0, ...shapes.map((shape) => shape.length));
	return Array.from({ length: rank }, (_, i) => {
		let size = 1;
		for (const shape of shapes) {
			const own = shape[shape.length - rank + i] ?? 1;
			if (own === 1 || own === size) continue;
			if (size !== 1)
				throw new BlindspotError(
					"unreadable-model",
					`Shapes don't fit together: ${shapes.map(showShape).join(" and ")}.`,
				);
			size = own;
		}
		return size;
	});
}

/** The tensor repeated to a shape that it broadcasts to. */
export function expanded(x: Tensor, shape: Shape): Tensor {
	const strides = stridesOf(x.shape);
	const shift = shape.length - x.shape.length;
	const by = shape.map((_, i) => ((x.shape[i - shift] ?? 1) === 1 ? 0 : (strides[i - shift] as number)));
	return tensor(x.type, shape, strided(x.type, x.data, shape, by), x.name);
}

/** The only value of a tensor that has one. */
export function scalarOf(x: Tensor): number {
	if (x.data.length !== 1)
		throw new BlindspotError("unreadable-model", `'${x.name}' has ${x.data.length} values, one is expected.`);
	return x.data[0] as number;
}

/** An axis that may count from the end, made non-negative. Throws `unreadable-model` where there is none such. */
export function axisOf(axis: number, rank: number): number {
	const counted = axis < 0 ? axis + rank : axis;
	if (!Number.isInteger(counted) || counted < 0 || counted >= Math.max(1, rank))
		throw new BlindspotError("unreadable-model", `There is no axis ${axis} among ${rank}.`);
	return counted;
}
