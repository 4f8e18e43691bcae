import { describe, expect, it } from "vitest";
import { noiseOfDistortion, wilsonInterval } from "../../../src/compute/adversarial/control.js";
import { Random } from "../../../src/compute/math/random.js";
import { distortion } from "../../../src/compute/math/vectors.js";
import { randomPictures } from "./networks.js";

describe("the control", () => {
	it.each([
		[0, 100],
		[1, 100],
		[37, 100],
		[99, 100],
		[100, 100],
		[3, 8],
	])("has Wilson's interval for %i of %i", (changed, samples) => {
		const share = changed / samples;
		// By definition its ends are the p at which the share is 1.96 standard errors of p away.
		for (const p of wilsonInterval(changed, samples)) {
			if (p === share) continue;
			expect(Math.abs(share - p) / Math.sqrt((p * (1 - p)) / samples)).toBeCloseTo(1.959964, 5);
		}
		const [low, high] = wilsonInterval(changed, samples);
		expect(low).toBeLessThanOrEqual(share);
		expect(high).toBeGreaterThanOrEqual(share);
	});

	it("matches published values", () => {
		// Newcombe (1998), table I: 81 of 263 and 0 of 20.
		expect(wilsonInterval(81, 263).map((p) => p.toFixed(4))).toEqual(["0.2553", "0.3662"]);
		expect(wilsonInterval(0, 20).map((p) => p.toFixed(4))).toEqual(["0.0000", "0.1611"]);
	});

	it.each([0.001, 0.05, 0.3])("draws noise whose distortion after clipping is %f, in the box", (wanted) => {
		const random = Random.stream(1, "draws");
		// Two thirds of the pixels are black, as in drawings: half of their noise is clipped.
		for (const picture of randomPictures(5, 784, 2, 0.33)) {
			const point = noiseOfDistortion(picture, wanted, random);
			expect(Math.abs(distortion(point, picture) / wanted - 1)).toBeLessThan(2e-4);
			for (const value of point) expect(value >= 0 && value <= 1).toBe(true);
		}
	});

	it("goes as far as the box allows where it can't hold the distortion", () => {
		const point = noiseOfDistortion(new Float32Array(100).fill(0.5), 0.8, Random.stream(1, "far"));
		for (const value of point) expect(value === 0 || value === 1).toBe(true);
	});
});
