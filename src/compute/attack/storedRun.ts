/** A run of attacks with the pixels of its images: what the page "Adversarial" shows, and what is stored of it. */
import { basename } from "node:path";
import { z } from "zod";
import type { Pixels } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import type { AttackPixels, AttackReport, Target } from "../reports/report.js";
import { attackedImageSchema, attackReportSchema, targetSchema } from "../reports/reportSchema.js";
import type { StoredHead } from "../reports/storedReport.js";
import type { ByMethod } from "./methodComparison.js";
import { ATTACK_METHODS, type AttackMethod, EFFORTS, type Effort } from "./methods.js";

export interface RunQuestion {
	readonly model: string | null;
	readonly method: AttackMethod;
	readonly target: Target;
	readonly effort: Effort;
	readonly budget: number | null;
	readonly seed: number;
}

/** Where a run's images come from: pictures that were selected, or part of a data set. */
export type RunData =
	| { readonly kind: "pictures" }
	/** `take`: how many, balanced over the classes; null for all. */
	| { readonly kind: "dataset"; readonly path: string; readonly take: number | null };

/** What one method made of an image. */
export interface RunMethod {
	readonly image: AttackReport["images"][number];
	/** True where the search of this image came to its end, with or without an adversarial. */
	readonly done: boolean;
	readonly seconds: number | null;
	readonly pixels: AttackPixels;
}

export interface RunRow extends RunMethod {
	readonly target: Target;
	/** What further methods made of it; their originals are the row's. */
	readonly methods: ByMethod<RunMethod>;
}

/** Everything a page needs to show a run, finished or not. */
export interface StoredRun {
	readonly asked: RunQuestion;
	/** What the rows answer; null where nothing was run. */
	readonly shown: RunQuestion | null;
	readonly data: RunData;
	readonly rows: readonly RunRow[];
	/** False where the run was stopped by something else than its end. */
	readonly complete: boolean;
	/** As far as it is known; null before the model was read. */
	readonly report: AttackReport | null;
}

export const questionSchema = z.object({
	model: z.string().nullable(),
	method: z.enum(ATTACK_METHODS),
	target: targetSchema,
	effort: z.enum(EFFORTS).default("normal"),
	budget: z.number().int().positive().nullable(),
	seed: z.number().int(),
}) satisfies z.ZodType<RunQuestion>;

export const dataSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("pictures") }),
	z.object({ kind: z.literal("dataset"), path: z.string(), take: z.number().int().positive().nullable() }),
]) satisfies z.ZodType<RunData>;

const pixelsSchema = z
	.object({
		width: z.number().int().positive(),
		height: z.number().int().positive(),
		channels: z.number().int().positive(),
		data: z.instanceof(Float32Array),
	})
	.refine(
		({ width, height, channels, data }) => data.length === width * height * channels,
		"not as many as its size says",
	)
	.nullable() satisfies z.ZodType<Pixels | null>;

const rowPixelsSchema = z
	.object({ original: pixelsSchema, adversarial: pixelsSchema, stored: z.instanceof(Uint8Array).nullable() })
	.refine((pixels) => sameSize([pixels]), "not all of one size") satisfies z.ZodType<AttackPixels>;

const methodSchema = z.object({
	image: attackedImageSchema,
	done: z.boolean(),
	seconds: z.number().nonnegative().nullable(),
	pixels: rowPixelsSchema,
}) satisfies z.ZodType<RunMethod>;

const rowSchema = methodSchema
	.extend({
		target: targetSchema,
		methods: z.partialRecord(z.enum(ATTACK_METHODS), methodSchema).default({}),
	})
	.refine(
		({ pixels, methods }) => sameSize([pixels, ...Object.values(methods).map((of) => of.pixels)]),
		"not all of one size",
	) satisfies z.ZodType<RunRow>;

function sameSize(pixels: readonly AttackPixels[]): boolean {
	const lengths = pixels.flatMap(({ original, adversarial, stored }) => [
		original?.data.length,
		adversarial?.data.length,
		stored?.length,
	]);
	return new Set(lengths.filter((length) => length !== undefined)).size <= 1;
}

const runSchema = z.object({
	asked: questionSchema,
	shown: questionSchema.nullable(),
	data: dataSchema,
	complete: z.boolean(),
	report: attackReportSchema.nullable(),
	rows: z.array(rowSchema),
}) satisfies z.ZodType<StoredRun>;

/** Checks what a file stored of a run. Throws `unreadable-data`, naming the place, where it is none. */
export function parseRun(content: unknown): StoredRun {
	const { success, data, error } = runSchema.safeParse(content);
	if (success) return data;
	const [issue] = error.issues;
	const where = `${issue?.path.join(".") || "the run"}: ${issue?.message ?? "not as expected"}`;
	throw new BlindspotError("unreadable-data", `This is no run of this version of Blindspot: ${where}.`);
}

/** "Adversarial: jay.jpg", "Adversarial: 3 images". */
export function runTitle(sources: readonly string[]): string {
	const [first] = sources;
	if (first === undefined) return "Adversarial";
	return `Adversarial: ${sources.length === 1 ? basename(first) : `${sources.length} images`}`;
}

/** What a list of reports says of a run. */
export function runHead({ asked, shown, rows, complete, report }: StoredRun): StoredHead {
	const { model } = shown ?? asked;
	const done = rows.filter((row) => row.done).length;
	return {
		kind: "adversarial",
		title: runTitle(rows.map((row) => row.image.source)),
		models: model === null ? [] : [{ path: model, sha256: report?.model.sha256 ?? null }],
		date: report?.run.date ?? null,
		complete,
		words: complete ? "" : `${done} of ${rows.length}`,
	};
}
