/** Weights that an ONNX model keeps in files beside it: read within the model's own folder only. */
import { BlindspotError } from "../../errors.js";
import { type ModelFiles, resolveInside } from "../source.js";
import type { GraphProto, TensorProto } from "./schema.js";
import { DEEPEST_BRANCH, subgraphOf } from "./subgraph.js";
import type { ExternalData } from "./tensors.js";

const EXTERNAL = 1;

/** What holds nodes: a graph, a function. */
type ModelPart = Pick<GraphProto, "nodes"> & Partial<Pick<GraphProto, "initializers">>;

/**
 * Reads all files that the tensors of a graph and of functions refer to, initializers and constants alike. The result
 * gives a tensor's bytes, checked against the file's length.
 */
export async function readExternalData(
	path: string,
	parts: readonly ModelPart[],
	files: ModelFiles,
): Promise<ExternalData> {
	const contents = new Map<string, Buffer>();
	const tensors = parts.flatMap((part) => [...tensorsOf(part)]);
	for (const proto of tensors) {
		if (proto.dataLocation !== EXTERNAL) continue;
		const location = entry(proto, "location") ?? "";
		if (contents.has(location)) continue;
		contents.set(location, await files.read(await resolveInside(path, location)));
	}
	const external: ExternalData = (name, proto, bytes) => {
		const location = entry(proto, "location") ?? "";
		const content = contents.get(location);
		if (!content) throw damaged(name, `its file '${location}' was not read`);
		const offset = wholeNumber(proto, "offset", 0);
		const length = wholeNumber(proto, "length", content.length - offset);
		if (length !== bytes) throw damaged(name, `'${location}' has ${length} bytes for it, its shape needs ${bytes}`);
		if (offset + length > content.length)
			throw damaged(
				name,
				`it lies at bytes ${offset} to ${offset + length} of '${location}', which has ${content.length}`,
			);
		return content.subarray(offset, offset + length);
	};
	for (const proto of tensors) if (proto.dataLocation === EXTERNAL) checkPlace(proto, contents);
	return external;
}

/** Every tensor's place is looked at, needed or not. */
function checkPlace(proto: TensorProto, contents: ReadonlyMap<string, Buffer>): void {
	const location = entry(proto, "location") ?? "";
	const size = contents.get(location)?.length ?? 0;
	const offset = wholeNumber(proto, "offset", 0);
	const length = wholeNumber(proto, "length", size - offset);
	if (offset + length > size || length < 0)
		throw damaged(proto.name, `it lies at bytes ${offset} to ${offset + length} of '${location}', which has ${size}`);
}

function* tensorsOf({ nodes, initializers = [] }: ModelPart, depth = 0): Generator<TensorProto> {
	yield* initializers;
	for (const { operation, attributes } of nodes)
		for (const attribute of attributes) {
			if (attribute.tensor) yield attribute.tensor;
			const branch = operation === "If" && depth < DEEPEST_BRANCH ? subgraphOf(attribute) : null;
			if (branch) yield* tensorsOf(branch, depth + 1);
		}
}

function entry(proto: TensorProto, key: string): string | null {
	return proto.externalData.find((pair) => pair.key === key)?.value ?? null;
}

function wholeNumber(proto: TensorProto, key: string, otherwise: number): number {
	const text = entry(proto, key);
	if (text === null || text === "") return otherwise;
	const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
	if (!Number.isSafeInteger(value)) throw damaged(proto.name, `its '${key}' is '${text.slice(0, 40)}'`);
	return value;
}

function damaged(name: string, why: string): BlindspotError {
	return new BlindspotError("unreadable-model", `The tensor '${name}' is damaged: ${why}.`, name);
}
