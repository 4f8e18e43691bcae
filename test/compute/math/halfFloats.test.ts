import { describe, expect, it } from "vitest";
import {
	bfloatToNumber,
	halfToNumber,
	roundHalfEven,
	roundToBfloat,
	roundToHalf,
} from "../../../src/compute/math/halfFloats.js";

/** A binary32 by its bits: the machine's own arithmetic. */
const float32 = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0] as number;

describe("16-bit floats", () => {
	it("are decoded as the binary32 with the same value, for every pattern of bits", () => {
		const wrong: number[] = [];
		for (let bits = 0; bits < 2 ** 16; bits++) {
			if (!Object.is(bfloatToNumber(bits), float32(bits * 2 ** 16))) wrong.push(bits);
			const exponent = (bits >> 10) & 31;
			if (exponent === 0 || exponent === 31) continue;
			const wide = (bits & 0x8000) * 2 ** 16 + (exponent + 112) * 2 ** 23 + (bits & 1023) * 2 ** 13;
			if (!Object.is(halfToNumber(bits), float32(wide))) wrong.push(bits);
		}
		expect(wrong).toEqual([]);
	});

	it("have subnormals, zeros of both signs, infinities and NaN (examples of IEEE 754)", () => {
		const known: readonly (readonly [number, number])[] = [
			[0x0001, 2 ** -24],
			[0x03ff, (1023 / 1024) * 2 ** -14],
			[0x8001, -(2 ** -24)],
			[0x0000, 0],
			[0x8000, -0],
			[0x7c00, Number.POSITIVE_INFINITY],
			[0xfc00, Number.NEGATIVE_INFINITY],
			[0x7e00, Number.NaN],
		];
		for (const [bits, value] of known) expect(Object.is(halfToNumber(bits), value)).toBe(true);
	});

	it("are what they are rounded to, and what lies between goes to the nearer one, or the even one", () => {
		for (let bits = 0; bits < 0x7bff; bits += 97) {
			const [low, high] = [halfToNumber(bits), halfToNumber(bits + 1)];
			expect(roundToHalf(low)).toBe(low);
			expect(roundToHalf(-low)).toBe(-low);
			expect(roundToHalf(low + 0.25 * (high - low))).toBe(low);
			expect(roundToHalf(low + 0.5 * (high - low))).toBe(bits % 2 === 0 ? low : high);
			expect(roundToHalf(low + 0.75 * (high - low))).toBe(high);
			expect(roundToBfloat(bfloatToNumber(bits))).toBe(bfloatToNumber(bits));
		}
		expect(roundToHalf(65_520)).toBe(Number.POSITIVE_INFINITY);
		expect(roundToHalf(65_519)).toBe(65_504);
	});

	it("halves go to even integers", () => {
		expect([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6].map((x) => roundHalfEven(x) + 0)).toEqual([0, 2, 2, 0, -2, 2, 3]);
	});
});
