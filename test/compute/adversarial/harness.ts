/** Runs attacks with settings that tests rarely change. */

import { type AttackOutcome, type AttackSettings, attackImages } from "../../../src/compute/adversarial/run.js";
import { squaredDistance } from "../../../src/compute/math/vectors.js";
import type { Classifier } from "../../../src/compute/network/classifier.js";
import type { AttackOptions } from "../../../src/compute/reports/report.js";

export const UNTARGETED: AttackOptions = { method: "closest", effort: "normal", target: { kind: "any" }, budget: null };
export const NEXT: AttackOptions = { method: "closest", effort: "normal", target: { kind: "next" }, budget: null };

export function run(
	classifier: Classifier,
	pictures: readonly Float32Array[],
	options: AttackOptions,
	settings: Partial<AttackSettings> = {},
): Promise<AttackOutcome[]> {
	return attackImages(
		classifier,
		pictures.map((pixels, position) => ({ pixels, position })),
		options,
		{
			seed: 1,
			signal: new AbortController().signal,
			batchSize: 100,
			examine: true,
			stopped: () => false,
			onPredicted() {},
			onBetter() {},
			onFinished() {},
			...settings,
		},
	);
}

/** Distance of an outcome that is expected to have an adversarial. */
export function distanceOf(outcome: AttackOutcome, original: Float32Array): number {
	if (outcome.adversarial === null) throw new Error(`no adversarial: ${outcome.failure}`);
	return Math.sqrt(squaredDistance(outcome.adversarial.pixels, original));
}

export function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
