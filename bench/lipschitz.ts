/**
 * Certified operator norms beside NumPy's FFT and SVD, shape by shape in one run; see scripts/lipschitzBench.mjs. Times
 * are the processor's, so that what else runs on the machine counts for neither.
 *
 *   node scripts/run.mjs bench/lipschitz.ts PYTHON
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Slices } from "../src/compute/backend/slices.js";
import { startBackend } from "../src/compute/backend/startBackend.js";
import { asBlindspotError } from "../src/compute/errors.js";
import { convolutionNorm, DEFAULT_OPTIONS } from "../src/compute/lipschitz/convolution.js";
import { denseNorm } from "../src/compute/lipschitz/operatorNorm.js";
import { Random } from "../src/compute/math/random.js";

/** Kernel, channels in and out, stride, input size, padding; or rows and columns. */
type Shape =
	| {
			readonly kind: "conv";
			readonly sizes: readonly [k: number, into: number, out: number, s: number, n: number, p: number];
	  }
	| { readonly kind: "dense"; readonly sizes: readonly [rows: number, columns: number] };

/** The layers of AlexNet and what else is common. */
const SHAPES: readonly Shape[] = [
	{ kind: "conv", sizes: [11, 3, 96, 4, 227, 0] },
	{ kind: "conv", sizes: [5, 48, 256, 1, 27, 2] },
	{ kind: "conv", sizes: [3, 256, 384, 1, 13, 1] },
	{ kind: "conv", sizes: [3, 192, 384, 1, 13, 1] },
	{ kind: "conv", sizes: [3, 192, 256, 1, 13, 1] },
	{ kind: "conv", sizes: [3, 64, 64, 1, 56, 1] },
	{ kind: "conv", sizes: [3, 512, 512, 1, 7, 1] },
	{ kind: "dense", sizes: [9216, 4096] },
	{ kind: "dense", sizes: [4096, 4096] },
	{ kind: "dense", sizes: [4096, 1000] },
];

const slices = new Slices(new AbortController().signal);

function weightsOf({ kind, sizes }: Shape): Float32Array {
	const random = Random.stream(0, "bench lipschitz", ...sizes);
	const count = kind === "conv" ? sizes[0] * sizes[0] * sizes[1] * sizes[2] : sizes[0] * sizes[1];
	return Float32Array.from({ length: count }, () => random.normal());
}

function describe({ kind, sizes }: Shape): string {
	if (kind === "dense") return `dense ${sizes.join("×")}`;
	const [k, into, out, s, n] = sizes;
	return `${k}×${k}×${into}×${out}${s > 1 ? ` / ${s}` : ""} at ${n}`;
}

async function own({ kind, sizes }: Shape, weights: Float32Array): Promise<number> {
	if (kind === "dense") return (await denseNorm(weights, [1, ...sizes], slices)).upper;
	const [k, into, out, s, n, p] = sizes;
	const outputs = Math.floor((n + 2 * p - k) / s) + 1;
	const { upper } = await convolutionNorm(
		{
			kernel: weights,
			window: [k, k],
			input: [n, n, into],
			output: [outputs, outputs, out],
			strides: [s, s],
			dilations: [1, 1],
			padding: { top: p, bottom: p, left: p, right: p },
			groups: 1,
		},
		slices,
		// The same grid for both, and the paper's value left out.
		{ ...DEFAULT_OPTIONS, alwaysCircular: true, withOwnGrid: false },
	);
	return upper;
}

function numpy(python: string, folder: string, { kind, sizes }: Shape, weights: Float32Array) {
	const file = path.join(folder, "weights");
	writeFileSync(file, weights);
	const script = path.join(process.cwd(), "bench", "lipschitz.py");
	const words = kind === "dense" ? sizes : [sizes[0], sizes[0], sizes[1], sizes[2], sizes[3], gridOf(sizes)];
	const env: NodeJS.ProcessEnv = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
	// Both describe another machine's kernels; one without the other makes OpenBLAS slow.
	delete env.OPENBLAS_CORETYPE;
	delete env.OPENBLAS_L2_SIZE;
	const line = execFileSync(python, [script, file, kind, ...words.map(String)], { env, encoding: "utf8" });
	const [seconds = Number.NaN, norm = Number.NaN] = line.trim().split(" ").map(Number);
	return { seconds, norm };
}

/** The grid in which the padded convolution lies: the phases' size and the padding. */
function gridOf([, , , s, n, p]: Extract<Shape, { kind: "conv" }>["sizes"]): number {
	return Math.ceil(n / s) + p;
}

async function main(): Promise<void> {
	const [python] = process.argv.slice(2);
	if (!python) throw new Error("name the Python that has NumPy");
	const folder = mkdtempSync(path.join(tmpdir(), "blindspot-bench-"));
	const totals = new Map<string, { own: number; numpy: number }>();
	try {
		for (const shape of SHAPES) {
			const weights = weightsOf(shape);
			const theirs = numpy(python, folder, shape, weights);
			console.log(`${describe(shape)}: NumPy ${theirs.seconds.toFixed(2)} s, norm ${theirs.norm.toPrecision(7)}`);
			for (const backend of ["native", "wasm"] as const) {
				try {
					await startBackend(backend, null);
				} catch (error) {
					console.log(`  ${backend}: left out. ${asBlindspotError(error).message}`);
					continue;
				}
				const start = process.cpuUsage();
				const upper = await own(shape, weights);
				const { user, system } = process.cpuUsage(start);
				const seconds = (user + system) / 1e6;
				const above = (100 * (upper / theirs.norm - 1)).toFixed(3);
				const total = totals.get(backend) ?? { own: 0, numpy: 0 };
				totals.set(backend, { own: total.own + seconds, numpy: total.numpy + theirs.seconds });
				console.log(
					`  ${backend} ${seconds.toFixed(2)} s, ${(theirs.seconds / seconds).toFixed(1)} times as fast, bound ${upper.toPrecision(7)}, ${above}% above`,
				);
			}
		}
		for (const [backend, total] of totals)
			console.log(
				`In total: NumPy ${total.numpy.toFixed(1)} s, ${backend} ${total.own.toFixed(1)} s, ${(total.numpy / total.own).toFixed(1)} times as fast`,
			);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

void main();
