/** One unit or direction as an analysis: its question, its run, its report outside of the page. No `vscode` here. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { COHERENCE_MEASURES, PROBE_REDUCTIONS } from "../../compute/activations/probe/report.js";
import { thumbnailsSchema } from "../../compute/activations/probe/schema.js";
import type { UnitChoice, UnitRecord } from "../../compute/activations/unit/report.js";
import { ascentPictureSchema, unitChoiceSchema, unitReportSchema } from "../../compute/activations/unit/schema.js";
import { BlindspotError } from "../../compute/errors.js";
import type { Analysis, RunContext } from "../analysis/analysis.js";
import { dataRequest } from "../probe/question.js";
import { count } from "../ui/format.js";
import type { ShownUnit, Standings, UnitQuestion } from "./question.js";
import { choiceName, unitRows } from "./words.js";

const whole = z.number().int().nonnegative();
const path = z.string().min(1).max(4_096);

const standingsSchema = z.strictObject({
	measure: z.enum(COHERENCE_MEASURES),
	directions: whole,
	words: z.string().max(1_000).nullable(),
	units: z
		.array(z.strictObject({ index: whole, asCoherent: whole, p: z.number().nullable(), q: z.number().nullable() }))
		.max(1_000_000),
}) satisfies z.ZodType<Standings>;

export const unitQuestionSchema = z.strictObject({
	model: path.nullable(),
	layer: z.string().min(1).max(1_000),
	data: z.strictObject({ path, take: z.number().int().positive().nullable() }).nullable(),
	pre: z.boolean(),
	reduce: z.enum(PROBE_REDUCTIONS),
	unit: unitChoiceSchema,
	top: z.number().int().min(2).max(1_000),
	seed: whole,
	standings: standingsSchema.nullable(),
}) satisfies z.ZodType<UnitQuestion>;

const shownSchema = unitReportSchema.extend({
	thumbnails: thumbnailsSchema,
	ascentPicture: ascentPictureSchema,
}) satisfies z.ZodType<ShownUnit>;

/** Images on the page of a unit, most and least activating. */
export const UNIT_IMAGES = 24;

export const unitAnalysis: Analysis<UnitQuestion, ShownUnit> = {
	name: "unit",
	label: "Unit",
	questionSchema: unitQuestionSchema,
	reportSchema: shownSchema,
	question: (model) => ({
		model,
		layer: "output",
		data: null,
		pre: false,
		reduce: "max",
		unit: { kind: "unit", index: 0 },
		top: UNIT_IMAGES,
		seed: 0,
		standings: null,
	}),
	title: ({ layer, unit }) => `${layer}, ${choiceName(unit)}`,
	models: ({ model }) => (model === null ? [] : [model]),
	withModel: (question, model) => ({ ...question, model, standings: null }),
	data: ({ data }) => data?.path ?? null,
	withData: (question, path) => ({
		...question,
		data: { path, take: question.data?.take ?? null },
		standings: null,
	}),
	missing: ({ model, data }) => (model === null ? "model" : data === null ? "data" : null),
	run,
	staysShown: (shown, asked) => isDeepStrictEqual({ ...shown, unit: asked.unit }, asked),
	reported: ({ model: { path, sha256 } }) => [{ path, sha256 }],
	preprocessing: ({ preprocessing }) => preprocessing,
	json: ({ thumbnails: _thumbnails, ascentPicture: _picture, ...report }) => report,
	rows: unitRows,
};

async function run(question: UnitQuestion, context: RunContext<ShownUnit>): Promise<ShownUnit> {
	const { model, layer, data, pre, reduce, unit, top, seed } = question;
	if (model === null || data === null) throw new BlindspotError("bad-request", "A unit needs a model and data.");
	const record = await context.client.probeUnit(
		{
			run: crypto.randomUUID(),
			model: context.modelRequest(model),
			data: dataRequest(data),
			layer,
			pre,
			reduce,
			unit,
			top,
			seed,
			reuse: isOther(context.previous?.unit, unit),
		},
		(event) => {
			if (event.kind === "report") {
				context.progress("Looking for what drives it", null);
				context.soFar(shown(event.record));
			} else {
				const { done, total } = event;
				context.progress(`${count(done)} of ${count(total)} images`, total === 0 ? null : done / total);
			}
		},
		context.signal,
	);
	return shown(record);
}

const shown = ({ report, thumbnails, ascentPicture }: UnitRecord): ShownUnit => ({
	...report,
	thumbnails,
	ascentPicture,
});

/** Another unit than before: to run the same one again is to read the data anew. */
function isOther(before: UnitChoice | undefined, now: UnitChoice): boolean {
	return before?.kind === "unit" && now.kind === "unit" && before.index !== now.index;
}
