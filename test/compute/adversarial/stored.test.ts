import { describe, expect, it } from "vitest";
import { assess } from "../../../src/compute/adversarial/goal.js";
import { store } from "../../../src/compute/adversarial/stored.js";
import { Random } from "../../../src/compute/math/random.js";
import { distortion, squaredDistance } from "../../../src/compute/math/vectors.js";
import { answered, linearNetwork } from "./steps.js";

const GOAL = { original: 0, target: null, rounding: 0 };
const lattice = (steps: Uint8Array) => Float32Array.from(steps, (step) => step / 255);

/** The nearest lattice point that is adversarial, by trying all of a small lattice around the original. */
function nearest(network: ReturnType<typeof linearNetwork>, original: Float32Array, reach: number): number {
	const base = Array.from(original, (value) => Math.round(255 * value));
	let best = Number.POSITIVE_INFINITY;
	for (let a = -reach; a <= reach; a++)
		for (let b = -reach; b <= reach; b++)
			for (let c = -reach; c <= reach; c++) {
				const steps = [a, b, c].map((move, i) => base[i]! + move);
				if (steps.some((step) => step < 0 || step > 255)) continue;
				const point = Float32Array.from(steps, (step) => step / 255);
				if (assess(GOAL, network.logits(point, 1)).adversarial) best = Math.min(best, squaredDistance(point, original));
			}
	return best;
}

describe("the 8-bit form", () => {
	it("is the plain rounding where that holds", () => {
		const network = linearNetwork([{ row: [0, 0, 0], bias: 0.5 }, { row: [1, 0, 0] }]);
		const original = Float32Array.of(0.1, 0.2, 0.3);
		const stored = answered(network, store(original, GOAL, Float32Array.of(0.6, 0.2, 0.3)));
		expect(stored).toMatchObject({ success: true, repaired: false, pixels: Uint8Array.of(153, 51, 77) });
		expect(stored.distortion).toBeCloseTo(distortion(lattice(stored.pixels!), original), 12);
	});

	it("has the label and is nearly the nearest of the lattice where rounding loses the label", () => {
		const random = Random.stream(4, "stored.test");
		let repaired = 0;
		for (let trial = 0; trial < 40; trial++) {
			const row = [random.normal(), random.normal(), random.normal()];
			const original = Float32Array.from({ length: 3 }, () => 0.3 + 0.4 * random.uniform());
			const length = Math.hypot(...row);
			const at = row.reduce((sum, weight, i) => sum + weight * original[i]!, 0);
			// The boundary is 0.01 away: two and a half steps.
			const network = linearNetwork([{ row: [0, 0, 0], bias: at + 0.01 * length }, { row }]);
			const adversarial = original.map((value, i) => value + ((0.01 + 1e-4) * row[i]!) / length);
			const stored = answered(network, store(original, GOAL, adversarial));
			expect(stored.success).toBe(true);
			if (stored.repaired) repaired++;
			const point = lattice(stored.pixels!);
			expect(assess(GOAL, network.logits(point, 1)).adversarial).toBe(true);
			expect(stored.distortion).toBeCloseTo(distortion(point, original), 12);
			// A search along one line and back by single steps: within a third of the best there is.
			if (stored.repaired)
				expect(squaredDistance(point, original)).toBeLessThan((4 / 3) ** 2 * nearest(network, original, 6));
		}
		expect(repaired).toBeGreaterThan(10);
	});

	it("is a success only where it holds alone", () => {
		const network = linearNetwork([{ row: [0], bias: 0.5 }, { row: [1] }]);
		const steps = store(Float32Array.of(0.1), GOAL, Float32Array.of(0.6));
		let [alone, isAlone] = [0, false];
		// It says something else of every picture that is asked for by itself.
		const fickle = {
			...network,
			logits: (x: Float32Array, count: number) => (isAlone ? Float32Array.of(1, 0) : network.logits(x, count)),
		};
		const stored = answered(fickle, steps, (request) => {
			isAlone = request.kind === "logits" && request.alone;
			if (isAlone) alone++;
		});
		expect(stored).toEqual({ success: false, distortion: null, repaired: false, pixels: null });
		// The rounding itself, and whatever a batch took for adversarial.
		expect(alone).toBeGreaterThan(1);
	});

	it("says so where the whole lattice has another label", () => {
		const network = linearNetwork([{ row: [0], bias: 2 }, { row: [1] }]);
		expect(answered(network, store(Float32Array.of(0.1), GOAL, Float32Array.of(1))).success).toBe(false);
	});
});
