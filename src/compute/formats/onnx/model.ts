/** ONNX files. */
import { extname } from "node:path";
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import { classTextIn } from "../classText.js";
import type { ReadOptions } from "../options.js";
import { decode, topLevelFields } from "../protobuf.js";
import type { Reader } from "../reader.js";
import type { ModelFiles } from "../source.js";
import { readExternalData } from "./externalData.js";
import { readGraph } from "./graph.js";
import { versionsOf } from "./nodeList.js";
import { type ModelProto, modelProto } from "./schema.js";

/** Operator sets before this one broadcast by other rules. */
const OLDEST_OPERATOR_SET = 7;
const GRAPH_FIELD = 7;
const OPERATOR_SETS_FIELD = 8;

/** By the fields of its protocol buffer, or by its name where these are too damaged to tell. */
export const onnxReader: Reader = ({ path, bytes, archive, json }) => {
	if (archive !== null || json !== null) return null;
	if (extname(path).toLowerCase() !== ".onnx" && !looksLikeOnnx(bytes)) return null;
	return (files, options) => readOnnx(path, bytes, files, options);
};

/** `bytes` is the file at `path`; weights kept in other files are read through `files`. */
async function readOnnx(path: string, bytes: Uint8Array, files: ModelFiles, options: ReadOptions): Promise<Network> {
	const model = decode(modelProto, bytes, "The ONNX file");
	const { graph } = model;
	if (!graph) throw new BlindspotError("unreadable-model", "The ONNX file has no graph.");
	if (graph.sparseInitializers.length > 0)
		throw new BlindspotError("unsupported-model", "The model has sparse weights. Export it with dense ones.");
	const external = await readExternalData(path, [graph, ...model.functions], files);
	const classText = classTextIn(
		"the model's metadata",
		(name) => model.metadata.find(({ key }) => key === name)?.value,
	);
	const network = readGraph(graph, {
		versions: operatorSets(model),
		functions: model.functions,
		external,
		entrance: null,
		inputSize: options.inputSize,
		output: options.output ?? null,
	});
	return classText === null ? network : { ...network, classText };
}

/** Whether the bytes are protocol-buffer fields among which are a graph and operator sets where ONNX has them. */
function looksLikeOnnx(bytes: Uint8Array): boolean {
	const fields = topLevelFields(bytes);
	return fields?.has(GRAPH_FIELD) === true && fields.has(OPERATOR_SETS_FIELD);
}

/** Version of each domain. Throws where the standard one is missing or too old. */
export function operatorSets({ operatorSets }: ModelProto): ReadonlyMap<string, number> {
	const versions = versionsOf(operatorSets);
	const version = versions.get("") ?? 0;
	if (version < OLDEST_OPERATOR_SET)
		throw new BlindspotError(
			"unsupported-model",
			version === 0
				? "The model names no version of ONNX's operator set."
				: `The model uses operator set ${version}; ${OLDEST_OPERATOR_SET} and later are read. Convert it with onnx.version_converter.`,
		);
	return versions;
}
