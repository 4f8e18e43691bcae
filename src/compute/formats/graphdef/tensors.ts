/** TensorProto to a constant: every length is compared with its shape before anything is made of it. */
import { BlindspotError } from "../../errors.js";
import { showShape, sizeOf } from "../../network/shapes.js";
import type { Shape } from "../../network/types.js";
import { bytesFor, fromRaw } from "../graph/bytes.js";
import { allocate, type ElementType, type Tensor, tensor, type Values } from "../graph/tensor.js";
import { toFloat32 } from "../numbers.js";
import { elementType } from "./elements.js";
import type { ShapeProto, TensorProto } from "./schema.js";

/** Values that a file may say by naming one of them once. */
const MOST_REPEATED = 2 ** 24;

/** Throws `unreadable-model` where data and shape disagree, `unsupported-model` for a type that isn't read. */
export function readTensor(proto: TensorProto, name: string): Tensor {
	const type = typeOf(proto.type, name);
	const shape = shapeOf(proto.shape, name);
	const count = sizeOf(shape);
	const { content } = proto;
	if (content.length > 0) return tensor(type, shape, valuesFrom(content, type, shape, name), name);
	const stored = storedValues(proto, type);
	if (stored.length === count) {
		const values = allocate(type, count);
		values.set(stored);
		return tensor(type, shape, values, name);
	}
	// What is missing at the end is as the last value that is there; without any, zero.
	if (stored.length > count)
		throw damaged(name, `it has ${stored.length} values, its shape ${showShape(shape)} needs ${count}`);
	if (count > MOST_REPEATED)
		throw new BlindspotError("unsupported-model", `The constant '${name}' repeats a value ${count} times.`, name);
	const values = allocate(type, count).fill(stored.at(-1) ?? 0);
	values.set(stored);
	return tensor(type, shape, values, name);
}

/** Values of bytes, whose number is compared with the shape. */
export function valuesFrom(bytes: Uint8Array, type: ElementType, shape: Shape, name: string): Values {
	const needed = bytesFor(type, sizeOf(shape));
	if (bytes.length !== needed)
		throw damaged(name, `it has ${bytes.length} bytes, its shape ${showShape(shape)} needs ${needed}`);
	return fromRaw(type, bytes, sizeOf(shape));
}

export function typeOf(dataType: number, name: string): ElementType {
	const type = elementType(dataType);
	if (type) return type;
	throw new BlindspotError(
		"unsupported-model",
		`The constant '${name}' has the element type ${dataType}, which is not read.`,
		name,
	);
}

/** A complete shape; a missing one is that of a single value. */
export function shapeOf(proto: ShapeProto | null, name: string): number[] {
	const shape = proto?.dimensions.map(({ size }) => size) ?? [];
	if (proto?.unknownRank || shape.some((size) => !Number.isSafeInteger(size) || size < 0))
		throw damaged(name, `its shape is ${showShape(shape)}`);
	if (!Number.isSafeInteger(sizeOf(shape))) throw damaged(name, `its shape is ${showShape(shape)}`);
	return shape;
}

function storedValues(
	proto: TensorProto,
	type: ElementType,
): ArrayLike<number> & { at(index: number): number | undefined } {
	switch (type) {
		case "float32":
			return proto.floats;
		case "float64":
			return proto.doubles;
		case "int64":
			return proto.int64s;
		case "uint32":
			return proto.uint32s;
		case "uint64":
			return proto.uint64s;
		case "bool":
			return proto.bools.map(Number);
		case "float16":
		case "bfloat16":
			return toFloat32(new Uint8Array(Uint16Array.from(proto.halves).buffer), type);
		default:
			return proto.ints;
	}
}

function damaged(name: string, why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The tensor '${name}' is damaged: ${why}.`, name);
}
