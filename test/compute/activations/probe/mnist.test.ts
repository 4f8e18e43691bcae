/** A probe of the paper's network on real digits, held against plain loops in float64. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainMnist } from "../../../../scripts/mnist/train.js";
import { drawDirections } from "../../../../src/compute/activations/directions.js";
import type { ProbedDirection, ProbeReport } from "../../../../src/compute/activations/probe/report.js";
import { Slices } from "../../../../src/compute/backend/slices.js";
import { readIdxImages, readIdxLabels } from "../../../../src/compute/data/idx.js";
import { readModel } from "../../../../src/compute/formats/read.js";
import type { Network } from "../../../../src/compute/network/types.js";
import type { HandlerContext } from "../../../../src/compute/prepare/context.js";
import { isAbsent, sharedPath } from "../../../sharedData.js";
import { modelAt, probeContext, probeOnce } from "./probing.js";

const images = sharedPath("mnist", "t10k-images-idx3-ubyte.gz");
const IMAGES = 10_000;
const UNITS = 100;
const DIRECTIONS = 200;
const TOP = 9;

describe.skipIf(isAbsent(images))("probe of an MNIST network", () => {
	let context: HandlerContext;
	let folder: string;
	let report: ProbeReport;
	let pixels: Uint8Array;
	let labels: Uint8Array;
	/** `[images, units]` in float64. */
	let activations: Float64Array;

	beforeAll(async () => {
		context = await probeContext();
		folder = await mkdtemp(join(tmpdir(), "blindspot-mnist-"));
		const mnist = sharedPath("mnist");
		const model = await trainMnist(mnist, folder, { activation: "relu", epochs: 2, take: 4000, seed: 1 });
		const idx = await readIdxImages(images);
		pixels = idx.data;
		labels = await readIdxLabels(images.replace("images-idx3", "labels-idx1"), idx.count);
		const { network } = await readModel(model, { inputSize: null });
		activations = hidden(
			network,
			hidden(
				network,
				Float64Array.from(pixels, (byte) => byte / 255),
				"dense",
			),
			"dense_1",
		);
		const data = { kind: "dataset", path: images, take: null, skip: 0 } as const;
		const options = { directions: DIRECTIONS, permutations: 19, top: TOP };
		({ report } = await probeOnce(context, { model: modelAt(model), data, layer: "dense_1", options }));
	});

	afterAll(() => rm(folder, { recursive: true }));

	it("has the top images that a plain sort over all activations has", async () => {
		const slices = new Slices(new AbortController().signal);
		const { values } = await drawDirections("gaussian", UNITS, DIRECTIONS, report.seed, null, [], slices);
		const unit = (index: number) => (image: number) => activations[image * UNITS + index] as number;
		const direction = (row: number) => (image: number) => {
			let sum = 0;
			for (let i = 0; i < UNITS; i++)
				sum += (activations[image * UNITS + i] as number) * (values[row * UNITS + i] as number);
			return sum;
		};
		const rows: readonly (readonly [ProbedDirection, (image: number) => number])[] = [
			...report.units.map((row, i) => [row, unit(i)] as const),
			...report.directions.map((row, i) => [row, direction(i)] as const),
		];
		for (const [row, scoreOf] of rows) {
			const scores = Float64Array.from({ length: IMAGES }, (_, image) => scoreOf(image));
			const sorted = scores.slice().sort().reverse();
			// Float32 sums of 784 and of 100 products: relative errors of some 1e-6.
			const tolerance = 2e-5 * Math.max(1, Math.abs(sorted[0] as number));
			expect(new Set(row.top.map(({ index }) => index)).size).toBe(TOP);
			row.top.forEach(({ index, score, label }, rank) => {
				expect(Math.abs(score - (scores[index] as number))).toBeLessThan(tolerance);
				expect(Math.abs((scores[index] as number) - (sorted[rank] as number))).toBeLessThan(tolerance);
				expect(label).toBe(labels[index]);
			});
		}
	});

	it("has the statistics of an independent computation", () => {
		const purityOf = (top: readonly number[]) => {
			const counts = new Array<number>(10).fill(0);
			for (const image of top) counts[labels[image] as number] = (counts[labels[image] as number] as number) + 1;
			return Math.max(...counts) / TOP;
		};
		const cosine = (a: number, b: number) => {
			let [dot, aa, bb] = [0, 0, 0];
			for (let i = 0; i < 784; i++) {
				const [x, y] = [pixels[a * 784 + i] as number, pixels[b * 784 + i] as number];
				dot += x * y;
				aa += x * x;
				bb += y * y;
			}
			return dot / Math.sqrt(aa * bb);
		};
		const similarityOf = (top: readonly number[]) => {
			const pairs = top.flatMap((a, i) => top.slice(0, i).map((b) => cosine(a, b)));
			return pairs.reduce((sum, value) => sum + value, 0) / pairs.length;
		};
		for (const row of [...report.units, ...report.directions]) {
			if (row.inactive) continue;
			const top = row.top.map(({ index }) => index);
			expect(row.purity).toBeCloseTo(purityOf(top), 12);
			expect(row.similarity).toBeCloseTo(similarityOf(top), 5);
		}
		const active = report.units.filter(({ inactive }) => !inactive);
		expect(report.statistics.inactive).toBe(UNITS - active.length);
		for (const { index, active: share } of report.units) {
			const own = Array.from({ length: IMAGES }, (_, image) => activations[image * UNITS + index] as number);
			expect(share).toBeCloseTo(own.filter((value) => value > 1e-6).length / IMAGES, 2);
		}
		const middle = (values: readonly number[]) => {
			const sorted = [...values].sort((a, b) => a - b);
			return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
		};
		for (const measure of ["purity", "similarity", "featureSimilarity"] as const) {
			const [units, directions] = [active, report.directions].map((rows) =>
				rows.flatMap((row) => row[measure] ?? []),
			) as [number[], number[]];
			let sum = 0;
			for (const a of units) for (const b of directions) sum += Math.sign(a - b);
			const comparison = report.statistics[measure];
			expect(comparison?.units).toBeCloseTo(middle(units), 12);
			expect(comparison?.directions).toBeCloseTo(middle(directions), 12);
			expect(comparison?.delta).toBeCloseTo(sum / (units.length * directions.length), 12);
			// The test's frame is all units, on all images: their mean coherence is that of the rows.
			expect(report.statistics.test).toEqual({ images: IMAGES, units: UNITS });
			expect(comparison?.rotation?.frame).toBeCloseTo(
				units.reduce((total, value) => total + value, 0) / units.length,
				6,
			);
			// Rotated directions are random directions: both means estimate the same.
			const mean = directions.reduce((total, value) => total + value, 0) / directions.length;
			const spread = Math.sqrt(directions.reduce((total, value) => total + (value - mean) ** 2, 0) / directions.length);
			expect(Math.abs((comparison?.rotation?.rotations as number) - mean)).toBeLessThan(
				(4 * spread) / Math.sqrt(DIRECTIONS),
			);
			expect(20 * (comparison?.p as number)).toBeCloseTo(Math.round(20 * (comparison?.p as number)), 9);
		}
	});
});

/** ReLU of the dense layer of this name, for all rows of `x`. */
function hidden({ nodes }: Network, x: Float64Array, name: string): Float64Array {
	const node = nodes.find((one) => one.name === name);
	const kernel = node?.weights.kernel?.data as Float32Array;
	const bias = node?.weights.bias?.data as Float32Array;
	const into = kernel.length / UNITS;
	const values = new Float64Array((x.length / into) * UNITS);
	for (let row = 0; row < x.length / into; row++) {
		const sums = Float64Array.from(bias);
		for (let i = 0; i < into; i++) {
			const value = x[row * into + i] as number;
			if (value === 0) continue;
			for (let unit = 0; unit < UNITS; unit++)
				sums[unit] = (sums[unit] as number) + value * (kernel[i * UNITS + unit] as number);
		}
		for (let unit = 0; unit < UNITS; unit++) values[row * UNITS + unit] = Math.max(0, sums[unit] as number);
	}
	return values;
}
