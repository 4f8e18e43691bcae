/** TensorFlow SavedModel: a folder with `saved_model.pb` and, in `variables/`, a checkpoint. */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SAVED_MODEL } from "../../data/pathNames.js";
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import type { ReadOptions } from "../options.js";
import { decode } from "../protobuf.js";
import type { Reader } from "../reader.js";
import type { ModelFiles } from "../source.js";
import { TensorBundle } from "./bundle/tensorBundle.js";
import type { Signature } from "./ends.js";
import { Frame } from "./frames.js";
import { readGraph } from "./graph.js";
import { type MetaGraph, type SignatureDef, savedModel } from "./schema.js";
import { Variables } from "./variables.js";

const CHECKPOINT = "variables/variables";

/** By its name: protocol buffers don't say what they are of. */
export const savedModelReader: Reader = ({ path, bytes }) =>
	basename(path) === SAVED_MODEL ? (files, options) => readSavedModel(path, bytes, files, options) : null;

async function readSavedModel(
	path: string,
	bytes: Uint8Array,
	files: ModelFiles,
	options: ReadOptions,
): Promise<Network> {
	const { metaGraphs } = decode(savedModel, bytes, SAVED_MODEL);
	const metaGraph = metaGraphs.find(({ information }) => information?.tags.includes("serve")) ?? metaGraphs[0];
	if (!metaGraph?.graph) throw new BlindspotError("unreadable-model", `${SAVED_MODEL} has no graph.`);
	const main = Frame.ofGraph(metaGraph.graph);
	const index = await stat(join(dirname(path), `${CHECKPOINT}.index`)).catch(() => null);
	const variables = new Variables(main, index ? await TensorBundle.read(path, CHECKPOINT, files) : null);
	return readGraph(
		"tensorflow-savedmodel",
		main,
		chooseSignature(metaGraph),
		{ constant: () => null, variable: (node) => variables.read(node) },
		options,
	);
}

/** The usual ones first; those that start or train the model are none. */
function chooseSignature({ signatures }: MetaGraph): Signature | null {
	const named = new Map(signatures.map(({ key, value }) => [key, value]));
	const others = signatures.filter(({ key }) => !key.startsWith("__saved_model"));
	const found = named.get("serving_default") ?? named.get("serve") ?? others[0]?.value;
	return found ? signatureOf(found) : null;
}

function signatureOf({ inputs, outputs }: SignatureDef): Signature {
	const ends = (list: SignatureDef["inputs"]) =>
		list.flatMap(({ value }) => (value ? [{ name: value.name, type: value.type, shape: value.shape }] : []));
	return { inputs: ends(inputs), outputs: ends(outputs) };
}
