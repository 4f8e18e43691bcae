/** What `blindspot.json` may hold: the one definition, from which its JSON Schema is made too. */
import { z } from "zod";
import { FOLDER_ORDERS } from "./folderOrders.js";
import { countAlternatives, describeBadGlob } from "./globs.js";

const CHANNEL_VALUES = z.union([z.number(), z.array(z.number()).min(1)]);

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
			.meta({
				description: "How a picture gets the model's input size.",
				enumDescriptions: ["Stretched to the input size.", "Scaled until it covers the input, then cut in the middle."],
			}),
		range: z
			.union([
				z.enum(["0..1", "-1..1", "0..255"]).meta({
					enumDescriptions: [
						"Black is 0, white 1.",
						"Black is -1, white 1: MobileNet and Inception as Keras has them.",
						"Bytes as they are: models that begin with a Rescaling layer.",
					],
				}),
				z.tuple([z.number(), z.number()]).refine(([low, high]) => low !== high, "must have two different ends"),
			])
			.optional()
			.meta({
				description: "What the model sees for black and white. [1, 0] inverts the picture.",
				examples: ["0..1", "-1..1", "0..255", [1, 0]],
			}),
		bgr: z.boolean().optional().describe("Whether the model wants blue, green, red instead of red, green, blue."),
		mean: CHANNEL_VALUES.optional().meta({
			description: "Subtracted after scaling: one number, or one per channel in the order that the model sees.",
			examples: [[0.485, 0.456, 0.406]],
		}),
		std: CHANNEL_VALUES.superRefine((value, context) => {
			const zero = [value].flat().indexOf(0);
			if (zero < 0) return;
			context.addIssue({ code: "custom", message: "must not be 0", path: Array.isArray(value) ? [zero] : [] });
		})
			.optional()
			.meta({
				description:
					"Divided by after subtracting the mean: one number, or one per channel in the order that the model sees.",
				examples: [[0.229, 0.224, 0.225]],
			}),
		transparency: z
			.enum(["white", "black", "drop"])
			.optional()
			.meta({
				description: "What an image's transparent parts become, where the model takes RGB or gray. White if left out.",
				enumDescriptions: [
					"Laid on white.",
					"Laid on black.",
					'Shown with the colors that the file keeps for them, as Pillow\'s convert("RGB") and Keras do.',
				],
			}),
	})
	.describe("How images are preprocessed for the model. Anything left out is read from the model or assumed.");

/** Each may be held against each model of a workspace. */
const MOST_GLOBS = 1_000;
/** What globs with braces stand for, together: this many take some seconds for a thousand models. */
const MOST_PLAIN_GLOBS = 2_000;

const inputSide = z.int().min(1).max(16_384);

const model = z
	.strictObject({
		preprocessing: preprocessing.optional(),
		inputSize: z
			.strictObject({ width: inputSide, height: inputSide })
			.optional()
			.meta({
				description:
					"The input size in pixels, for a model that leaves it open or takes its image as a list of values.",
				examples: [{ width: 224, height: 224 }],
			}),
		channels: z
			.int()
			.min(1)
			.max(65_536)
			.optional()
			.meta({
				description:
					"How many channels an image has, for a model that takes it as a list of values, channels last: 1 is gray, 3 RGB.",
				examples: [1, 3],
			}),
		classes: z
			.union([path, z.array(z.string().min(1)).min(1)])
			.optional()
			.meta({
				description:
					"Class names in the model's order: a list, or a file (one name a line, or JSON), relative to this file.",
				examples: ["labels.txt", ["cat", "dog"]],
			}),
		data: z
			.union([path, z.array(path).min(1)])
			.optional()
			.meta({
				description:
					"Pictures for the model: folders of class folders, IDX images files, .npz files or CIFAR's binary files, relative to this file.",
				examples: ["data/validation", ["data/t10k-images-idx3-ubyte.gz"]],
			}),
		folders: z
			.enum(FOLDER_ORDERS)
			.optional()
			.meta({
				description: "How class folders that aren't named after classes are numbered.",
				enumDescriptions: [
					"A folder's name is the number of its class.",
					"A folder's name is the number of its class, counted from 1.",
					"In alphabetical order, as most loaders number them: 0, 1, 10, 11, 2.",
					"In the order of the numbers in their names: class1, class2, class10.",
				],
			}),
		output: z
			.string()
			.min(1)
			.optional()
			.meta({
				description: "Name of the layer whose output gives the classes, where it isn't the last one.",
				examples: ["predictions"],
			}),
		exclusive: z.boolean().optional().meta({
			description:
				"Whether each image has exactly one label, where the model ends in a sigmoid for each: what goes into the sigmoids is then compared.",
		}),
	})
	.meta({
		description: "What Blindspot is to know about the models that the glob matches.",
		defaultSnippets: [
			{
				label: "preprocessing, classes and data",
				body: {
					preprocessing: { fit: "crop", range: "0..1" },
					classes: "labels.txt",
					data: "data",
				},
			},
		],
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
			.refine((models) => Object.keys(models).length <= MOST_GLOBS, `must not have more than ${MOST_GLOBS} globs`)
			.refine(
				(models) => Object.keys(models).reduce((sum, glob) => sum + countAlternatives(glob), 0) <= MOST_PLAIN_GLOBS,
				`must not have braces for more than ${MOST_PLAIN_GLOBS} globs together`,
			)
			.meta({
				description:
					"Models by glob, relative to this file; a glob without a slash is about file names in any folder. The first that matches counts.",
				examples: [{ "checkpoints/*.keras": { preprocessing: { range: "-1..1" }, classes: "labels.txt" } }],
				defaultSnippets: [{ label: "a model", body: { "models/*.keras": {} } }],
			}),
	})
	.meta({
		title: "Blindspot",
		description: "Ties image models to their preprocessing, class names and data.",
		defaultSnippets: [{ label: "models", body: { models: { "models/*.keras": {} } } }],
	});

export type ConfigurationFile = z.infer<typeof configurationSchema>;
export type ModelConfiguration = z.infer<typeof model>;
export type PreprocessingConfiguration = z.infer<typeof preprocessing>;

/** The JSON Schema of `blindspot.json`, which `media/blindspot.schema.json` holds. */
export function configurationJsonSchema(): Readonly<Record<string, unknown>> {
	return z.toJSONSchema(configurationSchema, { target: "draft-7", io: "input" });
}
