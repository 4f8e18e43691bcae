/** The statistics of a report: units against directions, against rotations of their frame, and against re-drawn weights. */

import { Random } from "../../math/random.js";
import { median } from "../../math/statistics.js";
import {
	benjaminiHochberg,
	cliffsDelta,
	deltaInterval,
	meanDifferenceInterval,
	rankP,
	shareAtLeast,
} from "../comparison.js";
import { judgedMeasure, SIGNIFICANT } from "./judgement.js";
import type {
	CoherenceMeasure,
	ProbeComparison,
	ProbedDirection,
	ProbeStatistics,
	RotationResult,
	SingleUnitTest,
} from "./report.js";
import { meanOfActive, type RotationOutcome } from "./rotationTest.js";

export interface RotationEvidence {
	readonly outcome: RotationOutcome;
	/** Which units are the frame. */
	readonly frame: readonly number[];
	readonly images: number;
	/** The same on re-drawn weights; null where it wasn't done. */
	readonly redrawn: RotationOutcome | null;
}

export interface Evidence {
	readonly units: readonly ProbedDirection[];
	readonly directions: readonly ProbedDirection[];
	/** Expected purity by chance; null where fewer than two labels are known. */
	readonly chance: number | null;
	readonly rotation: RotationEvidence | null;
	readonly seed: number;
}

export function probeStatistics(evidence: Evidence): ProbeStatistics {
	const { chance, units, rotation } = evidence;
	const purity = chance === null ? null : comparison(evidence, "purity");
	return {
		purity: purity && { ...purity, chance: chance as number },
		similarity: comparison(evidence, "similarity"),
		featureSimilarity: comparison(evidence, "featureSimilarity"),
		inactive: units.filter(({ inactive }) => inactive).length,
		test: rotation && { images: rotation.images, units: rotation.frame.length },
		singleUnits: null,
	};
}

function valuesOf(rows: readonly ProbedDirection[], measure: CoherenceMeasure): Float64Array {
	return Float64Array.from(rows.flatMap((row) => row[measure] ?? []));
}

function comparison(evidence: Evidence, measure: CoherenceMeasure): ProbeComparison | null {
	const units = valuesOf(evidence.units, measure);
	const directions = valuesOf(evidence.directions, measure);
	if (units.length === 0 || directions.length === 0) return null;
	const stream = (what: string) => Random.stream(evidence.seed, "statistics", measure, what);
	const { rotation: tested } = evidence;
	const rotation = tested && rotationResult(tested.outcome, measure, stream("rotation"));
	const redrawn = tested?.redrawn ? rotationResult(tested.redrawn, measure, stream("redrawn")) : null;
	return {
		units: median(units),
		directions: median(directions),
		delta: cliffsDelta(units, directions),
		interval: deltaInterval(units, directions, stream("delta")),
		p: rotation?.p ?? null,
		permutations: rotation ? (tested?.outcome.rotations ?? 0) : 0,
		rotation,
		redrawn,
		excess: rotation && redrawn && tested ? excess(tested, measure, rotation, redrawn, stream("excess")) : null,
	};
}

function rotationResult(outcome: RotationOutcome, measure: CoherenceMeasure, random: Random): RotationResult | null {
	const frame = outcome.frame[measure];
	if (Number.isNaN(frame) || outcome.rotations === 0) return null;
	const rotations = meanOfActive(outcome.rotated[measure]);
	if (Number.isNaN(rotations)) return null;
	return { frame, rotations, advantage: frame - rotations, p: rankP(frame, outcome.rotated[measure], random) };
}

/** What the trained units have beyond the re-drawn ones; means of the rotations hardly vary and count as known. */
function excess(
	{ outcome, redrawn, frame }: RotationEvidence,
	measure: CoherenceMeasure,
	own: RotationResult,
	other: RotationResult,
	random: Random,
): ProbeComparison["excess"] {
	const active = ({ units }: RotationOutcome) =>
		Float64Array.from(frame, (unit) => units[measure][unit] as number).filter((value) => !Number.isNaN(value));
	const [low, high] = meanDifferenceInterval(active(outcome), active(redrawn as RotationOutcome), random);
	const shift = own.rotations - other.rotations;
	return { difference: own.advantage - other.advantage, interval: [low - shift, high - shift] };
}

/**
 * Tests of single units against single directions: those of the rotated frames, or, where there are none, the ones shown. The
 * words say so where the directions are too few for any unit to pass. `shown` are the units' indices in the layer.
 */
export function singleUnitTests(
	evidence: Evidence,
	statistics: ProbeStatistics,
): { readonly tests: readonly (SingleUnitTest | null)[]; readonly words: ProbeStatistics["singleUnits"] } {
	const measure = judgedMeasure(statistics);
	const { rotation, units } = evidence;
	const isRotated = rotation !== null && rotation.outcome.rotations > 0;
	const under = isRotated ? rotation.outcome.singles[measure].slice() : valuesOf(evidence.directions, measure);
	under.sort();
	const values = units.map((unit) => {
		if (unit[measure] === null) return null;
		const value = isRotated ? rotation.outcome.units[measure][unit.index] : unit[measure];
		return value === undefined || Number.isNaN(value) ? null : value;
	});
	const tested = values.filter((value) => value !== null);
	const none = units.map(() => null);
	if (tested.length === 0 || under.length === 0) return { tests: none, words: null };
	const count = under.length.toLocaleString("en");
	if (tested.length / (1 + under.length) > SIGNIFICANT)
		return {
			tests: none,
			words: { measure, directions: under.length, words: `not resolvable with ${count} directions` },
		};
	const p = tested.map((value) => shareAtLeast(value, under));
	const q = benjaminiHochberg(p);
	let next = 0;
	const tests = values.map((value) => {
		if (value === null) return null;
		const at = next++;
		return { p: p[at] as number, q: q[at] as number };
	});
	const found = q.filter((value) => value < SIGNIFICANT).length;
	const words = `${found} of ${tested.length.toLocaleString("en")} units more coherent than random directions at q < ${SIGNIFICANT} (Benjamini-Hochberg, ${count} directions)`;
	return { tests, words: { measure, directions: under.length, words } };
}
