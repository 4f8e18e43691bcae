import { describe, expect, it } from "vitest";
import { decodeNarrow, NARROW_BITS, roundToMinifloat } from "../../../../src/compute/formats/graph/narrow.js";

const MINIFLOATS = ["float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "float4e2m1"] as const;

function finiteValues(type: (typeof MINIFLOATS)[number]): number[] {
	const patterns = Array.from({ length: 2 ** NARROW_BITS[type] }, (_, bits) => decodeNarrow(type, bits));
	return patterns.filter(Number.isFinite);
}

describe.each(MINIFLOATS)("%s", (type) => {
	const values = finiteValues(type);

	it("keeps what it can hold", () => {
		for (const value of values) expect(roundToMinifloat(type, value, true)).toBe(value);
	});

	it("rounds everything else to the nearest", () => {
		const largest = Math.max(...values);
		for (let i = 0; i < 500; i++) {
			const x = largest * Math.sin(i) ** 5;
			const nearest = Math.min(...values.map((value) => Math.abs(value - x)));
			expect(Math.abs(roundToMinifloat(type, x, true) - x)).toBe(nearest);
		}
	});

	it("saturates where told to", () => {
		expect(roundToMinifloat(type, 1e9, true)).toBe(Math.max(...values));
		expect(roundToMinifloat(type, -1e9, true)).toBe(-Math.max(...values));
	});
});

it("has the largest values of the specification", () => {
	expect(MINIFLOATS.map((type) => Math.max(...finiteValues(type)))).toEqual([448, 240, 57344, 57344, 6]);
});
