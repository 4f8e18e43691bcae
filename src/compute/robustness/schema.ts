/** Checks reports of robustness that come from a file. The types in `robustnessReport.ts` are the contract; this follows them. */
import { z } from "zod";
import { bytePictureSchema, provenanceShape } from "../activations/probe/schema.js";
import { attackedImageSchema, attackReportSchema } from "../reports/reportSchema.js";
import type {
	CurvePoint,
	Estimate,
	OpenEstimate,
	PairedShares,
	RobustImage,
	RobustnessComparison,
	RobustnessOfModel,
	RobustnessOptions,
	RobustnessPicture,
	RobustnessReport,
} from "./report.js";

const count = z.number().int().nonnegative();
const figure = z.number();
const { version, blindspot, backend, model, preprocessing } = provenanceShape;
const { options, classNames } = attackReportSchema.shape;
const { predicted, adversarial, distortion, failure } = attackedImageSchema.shape;

export const robustnessOptionsSchema = options.extend({
	noiseLevels: count,
}) satisfies z.ZodType<RobustnessOptions>;

const estimate = z.object({ value: figure, interval: z.tuple([figure, figure]) }) satisfies z.ZodType<Estimate>;
const curve = z.array(z.object({ distortion: figure, share: estimate })) satisfies z.ZodType<CurvePoint[]>;

const robustImage = z.object({
	predicted,
	right: z.boolean(),
	distortion,
	adversarial,
	failure,
	evaluations: count,
}) satisfies z.ZodType<RobustImage>;

const open = z.object({
	value: figure,
	interval: z.tuple([figure.nullable(), figure.nullable()]),
}) satisfies z.ZodType<OpenEstimate>;

const ofModel = z.object({
	model,
	preprocessing,
	classNames,
	images: z.array(robustImage),
	readable: count,
	accuracy: estimate.nullable(),
	attacked: count,
	succeeded: count,
	mean: estimate.nullable(),
	median: open.nullable(),
	curve,
	noise: curve,
}) satisfies z.ZodType<RobustnessOfModel>;

const pairedShares = z.object({
	both: count,
	first: count,
	second: count,
	neither: count,
	difference: estimate.nullable(),
	p: figure,
}) satisfies z.ZodType<PairedShares>;

const comparison = z.object({
	pairs: count,
	found: z.object({ both: count, first: count, second: count }),
	ratio: open.nullable(),
	within: pairedShares.extend({ distortion: figure }).nullable(),
	accuracy: pairedShares,
}) satisfies z.ZodType<RobustnessComparison>;

/** Reports of before compared the medians of different images; their sentences stand, the figures don't. */
const formerComparison = z.object({ medianRatio: estimate.nullable() }).transform(() => null);

export const robustnessPicturesSchema = z.array(
	z.object({
		index: count,
		pictures: z.array(z.object({ original: bytePictureSchema, adversarial: bytePictureSchema }).nullable()),
	}),
) satisfies z.ZodType<RobustnessPicture[]>;

export const robustnessReportSchema = z.object({
	kind: z.literal("robustness"),
	version,
	blindspot,
	backend,
	options: robustnessOptionsSchema,
	seed: z.number().int(),
	data: z.object({ name: z.string(), total: count, done: count, unreadable: count, stopped: z.boolean() }),
	labels: z.string().nullable(),
	warnings: z.array(z.string()),
	finding: z.string(),
	conditions: z.string(),
	images: z.array(z.object({ source: z.string(), label: count.nullable(), error: z.string().nullable() })),
	models: z.union([z.tuple([ofModel]), z.tuple([ofModel, ofModel])]),
	comparison: z.union([comparison, formerComparison, z.null()]),
	run: z.object({ date: z.string(), seconds: figure }),
}) satisfies z.ZodType<RobustnessReport>;
