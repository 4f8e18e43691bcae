/**
 * Compares what Blindspot and Keras give for the nets that nets.py wrote.
 *
 *   node scripts/run.mjs scripts/keras/compareNets.ts FOLDER...
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { differenceOf, TOLERANCE } from "./difference.js";

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
		const error = await differenceOf(file, reference);
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

void main().then((isFine) => {
	process.exitCode = isFine ? 0 : 1;
});
