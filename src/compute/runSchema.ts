/** What `run.json` of a stored run holds, of this version and of older ones; described in docs/report-format.md. */
import { z } from "zod";
import { ATTACK_METHODS, type AttackMethod, type Target } from "./report.js";
import { attackedImageSchema, attackReportSchema, targetSchema } from "./reportSchema.js";

export const RUN_FORMAT = "blindspot-run";
export const RUN_VERSION = 2;

export interface RunQuestion {
	readonly model: string | null;
	readonly method: AttackMethod;
	readonly target: Target;
	readonly budget: number | null;
	readonly seed: number;
}

/** Where a run's images come from: pictures that were selected, or part of a data set. */
export type RunData =
	| { readonly kind: "pictures" }
	/** `take`: how many, balanced over the classes; null for all. */
	| { readonly kind: "dataset"; readonly path: string; readonly take: number | null };

const questionSchema = z.object({
	model: z.string().nullable(),
	method: z.enum(ATTACK_METHODS),
	target: targetSchema,
	budget: z.number().int().positive().nullable(),
	seed: z.number().int(),
}) satisfies z.ZodType<RunQuestion>;

const dataSchema = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("pictures") }),
	z.object({ kind: z.literal("dataset"), path: z.string(), take: z.number().int().positive().nullable() }),
]) satisfies z.ZodType<RunData>;

const sizeSchema = z.object({
	width: z.number().int().positive(),
	height: z.number().int().positive(),
	channels: z.union([z.literal(1), z.literal(3)]),
});
export type PixelSize = z.infer<typeof sizeSchema>;

const runSchema = z.object({
	format: z.literal(RUN_FORMAT),
	version: z.literal(RUN_VERSION),
	asked: questionSchema,
	shown: questionSchema.nullable(),
	data: dataSchema,
	complete: z.boolean(),
	report: attackReportSchema.nullable(),
	rows: z.array(
		z.object({
			image: attackedImageSchema,
			done: z.boolean(),
			target: targetSchema,
			seconds: z.number().nonnegative().nullable(),
			pixels: sizeSchema.nullable(),
		}),
	),
});
export type RunJson = z.infer<typeof runSchema>;

/** What makes a run of the next version from one of version `from`; the rest is checked by the newest schema. */
const MIGRATIONS: readonly { readonly from: number; readonly migrate: (run: object) => object }[] = [
	// Version 1 knew selected pictures only.
	{ from: 1, migrate: (run) => ({ ...run, version: 2, data: { kind: "pictures" } }) },
];

/** A run of this version, or words for what is wrong with it. */
export function parseRun(
	json: unknown,
): { readonly kind: "run"; readonly run: RunJson } | { readonly kind: "wrong"; readonly why: string } {
	let newest = json;
	for (const { from, migrate } of MIGRATIONS) {
		if (typeof newest === "object" && newest !== null && "version" in newest && newest.version === from) {
			newest = migrate(newest);
		}
	}
	const parsed = runSchema.safeParse(newest);
	if (parsed.success) return { kind: "run", run: parsed.data };
	const issue = parsed.error.issues[0];
	return { kind: "wrong", why: `${issue?.path.join(".") || "run.json"}: ${issue?.message ?? "not as expected"}` };
}
