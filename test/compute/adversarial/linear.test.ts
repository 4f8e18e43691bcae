import { describe, expect, it } from "vitest";
import { acceptedMargin, highest } from "../../../src/compute/adversarial/goal.js";
import { Random } from "../../../src/compute/math/random.js";
import { exactNearest } from "./exactNearest.js";
import { distanceOf, mean, NEXT, run, UNTARGETED } from "./harness.js";
import { denseNetwork, type Layer, randomLayers, randomPictures } from "./networks.js";

const VALUES = 60;
const CLASSES = 6;
const layer = randomLayers([VALUES, CLASSES], "linear", Random.stream(3, "linear"), 3)[0] as Layer;
const network = denseNetwork([6, 10, 1], [layer]);
const pictures = randomPictures(20, VALUES, 4);
const predicted = pictures.map((picture) => highest(network.logits(picture, 1)));

function exactDistance(picture: Float32Array, target: number): number {
	const exact = exactNearest(layer, picture, target, 0);
	// The problem is convex, so this residual proves the solution.
	expect(exact.residual).toBeLessThan(1e-8);
	return exact.distance;
}

describe("a linear network", () => {
	it("is solved exactly for a wanted label", async () => {
		const outcomes = await run(network, pictures, NEXT);
		const excess = outcomes.map(
			(outcome, i) =>
				distanceOf(outcome, pictures[i]!) / exactDistance(pictures[i]!, (predicted[i]! + 1) % CLASSES) - 1,
		);
		// The margin of 2e-5 (1 + |z|) is what is left; the true nearest point has none.
		expect(mean(excess)).toBeLessThan(1e-4);
		expect(Math.max(...excess)).toBeLessThan(1e-3);
		expect(Math.min(...excess)).toBeGreaterThan(-1e-6);
	});

	it("is solved exactly for any label", async () => {
		const outcomes = await run(network, pictures, UNTARGETED);
		outcomes.forEach((outcome, i) => {
			const others = Array.from({ length: CLASSES }, (_, j) => j).filter((j) => j !== predicted[i]);
			const nearest = Math.min(...others.map((j) => exactDistance(pictures[i]!, j)));
			const logits = network.logits(pictures[i]!, 1);
			// Near a boundary the margin is a larger share of the distance.
			const gap = logits[predicted[i]!]! - Math.max(...others.map((j) => logits[j]!));
			const allowed = 1e-4 + (3 * acceptedMargin(logits[predicted[i]!]!, 0)) / gap;
			expect(distanceOf(outcome, pictures[i]!) / nearest - 1).toBeLessThan(allowed);
		});
	});

	it("is solved to 0.02% by the augmented Lagrangian alone, as for any other network", async () => {
		const outcomes = await run({ ...network, linear: false }, pictures, NEXT);
		const excess = outcomes.map(
			(outcome, i) =>
				distanceOf(outcome, pictures[i]!) / exactDistance(pictures[i]!, (predicted[i]! + 1) % CLASSES) - 1,
		);
		expect(mean(excess)).toBeLessThan(2e-4);
	});

	it("is solved by the paper's method to a few percent, from above", async () => {
		const outcomes = await run(network, pictures, { ...NEXT, method: "szegedy" });
		const excess = outcomes.map(
			(outcome, i) =>
				distanceOf(outcome, pictures[i]!) / exactDistance(pictures[i]!, (predicted[i]! + 1) % CLASSES) - 1,
		);
		// Cross-entropy is biased where three classes are close: 3% on digits, with 19% at worst.
		expect(mean(excess)).toBeLessThan(0.15);
		expect(Math.min(...excess)).toBeGreaterThan(-1e-6);
	});

	it("that leaves no room in the box fails with that reason and the nearest attempt", async () => {
		const weights = Float32Array.of(-1, 1, -1, 1, -1, 1, -1, 1);
		const shut = denseNetwork(
			[2, 2, 1],
			[{ ...layer, inputs: 4, outputs: 2, weights, biases: Float32Array.of(10, 0) }],
		);
		for (const linear of [true, false]) {
			const [outcome] = await run({ ...shut, linear }, [new Float32Array(4).fill(0.5)], UNTARGETED);
			expect(outcome).toMatchObject({ failure: "box", adversarial: null, stored: null, control: null, history: [] });
			// All four pixels white: logits 6 and 4.
			expect(outcome!.nearest!.margin).toBeCloseTo(-2, 3);
		}
	});
});
