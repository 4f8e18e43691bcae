import { describe, expect, it } from "vitest";
import { drawDigit, drawDigits } from "../../scripts/examples/drawing.js";
import { DIGIT_STYLES } from "../../scripts/examples/styles.js";

describe("drawDigit", () => {
	it("draws the same for the same seed, stream and index, and something else for another", () => {
		const first = drawDigit(1, "a", 4, 7);
		expect(drawDigit(1, "a", 4, 7)).toEqual(first);
		for (const other of [drawDigit(2, "a", 4, 7), drawDigit(1, "b", 4, 7), drawDigit(1, "a", 4, 8)]) {
			expect(Buffer.from(other.pixels).equals(Buffer.from(first.pixels))).toBe(false);
		}
	});

	it("leaves most of the paper dark and seldom reaches its border", () => {
		const drawings = drawDigits(3, "border", 300);
		let cut = 0;
		for (const { pixels, size } of drawings) {
			const ink = pixels.reduce((sum, value) => sum + Number(value > 127), 0);
			expect(ink).toBeGreaterThan(15);
			expect(ink).toBeLessThan((size * size) / 3);
			const atBorder = pixels.some((value, i) => {
				const [row, column] = [Math.floor(i / size), i % size];
				return value > 127 && (Math.min(row, column) === 0 || Math.max(row, column) === size - 1);
			});
			cut += Number(atBorder);
		}
		expect(cut / drawings.length).toBeLessThan(0.05);
	});

	it("draws the same shape at another size", () => {
		const small = drawDigit(5, "size", 8, 0);
		const large = drawDigit(5, "size", 8, 0, 4 * small.size);
		let difference = 0;
		small.pixels.forEach((value, i) => {
			const row = 4 * Math.floor(i / small.size);
			const column = 4 * (i % small.size);
			let sum = 0;
			for (let y = 0; y < 4; y++)
				for (let x = 0; x < 4; x++) sum += large.pixels[(row + y) * large.size + column + x] as number;
			difference += Math.abs(sum / 16 - value);
		});
		// Mean over all pixels, in 256ths: noise (about 2) and the coarser edge of the small picture.
		expect(difference / small.pixels.length).toBeLessThan(6);
	});

	it("uses every style of every digit", () => {
		const seen = new Set(drawDigits(6, "styles", 400).map(({ digit, style }) => `${digit} ${style}`));
		const known = DIGIT_STYLES.flatMap((styles, digit) => styles.map(({ name }) => `${digit} ${name}`));
		expect([...seen].sort()).toEqual(known.sort());
	});

	it("refuses what is no digit", () => {
		expect(() => drawDigit(1, "a", 10, 0)).toThrow("10 is no digit");
	});
});
