/** What the page "Probe" says of rows, figures and states. Pure functions. */
import type {
	CoherenceMeasure,
	ProbeComparison,
	ProbeControl,
	ProbedDirection,
	ProbeReport,
} from "../../compute/activations/probe/report.js";
import { count, plural } from "../ui/format.js";
import type { Order, RowsView } from "./view.js";

/** A typographic minus in place of the hyphen. */
const signed = (text: string): string => text.replace("-", "−");

/** A figure with so many decimals; a dash where there is none. */
export function decimals(value: number | null, digits: number): string {
	return value === null ? "–" : signed(value.toFixed(digits));
}

/** "0.053", "<0.001"; a dash where the test wasn't done. */
export function pValue(p: number | null): string {
	if (p === null) return "–";
	return p < 0.001 ? "<0.001" : p.toFixed(3);
}

export const ORDER_NAMES: Readonly<Record<Order, string>> = {
	drawn: "As drawn",
	purity: "Label purity",
	similarity: "Pixel similarity",
	featureSimilarity: "Feature similarity",
	highest: "Highest score",
	sparsity: "Sparsity",
};

export const MEASURE_NAMES: Readonly<Record<CoherenceMeasure, string>> = {
	purity: "Label purity",
	similarity: "Pixel similarity",
	featureSimilarity: "Feature similarity",
};

export const CONTROL_NAMES: Readonly<Record<ProbeControl, string>> = {
	gaussian: "Gaussian",
	rotation: "Rotation",
	whitened: "Whitened",
	components: "Principal components",
	classMeans: "Class means",
};

/** The heading of the right column. */
export function columnName(control: ProbeControl): string {
	switch (control) {
		case "gaussian":
			return "Random directions";
		case "rotation":
			return "Random rotations";
		case "whitened":
			return "Whitened directions";
		case "components":
			return "Principal components";
		case "classMeans":
			return "Class mean differences";
	}
}

/** What is behind the present order. */
export function orderWords({ order }: RowsView): string {
	return order === "drawn"
		? "As drawn: by index, and in the order of the seed. Nothing is picked."
		: "Both columns, largest first, by the same rule.";
}

/** Name of a label; without class names its number. */
export function labelName(label: number | null, classNames: readonly string[]): string {
	return label === null ? "" : (classNames[label] ?? `label ${label}`);
}

/** The name in narrow places: "dir. 12". */
export function shortName({ name }: ProbedDirection): string {
	return name.replace(/^direction /, "dir. ");
}

/** "7 of 9 “9”"; without labels the similarity; what is inactive says so. */
export function rowWords(direction: ProbedDirection, classNames: readonly string[]): string {
	const { commonest, inactive, top, similarity, notFinite } = direction;
	if (notFinite > 0 && top.length === 0) return "no finite value";
	if (inactive) return "inactive";
	if (commonest !== null) return `${commonest.count} of ${top.length} “${labelName(commonest.label, classNames)}”`;
	return similarity === null ? "" : `similarity ${decimals(similarity, 2)}`;
}

/** The share that the bar of a row shows, in [0, 1]; null for none. */
export function rowShare({ purity, similarity, inactive }: ProbedDirection): number | null {
	if (inactive) return null;
	return purity ?? (similarity === null ? null : Math.max(0, similarity));
}

/** "12 of 100" where some are filtered out, else "100". */
export function columnCount(shown: number, total: number): string {
	return shown === total ? count(total) : `${count(shown)} of ${count(total)}`;
}

/** What the report's own conditions and warnings leave to be said of the data: a sentence each. */
export function stateSentences({ data }: ProbeReport): readonly string[] {
	return data.perClass === null ? ["The images have no labels, so there is no purity."] : [];
}

/** One row of "Units against directions". */
export interface ComparisonRow {
	readonly measure: CoherenceMeasure;
	readonly units: string;
	readonly directions: string;
	readonly delta: { readonly point: number; readonly low: number; readonly high: number; readonly words: string };
	readonly p: string;
	/** p of the same test with re-drawn weights. */
	readonly redrawn: string;
}

export function comparisonRows({ statistics }: ProbeReport): readonly ComparisonRow[] {
	const measures = ["purity", "similarity", "featureSimilarity"] as const;
	return measures.flatMap((measure) => {
		const comparison = statistics[measure];
		return comparison === null ? [] : [comparisonRow(measure, comparison)];
	});
}

function comparisonRow(measure: CoherenceMeasure, comparison: ProbeComparison): ComparisonRow {
	const { delta: point, interval } = comparison;
	const [low, high] = interval;
	return {
		measure,
		units: decimals(comparison.units, 2),
		directions: decimals(comparison.directions, 2),
		delta: { point, low, high, words: `${decimals(point, 2)} [${decimals(low, 2)}, ${decimals(high, 2)}]` },
		p: pValue(comparison.p),
		redrawn: pValue(comparison.redrawn?.p ?? null),
	};
}

/** What stands below the table: how p came about, chance, what was left out. */
export function footnote({ statistics, units, data }: ProbeReport): string {
	const { purity, similarity, featureSimilarity, test, inactive } = statistics;
	const permutations = (purity ?? similarity ?? featureSimilarity)?.permutations ?? 0;
	return [
		permutations > 0 ? `p: ${plural(permutations, "rotation")} of all units, one-sided.` : "p: the test was not done.",
		test === null ? "" : `Test on ${plural(test.images, "image")} and ${plural(test.units, "unit")}.`,
		purity === null ? "" : `Purity by chance: ${decimals(purity.chance, 2)}.`,
		`Inactive units: ${count(inactive)} of ${count(units.length)}.`,
		`Unreadable images: ${count(data.unreadable)}.`,
	]
		.filter((part) => part !== "")
		.join(" ");
}
