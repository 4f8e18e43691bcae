/** Two models on the same images. */
import { medianInterval, pairedDifference } from "../math/intervals.js";
import { mcnemarBetter } from "../math/mcnemar.js";
import { median } from "../math/statistics.js";
import type { PairedShares, RobustImage, RobustnessComparison } from "./report.js";

/** Above this share of failed searches the ratio says too little, and shares are compared. */
const FEW_FAILURES = 0.05;
const UNREACHED = Number.POSITIVE_INFINITY;

type Pair = readonly [first: RobustImage, second: RobustImage];

/** The second list compared with the first; both in the order of the same images. */
export function compare(first: readonly RobustImage[], second: readonly RobustImage[]): RobustnessComparison {
	const readable = first.flatMap((image, i): Pair[] => {
		const other = second[i];
		return image.predicted === null || !other || other.predicted === null ? [] : [[image, other]];
	});
	const both = readable.filter(([a, b]) => a.right && b.right);
	const found = both.map(([a, b]) => [a.distortion !== null, b.distortion !== null] as const);
	const failed = found.filter(([a, b]) => !a || !b).length;
	return {
		pairs: both.length,
		found: {
			both: found.filter(([a, b]) => a && b).length,
			first: found.filter(([a, b]) => a && !b).length,
			second: found.filter(([a, b]) => !a && b).length,
		},
		ratio: ratioOf(both),
		within: failed > FEW_FAILURES * both.length ? within(both) : null,
		accuracy: pairedShares(readable, ({ right }) => right),
	};
}

/**
 * Median of the second's distortion divided by the first's, image by image. Where one search found nothing, its side is further than any; where
 * neither did, the image counts as below all others for the lower end and as above them for the upper one. The interval is the sign test's.
 */
function ratioOf(pairs: readonly Pair[]): RobustnessComparison["ratio"] {
	const logs = pairs.flatMap(([{ distortion: a }, { distortion: b }]) => {
		if (a === null && b === null) return [];
		return [a === null ? -UNREACHED : b === null ? UNREACHED : Math.log(b / a)];
	});
	const middle = median(logs);
	if (!Number.isFinite(middle)) return null;
	const unknown = pairs.length - logs.length;
	const withUnknown = (value: number) => [...logs, ...Array.from({ length: unknown }, () => value)];
	const [low] = medianInterval(withUnknown(-UNREACHED));
	const [, high] = medianInterval(withUnknown(UNREACHED));
	const ratio = (log: number) => (Number.isFinite(log) ? Math.exp(log) : null);
	return { value: Math.exp(middle), interval: [ratio(low), ratio(high)] };
}

/** At the median of all distortions found, rounded to one digit: a distortion that favours neither. */
function within(pairs: readonly Pair[]): RobustnessComparison["within"] {
	const distortions = pairs.flatMap((pair) => pair.flatMap(({ distortion }) => distortion ?? []));
	if (distortions.length === 0) return null;
	const distortion = Number(median(distortions).toPrecision(1));
	return { distortion, ...pairedShares(pairs, ({ distortion: d }) => (d ?? UNREACHED) > distortion) };
}

function pairedShares(pairs: readonly Pair[], holds: (image: RobustImage) => boolean): PairedShares {
	const judged = pairs.map(([a, b]) => [holds(a), holds(b)] as const);
	const counted = (inFirst: boolean, inSecond: boolean) =>
		judged.filter(([a, b]) => a === inFirst && b === inSecond).length;
	const [both, first, second, neither] = [
		counted(true, true),
		counted(true, false),
		counted(false, true),
		counted(false, false),
	];
	return {
		both,
		first,
		second,
		neither,
		difference: pairedDifference({ both, first: second, second: first, neither }),
		p: Math.min(1, 2 * mcnemarBetter(Math.max(first, second), Math.min(first, second))),
	};
}
