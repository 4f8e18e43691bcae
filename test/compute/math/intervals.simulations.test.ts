/** Whether intervals hold what they are for as often as they promise. */
import { describe, expect, it } from "vitest";
import { meanOf, pairedDifference } from "../../../src/compute/math/intervals.js";
import { Random } from "../../../src/compute/math/random.js";
import { runs } from "../../simulations.js";

const RUNS = runs(400, 10_000);
const SLACK = 3 * Math.sqrt((0.05 * 0.95) / RUNS);

function coverage(holds: (random: Random) => boolean): number {
	let held = 0;
	for (let run = 0; run < RUNS; run++) if (holds(Random.stream(run, "coverage"))) held++;
	return held / RUNS;
}

describe("95% intervals", () => {
	it.each([
		[10, 0.9],
		[40, 0.92],
	])("of the mean of %i log-normal distortions hold it in %d of cases and more", (count, least) => {
		const sigma = 0.6;
		const truth = Math.exp(sigma ** 2 / 2);
		const share = coverage((random) => {
			const values = Array.from({ length: count }, () => Math.exp(sigma * random.normal()));
			const [low, high] = meanOf(values)?.interval ?? [1, 0];
			return low <= truth && truth <= high;
		});
		expect(share).toBeGreaterThan(least - SLACK);
	});

	it.each([
		[20, 0.9, 0.8],
		[50, 0.5, 0.5],
		[100, 0.95, 0.9],
	])("of the difference of paired shares of %i hold it: %d and %d", (count, p1, p2) => {
		const share = coverage((random) => {
			const counts = { both: 0, first: 0, second: 0, neither: 0 };
			for (let i = 0; i < count; i++) {
				const common = random.uniform();
				// Half of the cases go together.
				const [a, b] = random.uniform() < 0.5 ? [common < p1, common < p2] : [random.uniform() < p1, common < p2];
				counts[a ? (b ? "both" : "first") : b ? "second" : "neither"]++;
			}
			const [low, high] = pairedDifference(counts)?.interval ?? [1, 0];
			return low - 1e-12 <= p1 - p2 && p1 - p2 <= high + 1e-12;
		});
		// Newcombe (1998) finds .938 to .97 for this method.
		expect(share).toBeGreaterThan(0.935 - SLACK);
	});
});
