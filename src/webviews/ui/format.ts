/** Figures as words. Pure functions; the page and its tests share them. */
import { fileName, shortPath } from "../../compute/data/pathNames.js";
import type { LabelChange, Target } from "../../compute/reports/report.js";

/** 1234 as "1,234". */
export const count = (n: number): string => Math.round(n).toLocaleString("en-US");

/** "1 image", "3 images", "1,000 images". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** A typographic minus in place of the hyphen. */
const signed = (text: string): string => text.replace("-", "−");

/** A positive figure to so many significant digits, without an exponent down to a millionth. */
export function significant(value: number, digits: number): string {
	if (value === 0) return "0";
	const rounded = Number(value.toPrecision(digits));
	if (Math.abs(rounded) < 1e-6) return signed(value.toExponential(digits - 1));
	const before = Math.floor(Math.log10(Math.abs(rounded))) + 1;
	return signed(rounded.toFixed(Math.max(0, digits - before)));
}

/** A distortion as tables show it: three significant digits. */
export const distortion = (value: number): string => significant(value, 3);

/** How many decimals a column of figures needs, so that its smallest keeps two significant digits; 2 to 6. */
export function columnDecimals(values: readonly number[]): number {
	const smallest = values.reduce(
		(least, value) => (value > 0 ? Math.min(least, value) : least),
		Number.POSITIVE_INFINITY,
	);
	if (!Number.isFinite(smallest)) return 2;
	return Math.min(6, Math.max(2, 1 - Math.floor(Math.log10(smallest))));
}

/** A probability as a percentage; what rounds to nothing is "<0.1%", never "0.0%". */
export function percent(probability: number, decimals = 1): string {
	const least = 10 ** -decimals;
	return probability * 100 < least / 2 ? `<${least.toFixed(decimals)}%` : `${(probability * 100).toFixed(decimals)}%`;
}

/** One row of the predictions, ready to show. */
export interface PredictionRow {
	readonly name: string;
	/** `other`: a label beside the two that matter; `rest`: all labels that have no row. */
	readonly role: "before" | "after" | "other" | "rest";
	readonly before: Share;
	/** Null where nothing has been tried yet. */
	readonly after: Share | null;
}

export interface Share {
	/** 0 to 1, for the bar. */
	readonly share: number;
	readonly words: string;
}

/** The largest and its equals get two decimals where one could not tell them apart. */
function shares(probabilities: readonly number[]): readonly Share[] {
	const largest = Math.max(...probabilities);
	const close = (share: number): boolean => largest - share < 0.001;
	const several = probabilities.filter(close).length > 1;
	return probabilities.map((share) => ({ share, words: percent(share, several && close(share) ? 2 : 1) }));
}

/**
 * The predictions of an image before and after, most probable label first; with a last row for all the others,
 * so that each column adds to 100%. `after` is false while there is nothing to compare with.
 */
export function predictionRows(
	labels: readonly LabelChange[],
	classes: number,
	roles: { readonly before: number | null; readonly after: number | null },
	after: boolean,
): readonly PredictionRow[] {
	if (labels.length === 0) return [];
	const before = shares(labels.map((label) => label.before));
	const now = shares(labels.map((label) => label.after));
	const rows = labels.map((label, at): PredictionRow => {
		const role = label.index === roles.before ? "before" : label.index === roles.after ? "after" : "other";
		return { name: label.name, role, before: before[at]!, after: after ? now[at]! : null };
	});
	const others = classes - labels.length;
	if (others <= 0) return rows;
	const rest = (taken: number): Share => {
		const share = Math.min(1, Math.max(0, 1 - taken));
		return { share, words: percent(share) };
	};
	return [
		...rows,
		{
			name: plural(others, "other"),
			role: "rest",
			before: rest(labels.reduce((sum, label) => sum + label.before, 0)),
			after: after ? rest(labels.reduce((sum, label) => sum + label.after, 0)) : null,
		},
	];
}

/** A target as the fields and sentences name it. */
export function targetName(target: Target, classNames: readonly string[]): string {
	switch (target.kind) {
		case "any":
			return "Any other label";
		case "next":
			return "Next label";
		case "random":
			return "Random label";
		case "second":
			return "Second likeliest";
		case "label":
			return classNames[target.index] ?? `label ${target.index}`;
	}
}

/** Whether classes have numbers only: "class 7". */
export const arePlaceholders = (classNames: readonly string[]): boolean =>
	classNames.length > 0 && classNames.every((name, index) => name === `class ${index}`);

/** Short names of the sources; where two would be the same, or with `folders` every one, with their folder. */
export function displayNames(sources: readonly string[], folders = false): readonly string[] {
	const names = sources.map((source) => indexFirst(fileName(source)));
	const seen = new Map<string, number>();
	for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
	return sources.map((source, at) => {
		const name = names[at]!;
		return seen.get(name) === 1 && !folders ? name : indexFirst(shortPath(source));
	});
}

/** Of a file that holds many images what tells them apart comes first, so that it isn't cut off: "#12 t10k-images-idx3-ubyte". */
export function indexFirst(name: string): string {
	return name.replace(/^(.*)(#\d+)$/, "$2 $1");
}

/** Steps of the noise factor: powers of two. */
export const NOISE_FACTORS: readonly number[] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** The factor at which noise of this distortion is well visible about mid grey: the largest with an RMS of 0.12 at most. */
export function fittingNoiseFactor(rms: number): number {
	return NOISE_FACTORS.findLast((factor) => factor * rms <= 0.12) ?? 1;
}

/** "0.42 s", "12.3 s", "3 min 5 s". */
export function duration(seconds: number): string {
	if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
	if (seconds < 60) return `${seconds.toFixed(1)} s`;
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
