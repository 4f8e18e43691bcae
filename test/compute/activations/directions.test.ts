import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawDirections, needsOf } from "../../../src/compute/activations/directions.js";
import { readDirections, writeDirections } from "../../../src/compute/activations/probe/directionFile.js";
import { Moments } from "../../../src/compute/activations/probe/moments.js";
import { planProbe } from "../../../src/compute/activations/probe/plan.js";
import {
	DEFAULT_PROBE_OPTIONS,
	type OwnDirection,
	type ProbedLayer,
} from "../../../src/compute/activations/probe/report.js";
import { Slices } from "../../../src/compute/backend/slices.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";

const slices = new Slices(new AbortController().signal);
const UNITS = 6;
const [IMAGES, PLACES] = [150, 4];

let values: Float32Array;
let moments: Moments;
let folder: string;

/** Correlated activations far from 0, in three groups of images. */
beforeAll(async () => {
	await startBackend("auto", null);
	folder = await mkdtemp(join(tmpdir(), "blindspot-directions-"));
	const random = Random.stream(1, "activations");
	values = new Float32Array(IMAGES * PLACES * UNITS);
	for (let row = 0; row < IMAGES * PLACES; row++) {
		const common = random.normal();
		for (let unit = 0; unit < UNITS; unit++)
			values[row * UNITS + unit] =
				100 + (unit + 1) * common + random.normal() + (Math.floor(row / PLACES) % 3 === unit ? 5 : 0);
	}
	moments = new Moments(UNITS, 3, true);
	for (const [start, count] of [
		[0, 60],
		[60, 90],
	] as const) {
		const part = values.subarray(start * PLACES * UNITS, (start + count) * PLACES * UNITS);
		const activations = tf.tensor3d(part, [count, PLACES, UNITS]);
		moments.add(activations, (image) => [(start + image) % 3]);
		activations.dispose();
	}
});

afterAll(async () => {
	moments.dispose();
	await rm(folder, { recursive: true });
});

function scoresOf(direction: ArrayLike<number>): number[] {
	return Array.from({ length: IMAGES * PLACES }, (_, row) => {
		let sum = 0;
		for (let unit = 0; unit < UNITS; unit++)
			sum += (values[row * UNITS + unit] as number) * (direction[unit] as number);
		return sum;
	});
}

function covariance(a: readonly number[], b: readonly number[]): number {
	const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
	const [ma, mb] = [mean(a), mean(b)];
	return a.reduce((sum, value, i) => sum + (value - ma) * ((b[i] as number) - mb), 0) / a.length;
}

function draw(control: Parameters<typeof drawDirections>[0], count: number, seed = 1) {
	return drawDirections(control, UNITS, count, seed, moments, ["a", "b", "c"], slices);
}

const rowOf = (directions: Float32Array, row: number) => directions.subarray(row * UNITS, (row + 1) * UNITS);

describe("moments", () => {
	it("are the covariance over images and places, though they are summed batch by batch", () => {
		const unit = (i: number) => scoresOf(Array.from({ length: UNITS }, (_, j) => Number(i === j)));
		const found = moments.covariance();
		for (let i = 0; i < UNITS; i++)
			for (let j = 0; j < UNITS; j++) expect(found[i * UNITS + j]).toBeCloseTo(covariance(unit(i), unit(j)), 3);
	});
});

describe("directions", () => {
	it("are drawn the same for the same seed", async () => {
		for (const control of ["gaussian", "rotation", "whitened"] as const) {
			expect((await draw(control, 9)).values).toEqual((await draw(control, 9)).values);
			expect((await draw(control, 9, 2)).values).not.toEqual((await draw(control, 9)).values);
		}
	});

	it("of a rotation are orthonormal, frame by frame", async () => {
		const { values: rows } = await draw("rotation", 2 * UNITS + 1);
		for (let i = 0; i < 2 * UNITS; i++)
			for (let j = 0; j < UNITS; j++) {
				const other = Math.floor(i / UNITS) * UNITS + j;
				const dot = rowOf(rows, i).reduce((sum, value, k) => sum + value * (rowOf(rows, other)[k] as number), 0);
				expect(dot).toBeCloseTo(Number(i === other), 6);
			}
	});

	it("that are whitened have a score variance of 1, and no direction of the scores is favoured", async () => {
		const count = 3000;
		const { values: rows } = await draw("whitened", count);
		for (let i = 0; i < 5; i++)
			expect(covariance(scoresOf(rowOf(rows, i)), scoresOf(rowOf(rows, i)))).toBeCloseTo(1, 3);
		// Whitened: score patterns are uniform, so their mean square along any one is 1/UNITS. For unit 5, which varies most:
		const strongest = scoresOf([0, 0, 0, 0, 0, 1]);
		const deviation = Math.sqrt(covariance(strongest, strongest));
		let squares = 0;
		for (let i = 0; i < count; i++) squares += (covariance(scoresOf(rowOf(rows, i)), strongest) / deviation) ** 2;
		// The ridge takes some per cent; the standard error of the mean is 2%.
		expect(squares / count).toBeGreaterThan(0.9 / UNITS);
		expect(squares / count).toBeLessThan(1.1 / UNITS);
	});

	it("that are principal components are uncorrelated, the largest variance first", async () => {
		const { count, values: rows, names } = await draw("components", 10);
		expect(count).toBe(UNITS);
		expect(names[1]).toBe("component 1");
		const scores = Array.from({ length: UNITS }, (_, i) => scoresOf(rowOf(rows, i)));
		const variances = scores.map((own) => covariance(own, own));
		expect(variances).toEqual([...variances].sort((a, b) => b - a));
		for (const [i, a] of scores.entries())
			for (const b of scores.slice(i + 1))
				expect(Math.abs(covariance(a, b))).toBeLessThan(1e-3 * (variances[0] as number));
	});

	it("of class means are the mean of a class minus that of the others, at length 1", async () => {
		const { values: rows, names } = await draw("classMeans", 10);
		expect(names).toEqual(["mean of a", "mean of b", "mean of c"]);
		const difference = Array.from({ length: UNITS }, (_, unit) => {
			const own: number[] = [];
			const others: number[] = [];
			for (let row = 0; row < IMAGES * PLACES; row++)
				(Math.floor(row / PLACES) % 3 === 1 ? own : others).push(values[row * UNITS + unit] as number);
			const mean = (of: readonly number[]) => of.reduce((sum, value) => sum + value, 0) / of.length;
			return mean(own) - mean(others);
		});
		const length = Math.hypot(...difference);
		for (let unit = 0; unit < UNITS; unit++)
			expect(rowOf(rows, 1)[unit]).toBeCloseTo((difference[unit] as number) / length, 4);
	});

	const flat = (units: number): ProbedLayer => ({
		node: "flat",
		layer: "flat",
		layerType: "Flatten",
		shape: [units],
		units,
		places: 1,
	});

	it("are fewer where so many would not fit into memory, and the plan says so", () => {
		const wanted = { width: 320, height: 320, channels: 1, fit: "resize" } as const;
		const plan = planProbe(flat(102_400), DEFAULT_PROBE_OPTIONS, wanted, 2, 10_000, 1);
		expect(plan.directions).toBe(327);
		expect(plan.warnings.join(" ")).toContain("327 directions in place of 1,000: 'flat' has 102,400 units");
		expect(planProbe(flat(1000), DEFAULT_PROBE_OPTIONS, wanted, 2, 10_000, 1).directions).toBe(1000);
	});

	it("refuse what would not fit", () => {
		expect(() => needsOf("whitened", flat(100_352))).toThrow(
			/'flat' has 100,352 units; whitened directions .* up to 2,048/,
		);
		expect(needsOf("gaussian", flat(100_352))).toEqual({ covariance: false, classMeans: false });
	});
});

describe("a file of directions", () => {
	it("is read as it was written", async () => {
		const directions: readonly OwnDirection[] = [
			{ name: "seven", kind: "values", values: [0.25, -1] },
			{ name: "both", kind: "combination", parts: [{ unit: 1, weight: 0.5 }] },
			{ name: "mine", kind: "images", sources: ["a.png"] },
		];
		const path = await writeDirections(join(folder, "mine.json"), directions, "replace");
		expect(await readDirections(path)).toEqual(directions);
	});

	it.each([
		["no JSON", "{", /not readable as JSON/],
		["something else", "[]", /no file of directions/],
		["a later version", '{"format": "blindspot-directions", "version": 2, "directions": []}', /version/],
		[
			"an unknown kind",
			'{"format": "blindspot-directions", "version": 1, "directions": [{"name": "a", "kind": "b"}]}',
			/directions/,
		],
	])("is refused where it is %s", async (_what, text, message) => {
		const path = join(folder, "bad.json");
		await writeFile(path, text);
		await expect(readDirections(path)).rejects.toThrow(message);
	});
});
