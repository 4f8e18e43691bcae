/** Checks reports on one unit and on one picture that come from a file. The types in `unitReport.ts` are the contract. */
import { z } from "zod";
import { PROBE_REDUCTIONS } from "../probe/report.js";
import {
	bytePictureSchema,
	probedDataSchema,
	probedDirectionSchema,
	probedLayerSchema,
	provenanceShape,
} from "../probe/schema.js";
import { type FiringReport, REDRAWABLE_CONTROLS, type UnitChoice, type UnitReport } from "./report.js";

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const figure = z.number();
const weightPicture = z.object({ width: count, height: count, channels: count, values: z.array(figure) });
const run = z.object({ date: z.string(), seconds: figure });

export const unitChoiceSchema = z.union([
	z.object({ kind: z.literal("drawn"), control: z.enum(REDRAWABLE_CONTROLS), index: count, seed: count }),
	z.object({ kind: z.literal("unit"), index: count }),
	z.object({ kind: z.literal("direction"), name: z.string(), values: z.array(figure) }),
]) satisfies z.ZodType<UnitChoice>;

export const unitReportSchema = z.object({
	kind: z.literal("unit"),
	...provenanceShape,
	layer: probedLayerSchema,
	pre: z.boolean(),
	reduce: z.enum(PROBE_REDUCTIONS),
	unit: unitChoiceSchema,
	seed: z.number().int(),
	labels: z.string().nullable(),
	data: probedDataSchema,
	warnings: z.array(z.string()),
	figures: probedDirectionSchema,
	atFloor: count,
	scores: z.object({ low: figure, high: figure, counts: z.array(count) }).nullable(),
	byClass: z.array(z.object({ label: count, images: count, mean: figure, low: figure, high: figure })),
	logitWeights: z.array(figure).nullable(),
	incoming: z.array(z.object({ from: count, weight: figure, picture: weightPicture.nullable() })),
	incomingLayer: z.string().nullable(),
	weightPicture: weightPicture.nullable(),
	ascent: z.object({ activation: figure, steps: count, smoothness: figure }).nullable(),
	run,
}) satisfies z.ZodType<UnitReport>;

export const ascentPictureSchema = bytePictureSchema.nullable();

export const firingReportSchema = z.object({
	kind: z.literal("firing"),
	...provenanceShape,
	source: z.string(),
	fileSize: z.object({ width: count, height: count }),
	predicted: z.object({ index: count, name: z.string(), probability: share }),
	seed: z.number().int(),
	data: probedDataSchema,
	warnings: z.array(z.string()),
	layers: z.array(
		z.object({
			layer: probedLayerSchema,
			units: z.array(z.object({ unit: count, activation: figure, deviations: figure, percentile: share })),
			deviation: figure,
		}),
	),
	run,
}) satisfies z.ZodType<FiringReport>;
