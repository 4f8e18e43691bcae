/** A folder as somebody opens it for the first time: models that don't say what they expect, and labelled pictures. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { Random } from "../../src/compute/math/random.js";
import { node, onnxModel, type TensorSpec } from "../compute/formats/onnx/writer.js";

const SIDE = 8;
const COLOURS = {
	black: [12, 12, 12],
	blue: [20, 30, 200],
	green: [25, 180, 40],
	red: [210, 30, 20],
} as const satisfies Record<string, readonly [number, number, number]>;
const OF_EACH = 5;

const tensor = (name: string, dims: readonly number[], values: readonly number[]): TensorSpec => ({
	name,
	dims,
	floats: values,
});

/** Of a pixel's channels, the score of each colour; black wins where the others are below 60 of 255. */
const colourScores = [
	node("GlobalAveragePool", "x", "means"),
	node("Flatten", "means", "flat"),
	node("Gemm", "flat colour_weights colour_biases", "colour", { transB: 1 }),
];
const COLOUR_TENSORS = [
	tensor("colour_weights", [4, 3], [0, 0, 0, -0.02, -0.02, 0.1, -0.02, 0.1, -0.02, 0.1, -0.02, -0.02]),
	tensor("colour_biases", [4], [6, 0, 0, 0]),
];

/** Wants 0..255 and has no layer that would tell; taken as 0..1 it says black of everything. */
const colours = onnxModel({
	nodes: colourScores,
	initializers: COLOUR_TENSORS,
	input: ["N", 3, SIDE, SIDE],
	output: "colour",
});

/** Two outputs, neither of which names itself as the classes. */
const twoOutputs = onnxModel({
	nodes: [
		...colourScores,
		node("Softmax", "colour", "colour_probabilities", { axis: 1 }),
		node("Gemm", "flat dark_weights dark_biases", "dark_or_light", { transB: 1 }),
	],
	initializers: [
		...COLOUR_TENSORS,
		tensor("dark_weights", [2, 3], [-0.05, -0.05, -0.05, 0.05, 0.05, 0.05]),
		tensor("dark_biases", [2], [3, -3]),
	],
	input: ["N", 3, SIDE, SIDE],
	output: "colour_probabilities",
	moreOutputs: ["dark_or_light"],
});

/** A column of 64 numbers: whether the left or the right half of a picture is brighter. */
const column = onnxModel({
	nodes: [node("Flatten", "x", "flat"), node("Gemm", "flat side_weights", "side", { transB: 1 })],
	initializers: [
		tensor(
			"side_weights",
			[2, SIDE * SIDE],
			[1, -1].flatMap((sign) =>
				Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < SIDE / 2 ? sign : -sign) / 8),
			),
		),
	],
	input: ["N", SIDE * SIDE, 1],
	output: "side",
});

/** Makes the folder; returns its path. */
export async function makeFirstContact(): Promise<string> {
	const folder = path.join(mkdtempSync(path.join(realpathSync(tmpdir()), "blindspot-e2e-")), "first-contact");
	mkdirSync(folder);
	const random = Random.stream(1, "first contact");
	const noisy = (value: number) => Math.max(0, Math.min(255, Math.round(value + 8 * random.normal())));
	for (const [name, colour] of Object.entries(COLOURS))
		await writePictures(path.join(folder, "colours", name), 3, (at) => noisy(colour[at % 3] as number));
	for (const side of ["left", "right"])
		await writePictures(path.join(folder, "sides", side), 1, (at) =>
			noisy(at % SIDE < SIDE / 2 === (side === "left") ? 170 : 90),
		);
	writeFileSync(path.join(folder, "colours.onnx"), colours);
	writeFileSync(path.join(folder, "two-outputs.onnx"), twoOutputs);
	writeFileSync(path.join(folder, "column.onnx"), column);
	return folder;
}

async function writePictures(folder: string, channels: 1 | 3, value: (at: number) => number): Promise<void> {
	mkdirSync(folder, { recursive: true });
	for (let picture = 1; picture <= OF_EACH; picture++) {
		const pixels = Uint8Array.from({ length: SIDE * SIDE * channels }, (_, at) => value(at));
		const raw = { width: SIDE, height: SIDE, channels };
		await sharp(pixels, { raw })
			.png()
			.toFile(path.join(folder, `${picture}.png`));
	}
}

/** Removes what `makeFirstContact` made. */
export function removeFirstContact(folder: string): void {
	rmSync(path.dirname(folder), { recursive: true, force: true });
}
