/** Directions of a layer's activations: the controls that units are held against, and a person's own. */

import type { Slices } from "../backend/slices.js";
import { BlindspotError } from "../errors.js";
import { haarFrame, normalise } from "../math/haar.js";
import { Random } from "../math/random.js";
import { cholesky, solveTransposed, symmetricEigen } from "../math/symmetric.js";
import type { Moments } from "./probe/moments.js";
import type { OwnDirection, ProbeControl, ProbedLayer } from "./probe/report.js";

/** Directions as rows: `[count, units]`. */
export interface Directions {
	readonly count: number;
	readonly values: Float32Array;
	readonly names: readonly string[];
}

/** A covariance has units² values, and its factors take units³ steps. */
export const MOST_COVARIANCE_UNITS = 2048;
/** The principal components take some ten times as many. */
const MOST_COMPONENT_UNITS = 768;
/** Values that directions may have together: 128 MiB. */
const MOST_VALUES = 2 ** 25;
/** Added to the covariance's diagonal, as a share of the mean variance. */
export const WHITENING_RIDGE = 1e-3;

/** What has to be known of the data before the directions can be drawn. */
export interface DirectionNeeds {
	readonly covariance: boolean;
	readonly classMeans: boolean;
}

/** Throws `bad-request` where the layer has too many units for this control. */
export function needsOf(control: ProbeControl, { units, layer }: ProbedLayer): DirectionNeeds {
	const most =
		control === "whitened" ? MOST_COVARIANCE_UNITS : control === "components" ? MOST_COMPONENT_UNITS : Infinity;
	if (units > most)
		throw new BlindspotError(
			"bad-request",
			`'${layer}' has ${units.toLocaleString("en")} units; ${control === "whitened" ? "whitened directions" : "principal components"} are computed for up to ${most.toLocaleString("en")}. Take another control.`,
			layer,
		);
	return { covariance: control === "whitened" || control === "components", classMeans: control === "classMeans" };
}

/** How many directions of `units` values fit into memory, at most `wanted`. */
export function affordable(wanted: number, units: number): number {
	return Math.max(1, Math.min(wanted, Math.floor(MOST_VALUES / units)));
}

/**
 * Draws up to `wanted` directions. All but whitened ones have length 1; those have a variance of 1 of the score over images
 * and places. The same for the same seed.
 *
 * @param moments null where `needsOf` asks for nothing; its first groups are the classes
 */
export async function drawDirections(
	control: ProbeControl,
	units: number,
	wanted: number,
	seed: number,
	moments: Moments | null,
	classNames: readonly string[],
	slices: Slices,
): Promise<Directions> {
	const random = Random.stream(seed, "directions", control);
	switch (control) {
		case "gaussian":
			return await drawn(wanted, units, slices, (direction) => {
				for (let i = 0; i < units; i++) direction[i] = random.normal();
				normalise(direction);
			});
		case "rotation":
			return await rotations(wanted, units, random, slices);
		case "whitened":
			return await whitened(wanted, units, (moments as Moments).covariance(), random, slices);
		case "components": {
			const { vectors } = await symmetricEigen((moments as Moments).covariance(), units, slices);
			const count = Math.min(wanted, units);
			return {
				count,
				values: Float32Array.from(vectors.subarray(0, count * units)),
				names: numbered("component", count),
			};
		}
		case "classMeans": {
			const found = classNames.flatMap((name, label) => {
				const mean = (moments as Moments).difference(label);
				return mean ? [{ name: `mean of ${name}`, mean }] : [];
			});
			const taken = found.slice(0, wanted);
			for (const { mean } of taken) normalise(mean);
			return stacked(
				taken.map(({ mean }) => mean),
				taken.map(({ name }) => name),
				units,
			);
		}
	}
}

async function drawn(
	count: number,
	units: number,
	slices: Slices,
	draw: (direction: Float64Array) => void,
): Promise<Directions> {
	const values = new Float32Array(count * units);
	const direction = new Float64Array(units);
	for (let row = 0; row < count; row++) {
		draw(direction);
		values.set(direction, row * units);
		await slices.breathe();
	}
	return { count, values, names: numbered("direction", count) };
}

function numbered(what: string, count: number): string[] {
	return Array.from({ length: count }, (_, i) => `${what} ${i}`);
}

/** Whole frames, one after the other, until there are enough directions. */
async function rotations(count: number, units: number, random: Random, slices: Slices): Promise<Directions> {
	const values = new Float32Array(count * units);
	for (let row = 0; row < count; ) {
		const rows = Math.min(units, count - row);
		values.set(haarFrame(units, rows, random), row * units);
		row += rows;
		await slices.breathe();
	}
	return { count, values, names: numbered("direction", count) };
}

/** With L·Lᵀ the covariance, L^(-T)·g has the distribution of Σ^(-1/2)·g. */
async function whitened(
	count: number,
	units: number,
	covariance: Float64Array,
	random: Random,
	slices: Slices,
): Promise<Directions> {
	let trace = 0;
	for (let i = 0; i < units; i++) trace += covariance[i * units + i] as number;
	const ridged = covariance.slice();
	// A layer that is the same for all images has no variance at all.
	const ridge = trace > 0 ? (WHITENING_RIDGE * trace) / units : 1;
	for (let i = 0; i < units; i++) ridged[i * units + i] = (ridged[i * units + i] as number) + ridge;
	const lower = cholesky(ridged, units);
	return drawn(count, units, slices, (direction) => {
		for (let i = 0; i < units; i++) direction[i] = random.normal();
		solveTransposed(lower, units, direction);
		const deviation = Math.sqrt(quadraticForm(covariance, direction));
		if (deviation > 0) for (let i = 0; i < units; i++) direction[i] = (direction[i] as number) / deviation;
	});
}

function quadraticForm(matrix: Float64Array, x: Float64Array): number {
	let total = 0;
	for (let i = 0; i < x.length; i++) {
		let row = 0;
		for (let j = 0; j < x.length; j++) row += (matrix[i * x.length + j] as number) * (x[j] as number);
		total += row * (x[i] as number);
	}
	return Math.max(0, total);
}

/** Directions, one after the other. */
export function stacked(rows: readonly ArrayLike<number>[], names: readonly string[], units: number): Directions {
	const values = new Float32Array(rows.length * units);
	rows.forEach((row, i) => {
		values.set(row, i * units);
	});
	return { count: rows.length, values, names };
}

/**
 * The values of a person's own direction. `difference` is the mean over its selected images minus that over all others, for
 * those that are made so. Throws `bad-request` where a unit doesn't exist or nothing is left.
 */
export function ownValues(own: OwnDirection, units: number, difference: Float64Array | null): Float64Array {
	const values = new Float64Array(units);
	switch (own.kind) {
		case "values":
			if (own.values.length !== units)
				throw refused(own.name, `it has ${own.values.length} values, the layer ${units} units`);
			values.set(own.values);
			break;
		case "combination":
			for (const { unit, weight } of own.parts) {
				if (!(Number.isInteger(unit) && unit >= 0 && unit < units))
					throw refused(own.name, `there is no unit ${unit}; units are 0 to ${units - 1}`);
				values[unit] = (values[unit] as number) + weight;
			}
			break;
		case "images":
			if (!difference) throw refused(own.name, "none of its images, or no other image, is readable in the data");
			values.set(difference);
	}
	if (!values.every(Number.isFinite)) throw refused(own.name, "it holds values that are no finite numbers");
	if (values.every((value) => value === 0)) throw refused(own.name, "all its values are 0");
	return values;
}

function refused(name: string, why: string): BlindspotError {
	return new BlindspotError("bad-request", `The direction '${name}' can't be used: ${why}.`, name);
}
