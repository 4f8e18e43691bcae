/**
 * Compares one net of `keras.applications`, read in this process, with Keras, and prints a row of the table.
 *
 *   node scripts/run.mjs scripts/keras/compareApplication.ts NET FILE NPZ
 */
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../../src/compute/errors.js";
import { differenceOf, TOLERANCE } from "./difference.js";

async function main(): Promise<boolean> {
	const [net = "", file = "", reference = ""] = process.argv.slice(2);
	await startBackend("auto", null);
	const start = performance.now();
	const row = (read: string, difference: string) => {
		const seconds = ((performance.now() - start) / 1000).toFixed(1);
		const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024);
		console.log(`| ${net} | ${read} | ${difference} | ${seconds} | ${mebibytes} |`);
	};
	try {
		const difference = await differenceOf(file, reference);
		row("yes", difference.toExponential(1));
		return difference < TOLERANCE;
	} catch (error) {
		row(`no: ${asBlindspotError(error).message}`, "");
		return false;
	}
}

void main().then((isFine) => {
	process.exitCode = isFine ? 0 : 1;
});
