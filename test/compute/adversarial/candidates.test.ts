import { describe, expect, it } from "vitest";
import { furthestInBox } from "../../../src/compute/adversarial/box.js";
import { findCandidates, likeliest } from "../../../src/compute/adversarial/candidates.js";
import { crossEntropy } from "../../../src/compute/adversarial/crossEntropy.js";
import { startingPoint } from "../../../src/compute/adversarial/start.js";
import { answered, linearNetwork, searchAround } from "./steps.js";

/** Leads over class 0 at (0.5, 0.5): class 1 by -1 with slope 2, class 2 by -0.6 with slope 1, class 3 by -0.2, flat. */
const network = linearNetwork([
	{ row: [0, 0], bias: 1 },
	{ row: [2, 0], bias: -1 },
	{ row: [0, 1], bias: -0.1 },
	{ row: [0, 0], bias: 0.8 },
]);
const ORIGINAL = [0.5, 0.5];
const logits = network.logits(Float32Array.from(ORIGINAL), 1);

describe("candidate labels", () => {
	const find = (target: number | null, most: number) =>
		answered(network, findCandidates(searchAround(ORIGINAL, { original: 0, target, rounding: 0 }), logits, most));

	it("come by their distance in the linear model, one without a gradient as far as the box goes", () => {
		const [first, second, third, ...rest] = find(null, 9);
		expect(rest).toEqual([]);
		expect(first).toMatchObject({ label: 1, slope: expect.closeTo(2, 5), estimate: expect.closeTo(0.5, 5) });
		expect(second).toMatchObject({ label: 2, slope: expect.closeTo(1, 5), estimate: expect.closeTo(0.6, 5) });
		expect(third).toMatchObject({ label: 3, slope: 0, estimate: furthestInBox(Float32Array.from(ORIGINAL)) });
	});

	it("are as many as are wanted, or the wanted one", () => {
		expect(find(null, 2).map(({ label }) => label)).toEqual([1, 2]);
		expect(find(2, 5).map(({ label }) => label)).toEqual([2]);
	});

	it("are the likeliest of many classes", () => {
		const many = linearNetwork(Array.from({ length: 20 }, (_, j) => ({ row: [j === 0 ? 0 : 1], bias: j })));
		const search = searchAround([0.5], { original: 19, target: null, rounding: 0 });
		const found = answered(many, findCandidates(search, many.logits(Float32Array.of(0.5), 1), 20));
		expect(found).toHaveLength(12);
		expect(found.map(({ label }) => label).sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, i) => 7 + i));
		expect(search.evaluations).toBe(12);
	});

	it("of equal logits come in their order", () => {
		expect(likeliest(Float32Array.of(1, 3, 3, 9, 2), 3)).toEqual([1, 2, 4, 0]);
	});
});

describe("where a search starts", () => {
	const start = (label: number, slope: number, noise = () => 1, of = network) =>
		answered(
			of,
			startingPoint(
				searchAround(ORIGINAL, { original: 0, target: null, rounding: 0 }),
				logits,
				{ label, slope, estimate: 1 },
				noise,
			),
		);

	it("is the original where there is a gradient", () => {
		const found = start(1, 2);
		expect(found).toMatchObject({ x: Float32Array.from(ORIGINAL), slope: 2, gap: expect.closeTo(1, 5) });
		expect(found?.furthest).toBeCloseTo(Math.SQRT1_2, 6);
	});

	it("is the nearest noise with a gradient where there is none at the original", () => {
		// Flat up to 0.55 in the first pixel.
		const flat = {
			...network,
			logitsAndGradient: (x: Float32Array, count: number, cotangent: (logits: Float32Array) => Float32Array) => {
				const found = network.logitsAndGradient(x, count, cotangent);
				return x[0]! < 0.55 ? { ...found, gradient: new Float32Array(2) } : found;
			},
		};
		const found = start(1, 0, () => 1, flat);
		expect(found?.x[0]).toBeCloseTo(0.6, 6);
		expect(found?.slope).toBeCloseTo(2, 5);
		expect(found?.gap).toBeCloseTo(0.8, 5);
		expect(start(1, 0, () => -1, flat)).toBeNull();
	});
});

it("the box's longest move goes to the further end in each pixel", () => {
	expect(furthestInBox(Float32Array.of(0, 1, 0.25))).toBeCloseTo(Math.sqrt(1 + 1 + 0.75 ** 2), 6);
});

it("the cross-entropy and its gradient are those of the definition, also for logits that exp can't hold", () => {
	const gradient = new Float32Array(3);
	const direct = (z: readonly number[], label: number) =>
		-Math.log(Math.exp(z[label]!) / z.reduce((sum, value) => sum + Math.exp(value), 0));
	const z = [1, -0.5, 2];
	for (const label of [0, 1, 2]) {
		expect(crossEntropy(Float32Array.from(z), label, gradient)).toBeCloseTo(direct(z, label), 6);
		for (const j of [0, 1, 2]) {
			const moved = (by: number) =>
				direct(
					z.map((value, i) => value + (i === j ? by : 0)),
					label,
				);
			expect(gradient[j]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5);
		}
	}
	expect(crossEntropy(Float32Array.of(1000, 0, 0), 1, gradient)).toBeCloseTo(1000, 6);
	expect(crossEntropy(Float32Array.of(-1000, -1001, -1000), 0, gradient)).toBeCloseTo(Math.log(2 + Math.exp(-1)), 5);
});
