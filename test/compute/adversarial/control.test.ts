import { describe, expect, it } from "vitest";
import { noiseOfDistortion, runControl } from "../../../src/compute/adversarial/control.js";
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

	it.each([
		[0.1, undefined],
		[0.8, 0.5],
	])("says what it reached where the box doesn't hold %d", (wanted, reached) => {
		const grey = new Float32Array(100).fill(0.5);
		const running = runControl(grey, 0, wanted, Random.stream(1, "control"), () => false);
		let step = running.next();
		while (!step.done) {
			const { points } = step.value as { readonly points: readonly Float32Array[] };
			step = running.next({ logits: points.map(() => Float32Array.of(1, 0)) } as never);
		}
		expect(step.value).toMatchObject({ samples: 100, changed: 0 });
		if (reached === undefined) expect(step.value?.reached).toBeUndefined();
		else expect(step.value?.reached).toBeCloseTo(reached, 6);
	});
});
