/** Checks reports that come from a file. The types in `report.ts` are the contract; this follows them. */
import { z } from "zod";
import type { ByMethod, MethodResult } from "../attack/methodComparison.js";
import { ATTACK_METHODS, EFFORTS } from "../attack/methods.js";
import { ORIGINS } from "../data/types.js";
import { isModelFormat, type ModelFormat } from "../formats/formats.js";
import {
	ATTACK_FAILURES,
	type AttackedImage,
	type AttackReport,
	REPORT_VERSION,
	type ReportModel,
	type ReportPreprocessing,
	type Target,
} from "./report.js";

const index = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const figure = z.number().nonnegative();
const size = z.object({ width: z.number().int().positive(), height: z.number().int().positive() });
export const labelProbability = z.object({ index, name: z.string(), probability: share });
const provenance = z.object({
	origin: z.enum(ORIGINS),
	because: z.string(),
});

export const targetSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("any") }),
	z.object({ kind: z.literal("next") }),
	z.object({ kind: z.literal("random") }),
	z.object({ kind: z.literal("second") }),
	z.object({ kind: z.literal("label"), index }),
]) satisfies z.ZodType<Target>;

export const attackedImageSchema = z.object({
	source: z.string(),
	label: index.nullable(),
	fileSize: size.nullable(),
	predicted: labelProbability.nullable(),
	target: index.nullable(),
	success: z.boolean(),
	adversarial: labelProbability.nullable(),
	distortion: figure.nullable(),
	l2: figure.nullable(),
	linf: figure.nullable(),
	margin: z.number().nullable(),
	rounding: figure.nullable().default(null),
	stored: z.object({ success: z.boolean(), distortion: figure.nullable(), repaired: z.boolean() }).nullable(),
	control: z
		.object({ samples: count, changed: count, interval: z.tuple([share, share]), reached: z.number().exactOptional() })
		.nullable(),
	labels: z.array(z.object({ index, name: z.string(), before: share, after: share })),
	evaluations: count,
	history: z.array(z.tuple([count, figure])),
	failure: z.enum(ATTACK_FAILURES).nullable(),
	error: z.string().nullable(),
	files: z.object({ adversarial: z.string().nullable(), noise: z.string().nullable() }),
}) satisfies z.ZodType<AttackedImage>;

/** What several methods made of an image, where a report has it. */
export const methodsSchema = z.partialRecord(
	z.enum(ATTACK_METHODS),
	attackedImageSchema.pick({
		success: true,
		target: true,
		adversarial: true,
		distortion: true,
		l2: true,
		linf: true,
		margin: true,
		stored: true,
		evaluations: true,
		failure: true,
	}),
) satisfies z.ZodType<ByMethod<MethodResult>>;

export const modelSchema = z.object({
	path: z.string(),
	sha256: z.string(),
	format: z.custom<ModelFormat>(isModelFormat, "this format is not known"),
	parameters: count,
	classes: count,
	classNames: z.array(z.string()),
	inputSize: size,
	channels: z.number().int().positive(),
	outputChoice: z.object({ taken: z.string(), others: z.array(z.string()) }).exactOptional(),
}) satisfies z.ZodType<ReportModel>;

export const backendSchema = z.object({ name: z.enum(["native", "wasm", "js"]), version: z.string() });

export const preprocessingSchema = z.object({
	fit: z.enum(["resize", "crop"]),
	range: z.tuple([z.number(), z.number()]),
	bgr: z.boolean(),
	mean: z.array(z.number()).nullable(),
	std: z.array(z.number()).nullable(),
	transparency: z.enum(["white", "black", "drop"]).exactOptional(),
	provenance,
}) satisfies z.ZodType<ReportPreprocessing>;

export const attackReportSchema = z.object({
	kind: z.literal("attack"),
	version: z.literal(REPORT_VERSION),
	blindspot: z.string(),
	model: modelSchema,
	backend: backendSchema,
	options: z.object({
		method: z.enum(ATTACK_METHODS),
		target: targetSchema,
		effort: z.enum(EFFORTS).default("normal"),
		budget: z.number().int().positive().nullable(),
	}),
	seed: z.number().int(),
	preprocessing: preprocessingSchema,
	classNames: provenance,
	labels: z.string().nullable().default(null),
	warnings: z.array(z.string()),
	images: z.array(attackedImageSchema),
	summary: z.object({ attacked: count, succeeded: count, unreadable: count, meanDistortion: figure.nullable() }),
	run: z.object({ date: z.string(), seconds: figure, imageSeconds: z.array(figure.nullable()) }),
}) satisfies z.ZodType<AttackReport>;
