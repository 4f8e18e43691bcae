/** What `blindspot.json` may hold: the one definition, from which its JSON Schema is made too. */
import { z } from "zod";
import { describeBadGlob } from "./globs.js";

const CHANNEL_VALUES = z.union([z.number(), z.tuple([z.number()]), z.tuple([z.number(), z.number(), z.number()])]);

const path = z
	.string()
	.min(1)
	.refine((value) => !value.includes("\0"), "must not hold a zero character")
	.refine((value) => !/^[a-z][a-z0-9+.-]+:\/\//i.test(value), "must be a path on this machine, not an address");

const preprocessing = z
	.strictObject({
		fit: z
			.enum(["resize", "crop"])
			.optional()
			.describe("How a picture gets the model's input size: stretched, or scaled and cut in the middle."),
		range: z
			.union([
				z.enum(["0..1", "-1..1", "0..255"]),
				z.tuple([z.number(), z.number()]).refine(([low, high]) => low !== high, "must have two different ends"),
			])
			.optional()
			.describe("What the model sees for black and white. [1, 0] inverts the picture."),
		bgr: z.boolean().optional().describe("Whether the model wants blue, green, red instead of red, green, blue."),
		mean: CHANNEL_VALUES.optional().describe(
			"Subtracted after scaling: one number, or one per channel in the order that the model sees.",
		),
		std: CHANNEL_VALUES.superRefine((value, context) => {
			const zero = [value].flat().indexOf(0);
			if (zero < 0) return;
			context.addIssue({ code: "custom", message: "must not be 0", path: Array.isArray(value) ? [zero] : [] });
		})
			.optional()
			.describe(
				"Divided by after subtracting the mean: one number, or one per channel in the order that the model sees.",
			),
	})
	.describe(
		"What happens to a picture on its way into the model. What is left out is taken from the model or assumed.",
	);

const inputSide = z.int().min(1).max(16_384);

const model = z.strictObject({
	preprocessing: preprocessing.optional(),
	inputSize: z
		.strictObject({ width: inputSide, height: inputSide })
		.optional()
		.describe("The input size in pixels, for a model that leaves it open."),
	classes: z
		.union([path, z.array(z.string().min(1)).min(1)])
		.optional()
		.describe("Class names in the model's order: a list, or a file (one name a line, or JSON), relative to this file."),
	data: z
		.union([path, z.array(path).min(1)])
		.optional()
		.describe(
			"Pictures for the model: folders of class folders, IDX images files or .npz files, relative to this file.",
		),
	output: z
		.string()
		.min(1)
		.optional()
		.describe("Name of the layer whose output gives the classes, where it isn't the last one."),
});

export const configurationSchema = z
	.strictObject({
		$schema: z.string().optional().describe("Where the JSON Schema of this file is."),
		models: z
			.record(
				z.string().superRefine((glob, context) => {
					const bad = describeBadGlob(glob);
					if (bad !== null) context.addIssue({ code: "custom", message: bad });
				}),
				model,
			)
			.describe(
				"Models by glob, relative to this file; a glob without a slash is about file names in any folder. The first that matches counts.",
			),
	})
	.meta({ title: "Blindspot", description: "Ties image models to their preprocessing, class names and data." });

export type ConfigurationFile = z.infer<typeof configurationSchema>;
export type ModelConfiguration = z.infer<typeof model>;
export type PreprocessingConfiguration = z.infer<typeof preprocessing>;

/** The JSON Schema of `blindspot.json`, which `media/blindspot.schema.json` holds. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
	return z.toJSONSchema(configurationSchema, { target: "draft-7", io: "input" });
}
