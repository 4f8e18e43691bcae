/** An analysis that counts pictures: no more than it takes to show what all pages of analyses do. */
import { z } from "zod";
import type { Analysis } from "../../../src/webviews/analysis/analysis.js";

export interface CountingQuestion {
	readonly model: string | null;
	readonly data: { readonly path: string; readonly take: number | null } | null;
	readonly by: "label" | "size";
}

export interface CountingReport {
	readonly warnings: readonly string[];
	readonly model: { readonly path: string; readonly sha256: string };
	readonly names: readonly string[];
	readonly counts: Uint32Array;
	readonly run: { readonly date: string; readonly seconds: number };
}

export const MODEL = "/models/mlp.keras";
export const DATA = { path: "/data/digits", take: 200 };

export function countingReport(counts: readonly number[]): CountingReport {
	return {
		warnings: ["2 images cannot be read."],
		model: { path: MODEL, sha256: "ab12" },
		names: counts.map((_, at) => (at === 0 ? "<img src=x onerror=document.title=1>" : `label ${at}`)),
		counts: Uint32Array.from(counts),
		run: { date: "2030-01-01T00:00:00.000Z", seconds: 1.5 },
	};
}

/** `run` is the test's. */
export function counting(
	run: Analysis<CountingQuestion, CountingReport>["run"],
): Analysis<CountingQuestion, CountingReport> {
	return {
		name: "counting",
		label: "Counting",
		questionSchema: z.strictObject({
			model: z.string().nullable(),
			data: z.strictObject({ path: z.string(), take: z.number().int().positive().nullable() }).nullable(),
			by: z.enum(["label", "size"]),
		}),
		reportSchema: z.object({
			warnings: z.array(z.string()),
			model: z.object({ path: z.string(), sha256: z.string() }),
			names: z.array(z.string()),
			counts: z.instanceof(Uint32Array),
			run: z.object({ date: z.string(), seconds: z.number() }),
		}),
		question: (model) => ({ model, data: null, by: "label" }),
		title: ({ model }) => `Counting: ${model ?? "no model"}`,
		models: ({ model }) => (model === null ? [] : [model]),
		withModel: (question, model) => ({ ...question, model }),
		data: ({ data }) => data?.path ?? null,
		withData: (question, path) => ({ ...question, data: { path, take: 200 } }),
		missing: ({ model, data }) => (model === null ? "model" : data === null ? "data" : null),
		run,
		staysShown: (shown, asked) => shown.by !== asked.by,
		reported: ({ model }) => [model],
		preprocessing: () => null,
		json: ({ counts, ...report }) => ({ ...report, counts: [...counts] }),
		rows: ({ names, counts }) => [["label", "count"], ...names.map((name, at) => [name, counts[at] ?? null])],
	};
}
