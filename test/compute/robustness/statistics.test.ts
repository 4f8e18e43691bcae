import { describe, expect, it } from "vitest";
import { bootstrapped, shareOf } from "../../../src/compute/math/intervals.js";
import { Random } from "../../../src/compute/math/random.js";
import { mean, median } from "../../../src/compute/math/statistics.js";
import { compare } from "../../../src/compute/robustness/comparison.js";
import { curveOf, endOfCurve, heldAt, levels } from "../../../src/compute/robustness/curve.js";
import { Extremes } from "../../../src/compute/robustness/extremes.js";
import type { RobustImage } from "../../../src/compute/robustness/report.js";

function image(distortion: number | null, right = true): RobustImage {
	const predicted = { index: 0, name: "0", probability: 1 };
	return { predicted, right, distortion, adversarial: null, failure: null, evaluations: 1 };
}
const unread: RobustImage = { ...image(null, false), predicted: null };

describe("intervals", () => {
	it("has the mean's bootstrap interval near the normal one, and the same again with the seed", () => {
		const random = Random.stream(1, "values");
		const values = Array.from({ length: 400 }, () => 5 + 2 * random.normal());
		const estimate = bootstrapped(values, mean, Random.stream(2, "draws"));
		const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean(values)) ** 2, 0) / (values.length - 1));
		const half = (1.96 * deviation) / Math.sqrt(values.length);
		expect(estimate?.value).toBe(mean(values));
		// 2,000 draws know their 2.5% quantiles to about a twentieth of the half width.
		expect(Math.abs((estimate?.interval[0] ?? 0) - (mean(values) - half))).toBeLessThan(0.12 * half);
		expect(Math.abs((estimate?.interval[1] ?? 0) - (mean(values) + half))).toBeLessThan(0.12 * half);
		expect(bootstrapped(values, mean, Random.stream(2, "draws"))).toEqual(estimate);
	});

	it("says nothing of no values, and of a median that is further than any", () => {
		expect(bootstrapped([], mean, Random.stream(1, "x"))).toBeNull();
		expect(
			bootstrapped([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], median, Random.stream(1, "x")),
		).toBeNull();
		expect(shareOf(0, 0)).toBeNull();
	});
});

describe("shares", () => {
	it("are those of the images' own distortions, not of the curve's points", () => {
		const images = [image(0.0094), image(0.02)];
		expect(heldAt(images, 0.01)?.value).toBe(0.5);
		expect(heldAt(images, 0.0093)?.value).toBe(1);
		expect(heldAt(images, 0.0094)?.value).toBe(0.5);
		expect(heldAt([], 0.1)).toBeNull();
	});
});

describe("a curve", () => {
	const images = [image(0.01), image(0.02), image(null), image(null, false), unread];

	it("falls by an image at the distortion of its adversarial, from the accuracy, over the readable ones", () => {
		const curve = curveOf(images, 0.04);
		expect(curve[0]).toMatchObject({ distortion: 0, share: { value: 3 / 4 } });
		for (const { distortion, share } of curve) {
			const still = [0.01, 0.02, Number.POSITIVE_INFINITY].filter((d) => d > distortion).length;
			expect(share.value).toBe(still / 4);
			expect(share.interval[0]).toBeLessThan(share.value);
			expect(share.interval[1]).toBeGreaterThan(share.value);
		}
		expect(curve.at(-1)).toMatchObject({ distortion: 0.04, share: { value: 1 / 4 } });
	});

	it("ends a little after nearly all distortions, at a round figure", () => {
		const many = Array.from({ length: 101 }, (_, i) => image((i + 1) / 1000));
		expect(endOfCurve([many])).toBeCloseTo(0.11, 12);
		expect(endOfCurve([[image(null)]])).toBeNull();
		expect(levels(0.1, 3)).toEqual([0, 0.05, 0.1]);
	});
});

describe("two models", () => {
	it("are compared image by image, where both are right", () => {
		const random = Random.stream(3, "pairs");
		const first = Array.from({ length: 200 }, () => image(0.02 + 0.01 * random.uniform()));
		const second = first.map(({ distortion }) => image(2 * (distortion ?? 0) + 0.001 * random.normal()));
		const compared = compare(
			[...first, image(null), image(0.1, true), unread],
			[...second, image(1), image(null, false), unread],
		);
		expect(compared).toMatchObject({ pairs: 201, found: { both: 200, first: 0, second: 1 }, within: null });
		expect(compared.ratio?.value).toBeCloseTo(2, 1);
		expect(compared.ratio?.interval[0]).toBeLessThan(compared.ratio?.value as number);
		expect(compared.ratio?.interval[1]).toBeGreaterThan(compared.ratio?.value as number);
		// One of 202 readable images is right in the first only.
		expect(compared.accuracy).toMatchObject({ both: 201, first: 1, second: 0, neither: 0, p: 1 });
		expect(compared.accuracy.difference?.value).toBeCloseTo(-1 / 202, 12);
	});

	it("that are the same differ by nothing", () => {
		const images = Array.from({ length: 8 }, (_, i) => image((i + 1) / 10));
		const { ratio, accuracy } = compare(images, images);
		expect(ratio).toEqual({ value: 1, interval: [1, 1] });
		expect(accuracy).toMatchObject({ both: 8, first: 0, second: 0, p: 1 });
	});

	it("leave the ends open where failed searches do", () => {
		const found = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
		const first = found.map((d) => image(d));
		expect(compare(first, [...found.slice(0, 4).map((d) => image(2 * d)), image(null), image(null)]).ratio).toEqual({
			value: expect.closeTo(2, 12),
			interval: [expect.closeTo(2, 12), null],
		});
		// Neither is known: at the bottom for the lower end, at the top for the upper one.
		const neither = compare([...first, image(null)], [...found.map((d) => image(2 * d)), image(null)]);
		expect(neither.ratio?.interval).toEqual([null, null]);
		expect(
			compare(
				first,
				first.map(() => image(null)),
			).ratio,
		).toBeNull();
	});

	it("have shares compared where more than one search in twenty failed", () => {
		const first = Array.from({ length: 20 }, (_, i) => image(0.01 * (i + 1)));
		const second = first.map((one, i) => (i < 10 ? image(null) : one));
		const { within } = compare(first, second);
		expect(within).toMatchObject({ distortion: 0.1, both: 10, first: 0, second: 10, neither: 0 });
		expect(within?.difference?.value).toBe(0.5);
		expect(within?.p).toBeCloseTo(2 / 1024, 12);
	});
});

describe("Extremes", () => {
	it("keeps the pictures of the nearest images and of the largest differences, and asks for no others", () => {
		const extremes = new Extremes(2);
		let asked = 0;
		for (let i = 0; i < 200; i++) {
			// Falling in the first, so that each is nearer than all before; constant in the second.
			extremes.offer(i, [image(1 - i / 1000), image(0.5)], () => {
				asked++;
				return [null, null];
			});
		}
		const kept = extremes.pictures().map(({ index }) => index);
		expect(kept).toEqual(kept.toSorted((a, b) => a - b));
		// Nearest in the first and furthest ahead in the second: the last 12; furthest ahead in the first, and nearest in the second: the first 12.
		expect(kept).toEqual([...Array(12).keys(), ...Array.from({ length: 12 }, (_, k) => 188 + k)]);
		expect(asked).toBe(200);
		const one = new Extremes(1);
		one.offer(0, [image(null)], () => {
			throw new Error("not wanted");
		});
		expect(one.pictures()).toEqual([]);
	});
});
