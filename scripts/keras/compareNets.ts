/**
 * Compares what Blindspot and Keras give for the nets that nets.py wrote.
 *
 *   node scripts/run.mjs scripts/keras/compareNets.ts FOLDER...
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { readNpz } from "../../src/compute/data/npz.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { readModel } from "../../src/compute/formats/read.js";
import { Executor } from "../../src/compute/network/execute.js";

/** Both compute in float32, in different orders; relative to the largest output. */
const TOLERANCE = 1e-4;

/** TensorFlow looks the weights of bicubic resizing up in a table of 1024 places. */
const TOLERANCE_BICUBIC = 1e-3;

interface Figures {
	nets: number;
	files: number;
	failed: number;
	worst: number;
	worstFile: string;
	worstBicubic: number;
}

async function main(): Promise<boolean> {
	await startBackend("auto", null);
	const layers = new Set<string>();
	const total: Figures = { nets: 0, files: 0, failed: 0, worst: 0, worstFile: "", worstBicubic: 0 };
	for (const folder of process.argv.slice(2)) {
		for (const name of readdirSync(folder).filter((file) => file.endsWith(".npz"))) {
			total.nets++;
			const files = [".keras", ".h5", ".saved", ".graph/model.json"].map((ending) =>
				path.join(folder, name.replace(/\.npz$/, ending)),
			);
			for (const file of files.filter(existsSync)) await compare(file, path.join(folder, name), total);
		}
		const list = path.join(folder, "layers.txt");
		for (const layer of existsSync(list) ? readFileSync(list, "utf8").trim().split("\n") : []) layers.add(layer);
	}
	console.log(
		`${total.nets} nets in ${total.files} files, ${layers.size} layers: ${total.failed} failed; ` +
			`worst error ${total.worst.toExponential(1)} (${total.worstFile}), of bicubic resizing ${total.worstBicubic.toExponential(1)}`,
	);
	if (process.env.SHOW_LAYERS) console.log([...layers].sort().join(" "));
	return total.failed === 0 && total.files > 0;
}

async function compare(file: string, reference: string, total: Figures): Promise<void> {
	total.files++;
	try {
		const error = await errorOf(file, reference);
		const isBicubic = file.includes("bicubic");
		if (isBicubic) total.worstBicubic = Math.max(total.worstBicubic, error);
		else if (!(error <= total.worst))
			Object.assign(total, { worst: error, worstFile: path.relative(path.dirname(reference), file) });
		if (error < (isBicubic ? TOLERANCE_BICUBIC : TOLERANCE)) return;
		console.log(`DIFFERENT  ${file}: ${error.toExponential(1)}`);
	} catch (error) {
		console.log(`FAILED  ${file}: ${asBlindspotError(error).message}`);
	}
	total.failed++;
}

/** Largest difference to Keras' own output. */
async function errorOf(file: string, reference: string): Promise<number> {
	const { arrays } = await readNpz(reference, ["x", "y"]);
	const [x, y] = [arrays.get("x"), arrays.get("y")];
	if (!x || !y) throw new Error(`${reference} has no x and y`);
	const { network } = await readModel(file, { inputSize: null });
	const executor = new Executor(network);
	const found = tf.tidy(() => executor.run(tf.tensor(Float32Array.from(x.data), [...x.shape])).dataSync());
	executor.dispose();
	if (found.length !== y.data.length) throw new Error(`${found.length} values, Keras gives ${y.data.length}`);
	const scale = Math.max(1e-3, ...Array.from(y.data, Math.abs));
	return Math.max(...Array.from(y.data, (v, i) => Math.abs(v - (found[i] as number)))) / scale;
}

void main().then((isFine) => {
	process.exitCode = isFine ? 0 : 1;
});
