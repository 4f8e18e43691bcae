/**
 * How fast the example models run on each backend of this machine.
 *
 *   npm run bench [-- --seconds 2 --images 10000]
 *
 * `--images`: over how many pictures a layer is probed; on WebAssembly a tenth of them.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { MODELS, SEED } from "../scripts/examples/collection.js";
import { drawDigits } from "../scripts/examples/drawing.js";
import { startBackend } from "../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../src/compute/errors.js";
import { readModel } from "../src/compute/formats/read.js";
import { withPictureInput } from "../src/compute/network/entrance.js";
import { TensorClassifier } from "../src/compute/network/tensorClassifier.js";
import type { Network } from "../src/compute/network/types.js";
import type { BackendName } from "../src/compute/reports/report.js";
import { benchmarkCnn, measureProbing, probingLine } from "./probing.js";

const BATCHES = [1, 64] as const;
const LEAST_RUNS = 5;

/** One model on one backend with one batch size. */
interface Measurement {
	readonly model: string;
	readonly backend: BackendName;
	readonly batch: number;
	readonly imagesPerSecond: number;
	readonly millisecondsPerGradient: number;
}

/** Median milliseconds of one call, after a warm-up. */
function median(seconds: number, call: () => unknown): number {
	call();
	call();
	const times: number[] = [];
	const end = performance.now() + 1000 * seconds;
	while (times.length < LEAST_RUNS || performance.now() < end) {
		const start = performance.now();
		call();
		times.push(performance.now() - start);
	}
	return times.sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function measure(network: Network, model: string, backend: BackendName, seconds: number): Measurement[] {
	const classifier = new TensorClassifier(network);
	const measured = BATCHES.map((batch) => {
		const drawings = drawDigits(SEED, "bench", batch);
		const pixels = Float32Array.from(
			drawings.flatMap((drawing) => [...drawing.pixels]),
			(value) => value / 255,
		);
		const cotangent = (logits: Float32Array): Float32Array =>
			logits.map((_, i) => Number(i % classifier.classes === 0));
		const forward = median(seconds, () => classifier.logits(pixels, batch));
		const gradient = median(seconds, () => classifier.logitsAndGradient(pixels, batch, cotangent));
		return { model, backend, batch, imagesPerSecond: (1000 * batch) / forward, millisecondsPerGradient: gradient };
	});
	classifier.dispose();
	return measured;
}

function printTable(rows: readonly (readonly string[])[]): void {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
	for (const row of rows) {
		const cells = row.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)));
		console.log(cells.join("  "));
	}
}

function printMeasurements(measured: readonly Measurement[]): void {
	const on = (backend: BackendName, { model, batch }: Measurement): number | undefined =>
		measured.find((row) => row.backend === backend && row.model === model && row.batch === batch)
			?.millisecondsPerGradient;
	const ratio = (a: number | undefined, b: number | undefined): string => (a && b ? (a / b).toFixed(2) : "");
	printTable([
		["model", "backend", "batch", "images/s forward", "ms/gradient (batch)", "times native's", "times js's"],
		...measured.map((row) => [
			row.model,
			row.backend,
			`${row.batch}`,
			row.imagesPerSecond.toFixed(0),
			row.millisecondsPerGradient.toFixed(2),
			row.backend === "native" ? "" : ratio(row.millisecondsPerGradient, on("native", row)),
			row.backend === "js" ? "" : ratio(row.millisecondsPerGradient, on("js", row)),
		]),
	]);
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: { seconds: { type: "string", default: "1" }, images: { type: "string", default: "1000" } },
	});
	const seconds = Number(values.seconds);
	if (!(seconds > 0)) throw new RangeError(`--seconds ${values.seconds}: a number above 0 is expected`);
	const networks = await Promise.all(
		MODELS.map(async ({ plan, path: file }) => {
			const { network } = await readModel(path.resolve("examples", file), { inputSize: null });
			const preprocessing = { fit: "resize", range: plan.range, bgr: false, mean: null, std: null } as const;
			return { file, network: withPictureInput(network, preprocessing) };
		}),
	);
	const [cpu] = os.cpus();
	console.log(
		`${os.availableParallelism()} cores, ${cpu?.model ?? os.arch()}, ${os.platform()}, Node ${process.version}`,
	);
	const images = Number(values.images);
	if (!(images > 0)) throw new RangeError(`--images ${values.images}: a number above 0 is expected`);
	const measured: Measurement[] = [];
	const probed: string[] = [];
	for (const backend of ["native", "wasm", "js"] as const) {
		try {
			console.log(`${backend}: ${(await startBackend(backend, null)).version}`);
		} catch (error) {
			console.log(`${backend}: left out. ${asBlindspotError(error).message}`);
			continue;
		}
		for (const { file, network } of networks) measured.push(...measure(network, file, backend, seconds));
		if (backend === "js") continue;
		const network = benchmarkCnn();
		for (const layer of ["relu2b", "relu3b"])
			probed.push(
				`${backend} ${probingLine(await measureProbing(network, layer, backend === "native" ? images : Math.ceil(images / 10)))}`,
			);
	}
	console.log("Medians; a gradient is one forward and one backward pass for the whole batch.\n");
	printMeasurements(measured);
	console.log("\nTop images of all units and 1,000 Gaussian directions, convolutional network for 32 × 32 pictures:");
	for (const line of probed) console.log(line);
}

void main();
