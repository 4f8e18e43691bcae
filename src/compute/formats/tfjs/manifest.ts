/** `weightsManifest` of a TensorFlow.js model: which weight lies where, and how it is packed. */
import { BlindspotError } from "../../errors.js";
import { sizeOf } from "../../network/shapes.js";
import type { Shape } from "../../network/types.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";
import { BYTES_PER_ELEMENT, type ElementType } from "../numbers.js";

/** A weight of a group: `bytes` from `offset` in the group's files put one after the other. */
export interface ManifestWeight {
	readonly name: string;
	readonly shape: Shape;
	readonly type: ElementType;
	/** Stored whole numbers w mean `w·scale + min`; null where values are stored as they are. */
	readonly affine: { readonly scale: number; readonly min: number } | null;
	readonly offset: number;
	readonly bytes: number;
}

export interface ManifestGroup {
	readonly paths: readonly string[];
	readonly weights: readonly ManifestWeight[];
	/** What the files of the group must hold together. */
	readonly bytes: number;
}

const MOST_WEIGHTS = 100_000;
const LARGEST_GROUP = 2 ** 31;

const STORED_TYPES: Readonly<Record<string, ElementType>> = {
	float32: "float32",
	float16: "float16",
	bfloat16: "bfloat16",
	int32: "int32",
	uint16: "uint16",
	uint8: "uint8",
	bool: "uint8",
};

/** Reads the manifest; sizes are computed, nothing is allocated. Throws `unreadable-model`. */
export function readManifest(value: Json | undefined): readonly ManifestGroup[] {
	if (!isList(value)) throw malformed("weightsManifest", value);
	let count = 0;
	return value.map((group) => {
		if (!isObject(group)) throw malformed("a group of weightsManifest", group);
		const paths = property(group, "paths");
		const weights = property(group, "weights");
		if (!isList(paths) || !paths.every((path) => typeof path === "string")) throw malformed("paths", paths);
		if (!isList(weights)) throw malformed("weights", weights);
		count += weights.length + paths.length;
		if (count > MOST_WEIGHTS)
			throw new BlindspotError("unreadable-model", `The manifest lists more than ${MOST_WEIGHTS} weights and files.`);
		let offset = 0;
		const read = weights.map((weight) => {
			const entry = readWeight(weight, offset);
			offset += entry.bytes;
			if (offset > LARGEST_GROUP)
				throw new BlindspotError(
					"unreadable-model",
					`Weight '${entry.name}' would end at byte ${offset}, past the limit.`,
				);
			return entry;
		});
		return { paths, weights: read, bytes: offset };
	});
}

function readWeight(value: Json, offset: number): ManifestWeight {
	if (!isObject(value)) throw malformed("a weight", value);
	const name = property(value, "name");
	if (typeof name !== "string") throw malformed("the name of a weight", name);
	const shape = property(value, "shape");
	if (!isList(shape) || !shape.every((size): size is number => Number.isSafeInteger(size) && Number(size) >= 0))
		throw malformed(`the shape of weight '${name}'`, shape);
	const quantization = property(value, "quantization");
	const packing = isObject(quantization) ? quantization : null;
	const dtype = packing ? property(packing, "dtype") : property(value, "dtype");
	const type = typeof dtype === "string" && Object.hasOwn(STORED_TYPES, dtype) ? STORED_TYPES[dtype] : undefined;
	if (!type)
		throw new BlindspotError(
			"unsupported-model",
			`Weight '${name}' is stored as ${showJson(dtype)}, which is not read.`,
			name,
		);
	const affine = packing && (type === "uint8" || type === "uint16") ? readAffine(packing, name) : null;
	return { name, shape, type, affine, offset, bytes: sizeOf(shape) * BYTES_PER_ELEMENT[type] };
}

function readAffine(packing: JsonObject, name: string): { readonly scale: number; readonly min: number } {
	const scale = property(packing, "scale");
	const min = property(packing, "min");
	if (typeof scale !== "number" || typeof min !== "number")
		throw malformed(`the quantization of weight '${name}'`, packing);
	return { scale, min };
}

function malformed(what: string, found: Json | undefined): BlindspotError {
	return new BlindspotError("unreadable-model", `model.json is malformed: ${what} is ${showJson(found)}.`);
}
