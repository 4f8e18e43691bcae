/** TensorProto to a constant: every length is compared with its shape before anything is made of it. */
import { BlindspotError } from "../../errors.js";
import { showShape, sizeOf } from "../../network/shapes.js";
import { bytesFor, fromRaw } from "../graph/bytes.js";
import { allocate, type ElementType, type Tensor, tensor, type Values } from "../graph/tensor.js";
import { elementType, fromIntegers } from "./elements.js";
import type { TensorProto } from "./schema.js";

/** What `data_location` says for data in a file of its own. */
const EXTERNAL = 1;

export type ExternalData = (name: string, proto: TensorProto, bytes: number) => Uint8Array;

/** Throws `unreadable-model` where data and shape disagree, `unsupported-model` for a type that isn't read. */
export function readTensor(proto: TensorProto, external: ExternalData): Tensor {
	const name = proto.name || "constant";
	const type = elementType(proto.dataType);
	if (!type)
		throw new BlindspotError(
			"unsupported-model",
			`The tensor '${name}' has the element type ${proto.dataType}, which is not read.`,
			name,
		);
	if (proto.segment) throw damaged(name, "it is split into segments");
	const shape = proto.dims;
	if (shape.some((size) => !Number.isSafeInteger(size) || size < 0) || !Number.isSafeInteger(sizeOf(shape)))
		throw damaged(name, `its shape is ${showShape(shape)}`);
	return tensor(type, shape, valuesOf(proto, name, type, sizeOf(shape), external), name);
}

function valuesOf(proto: TensorProto, name: string, type: ElementType, count: number, external: ExternalData): Values {
	const needed = bytesFor(type, count);
	if (proto.dataLocation === EXTERNAL) return fromRaw(type, external(name, proto, needed), count);
	if (proto.rawData) {
		if (proto.rawData.length !== needed)
			throw damaged(name, `it has ${proto.rawData.length} bytes, its shape ${showShape(proto.dims)} needs ${needed}`);
		return fromRaw(type, proto.rawData, count);
	}
	const stored =
		type === "float32"
			? proto.floatData
			: type === "float64"
				? proto.doubleData
				: type === "int64"
					? proto.int64Data
					: type === "uint32" || type === "uint64"
						? proto.uint64Data
						: proto.int32Data;
	const expected = stored === proto.int32Data && needed < count ? needed : count;
	if (stored.length !== expected)
		throw damaged(name, `it has ${stored.length} values, its shape ${showShape(proto.dims)} needs ${expected}`);
	if (stored === proto.int32Data) return fromIntegers(type, stored, count);
	const values = allocate(type, count);
	values.set(stored);
	return values;
}

function damaged(name: string, why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The tensor '${name}' is damaged: ${why}.`, name);
}
