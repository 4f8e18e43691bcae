/** Whether two models are told apart as often as is promised, where they differ and where they don't. */
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/compute/math/random.js";
import { compare } from "../../../src/compute/robustness/comparison.js";
import type { RobustImage, RobustnessComparison } from "../../../src/compute/robustness/report.js";
import { runs } from "../../simulations.js";

const RUNS = runs(200, 4000);

/** Distortions of `count` images in two models: log-normal, as far apart as `ratio`; a share of searches finds nothing. */
function drawn(random: Random, count: number, ratio: number, failing: readonly [number, number]) {
	const image = (distortion: number, share: number): RobustImage => ({
		predicted: { index: 0, name: "0", probability: 1 },
		right: true,
		distortion: random.uniform() < share ? null : distortion,
		adversarial: null,
		failure: null,
		evaluations: 1,
	});
	const pairs = Array.from({ length: count }, () => {
		const common = Math.exp(0.5 * random.normal());
		const own = () => 0.02 * common * Math.exp(0.3 * random.normal());
		return [image(own(), failing[0]), image(ratio * own(), failing[1])] as const;
	});
	return compare(
		pairs.map(([first]) => first),
		pairs.map(([, second]) => second),
	);
}

/** -1 where the second is said to withstand less, 1 more, 0 neither. */
function verdict({ ratio, within }: RobustnessComparison): number {
	const [low, high] = within?.difference?.interval ?? [];
	if (within !== null) return (low ?? 0) > 0 ? 1 : (high ?? 0) < 0 ? -1 : 0;
	const [least, most] = ratio?.interval ?? [null, null];
	return (least ?? 0) > 1 ? 1 : (most ?? Number.POSITIVE_INFINITY) < 1 ? -1 : 0;
}

function verdicts(name: string, count: number, ratio: number, failing: readonly [number, number]): readonly number[] {
	return Array.from({ length: RUNS }, (_, run) => verdict(drawn(Random.stream(run, name), count, ratio, failing)));
}

const share = (of: readonly number[], wanted: (verdict: number) => boolean) => of.filter(wanted).length / of.length;
/** Three standard errors of a share of 5% over the runs. */
const SLACK = 3 * Math.sqrt((0.05 * 0.95) / RUNS);

describe("two models' robustness", () => {
	it.each([
		[10, [0, 0]],
		[60, [0, 0]],
		[60, [0.03, 0.03]],
		[60, [0.3, 0.3]],
		[200, [0.5, 0.5]],
	] as const)("differs by chance in at most one case of twenty: %d images, failing %j", (count, failing) => {
		expect(share(verdicts("null", count, 1, failing), (v) => v !== 0)).toBeLessThan(0.05 + SLACK);
	});

	it.each([
		[[0, 0], 0.99],
		[[0.04, 0], 0.99],
		[[0, 0.1], 0.9],
	] as const)("is found to be 1.5 times as much: failing %j", (failing, power) => {
		const found = verdicts("effect", 100, 1.5, failing);
		expect(share(found, (v) => v > 0)).toBeGreaterThanOrEqual(power - 0.05);
		expect(share(found, (v) => v < 0)).toBe(0);
	});

	it("has no verdict turned round where half of one side's searches fail", () => {
		// The second is easier to change, and half of the searches in the first find nothing.
		const found = verdicts("half", 100, 0.5, [0.5, 0]);
		expect(share(found, (v) => v > 0)).toBe(0);
		expect(share(found, (v) => v < 0)).toBeGreaterThan(0.9);
	});

	it("has a ratio whose interval holds the true one in 95% of cases, few failed searches included", () => {
		const held = Array.from({ length: RUNS }, (_, run) => {
			const [low, high] = drawn(Random.stream(run, "coverage"), 80, 1.5, [0.02, 0.02]).ratio?.interval ?? [null, null];
			return (low ?? 0) <= 1.5 && (high ?? Number.POSITIVE_INFINITY) >= 1.5 ? 1 : 0;
		});
		expect(share(held, (v) => v === 1)).toBeGreaterThan(0.95 - SLACK);
	});
});
