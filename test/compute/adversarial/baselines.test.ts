import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ddn } from "../../../src/compute/adversarial/baselines/ddn.js";
import { fgsm, signStep, signs } from "../../../src/compute/adversarial/baselines/fgsm.js";
import { inBall } from "../../../src/compute/adversarial/baselines/pgd.js";
import { runTogether } from "../../../src/compute/adversarial/runTogether.js";
import { Search } from "../../../src/compute/adversarial/search.js";
import type { Steps } from "../../../src/compute/adversarial/steps.js";
import { Slices } from "../../../src/compute/backend/slices.js";
import { distortion } from "../../../src/compute/math/vectors.js";
import { LABELS, NETWORK, PICTURES, RADIUS, SIGN_STEP, TARGETS } from "./foolboxCase.js";
import { distanceOf, mean, NEXT, run, UNTARGETED } from "./harness.js";

type Points = readonly (readonly number[])[];
/** What Foolbox 3.3.4 made of the same net and images (`npm run test:foolbox`). */
const foolbox: Record<"untargeted" | "targeted", Record<"fgsm" | "pgd" | "ddn", Points>> = JSON.parse(
	readFileSync(new URL("foolbox.json", import.meta.url), "utf8"),
);

/** Runs steps to their end for each picture, on its own search. */
async function each(
	isTargeted: boolean,
	steps: (search: Search) => Steps<Float32Array | null>,
): Promise<(Float32Array | null)[]> {
	const results: (Float32Array | null)[] = [];
	const tasks = PICTURES.map((picture, i) => {
		const goal = { original: LABELS[i]!, target: isTargeted ? TARGETS[i]! : null, rounding: 0 };
		const search = new Search(picture, goal, { budget: null, stopped: () => false, onBetter() {} });
		function* whole(): Steps<void> {
			results[i] = (yield* steps(search))?.slice() ?? null;
		}
		return { steps: whole(), spend() {} };
	});
	await runTogether(NETWORK, tasks, 4, new Slices(new AbortController().signal));
	return results;
}

function furthestApart(found: readonly (Float32Array | null)[], expected: Points): number {
	return Math.max(...found.flatMap((point, i) => Array.from(point!, (v, k) => Math.abs(v - expected[i]![k]!))));
}

describe.each(["untargeted", "targeted"] as const)("baselines, %s, end where Foolbox's end", (kind) => {
	const isTargeted = kind === "targeted";

	it("FGSM: in every pixel", async () => {
		const found = await each(isTargeted, function* (search) {
			return signStep(search.original, yield* signs(search), SIGN_STEP);
		});
		// One step of float32; the expected values have seven digits.
		expect(furthestApart(found, foolbox[kind].fgsm)).toBeLessThan(1e-6);
	});

	it("PGD: in every pixel, after 50 steps", async () => {
		const found = await each(isTargeted, (search) => inBall(search, RADIUS));
		// Fifty steps add up the float32 rounding of their gradients.
		expect(furthestApart(found, foolbox[kind].pgd)).toBeLessThan(2e-5);
	});

	it("DDN: in every pixel, after 100 steps", async () => {
		const found = await each(isTargeted, function* (search) {
			yield* ddn(search);
			return search.best?.pixels ?? null;
		});
		// A hundred steps; a step that is adversarial by a hair in one and not in the other would show as .05 of the distance.
		expect(furthestApart(found, foolbox[kind].ddn)).toBeLessThan(2e-4);
		for (const [i, point] of found.entries()) {
			const expected = distortion(foolbox[kind].ddn[i]!, PICTURES[i]!);
			expect(Math.abs(distortion(point!, PICTURES[i]!) / expected - 1)).toBeLessThan(1e-3);
		}
	});
});

describe("baselines", () => {
	it("FGSM takes the smallest step that succeeds", async () => {
		const found = await each(false, function* (search) {
			yield* fgsm(search);
			return search.best?.pixels ?? null;
		});
		const sign = await each(false, signs);
		for (const [i, point] of found.entries()) {
			const size = Math.max(...point!.map((v, k) => Math.abs(v - PICTURES[i]![k]!)));
			const logits = NETWORK.logits(signStep(PICTURES[i]!, sign[i]!, 0.99 * size), 1);
			expect(logits.indexOf(Math.max(...logits))).toBe(LABELS[i]);
		}
	});

	it.each(["fgsm", "pgd", "ddn"] as const)("%s is further away than closest", async (method) => {
		for (const options of [UNTARGETED, NEXT]) {
			const closest = await run(NETWORK, PICTURES, options);
			const baseline = await run(NETWORK, PICTURES, { ...options, method });
			// A wanted label may be out of a sign step's reach.
			const both = baseline.flatMap((outcome, i) =>
				outcome.adversarial ? [distanceOf(outcome, PICTURES[i]!) / distanceOf(closest[i]!, PICTURES[i]!)] : [],
			);
			expect(both.length).toBeGreaterThan(method === "fgsm" ? 1 : PICTURES.length - 1);
			expect(mean(both)).toBeGreaterThan(1.005);
		}
	});
});
