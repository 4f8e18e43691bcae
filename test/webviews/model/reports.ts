/** Reports for the page "Model", made as the compute process makes them. */

import { Slices } from "../../../src/compute/backend/slices.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { compareNetworks } from "../../../src/compute/modelDetails/compare.js";
import { describeNetwork } from "../../../src/compute/modelDetails/describe.js";
import type { ComparedModel } from "../../../src/compute/modelDetails/report.js";
import type { Network } from "../../../src/compute/network/types.js";
import type { AnalysisState } from "../../../src/webviews/analysis/messages.js";
import type { ModelPageReport, ModelQuestion } from "../../../src/webviews/model/report.js";

const RUN = { date: "2030-01-01T00:00:00.000Z", seconds: 0.5 };
const COMMON = {
	version: 1,
	blindspot: "0.0.0",
	backend: { name: "js", version: "test" },
	warnings: [],
	run: RUN,
} as const;

const slices = () => new Slices(new AbortController().signal);

export function modelState(model: string, against: string | null = null): AnalysisState<ModelQuestion> {
	const asked: ModelQuestion = { model, against };
	return {
		report: "sample",
		asked,
		shown: asked,
		models: [],
		phase: { kind: "complete" },
		modelChanged: false,
		missing: null,
	};
}

export async function reportOfFile(path: string): Promise<ModelPageReport> {
	return reportOf(path, (await readModel(path, { inputSize: null })).network);
}

export async function reportOf(path: string, network: Network): Promise<ModelPageReport> {
	const { pictures, layout, ...described } = await describeNetwork(network, false, slices());
	const [input] = network.nodes;
	const because = "the input shape: 0 to 1";
	return {
		warnings: [],
		run: RUN,
		content: {
			kind: "model",
			report: {
				kind: "model",
				...COMMON,
				path,
				sha256: "ab12",
				format: network.format,
				inputs: input ? [{ name: input.name, shape: input.outputShape }] : [],
				outputs: [],
				...described,
				classes: network.nodes.at(-1)?.outputShape.at(-1) ?? null,
				classNames: [],
				preprocessing: { range: [0, 1], bgr: false, mean: null, std: null, fit: "resize" },
				files: [path],
				bytes: 4 * described.parameters,
				provenance: {
					preprocessing: { origin: "assumed", because },
					classNames: { origin: "side-file", because: "labels.txt beside the model" },
				},
			},
			pictures,
			layout,
		},
	};
}

export async function comparisonOf(
	[beforePath, before]: readonly [string, Network],
	[afterPath, after]: readonly [string, Network],
): Promise<ModelPageReport> {
	const summary = (path: string, sha256: string, { format }: Network): ComparedModel => ({
		path,
		sha256,
		format,
		parameters: 9226,
	});
	return {
		warnings: [],
		run: RUN,
		content: {
			kind: "comparison",
			comparison: {
				kind: "model comparison",
				...COMMON,
				before: summary(beforePath, "ab12", before),
				after: summary(afterPath, "cd34", after),
				...(await compareNetworks(before, after, slices())),
			},
		},
	};
}
