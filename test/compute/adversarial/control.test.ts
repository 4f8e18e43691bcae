import { describe, expect, it } from "vitest";
import { noiseOfDistortion } from "../../../src/compute/adversarial/control.js";
import { Random } from "../../../src/compute/math/random.js";
import { distortion } from "../../../src/compute/math/vectors.js";
import { randomPictures } from "./networks.js";

describe("the control", () => {
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
