/** How one unit's scores are distributed: over all images, and over those of each class. */

import { mean, quantile } from "../../math/statistics.js";
import type { ClassScores, Histogram } from "./report.js";

const STEPS = 50;

/** Scores in equal steps; null where there is none. */
export function histogramOf(scores: Float64Array): Histogram | null {
	if (scores.length === 0) return null;
	let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
	for (const score of scores) {
		if (score < low) low = score;
		if (score > high) high = score;
	}
	const counts = new Array<number>(STEPS).fill(0);
	for (const score of scores) {
		const step = high === low ? 0 : Math.min(STEPS - 1, Math.floor((STEPS * (score - low)) / (high - low)));
		counts[step] = (counts[step] as number) + 1;
	}
	return { low, high, counts };
}

/** By the classes that have images, in order. `labels` go with `scores`; -1 where the class isn't known. */
export function scoresByClass(scores: Float64Array, labels: Int32Array): ClassScores[] {
	const groups = new Map<number, number[]>();
	scores.forEach((score, i) => {
		const label = labels[i] as number;
		if (label < 0) return;
		const group = groups.get(label);
		if (group) group.push(score);
		else groups.set(label, [score]);
	});
	return [...groups]
		.sort(([a], [b]) => a - b)
		.map(([label, group]) => {
			const sorted = Float64Array.from(group).sort();
			const [low, high] = [quantile(sorted, 0.05), quantile(sorted, 0.95)];
			return { label, images: group.length, mean: mean(group), low, high };
		});
}
