/** The sentences of a robustness report. */
import { dirname } from "node:path";
import { hasEfforts } from "../attack/methods.js";
import { fileName } from "../data/pathNames.js";
import { modelStem } from "../formats/formats.js";
import type { Estimate, RobustnessComparison, RobustnessOfModel, RobustnessReport } from "./report.js";

type Facts = Pick<RobustnessReport, "models" | "comparison" | "data" | "options" | "labels" | "seed">;

/** What came out, in one sentence. */
export function findingOf({ models, comparison, data }: Facts): string {
	if (data.done === 0) return data.stopped ? "Stopped before the first images were done." : "There are no images yet.";
	const [first, second] = models;
	if (second && comparison) return comparedFinding(first, second, comparison);
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
	comparison: RobustnessComparison,
): string {
	const [a, b] = [nameOf(first), nameOf(second)];
	const { medianRatio, difference, pairs } = comparison;
	if (medianRatio === null || difference === null) return `No image has an adversarial for both ${a} and ${b}.`;
	const medians =
		first.median && second.median ? `: median ${short(second.median.value)} and ${short(first.median.value)}` : "";
	const [low, high] = difference.interval;
	if (low <= 0 && high >= 0)
		return `${b} is not shown to need more or less distortion than ${a} over ${pairs} images${medians}.`;
	return `${b} needs ${medianRatio.value.toFixed(2)} times the distortion of ${a}${medians}.`;
}

/** What the finding rests on. */
export function conditionsOf({ models, comparison, data, options, labels, seed }: Facts): string {
	const sentences: string[] = [];
	if (comparison?.difference) {
		const { difference, pairs, accuracyDifference } = comparison;
		sentences.push(`Mean paired difference ${signed(difference)} over ${pairs} images.`);
		if (accuracyDifference && labels !== null)
			sentences.push(
				accuracyDifference.interval.every((end) => end === 0)
					? "Both have the same accuracy."
					: `Accuracy differs by ${signed(accuracyDifference, inPercent)} percentage points.`,
			);
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

function inPercent(value: number): string {
	return (100 * value).toFixed(1);
}

function signed({ value, interval: [low, high] }: Estimate, show: (value: number) => string = short): string {
	const withSign = (v: number) => (v >= 0 ? "+" : "−") + show(Math.abs(v));
	return `${withSign(value)} (${withSign(low)} to ${withSign(high)})`;
}
