/** A robustness report in words and figures. Pure functions; the page and its tests share them. */
import { modelStem } from "../../compute/formats/formats.js";
import { heldAt } from "../../compute/robustness/curve.js";
import type { OpenEstimate, RobustnessOfModel, RobustnessReport } from "../../compute/robustness/report.js";
import { count, distortion, significant } from "../ui/format.js";

/** A share of all images: "97.5%". */
export const shareWords = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** Kinds of figures: how they are said, and how the ends of their intervals, which need less. */
const SHARE = { value: shareWords, end: (share: number): string => (100 * share).toFixed(0) };
const DISTORTION = { value: distortion, end: (value: number): string => significant(value, 2) };
type Kind = typeof SHARE;

/** A line of the table of figures: one value for each model, with its interval where it has one. */
export interface FigureRow {
	readonly name: string;
	readonly values: readonly { readonly value: string; readonly interval: string | null }[];
	readonly leading?: boolean;
	/** True for the line that follows the pointer. */
	readonly pointed?: boolean;
}

/** Short names of the models, different from each other: "mlp", or with as much of their folders as it takes. */
export function modelNames(models: RobustnessReport["models"]): readonly string[] {
	const parts = models.map(({ model }) => {
		const folders = model.path.split(/[\\/]/).slice(0, -1);
		const stem = modelStem(model.path);
		return stem === null ? folders : [...folders, stem];
	});
	for (let taken = 1; ; taken++) {
		const names = parts.map((part) => part.slice(-taken).join("/"));
		if (new Set(names).size === names.length || parts.every((part) => part.length <= taken)) return names;
	}
}

/** Up to three round distortions that divide the curve: .02, .05 and .1 where it ends at .12. */
export function roundLevels(end: number): readonly number[] {
	if (!(end > 0)) return [];
	const unit = 10 ** Math.floor(Math.log10(end));
	const candidates = [0.1, 0.2, 0.5, 1, 2, 5].map((step) => Number((step * unit).toPrecision(1)));
	return candidates.filter((level) => level <= end).slice(-3);
}

/** A search that finds nothing proves nothing: what is said is what was found. */
const unchangedBelow = (level: string): string => `No adversarial found below ${level}`;

/** `pointed`: the distortion that is pointed at; null for none. */
export function figureRows({ models, labels }: RobustnessReport, pointed: number | null): readonly FigureRow[] {
	const end = models[0].curve.at(-1)?.distortion ?? 0;
	const row = (name: string, of: (model: RobustnessOfModel) => OpenEstimate | null, kind: Kind): FigureRow => ({
		name,
		values: models.map((model) => valueWords(of(model), kind)),
	});
	const noise = models.flatMap(({ noise }) => noise.at(-1) ?? [])[0];
	const plain = (name: string, of: (model: RobustnessOfModel) => string): FigureRow => ({
		name,
		values: models.map((model) => ({ value: of(model), interval: null })),
	});
	return [
		row(labels === null ? "Unchanged at 0" : "Accuracy", ({ accuracy }) => accuracy, SHARE),
		{ ...row("Median distortion", ({ median }) => median, DISTORTION), leading: true },
		row("Mean distortion", ({ mean }) => mean, DISTORTION),
		...roundLevels(end).map((level) =>
			row(unchangedBelow(level.toString()), ({ images }) => heldAt(images, level), SHARE),
		),
		...(pointed === null
			? []
			: [
					{
						...row(unchangedBelow(distortion(pointed)), ({ images }) => heldAt(images, pointed), SHARE),
						pointed: true,
					},
				]),
		...(noise === undefined
			? []
			: [row(`Under noise of ${distortion(noise.distortion)}`, ({ noise }) => noise.at(-1)?.share ?? null, SHARE)]),
		plain("Found an adversarial", ({ succeeded, attacked }) => `${count(succeeded)} of ${count(attacked)}`),
		plain("Evaluations per image", ({ images, attacked }) => {
			const spent = images.reduce((sum, { evaluations }) => sum + evaluations, 0);
			return attacked === 0 ? "–" : count(spent / attacked);
		}),
	];
}

function valueWords(estimate: OpenEstimate | null, kind: Kind): FigureRow["values"][number] {
	if (estimate === null) return { value: "–", interval: null };
	const [low, high] = estimate.interval;
	// An end beyond all that was found.
	const end = (at: number | null): string => (at === null ? "open" : kind.end(at));
	return { value: kind.value(estimate.value), interval: `[${end(low)}, ${end(high)}]` };
}

/** The figures as they are copied: tab-separated lines. */
export function copiedFigures(report: RobustnessReport): string {
	const cells = ({ value, interval }: FigureRow["values"][number]): string =>
		interval === null ? value : `${value} ${interval}`;
	return [
		["", ...modelNames(report.models)],
		...figureRows(report, null).map(({ name, values }) => [name, ...values.map(cells)]),
	]
		.map((line) => line.join("\t"))
		.join("\n");
}

/** An image of two models: both distortions. */
export interface Pair {
	readonly index: number;
	readonly first: number;
	readonly second: number;
}

/** Images with an adversarial in both models. */
export function pairs({ models: [first, second] }: RobustnessReport): readonly Pair[] {
	if (second === undefined) return [];
	return first.images.flatMap((image, index) => {
		const other = second.images[index]?.distortion ?? null;
		return image.distortion === null || other === null ? [] : [{ index, first: image.distortion, second: other }];
	});
}

/** How often each distortion occurs: bins of one width from 0 to the largest. */
export function histogram(distortions: readonly number[], bins = 20): readonly { from: number; count: number }[] {
	const largest = Math.max(0, ...distortions);
	if (largest === 0) return [];
	const counts = Array.from({ length: bins }, () => 0);
	for (const value of distortions) {
		const bin = Math.min(bins - 1, Math.floor((value / largest) * bins));
		counts[bin] = (counts[bin] ?? 0) + 1;
	}
	return counts.map((count, at) => ({ from: (at * largest) / bins, count }));
}

/** Images that are shown with their pictures: their places in the report, the most telling first. */
export interface Outstanding {
	readonly heading: string;
	readonly rows: readonly { readonly index: number; readonly ratio: number | null }[];
}

const MOST_ROWS = 12;

/** Of one model those nearest to a mistake; of two those on which they differ most. */
export function outstanding({
	models,
	pictures,
}: Pick<RobustnessReport, "models"> & {
	readonly pictures: readonly { readonly index: number }[];
}): Outstanding {
	const [first, second] = models;
	const distortionOf = (model: RobustnessOfModel, index: number): number | null =>
		model.images[index]?.distortion ?? null;
	if (second === undefined) {
		const rows = pictures.flatMap(({ index }) => {
			const found = distortionOf(first, index);
			return found === null ? [] : [{ index, ratio: null, found }];
		});
		return { heading: "Nearest to a mistake", rows: rows.toSorted((a, b) => a.found - b.found).slice(0, MOST_ROWS) };
	}
	const rows = pictures.flatMap(({ index }) => {
		const [a, b] = [distortionOf(first, index), distortionOf(second, index)];
		return a === null || b === null || a === 0 || b === 0 ? [] : [{ index, ratio: b / a }];
	});
	const apart = ({ ratio }: { readonly ratio: number }): number => Math.abs(Math.log(ratio));
	return { heading: "Largest differences", rows: rows.toSorted((a, b) => apart(b) - apart(a)).slice(0, MOST_ROWS) };
}
