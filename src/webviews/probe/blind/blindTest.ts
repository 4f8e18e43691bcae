/** The blind test: grids of units and directions in a shuffled order, judged without knowing which is which. */
import type { ProbedDirection, ProbeReport } from "../../../compute/activations/probe/report.js";
import { fisherExact, type Marked } from "./fisher.js";

export const MARKS = ["coherent", "incoherent", "skipped"] as const;
export type Mark = (typeof MARKS)[number];

/** One grid: which unit or direction it is, and what the person said. */
export interface BlindGrid {
	readonly kind: "unit" | "direction";
	/** As in `ProbedDirection.index`. */
	readonly index: number;
	/** Null while it hasn't been judged. */
	readonly mark: Mark | null;
	/** What the images share, in the person's words; may be empty. */
	readonly name: string;
}

export interface BlindTest {
	/** With the same probe and this seed somebody else gets the same grids in the same order. */
	readonly seed: number;
	readonly grids: readonly BlindGrid[];
}

/** Fewer than these say nothing. */
export const LEAST_PER_KIND = 2;
/** How many of each kind a test has where there are as many. */
export const USUAL_PER_KIND = 20;

/** What random numbers a test is drawn with. */
interface Shuffler {
	shuffle<T>(items: T[]): T[];
}

/**
 * Draws a test: as many units as directions, at most `perKind` of each, all with a full set of top images, so that no
 * empty place gives a unit away. Null where there are too few.
 */
export function drawBlindTest(
	report: Pick<ProbeReport, "units" | "directions" | "options">,
	seed: number,
	perKind: number,
	random: Shuffler,
): BlindTest | null {
	const full = (directions: readonly ProbedDirection[]): number[] =>
		directions
			.filter(({ inactive, top, notFinite }) => !inactive && notFinite === 0 && top.length === report.options.top)
			.map(({ index }) => index);
	const units = random.shuffle(full(report.units));
	const directions = random.shuffle(full(report.directions));
	const each = Math.min(perKind, units.length, directions.length);
	if (each < LEAST_PER_KIND) return null;
	const grid =
		(kind: BlindGrid["kind"]) =>
		(index: number): BlindGrid => ({ kind, index, mark: null, name: "" });
	const grids = [...units.slice(0, each).map(grid("unit")), ...directions.slice(0, each).map(grid("direction"))];
	return { seed, grids: random.shuffle(grids) };
}

/** The test with one grid judged. */
export function marked(test: BlindTest, at: number, mark: Mark | null, name: string): BlindTest {
	return { ...test, grids: test.grids.map((grid, i) => (i === at ? { ...grid, mark, name: name.trim() } : grid)) };
}

/** The first grid that was not judged yet; null where all were. */
export function nextGrid({ grids }: BlindTest): number | null {
	const at = grids.findIndex(({ mark }) => mark === null);
	return at < 0 ? null : at;
}

/** What came out, over the grids that were marked coherent or not. */
export interface BlindResult extends Marked {
	readonly skipped: number;
	/** Grids that were not judged before the test was finished. */
	readonly open: number;
	/** Fisher's exact test, one-sided: units are marked coherent more often. */
	readonly p: number;
}

export function blindResult({ grids }: BlindTest): BlindResult {
	const count = (kind: BlindGrid["kind"], ...marks: readonly Mark[]): number =>
		grids.filter((grid) => grid.kind === kind && grid.mark !== null && marks.includes(grid.mark)).length;
	const table: Marked = {
		units: count("unit", "coherent", "incoherent"),
		unitsCoherent: count("unit", "coherent"),
		directions: count("direction", "coherent", "incoherent"),
		directionsCoherent: count("direction", "coherent"),
	};
	return {
		...table,
		skipped: count("unit", "skipped") + count("direction", "skipped"),
		open: grids.filter(({ mark }) => mark === null).length,
		p: fisherExact(table),
	};
}

/** With 3 and 3 no outcome of Fisher's test is below .05. */
const FEWEST_MARKED = 4;

/** The answer in a sentence that says no more than the test does. */
export function resultSentence({ units, unitsCoherent, directions, directionsCoherent, p }: BlindResult): string {
	if (units < FEWEST_MARKED || directions < FEWEST_MARKED)
		return `Too few grids were marked: with ${units} units and ${directions} directions it can't be told. ${FEWEST_MARKED} of each are needed.`;
	const figures = `${unitsCoherent} of ${units} units and ${directionsCoherent} of ${directions} directions were marked coherent, p = ${p < 0.001 ? p.toExponential(1) : p.toFixed(3)}`;
	return p < 0.05
		? `Judged blind, units are more often coherent than directions: ${figures}`
		: `Judged blind, units are not shown to be more often coherent than directions: ${figures}`;
}
