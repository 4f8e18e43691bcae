/** The finding of a probe in a sentence, and what it rests on: no more than the tests say. */

import { COMPARED_SIDE } from "../imageMarks.js";
import { judgedMeasure, SIGNIFICANT } from "./judgement.js";
import type { CoherenceMeasure, ProbeComparison, ProbeControl, ProbeReport } from "./report.js";

const MEASURE_WORDS: Readonly<Record<CoherenceMeasure, string>> = {
	purity: "label purity",
	similarity: "pixel similarity",
	featureSimilarity: "similarity in the penultimate layer",
};

type Judged = Pick<ProbeReport, "statistics" | "data" | "options" | "layer" | "units" | "directions" | "seed">;

/** "By label purity, units are not shown to be more coherent than random directions: mean purity 0.88 and 0.79, p = 0.053." */
export function findingOf(report: Judged): string {
	const { data, options, statistics } = report;
	const over = data.stopped ? `Over the first ${images(data.scored)}: ` : "";
	if (data.scored === 0) return `${over}No image was scored, so nothing can be said.`;
	if (data.scored <= options.top)
		return `${over}Nothing can be compared: with ${images(data.scored)}, every direction ranks all of them among its top ${options.top}.`;
	const measure = judgedMeasure(statistics);
	const comparison = statistics[measure];
	if (!comparison) {
		const active = report.units.length - statistics.inactive;
		return `${over}Nothing can be compared: ${active} of ${report.units.length} units have ${options.top} images above their floor.`;
	}
	return `${over}${capitalised(`by ${MEASURE_WORDS[measure]}`)}, ${verdict(comparison, measure, options.control)}.`;
}

/** Directions that the rotations of the test resemble; others say nothing of `p`. */
const LIKE_ROTATIONS: ReadonlySet<ProbeControl> = new Set(["gaussian", "rotation"]);

function verdict(comparison: ProbeComparison, measure: CoherenceMeasure, control: ProbeControl): string {
	const { units, directions, permutations, rotation, redrawn, excess } = comparison;
	const name = measure === "purity" ? "purity" : "similarity";
	const isLike = LIKE_ROTATIONS.has(control);
	const others = isLike ? "random directions" : "random rotations of their frame";
	const theirs = `${SHORT_CONTROL_WORDS[control]} ${directions.toFixed(2)}`;
	if (!rotation)
		return `units have a median ${name} ${units.toFixed(2)}, ${theirs}; whether they differ was not tested`;
	// What p is about: the mean over the frame, against the mean over rotated frames.
	const means = `mean ${name} ${rotation.frame.toFixed(2)} and ${rotation.rotations.toFixed(2)}`;
	const figures = `${means}, p = ${pText(rotation.p)}`;
	const least = 1 / (1 + permutations);
	if (least >= SIGNIFICANT)
		return `whether units are more coherent than ${others} can't be told: ${means}; with ${rotationsText(permutations)} p is ${pText(least)} at least`;
	const less = 1 + least - rotation.p;
	if (less < SIGNIFICANT) return `units are less coherent than ${others}: ${means}, p = ${pText(less)} for less`;
	if (rotation.p >= SIGNIFICANT) return `units are not shown to be more coherent than ${others}: ${figures}`;
	const more = `units are more coherent than ${others}: ${figures}`;
	if (!redrawn || !excess) return `${more}; whether that is learned was not tested`;
	const advantages = `advantage ${signed(rotation.advantage)}, with re-drawn weights ${signed(redrawn.advantage)}`;
	return excess.interval[0] > 0
		? `${more}, and more so than with re-drawn weights (${advantages})`
		: `${more}, but not shown to be more so than with re-drawn weights (${advantages})`;
}

/** What the finding rests on: other measures, counts, how scores came about, the test. */
export function conditionsOf(report: Judged): string {
	const { data, options, layer, statistics, units, directions, seed } = report;
	const first = judgedMeasure(statistics);
	const others = (["purity", "featureSimilarity", "similarity"] as const).flatMap((measure) => {
		const comparison = statistics[measure];
		if (measure === first || !comparison?.rotation) return [];
		return [`${MEASURE_WORDS[measure]} ${deltaText(comparison)}, p = ${pText(comparison.rotation.p)}`];
	});
	const parts: string[] = [];
	const own = statistics[first];
	if (own) parts.push(`Cliff's delta ${deltaText(own)}`);
	if (others.length > 0) parts.push(capitalised(others.join("; ")));
	const pre = options.pre ? "before the activation function" : "at the output of the layer";
	const reduced =
		layer.places > 1 ? `, ${options.reduce === "max" ? "highest" : "mean"} over ${layer.places} places` : "";
	parts.push(
		`${count(units.length)} units, ${count(directions.length)} directions (${CONTROL_WORDS[options.control]}), top ${options.top} of ${images(data.scored)}, ${pre}${reduced}, seed ${seed}`,
	);
	const { test } = statistics;
	if (test && own) {
		const frame = test.units < layer.units ? `${count(test.units)} of the units` : "all units";
		const pooled = layer.places > 1 && options.reduce === "mean" ? ", on activations pooled over places" : "";
		parts.push(`p: ${count(own.permutations)} rotations of ${frame} over ${images(test.images)}, one-sided${pooled}`);
	}
	if (statistics.purity) parts.push(`Purity by chance ${statistics.purity.chance.toFixed(2)}`);
	if (statistics.singleUnits) parts.push(`Single units: ${statistics.singleUnits.words}`);
	parts.push(`Inactive units: ${count(statistics.inactive)} of ${count(units.length)}`);
	if (data.unreadable > 0) parts.push(`Unreadable images: ${count(data.unreadable)}`);
	parts.push(`Pixels are compared at ${COMPARED_SIDE} × ${COMPARED_SIDE} at most`);
	return `${parts.join(". ")}.`;
}

const CONTROL_WORDS: Readonly<Record<ProbeControl, string>> = {
	gaussian: "Gaussian",
	rotation: "random rotations",
	whitened: "whitened, ridge 0.001 of the mean variance",
	components: "principal components",
	classMeans: "class-mean differences of the other half of the images",
};

const SHORT_CONTROL_WORDS: Readonly<Record<ProbeControl, string>> = {
	gaussian: "directions",
	rotation: "directions",
	whitened: "whitened directions",
	components: "principal components",
	classMeans: "class-mean differences",
};

function deltaText({ delta, interval }: ProbeComparison): string {
	return `${delta.toFixed(2)} [${interval[0].toFixed(2)}, ${interval[1].toFixed(2)}]`;
}

function rotationsText(number: number): string {
	return number === 1 ? "1 rotation" : `${count(number)} rotations`;
}

/** Two significant digits. */
function pText(p: number): string {
	return p >= 0.1 ? p.toFixed(2) : p >= 0.01 ? p.toFixed(3) : String(Number(p.toPrecision(2)));
}

function signed(value: number): string {
	return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(3)}`;
}

function images(number: number): string {
	return number === 1 ? "1 image" : `${count(number)} images`;
}

function count(number: number): string {
	return number.toLocaleString("en");
}

function capitalised(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
