import { describe, expect, it } from "vitest";
import { paint } from "../../../src/webviews/ui/paint.js";

const pixels = (data: readonly number[], channels: 1 | 3) => ({
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

	it("draws a difference about mid grey, times the factor", () => {
		const before = pixels([0.5, 0.5], 1);
		const after = pixels([0.5, 0.51], 1);
		// 0.5 is byte 127.5, which rounds to even; 0.5 + 0.01 · 32 = 0.82 is byte 209.1.
		expect([...paint(after, before, 32).data].filter((_, at) => at % 4 === 0)).toEqual([128, 209]);
	});
});
