/** Models of which not much is asked: classifiers of pictures or not. */
import { asBlindspotError } from "../errors.js";
import { countParameters } from "../network/cost.js";
import type { HandlerContext } from "../prepare/context.js";
import type { LoadedModel } from "../prepare/modelStore.js";
import { type PreparedModel, withModel } from "../prepare/prepare.js";
import type { ModelSummary } from "../reports/report.js";
import type { ModelRequest } from "../reports/request.js";
import { layerSummary } from "./describe.js";
import { layersOf } from "./layers.js";

export interface AnyModel {
	readonly model: LoadedModel;
	/** Null where it is no classifier; a warning says why. */
	readonly classifier: PreparedModel | null;
	readonly summary: ModelSummary;
}

/** Runs `work` with a model that may be no classifier. Throws what reading the file throws. */
export async function withAnyModel<T>(
	context: HandlerContext,
	request: ModelRequest,
	signal: AbortSignal,
	work: (any: AnyModel) => Promise<T>,
): Promise<T> {
	try {
		return await withModel(context, request, signal, async (classifier) => {
			const { model, report, preprocessing, warnings } = classifier;
			const summary: ModelSummary = {
				...describe(request.path, model),
				classes: report.classes,
				classNames: report.classNames,
				preprocessing: preprocessing.preprocessing,
				warnings,
			};
			return work({ model, classifier, summary });
		});
	} catch (thrown) {
		const error = asBlindspotError(thrown);
		if (error.reason !== "unsupported-model") throw error;
		// Readable, but no classifier of pictures: its layers can still be shown. Unreadable files throw again here.
		return context.store.use(
			request.path,
			{ inputSize: null, output: request.output ?? null },
			signal,
			async (model) => {
				const summary: ModelSummary = {
					...describe(request.path, model),
					classes: null,
					classNames: [],
					preprocessing: null,
					warnings: [...model.network.warnings, error.message],
				};
				return work({ model, classifier: null, summary });
			},
		);
	}
}

function describe(path: string, { read, network }: LoadedModel) {
	const [input] = network.nodes;
	const output = network.nodes.find((node) => node.name === network.output);
	return {
		path,
		files: read.files,
		sha256: read.sha256,
		format: network.format,
		inputs: input ? [{ name: input.name, shape: input.outputShape }] : [],
		outputs: output ? [{ name: output.layer, shape: output.outputShape }] : [],
		layers: layersOf(network).map(layerSummary),
		parameters: countParameters(network.nodes),
	};
}
