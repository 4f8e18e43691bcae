/** Which drawings and models the example workspace holds, and where. Paths are relative to `examples/`. */
import { type Drawing, drawDigit } from "./drawing.js";
import { CNN, MLP, type NetworkPlan } from "./networks.js";
import type { TrainingPlan } from "./training.js";

export const SEED = 2014;
export const CLASS_NAMES: readonly string[] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const DRAWINGS_PER_CLASS = 20;
const TRAINING_DRAWINGS = 10_000;

export interface PlacedDrawing {
	readonly path: string;
	readonly drawing: Drawing;
}

/** The labelled drawings in class folders; none of them is trained on. */
export function testDrawings(): readonly PlacedDrawing[] {
	return CLASS_NAMES.flatMap((name, digit) =>
		Array.from({ length: DRAWINGS_PER_CLASS }, (_, i) => ({
			path: `digits/test/${name}/${String(i + 1).padStart(2, "0")}.png`,
			drawing: drawDigit(SEED, "test", digit, i),
		})),
	);
}

/** Single pictures without a label, four times as large as the models take. */
export function loosePictures(): readonly PlacedDrawing[] {
	const names = ["two", "three", "four", "seven", "nine"] as const;
	const digits = { two: 2, three: 3, four: 4, seven: 7, nine: 9 } as const;
	return names.map((name) => ({
		path: `pictures/${name}.png`,
		drawing: drawDigit(SEED, "pictures", digits[name], 0, 112),
	}));
}

export const TRAINING_SET = { stream: "train", count: TRAINING_DRAWINGS } as const;

/** The two models and how they are trained. */
export const MODELS: readonly {
	readonly plan: NetworkPlan;
	readonly training: Pick<TrainingPlan, "stages" | "decay">;
	/** The file to open; the LayersModel's weights lie beside it. */
	readonly path: string;
	readonly format: "tfjs-layers" | "keras-v3";
}[] = [
	{
		plan: MLP,
		training: {
			stages: [
				{ rate: 2e-3, rounds: 12 },
				{ rate: 2e-4, rounds: 3 },
			],
			decay: 1e-4,
		},
		path: "models/mlp/model.json",
		format: "tfjs-layers",
	},
	{
		plan: CNN,
		training: {
			stages: [
				{ rate: 2e-3, rounds: 5 },
				{ rate: 2e-4, rounds: 2 },
			],
			decay: 1e-3,
		},
		path: "models/cnn.keras",
		format: "keras-v3",
	},
];

/** The text of `blindspot.json`, laid out as the project's formatter does. */
export function configurationText(): string {
	const names = CLASS_NAMES.map((name) => JSON.stringify(name)).join(", ");
	const models = MODELS.map(
		({ path, plan }) => `\t\t"${path}": {
			"preprocessing": { "range": "${plan.range.join("..")}" },
			"classes": [${names}],
			"data": "digits/test"
		}`,
	);
	return `{\n\t"models": {\n${models.join(",\n")}\n\t}\n}\n`;
}
