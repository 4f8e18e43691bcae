/** Robustness as an analysis: its question, its run, its report outside of the page. No `vscode` here. */
import { z } from "zod";
import { fileName } from "../../compute/data/pathNames.js";
import { BlindspotError } from "../../compute/errors.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import type { RobustnessOptions } from "../../compute/robustness/report.js";
import type { RobustnessParams, RobustnessProgress } from "../../compute/robustness/requests.js";
import {
	robustnessOptionsSchema,
	robustnessPicturesSchema,
	robustnessReportSchema,
} from "../../compute/robustness/schema.js";
import type { Analysis, RunContext } from "../analysis/analysis.js";
import type { OpenAdversarials, RobustnessQuestion, ShownRobustness } from "./question.js";
import { robustnessRows } from "./rows.js";

/** Settings of the person, for what nothing else is said about. */
export interface RobustnessDefaults {
	readonly options: RobustnessOptions;
	readonly seed: number;
}

/** Images of a data set that are taken where nobody says how many: enough for an interval, done while one waits. */
const USUAL_TAKE = 200;

const path = z.string().min(1).max(4_096);

const questionSchema = z.strictObject({
	model: path.nullable(),
	against: path.nullable(),
	data: z.strictObject({ path, take: z.number().int().positive().nullable() }).nullable(),
	options: robustnessOptionsSchema,
	seed: z.number().int().nonnegative(),
}) satisfies z.ZodType<RobustnessQuestion>;

const openSchema = z.strictObject({
	type: z.literal("openAdversarials"),
	model: path,
	sources: z.array(path).min(1).max(1_000),
}) satisfies z.ZodType<OpenAdversarials>;

/** `open` shows images of a data set as adversarials of a model. */
export function robustnessAnalysis(
	defaults: () => RobustnessDefaults,
	open: (model: string, data: string, sources: readonly string[]) => Promise<void>,
): Analysis<RobustnessQuestion, ShownRobustness> {
	return {
		name: "robustness",
		label: "Robustness",
		questionSchema,
		reportSchema: robustnessReportSchema.extend({ pictures: robustnessPicturesSchema }),
		question: (model) => ({ model, against: null, data: null, ...defaults() }),
		title: ({ model, against }) =>
			against === null ? `Robustness: ${model === null ? "model" : fileName(model)}` : "Robustness: 2 models",
		models: ({ model, against }) => [model, against].filter((path) => path !== null),
		withModel: (question, model) => ({
			...question,
			model,
			against: question.against === model ? null : question.against,
		}),
		data: ({ data }) => data?.path ?? null,
		withData: (question, path) => ({
			...question,
			data: { path, take: question.data === null ? USUAL_TAKE : question.data.take },
		}),
		missing: ({ model, data }) => (model === null ? "model" : data === null ? "data" : null),
		run,
		reported: ({ models }) => models.map(({ model: { path, sha256 } }) => ({ path, sha256 })),
		preprocessing: ({ models: [first] }) => first.preprocessing,
		json: ({ pictures: _pictures, ...report }) => report,
		rows: robustnessRows,
		async receive(message, session) {
			const { success, data } = openSchema.safeParse(message);
			const dataset = session.shown?.data?.path;
			if (!success || dataset === undefined) return false;
			await open(data.model, dataset, data.sources);
			return true;
		},
	};
}

/** Runs it; a cancel ends it with the images that are done, once there are some. */
async function run(question: RobustnessQuestion, context: RunContext<ShownRobustness>): Promise<ShownRobustness> {
	const { client, signal } = context;
	if (question.model === null || question.data === null)
		throw new BlindspotError("bad-request", "Robustness needs a model and data.");
	const run = crypto.randomUUID();
	let done = 0;
	const { options, seed, data } = question;
	const params: RobustnessParams = {
		run,
		model: context.modelRequest(question.model),
		against: question.against === null ? null : context.modelRequest(question.against),
		data: { kind: "dataset", path: data.path, take: data.take, skip: 0 },
		options,
		seed,
	};
	const hear = (event: RobustnessProgress): void => {
		if (event.kind === "report") {
			context.soFar({ ...event.report, pictures: [] });
			return;
		}
		done = event.done;
		const words = `${event.done.toLocaleString("en-US")} of ${event.total.toLocaleString("en-US")} images`;
		context.progress(words, event.total === 0 ? null : event.done / event.total);
	};
	const ask = (signal: AbortSignal) => client.robustness(params, hear, signal);
	const { report, pictures } = await endingEarly(client, run, signal, () => done > 0, ask);
	return { ...report, pictures };
}
