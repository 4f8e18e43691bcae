/** Checks reports of layer probing that come from a file. The types in `probeReport.ts` are the contract; this follows them. */
import { z } from "zod";
import type { BytePicture } from "../../data/png.js";
import { REPORT_VERSION } from "../../reports/report.js";
import { attackReportSchema } from "../../reports/reportSchema.js";
import {
	COHERENCE_MEASURES,
	type OwnDirection,
	PROBE_CONTROLS,
	PROBE_REDUCTIONS,
	type ProbeComparison,
	type ProbedData,
	type ProbedDirection,
	type ProbedLayer,
	type ProbeOptions,
	type ProbeReport,
	type ProbeThumbnail,
} from "./report.js";

const count = z.number().int().nonnegative();
const share = z.number().min(0).max(1);
const figure = z.number();

export const ownDirectionSchema = z.union([
	z.object({ name: z.string(), kind: z.literal("values"), values: z.array(figure) }),
	z.object({
		name: z.string(),
		kind: z.literal("combination"),
		parts: z.array(z.object({ unit: count, weight: figure })),
	}),
	z.object({ name: z.string(), kind: z.literal("images"), sources: z.array(z.string()) }),
]) satisfies z.ZodType<OwnDirection>;

export const probeOptionsSchema = z.object({
	pre: z.boolean(),
	reduce: z.enum(PROBE_REDUCTIONS),
	control: z.enum(PROBE_CONTROLS),
	directions: count,
	own: z.array(ownDirectionSchema),
	top: count,
	bottom: z.boolean(),
	permutations: count,
	redrawn: z.boolean(),
}) satisfies z.ZodType<ProbeOptions>;

export const bytePictureSchema = z.object({
	width: count,
	height: count,
	channels: z.number().int().positive(),
	data: z.instanceof(Uint8Array),
}) satisfies z.ZodType<BytePicture>;

export const thumbnailsSchema = z.array(z.object({ index: count, picture: bytePictureSchema })) satisfies z.ZodType<
	ProbeThumbnail[]
>;

export const probedLayerSchema = z.object({
	node: z.string(),
	layer: z.string(),
	layerType: z.string(),
	shape: z.array(count),
	units: count,
	places: count,
}) satisfies z.ZodType<ProbedLayer>;

const rankedImage = z.object({
	index: count,
	source: z.string(),
	label: count.nullable(),
	score: figure,
	box: z.object({ top: count, left: count, height: count, width: count }).nullable(),
});

export const probedDirectionSchema = z.object({
	index: count,
	name: z.string(),
	top: z.array(rankedImage),
	bottom: z.array(rankedImage),
	inactive: z.boolean(),
	purity: share.nullable(),
	commonest: z.object({ label: count, count }).nullable(),
	similarity: figure.nullable(),
	featureSimilarity: figure.nullable(),
	active: share.nullable(),
	sparsity: figure.nullable(),
	selectivity: z.object({ label: count, difference: figure }).nullable(),
	mean: figure.nullable(),
	highest: figure.nullable(),
	lowest: figure.nullable(),
	notFinite: count,
	single: z.object({ p: share, q: share }).nullable(),
}) satisfies z.ZodType<ProbedDirection>;

export const probedDataSchema = z.object({
	name: z.string(),
	total: count,
	scored: count,
	unreadable: count,
	unreadableExamples: z.array(z.object({ source: z.string(), error: z.string() })),
	stopped: z.boolean(),
	perClass: z.array(count).nullable(),
}) satisfies z.ZodType<ProbedData>;

const interval = z.tuple([figure, figure]);
const rotation = z.object({ frame: figure, rotations: figure, advantage: figure, p: share }).nullable();

const comparison = z.object({
	units: figure,
	directions: figure,
	delta: figure,
	interval,
	p: share.nullable(),
	permutations: count,
	rotation,
	redrawn: rotation,
	excess: z.object({ difference: figure, interval }).nullable(),
}) satisfies z.ZodType<ProbeComparison>;

const { blindspot, model, backend, preprocessing, classNames } = attackReportSchema.shape;

/** What reports of layers, units and pictures all say about where they come from. */
export const provenanceShape = { version: z.literal(REPORT_VERSION), blindspot, model, backend, preprocessing };

export const probeReportSchema = z.object({
	kind: z.literal("probe"),
	...provenanceShape,
	layer: probedLayerSchema,
	options: probeOptionsSchema,
	seed: z.number().int(),
	classNames,
	labels: z.string().nullable(),
	data: probedDataSchema,
	finding: z.string(),
	conditions: z.string(),
	warnings: z.array(z.string()),
	units: z.array(probedDirectionSchema),
	directions: z.array(probedDirectionSchema),
	own: z.array(probedDirectionSchema.extend({ values: z.array(figure) })),
	statistics: z.object({
		purity: comparison.extend({ chance: share }).nullable(),
		similarity: comparison.nullable(),
		featureSimilarity: comparison.nullable(),
		inactive: count,
		test: z.object({ images: count, units: count }).nullable(),
		singleUnits: z.object({ measure: z.enum(COHERENCE_MEASURES), directions: count, words: z.string() }).nullable(),
	}),
	run: z.object({
		date: z.string(),
		seconds: figure,
		stages: z.array(
			z.object({ stage: z.enum(["survey", "scores", "places", "rotations", "redrawn"]), seconds: figure }),
		),
	}),
}) satisfies z.ZodType<ProbeReport>;
