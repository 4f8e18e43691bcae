/**
 * Makes what is generated in examples/: drawings of digits, two models trained on others, and blindspot.json.
 *
 *   npm run examples        (after npm run setup: the training needs native TensorFlow, and takes a minute)
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { encodePng } from "../../src/compute/data/png.js";
import { configurationText, loosePictures, MODELS, SEED, TRAINING_SET, testDrawings } from "./collection.js";
import { drawDigits } from "./drawing.js";
import { kerasArchive } from "./kerasArchive.js";
import { layersModel } from "./layersModel.js";
import { train } from "./training.js";

const folder = path.resolve("examples");

async function write(file: string, content: Uint8Array | string): Promise<void> {
	const target = path.join(folder, file);
	await mkdir(path.dirname(target), { recursive: true });
	await writeFile(target, content);
}

async function makePictures(): Promise<void> {
	await rm(path.join(folder, "digits"), { recursive: true, force: true });
	await rm(path.join(folder, "pictures"), { recursive: true, force: true });
	const placed = [...testDrawings(), ...loosePictures()];
	for (const { path: file, drawing } of placed) {
		const { size, pixels } = drawing;
		await write(file, await encodePng({ width: size, height: size, channels: 1, data: pixels }));
	}
	console.log(`examples: ${placed.length} drawings`);
}

async function makeModels(): Promise<void> {
	// One thread, so that sums are always taken in the same order.
	process.env.TF_NUM_INTRAOP_THREADS = "1";
	const backend = await startBackend("native", null);
	console.log(`examples: training with ${backend.version}`);
	const drawings = drawDigits(SEED, TRAINING_SET.stream, TRAINING_SET.count);
	await rm(path.join(folder, "models"), { recursive: true, force: true });
	for (const { plan, training, path: place, format } of MODELS) {
		const onRound = (round: number, loss: number): void =>
			console.log(`examples: ${plan.name}, round ${round}: loss ${loss.toFixed(4)}`);
		const network = train(plan, drawings, { ...training, seed: SEED, onRound });
		if (format === "keras-v3") await write(place, await kerasArchive(network));
		else for (const [name, bytes] of layersModel(network)) await write(path.join(path.dirname(place), name), bytes);
		console.log(`examples: ${place}, ${network.parameters} parameters`);
	}
}

async function main(): Promise<void> {
	await makePictures();
	await makeModels();
	await write("blindspot.json", configurationText());
}

void main();
