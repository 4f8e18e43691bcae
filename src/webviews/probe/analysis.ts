/** Probing a layer as an analysis: its question, its run, its report outside of the page. No `vscode` here. */
import { z } from "zod";
import type { ProbeOptions, ProbeThumbnail } from "../../compute/activations/probe/report.js";
import type { ProbeProgress } from "../../compute/activations/probe/requests.js";
import { probeOptionsSchema, probeReportSchema, thumbnailsSchema } from "../../compute/activations/probe/schema.js";
import { fileName } from "../../compute/data/pathNames.js";
import { BlindspotError } from "../../compute/errors.js";
import type { ComputeClient } from "../../compute/process/client.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import type { ModelRequest } from "../../compute/reports/request.js";
import type { Analysis, RunContext } from "../analysis/analysis.js";
import { runWords } from "./progressWords.js";
import {
	dataRequest,
	type LayerChoice,
	lastHiddenLayer,
	layerChoices,
	type ProbeQuestion,
	type ShownProbe,
} from "./question.js";
import { probeRows } from "./table.js";

/** Settings of the person, for what nothing else is said about. */
export interface ProbeDefaults {
	readonly options: ProbeOptions;
	readonly seed: number;
}

const questionSchema = z.strictObject({
	model: z.string().min(1).max(4_096).nullable(),
	layer: z.string().min(1).max(1_000).nullable(),
	data: z.strictObject({ path: z.string().min(1).max(4_096), take: z.number().int().positive().nullable() }).nullable(),
	options: probeOptionsSchema,
	seed: z.number().int().nonnegative(),
}) satisfies z.ZodType<ProbeQuestion>;

const shownSchema = probeReportSchema.extend({ thumbnails: thumbnailsSchema }) satisfies z.ZodType<ShownProbe>;

export function probeAnalysis(defaults: () => ProbeDefaults): Analysis<ProbeQuestion, ShownProbe> {
	return {
		name: "probe",
		label: "Probe",
		questionSchema,
		reportSchema: shownSchema,
		question: (model) => ({ model, layer: null, data: null, ...defaults() }),
		title: ({ model, layer }) => `Probe: ${layer ?? (model === null ? "layer" : fileName(model))}`,
		models: ({ model }) => (model === null ? [] : [model]),
		withModel: (question, model) => ({ ...question, model, layer: null }),
		data: ({ data }) => data?.path ?? null,
		withData: (question, path) => ({ ...question, data: { path, take: question.data?.take ?? null } }),
		missing: ({ model, data }) => (model === null ? "model" : data === null ? "data" : null),
		run: runProbe,
		reported: ({ model: { path, sha256 } }) => [{ path, sha256 }],
		preprocessing: ({ preprocessing }) => preprocessing,
		json: ({ thumbnails: _thumbnails, ...report }) => report,
		rows: probeRows,
	};
}

/** The layers of a model that can be probed. */
export async function layersOf(
	client: ComputeClient,
	model: ModelRequest,
	signal?: AbortSignal,
): Promise<readonly LayerChoice[]> {
	return layerChoices((await client.inspect({ model }, signal)).layers);
}

/** Probes; a cancel ends it with what is there, once there is something. */
async function runProbe(question: ProbeQuestion, context: RunContext<ShownProbe>): Promise<ShownProbe> {
	const { client, signal } = context;
	if (question.model === null || question.data === null)
		throw new BlindspotError("bad-request", "Probing needs a model and data.");
	const model = context.modelRequest(question.model);
	const run = crypto.randomUUID();
	const thumbnails = new Map<number, ProbeThumbnail>();
	const { data, options, seed } = question;
	const hear = (event: ProbeProgress): void => {
		if (event.kind === "progress") {
			context.progress(runWords(event), event.total === 0 ? null : event.done / event.total);
			return;
		}
		for (const thumbnail of event.thumbnails) thumbnails.set(thumbnail.index, thumbnail);
		context.soFar({ ...event.report, thumbnails: [...thumbnails.values()] });
	};
	const ask = async (cancelled: AbortSignal) => {
		const layer = question.layer ?? lastHiddenLayer((await client.inspect({ model }, cancelled)).layers);
		return client.probe({ run, model, data: dataRequest(data), layer, options, seed }, hear, cancelled);
	};
	const record = await endingEarly(client, run, signal, () => thumbnails.size > 0, ask);
	return { ...record.report, thumbnails: record.thumbnails };
}
