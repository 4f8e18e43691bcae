/** Checks what the page "Lipschitz" has stored; `LipschitzResults` is the contract. */
import { z } from "zod";
import { REPORT_VERSION } from "../reports/report.js";
import { backendSchema, labelProbability, modelSchema, preprocessingSchema } from "../reports/reportSchema.js";
import { BOUND_KINDS, type LayerOutline } from "./report.js";

const figure = z.number().nonnegative();
const maybe = figure.nullable();
const shape = z.array(z.number().int().nonnegative());
const share = z.number().min(0).max(1);
/** The operation's name is only shown. */
const op = z.custom<LayerOutline["op"]>((value) => typeof value === "string");

const outline = z.object({
	name: z.string(),
	folded: z.array(z.string()),
	op,
	detail: z.string(),
	inputShape: shape.nullable(),
	outputShape: shape,
});

const dataRequest = z.discriminatedUnion("kind", [
	z.object({ kind: z.literal("pictures"), paths: z.array(z.string()) }),
	z.object({
		kind: z.literal("dataset"),
		path: z.string(),
		take: z.number().int().nullable(),
		skip: z.number().int(),
	}),
]);

export const resultsSchema = z.object({
	model: modelSchema,
	outlines: z.array(outline),
	layers: z.array(
		outline.extend({
			kind: z.enum(BOUND_KINDS),
			upper: maybe,
			lower: maybe,
			circular: maybe,
			before: maybe,
			product: maybe,
			because: z.string().nullable(),
		}),
	),
	network: z
		.object({
			kind: z.enum(BOUND_KINDS),
			upper: maybe,
			lower: figure,
			gradient: figure,
			quotient: figure,
			seenOn: z.enum(["pictures", "random pixels"]),
			unboundedBy: z.string().nullable(),
		})
		.nullable(),
	certificates: z.array(
		z.object({
			source: z.string(),
			label: z.number().int().nullable(),
			predicted: labelProbability.nullable(),
			margin: maybe,
			radius: maybe,
			found: maybe,
			error: z.string().nullable(),
		}),
	),
	shares: z.array(z.object({ distance: figure, certified: share, unknown: share, found: share })),
	earlier: z
		.object({
			sha256: z.string(),
			date: z.string(),
			network: maybe,
			layers: z.array(z.object({ name: z.string(), before: maybe, product: maybe })),
		})
		.nullable(),
	warnings: z.array(z.string()),
	run: z.object({ date: z.string(), seconds: figure, layerSeconds: z.array(figure) }),
	circumstances: z
		.object({
			kind: z.literal("lipschitz"),
			version: z.literal(REPORT_VERSION),
			blindspot: z.string(),
			backend: backendSchema,
			asked: z.object({ data: dataRequest.nullable(), adversarials: z.boolean() }),
			seed: z.number().int(),
			preprocessing: preprocessingSchema,
		})
		.nullable(),
});
