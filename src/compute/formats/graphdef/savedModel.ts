/** TensorFlow SavedModel: a folder with `saved_model.pb` and, in `variables/`, a checkpoint. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SAVED_MODEL } from "../../data/savedModelFolder.js";
import { BlindspotError } from "../../errors.js";
import type { Network } from "../../network/types.js";
import type { ReadOptions } from "../options.js";
import { decode } from "../protobuf.js";
import type { ModelFiles } from "../source.js";
import { TensorBundle } from "./bundle/tensorBundle.js";
import type { Signature } from "./ends.js";
import { Frame } from "./frames.js";
import { readGraph } from "./graph.js";
import { type MetaGraph, type SignatureDef, savedModel } from "./schema.js";
import { Variables } from "./variables.js";

const CHECKPOINT = "variables/variables";

/** Reads the model of a `saved_model.pb`. Throws `unreadable-model` or `unsupported-model`. */
export async function readSavedModel(path: string, files: ModelFiles, options: ReadOptions): Promise<Network> {
	const { metaGraphs } = decode(savedModel, await files.read(path), SAVED_MODEL);
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
