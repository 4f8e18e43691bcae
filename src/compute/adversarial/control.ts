/** The control: how often does Gaussian noise of the same distortion change the label? */
import { wilsonInterval } from "../math/intervals.js";
import type { Random } from "../math/random.js";
import { distortion } from "../math/vectors.js";
import type { NoiseControl } from "../reports/report.js";
import { clipped } from "./box.js";
import { highest } from "./goal.js";
import type { Steps } from "./steps.js";

export const CONTROL_SAMPLES = 100;
/** Pixels drawn at a time, so that large pictures neither fill the memory nor hold up the event loop. */
const PIXELS_AT_A_TIME = 1_000_000;
/** Relative accuracy of a draw's distortion. */
const ACCURACY = 1e-4;
/** Below this share of the wanted distortion the size reached is said. */
const FELL_SHORT = 0.99;
const STEPS = 200;
const HIGHEST_DEVIATION = 1e6;

/**
 * Adds `CONTROL_SAMPLES` draws of noise to `original`, whose label is `predicted`, each with distortion `wanted` after
 * clipping. Null where it was stopped.
 */
export function* runControl(
	original: Float32Array,
	predicted: number,
	wanted: number,
	random: Random,
	stopped: () => boolean,
): Steps<NoiseControl | null> {
	let changed = 0;
	let reached = 0;
	const atATime = Math.max(1, Math.floor(PIXELS_AT_A_TIME / original.length));
	for (let done = 0; done < CONTROL_SAMPLES; done += atATime) {
		if (stopped()) return null;
		const count = Math.min(atATime, CONTROL_SAMPLES - done);
		const points = Array.from({ length: count }, () => noiseOfDistortion(original, wanted, random));
		for (const point of points) reached += distortion(point, original) / CONTROL_SAMPLES;
		const answer = yield { kind: "logits", points, alone: false };
		for (const logits of answer.logits) if (highest(logits) !== predicted) changed++;
	}
	return {
		samples: CONTROL_SAMPLES,
		changed,
		interval: wilsonInterval(changed, CONTROL_SAMPLES),
		...(reached < FELL_SHORT * wanted && { reached }),
	};
}

/**
 * `original` plus Gaussian noise, clipped to the box, its distortion after clipping `wanted` to 0.01%: the standard
 * deviation is solved for, for this draw. Where the box can't hold so much, as much as it can.
 */
export function noiseOfDistortion(original: Float32Array, wanted: number, random: Random): Float32Array {
	const noise = original.map(() => random.normal());
	const point = new Float32Array(original.length);
	let deviation = wanted;
	// What is left after clipping is a concave function of the deviation, so this climbs to the root without overshooting it.
	for (let step = 0; step < STEPS && deviation < HIGHEST_DEVIATION; step++) {
		for (let i = 0; i < point.length; i++) point[i] = clipped(original[i]! + deviation * noise[i]!);
		const reached = distortion(point, original);
		if (Math.abs(reached - wanted) <= ACCURACY * wanted || reached === 0) break;
		deviation *= wanted / reached;
	}
	return point;
}
