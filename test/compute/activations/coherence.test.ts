import { describe, expect, it } from "vitest";
import { chancePurity, commonestLabel, meanCosine } from "../../../src/compute/activations/coherence.js";
import {
	benjaminiHochberg,
	cliffsDelta,
	deltaInterval,
	rankP,
	shareAtLeast,
} from "../../../src/compute/activations/comparison.js";
import { normalise } from "../../../src/compute/math/haar.js";
import { Random } from "../../../src/compute/math/random.js";

/** Mean purity over all choices of `top` of the labels, one by one. */
function enumeratedPurity(labels: readonly number[], top: number): number {
	const purities: number[] = [];
	const choose = (from: number, chosen: readonly number[]): void => {
		if (chosen.length === top) {
			purities.push((commonestLabel(chosen)?.count ?? 0) / top);
			return;
		}
		for (let i = from; i < labels.length; i++) choose(i + 1, [...chosen, labels[i] as number]);
	};
	choose(0, []);
	return purities.reduce((sum, purity) => sum + purity, 0) / purities.length;
}

describe("purity", () => {
	it("counts the commonest label; images without a label never count", () => {
		expect(commonestLabel([3, 1, 3, -1, -1, -1])).toEqual({ label: 3, count: 2 });
		expect(commonestLabel([2, 1])).toEqual({ label: 1, count: 1 });
		expect(commonestLabel([-1])).toBeNull();
	});

	it.each([
		{ perClass: [4, 3, 2], unlabelled: 0, top: 3 },
		{ perClass: [5, 0, 1], unlabelled: 3, top: 4 },
		{ perClass: [1, 1, 1, 1, 1], unlabelled: 0, top: 5 },
		{ perClass: [6], unlabelled: 2, top: 3 },
	])("is by chance what all choices have on average: %o", ({ perClass, unlabelled, top }) => {
		const labels = [
			...perClass.flatMap((count, label) => new Array<number>(count).fill(label)),
			...new Array<number>(unlabelled).fill(-1),
		];
		expect(chancePurity(perClass, unlabelled, top)).toBeCloseTo(enumeratedPurity(labels, top), 12);
	});

	it("stays in range for many images and classes", () => {
		const chance = chancePurity(new Array<number>(1000).fill(60), 0, 9);
		// Two of nine images of one class: 1 - P(all differ), else 1/9.
		const allDiffer = Array.from({ length: 9 }, (_, i) => (60_000 - 60 * i) / (60_000 - i)).reduce((a, b) => a * b, 1);
		expect(chance).toBeGreaterThan((1 + (1 - allDiffer)) / 9 - 1e-12);
		expect(chance).toBeLessThan((1 + (1 - allDiffer)) / 9 + 1e-4);
		expect(() => chancePurity([1, 1], 0, 3)).toThrow(RangeError);
	});
});

describe("mean pairwise cosine", () => {
	it("is the mean over all pairs; zeros have a cosine of 0 with everything", () => {
		const random = Random.stream(1, "vectors");
		const vectors = Array.from({ length: 7 }, () => Float64Array.from({ length: 5 }, () => random.normal()));
		vectors.push(new Float64Array(5));
		for (const vector of vectors) normalise(vector);
		let [sum, pairs] = [0, 0];
		for (let i = 0; i < vectors.length; i++)
			for (let j = 0; j < i; j++) {
				sum += (vectors[i] as Float64Array).reduce((total, value, k) => total + value * (vectors[j]?.[k] as number), 0);
				pairs++;
			}
		expect(meanCosine(vectors)).toBeCloseTo(sum / pairs, 12);
		expect(meanCosine(vectors.slice(0, 1))).toBeNull();
	});
});

describe("comparison", () => {
	const random = Random.stream(4, "values");
	const a = Float64Array.from({ length: 23 }, () => random.integer(9) / 9);
	const b = Float64Array.from({ length: 57 }, () => random.integer(8) / 9);

	it("has Cliff's delta over all pairs, and an interval around it", () => {
		let sum = 0;
		for (const x of a) for (const y of b) sum += Math.sign(x - y);
		expect(cliffsDelta(a, b)).toBeCloseTo(sum / (a.length * b.length), 12);
		const [low, high] = deltaInterval(a, b, Random.stream(1, "delta"));
		expect(low).toBeLessThan(cliffsDelta(a, b));
		expect(high).toBeGreaterThan(cliffsDelta(a, b));
		expect(cliffsDelta([2, 3], [1])).toBe(1);
	});

	it("ranks an observed value, ties at random", () => {
		const under = Float64Array.of(1, 2, 2, 3);
		const stream = Random.stream(1, "ties");
		const drawn = Array.from({ length: 600 }, () => rankP(2, under, stream));
		// 200 expected, standard deviation 11.5
		for (const p of [2 / 5, 3 / 5, 4 / 5])
			expect(Math.abs(drawn.filter((value) => value === p).length - 200)).toBeLessThan(50);
		expect(rankP(4, under, stream)).toBe(1 / 5);
		expect(rankP(0, under, stream)).toBe(1);
		expect(shareAtLeast(2, under)).toBe(4 / 5);
		expect(shareAtLeast(3.5, under)).toBe(1 / 5);
	});

	it("has the q-values of Benjamini and Hochberg", () => {
		// Worked by hand: p·n/rank, made increasing from the largest down.
		expect(benjaminiHochberg([0.01, 0.04, 0.03, 0.005])).toEqual([0.02, 0.04, 0.04, 0.02]);
		expect(benjaminiHochberg([0.9])).toEqual([0.9]);
	});
});
