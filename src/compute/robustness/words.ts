/** The sentences of a robustness report. */
import { dirname } from "node:path";
import { hasEfforts } from "../attack/methods.js";
import { fileName } from "../data/pathNames.js";
import { modelStem } from "../formats/formats.js";
import type {
	Estimate,
	OpenEstimate,
	PairedShares,
	RobustnessComparison,
	RobustnessOfModel,
	RobustnessReport,
} from "./report.js";

type Facts = Pick<RobustnessReport, "models" | "comparison" | "data" | "options" | "labels" | "seed">;

/** What came out; what a model gets wrong before any change comes first. */
export function findingOf({ models, comparison, data, labels }: Facts): string {
	if (data.done === 0) return data.stopped ? "Stopped before the first images were done." : "There are no images yet.";
	const [first, second] = models;
	const poor = labels === null ? [] : models.flatMap(poorWords);
	const found = second && comparison ? comparedFinding(first, second, comparison) : findingOfOne(first);
	return [...poor, found].join(" ");
}

/** "mlp is right on only 12 of 100 images before any change."; nothing for half or more. */
function poorWords(model: RobustnessOfModel): readonly string[] {
	const { attacked, readable } = model;
	if (attacked === 0 || 2 * attacked >= readable) return [];
	return [`${nameOf(model)} is right on only ${attacked} of ${readable} images before any change.`];
}

function findingOfOne(first: RobustnessOfModel): string {
	const { mean, median, attacked, succeeded } = first;
	const name = nameOf(first);
	if (attacked === 0) return `${name} gets none of the images right, so there is nothing to attack.`;
	if (mean === null) return `No adversarial was found for any of the ${attacked} images that ${name} gets right.`;
	const half =
		median === null
			? "for half of them or more none was found"
			: `half of them change by a distortion of ${short(median.value)}`;
	return `${succeeded} of the ${attacked} images that ${name} gets right have an adversarial; ${half}.`;
}

function comparedFinding(
	first: RobustnessOfModel,
	second: RobustnessOfModel,
	{ pairs, ratio, within }: RobustnessComparison,
): string {
	const [a, b] = [nameOf(first), nameOf(second)];
	if (pairs === 0) return `No image is right in both ${a} and ${b}.`;
	if (within !== null) {
		// Literally: a search that found nothing proves nothing.
		const share = (other: number) => percent((within.neither + other) / pairs);
		const shares = `below ${short(within.distortion)} an adversarial was found for ${share(within.first)} (${b}) and ${share(within.second)} (${a}) of the ${pairs} images that both get right`;
		return isOpen(within.difference, 0)
			? `${b} is not shown to differ from ${a}: ${shares}.`
			: `Adversarials of ${b} were found ${within.second > within.first ? "less" : "more"} often: ${shares}.`;
	}
	if (ratio === null) return `No image has an adversarial for both ${a} and ${b}.`;
	return isOpen(ratio, 1)
		? `${b} is not shown to need more or less distortion than ${a}: ${ratio.value.toFixed(2)} times over ${pairs} images that both get right.`
		: `${b} needs ${ratio.value.toFixed(2)} times the distortion of ${a}, the median of ${pairs} images that both get right.`;
}

/** Whether the interval holds what no difference would be. */
function isOpen(estimate: OpenEstimate | null, none: number): boolean {
	if (estimate === null) return true;
	const [low, high] = estimate.interval;
	return (low ?? Number.NEGATIVE_INFINITY) <= none && (high ?? Number.POSITIVE_INFINITY) >= none;
}

/** What the finding rests on. */
export function conditionsOf({ models, comparison, data, options, labels, seed }: Facts): string {
	const sentences: string[] = [];
	if (comparison) {
		const { ratio, within, found } = comparison;
		if (within?.difference) sentences.push(`The shares differ by ${signed(within.difference)} percentage points.`);
		if (ratio) sentences.push(`Ratio ${ratio.value.toFixed(2)} (${openRange(ratio)}).`);
		if (found.first + found.second > 0)
			sentences.push(`Found in the first only: ${found.first}, in the second only: ${found.second}.`);
		if (labels !== null) sentences.push(accuracyWords(comparison.accuracy));
	} else {
		const { mean } = models[0];
		if (mean) sentences.push(`Mean minimum distortion ${short(mean.value)} (${range(mean)}).`);
	}
	const stopped = data.stopped ? ", stopped" : "";
	const of = data.done < data.total ? `${data.done} of ${data.total}` : `${data.total}`;
	const effort = hasEfforts(options.method) ? `, effort ${options.effort}` : "";
	sentences.push(`${of} images${stopped}; method ${options.method}${effort}; 95% intervals; seed ${seed}.`);
	if (labels === null) sentences.push("No labels are known: right means as without a change.");
	return sentences.join(" ");
}

function accuracyWords({ both, first, second, difference, p }: PairedShares): string {
	if (first + second === 0) return `Both are right on the same ${both} images.`;
	const by = difference === null ? "" : ` by ${signed(difference)} percentage points`;
	return `Accuracy differs${by}: ${first} images are right in the first only, ${second} in the second only (p = ${p.toPrecision(2)}).`;
}

/** The file's name without its extension; the folder's for names like model.json, which say nothing. */
function nameOf({ model }: Pick<RobustnessOfModel, "model">): string {
	return modelStem(model.path) ?? fileName(dirname(model.path));
}

function short(value: number): string {
	return Number(value.toPrecision(3)).toString();
}

function range({ interval: [low, high] }: Estimate): string {
	return `${short(low)} to ${short(high)}`;
}

function openRange({ interval: [low, high] }: OpenEstimate): string {
	if (low === null && high === null) return "open on both sides";
	if (low === null) return `at most ${short(high as number)}`;
	return high === null ? `at least ${short(low)}` : `${short(low)} to ${short(high)}`;
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)}%`;
}

/** In percentage points, with signs. */
function signed({ value, interval: [low, high] }: Estimate): string {
	const withSign = (v: number) => (v >= 0 ? "+" : "−") + (100 * Math.abs(v)).toFixed(1);
	return `${withSign(value)} (${withSign(low)} to ${withSign(high)})`;
}
