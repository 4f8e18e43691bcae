/** Which units a picture drives, as an analysis: its question, its run, its report outside of the page. No `vscode` here. */
import { z } from "zod";
import { bytePictureSchema } from "../../compute/activations/probe/schema.js";
import { firingReportSchema } from "../../compute/activations/unit/schema.js";
import { fileName } from "../../compute/data/pathNames.js";
import { BlindspotError } from "../../compute/errors.js";
import type { Analysis, RunContext } from "../analysis/analysis.js";
import { dataRequest } from "../probe/question.js";
import { count } from "../ui/format.js";
import type { FiringQuestion, ShownFiring } from "./question.js";
import { firingRows } from "./words.js";

/** Units named per layer. */
export const NAMED_UNITS = 12;

const whole = z.number().int().nonnegative();
const path = z.string().min(1).max(4_096);

const questionSchema = z.strictObject({
	model: path.nullable(),
	picture: z.string().max(4_096),
	data: z.strictObject({ path, take: z.number().int().positive().nullable() }).nullable(),
	top: z.number().int().min(1).max(1_000),
	seed: whole,
}) satisfies z.ZodType<FiringQuestion>;

const shownSchema = firingReportSchema.extend({ picture: bytePictureSchema }) satisfies z.ZodType<ShownFiring>;

export const firingAnalysis: Analysis<FiringQuestion, ShownFiring> = {
	name: "firing",
	label: "Which Units Fire",
	questionSchema,
	reportSchema: shownSchema,
	question: (model) => ({ model, picture: "", data: null, top: NAMED_UNITS, seed: 0 }),
	title: ({ picture }) => `Units: ${picture === "" ? "no picture" : fileName(picture)}`,
	models: ({ model }) => (model === null ? [] : [model]),
	withModel: (question, model) => ({ ...question, model }),
	data: ({ data }) => data?.path ?? null,
	withData: (question, path) => ({ ...question, data: { path, take: question.data?.take ?? null } }),
	missing: ({ model, data }) => (model === null ? "model" : data === null ? "data" : null),
	run,
	reported: ({ model: { path, sha256 } }) => [{ path, sha256 }],
	preprocessing: ({ preprocessing }) => preprocessing,
	json: ({ picture: _picture, ...report }) => report,
	rows: firingRows,
};

async function run(question: FiringQuestion, context: RunContext<ShownFiring>): Promise<ShownFiring> {
	const { model, data, picture, top, seed } = question;
	if (model === null || data === null || picture === "")
		throw new BlindspotError("bad-request", "“Which Units Fire?” needs a model, a picture and data.");
	const record = await context.client.whichUnitsFire(
		{ run: crypto.randomUUID(), model: context.modelRequest(model), data: dataRequest(data), picture, top, seed },
		({ done, total }) =>
			context.progress(`${count(done)} of ${count(total)} images`, total === 0 ? null : done / total),
		context.signal,
	);
	return { ...record.report, picture: record.picture };
}
