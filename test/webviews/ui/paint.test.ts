import { describe, expect, it } from "vitest";
import { paint, paintBytes, paintStrip, shownChannels } from "../../../src/webviews/ui/paint.js";

const pixels = (data: readonly number[], channels: number) => ({
	width: data.length / channels,
	height: 1,
	channels,
	data: Float32Array.from(data),
});

describe("pixels as bytes", () => {
	it("draws RGB and grey, clipped to the box", () => {
		expect([...paint(pixels([0, 0.5, 1], 3), null, 1).data]).toEqual([0, 128, 255, 255]);
		expect([...paint(pixels([-1, 2], 1), null, 1).data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
	});

	it("draws the first of two channels as gray, the first three of more, and says so", () => {
		expect([...paint(pixels([0, 1, 1, 0], 2), null, 1).data]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
		expect([...paint(pixels([0, 1, 0, 0.2, 1], 5), null, 1).data]).toEqual([0, 255, 0, 255]);
		const bytes = { width: 1, height: 1, channels: 2, data: Uint8Array.of(7, 9) };
		expect([...paintBytes(bytes)]).toEqual([7, 7, 7, 255]);
		expect(shownChannels(3)).toBe("");
		expect(shownChannels(2)).toBe("The first of 2 channels, as gray");
		expect(shownChannels(12)).toBe("The first 3 of 12 channels, as red, green and blue");
	});

	it("draws a difference about mid grey, times the factor", () => {
		const before = pixels([0.5, 0.5], 1);
		const after = pixels([0.5, 0.51], 1);
		// 0.5 is byte 127.5, which rounds to even; 0.5 + 0.01 · 32 = 0.82 is byte 209.1.
		expect([...paint(after, before, 32).data].filter((_, at) => at % 4 === 0)).toEqual([128, 209]);
	});
});

describe("pictures in a line", () => {
	const grey = (value: number, width: number, height: number) =>
		({ width, height, channels: 1, data: new Uint8Array(width * height).fill(value) }) as const;

	it("stand in the middle of square places with gaps, and leave room for those that lack", () => {
		const { data, width, height } = paintStrip([grey(9, 2, 2), null, grey(7, 2, 1)], 4);
		expect([width, height]).toEqual([4 * 2 + 3, 2]);
		const seen = Array.from({ length: width * height }, (_, at) => (data[4 * at + 3] === 255 ? data[4 * at] : null));
		const none = null;
		expect(seen).toEqual([
			...[9, 9, none, none, none, none, 7, 7, none, none, none],
			...[9, 9, none, none, none, none, none, none, none, none, none],
		]);
	});

	it("keep their colours", () => {
		const { data } = paintStrip([{ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }], 1);
		expect([...data]).toEqual([1, 2, 3, 255]);
	});
});
