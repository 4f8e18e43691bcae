/** What is in a model file. */
import { asBlindspotError } from "../errors.js";
import { countParameters } from "../network/cost.js";
import type { Network, NetworkNode } from "../network/types.js";
import type { InspectParams } from "../protocol.js";
import type { LayerSummary, ModelSummary } from "../report.js";
import type { HandlerContext } from "./context.js";
import { withModel } from "./prepare.js";

/** Layers, shapes and parameters; what the model says as a classifier, or a warning that says why it is none. */
export async function inspect(
	context: HandlerContext,
	{ model }: InspectParams,
	signal: AbortSignal,
): Promise<ModelSummary> {
	try {
		return await withModel(context, model, signal, async ({ model: loaded, report, preprocessing, warnings }) => ({
			...describe(model.path, loaded.read.sha256, loaded.network),
			classes: report.classes,
			classNames: report.classNames,
			preprocessing: preprocessing.preprocessing,
			warnings,
		}));
	} catch (thrown) {
		const error = asBlindspotError(thrown);
		if (error.reason !== "unsupported-model") throw error;
		// Readable, but no classifier of pictures: its layers can still be shown. Unreadable files throw again here.
		const choices = { inputSize: null, output: null };
		return context.store.use(model.path, choices, signal, async ({ read, network }) => ({
			...describe(model.path, read.sha256, network),
			classes: null,
			classNames: [],
			preprocessing: null,
			warnings: [...network.warnings, error.message],
		}));
	}
}

function describe(path: string, sha256: string, network: Network) {
	const [input] = network.nodes;
	const output = network.nodes.find((node) => node.name === network.output);
	return {
		path,
		sha256,
		format: network.format,
		inputs: input ? [{ name: input.name, shape: input.outputShape }] : [],
		outputs: output ? [{ name: output.layer, shape: output.outputShape }] : [],
		layers: layersOf(network),
		parameters: countParameters(network.nodes),
	};
}

/** One row per layer of the file; a layer that became several nodes counts as its first, with the last one's shape. */
function layersOf({ nodes }: Network): LayerSummary[] {
	const layers = new Map<string, NetworkNode[]>();
	for (const node of nodes) {
		const known = layers.get(node.layer);
		if (known) known.push(node);
		else layers.set(node.layer, [node]);
	}
	return [...layers].map(([name, parts]) => {
		const [first] = parts as [NetworkNode];
		const last = parts.at(-1) as NetworkNode;
		return {
			name,
			type: first.layerType,
			op: first.operation.op,
			outputShape: last.outputShape,
			parameters: countParameters(parts),
		};
	});
}
