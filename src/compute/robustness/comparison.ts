/** Two models on the same images. */

import { bootstrapped } from "../math/intervals.js";
import { Random } from "../math/random.js";
import { mean, median } from "../math/statistics.js";
import type { RobustImage, RobustnessComparison } from "./report.js";

/** The second list compared with the first; both in the order of the same images. */
export function compare(
	first: readonly RobustImage[],
	second: readonly RobustImage[],
	seed: number,
): RobustnessComparison {
	const random = (name: string) => Random.stream(seed, "robustness", name);
	const pairs = first.flatMap(({ distortion: a }, i) => {
		const b = second[i]?.distortion ?? null;
		return a === null || b === null ? [] : [{ a, b }];
	});
	const rights = first.flatMap((image, i) => {
		const other = second[i];
		if (image.predicted === null || !other || other.predicted === null) return [];
		return [Number(other.right) - Number(image.right)];
	});
	return {
		pairs: pairs.length,
		difference: bootstrapped(
			pairs.map(({ a, b }) => b - a),
			mean,
			random("difference"),
		),
		medianRatio: bootstrapped(
			pairs,
			(drawn) => median(drawn.map(({ b }) => b)) / median(drawn.map(({ a }) => a)),
			random("median ratio"),
		),
		further: pairs.filter(({ a, b }) => b > a).length,
		accuracyDifference: bootstrapped(rights, mean, random("accuracy")),
	};
}
