/** The page "Model" as an analysis: a model file is read and described, or compared with another. */
import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { z } from "zod";
import { checkText } from "../../compute/modelDetails/checkText.js";
import type { ModelReport } from "../../compute/modelDetails/report.js";
import type { Analysis } from "../analysis/analysis.js";
import type { Cell } from "../pageKind.js";
import { comparedName } from "./comparisonWords.js";
import type { ModelPageReport, ModelQuestion } from "./report.js";
import { bytesText } from "./words.js";

/** Nobody waits for what is read this fast. */
const QUICK_MILLISECONDS = 1000;

/** What is looked at when a stored report comes back; the rest is as it was written. */
const shape = z.looseObject({
	warnings: z.array(z.string()),
	run: z.looseObject({ date: z.string(), seconds: z.number() }),
	content: z.discriminatedUnion("kind", [
		z.looseObject({
			kind: z.literal("model"),
			report: z.looseObject({ kind: z.literal("model"), version: z.literal(1), layers: z.array(z.looseObject({})) }),
			pictures: z.array(z.looseObject({ pixels: z.instanceof(Uint8Array) })),
			layout: z.looseObject({ nodes: z.array(z.array(z.number())) }),
		}),
		z.looseObject({
			kind: z.literal("comparison"),
			comparison: z.looseObject({ version: z.literal(1), layers: z.array(z.looseObject({})) }),
		}),
	]),
});

export const modelAnalysis: Analysis<ModelQuestion, ModelPageReport> = {
	name: "model",
	label: "Model",
	questionSchema: z.strictObject({ model: z.string().nullable(), against: z.string().nullable() }),
	reportSchema: z.custom<ModelPageReport>((value) => shape.safeParse(value).success),
	question: (model) => ({ model, against: null }),
	title: ({ model, against }) =>
		model === null ? "Model" : against === null ? basename(model) : `${basename(against)} ↔ ${basename(model)}`,
	models: ({ model, against }) => [model, against].filter((path) => path !== null),
	withModel: (question, model) => ({ ...question, model }),
	data: () => null,
	withData: (question) => question,
	missing: ({ model }) => (model === null ? "model" : null),
	run: async ({ model, against }, { client, modelRequest, signal, progress }) => {
		const path = model as string;
		progress(`Reading ${basename(path)}`, null);
		if (against !== null) {
			const models = { before: modelRequest(against), after: modelRequest(path) };
			const comparison = await client.compareModels(models, signal);
			const { warnings, run } = comparison;
			return { warnings, run, content: { kind: "comparison", comparison } };
		}
		const began = performance.now();
		const record = await client.describeModel(
			{ run: randomUUID(), model: modelRequest(path) },
			({ read, of }) => {
				if (performance.now() - began < QUICK_MILLISECONDS) return;
				progress(`Reading ${basename(path)}, ${bytesText(read)} of ${bytesText(of)}`, read / of);
			},
			signal,
		);
		const { warnings, run } = record.report;
		return { warnings, run, content: { kind: "model", ...record } };
	},
	reported: ({ content }) =>
		content.kind === "model" ? [content.report] : [content.comparison.after, content.comparison.before],
	preprocessing: ({ content }) => (content.kind === "model" ? content.report.preprocessing : null),
	json: ({ content }) => (content.kind === "model" ? content.report : content.comparison),
	rows: ({ content }) =>
		content.kind === "model"
			? layerRows(content.report)
			: [
					["layer", "operation", "status", "relative change", "cosine", "note"],
					...content.comparison.layers.map((layer) => [
						comparedName(layer),
						layer.operation,
						layer.status,
						layer.relativeChange,
						layer.cosine,
						layer.note,
					]),
				],
};

function layerRows({ layers }: ModelReport): readonly (readonly Cell[])[] {
	return [
		["layer", "operation", "output", "parameters", "multiply-adds", "checks"],
		...layers.map(({ name, operation, outputShape, parameters, multiplyAdds, checks }) => [
			name,
			operation,
			outputShape.join("×"),
			parameters,
			multiplyAdds,
			checks.map(checkText).join(", "),
		]),
	];
}
