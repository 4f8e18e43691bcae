import { describe, expect, it } from "vitest";
import { assess } from "../../../src/compute/adversarial/goal.js";
import type { AttackOutcome } from "../../../src/compute/adversarial/run.js";
import { Random } from "../../../src/compute/math/random.js";
import { distanceOf, NEXT, run, UNTARGETED } from "./harness.js";
import { type Activation, denseNetwork, randomLayers, randomPictures } from "./networks.js";

/** Two pixels, so that the whole box can be looked at. */
const STEPS = 200;
const GRID_POINTS = (STEPS + 1) ** 2;
/** Half the diagonal of a cell. */
const RESOLUTION = Math.SQRT1_2 / STEPS;
const SEEDS = 5;
const PICTURES = 6;
const grid = new Float32Array(2 * GRID_POINTS);
for (let k = 0; k < GRID_POINTS; k++) grid.set([(k % (STEPS + 1)) / STEPS, Math.floor(k / (STEPS + 1)) / STEPS], 2 * k);

/** Distance to the nearest grid point that counts as adversarial; infinite where there is none. */
function bruteForce(logits: Float32Array, picture: Float32Array, { target, predicted }: AttackOutcome): number {
	let nearest = Number.POSITIVE_INFINITY;
	for (let k = 0; k < GRID_POINTS; k++) {
		const distance = Math.hypot(grid[2 * k]! - picture[0]!, grid[2 * k + 1]! - picture[1]!);
		if (distance >= nearest) continue;
		if (assess({ original: predicted, target, rounding: 0 }, logits.subarray(3 * k, 3 * k + 3)).adversarial)
			nearest = distance;
	}
	return nearest;
}

describe.each<Activation>(["tanh", "sigmoid", "relu"])(
	"two pixels and %s units, against a whole grid",
	(activation) => {
		it.each([
			{ name: "any label", options: UNTARGETED },
			{ name: "a wanted label", options: NEXT },
		])("the nearest point with $name is found", async ({ options }) => {
			const misses: string[] = [];
			let compared = 0;
			for (let seed = 0; seed < SEEDS; seed++) {
				const network = denseNetwork([1, 2, 1], randomLayers([2, 8, 3], activation, Random.stream(seed, "toy"), 3));
				const pictures = randomPictures(PICTURES, 2, seed, 1);
				const everywhere = network.logits(grid, GRID_POINTS);
				const outcomes = await run(network, pictures, options);
				outcomes.forEach((outcome, i) => {
					const picture = pictures[i]!;
					const truth = bruteForce(everywhere, picture, outcome);
					if (truth === Number.POSITIVE_INFINITY) {
						expect(outcome.failure).toMatch(/box|budget/);
						return;
					}
					compared++;
					if (outcome.adversarial === null) {
						misses.push(`${seed}/${i}: ${outcome.failure}, there is one at ${truth}`);
						return;
					}
					const distance = distanceOf(outcome, picture);
					// In the pointed corners of a region the nearest grid point is a few cells away.
					expect(distance).toBeGreaterThan(truth - 5 * RESOLUTION);
					if (distance > truth + RESOLUTION) misses.push(`${seed}/${i}: ${distance}, there is one at ${truth}`);
				});
			}
			expect(compared).toBeGreaterThan(10);
			// Neither convex nor like a classifier, most labels half the box away: a few searches end in a farther valley.
			expect(misses.length / compared, misses.join("; ")).toBeLessThan(0.15);
		});
	},
);
