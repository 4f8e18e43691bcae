import { describe, expect, it } from "vitest";
import { pieces, touched } from "../../../src/webviews/ui/rowWindow.js";

const HEIGHTS = [10, 20, 10, 40, 10];

describe("rows that touch a stretch of pixels", () => {
	it.each([
		["inside one row", 12, 15, { first: 1, end: 2 }],
		["across an edge", 25, 31, { first: 1, end: 3 }],
		["from edge to edge", 10, 30, { first: 1, end: 2 }],
		["all", 0, 90, { first: 0, end: 5 }],
		["more than all", -50, 500, { first: 0, end: 5 }],
		["above", -50, -20, { first: 0, end: 1 }],
		["below", 95, 120, { first: 4, end: 5 }],
	])("%s", (_, top, bottom, expected) => {
		expect(touched(HEIGHTS, top, bottom)).toEqual(expected);
	});

	it("are none in an empty list", () => {
		expect(touched([], 0, 100)).toEqual({ first: 0, end: 0 });
	});

	it("are those that overlap it, for any list and stretch", () => {
		for (let top = -15; top < 110; top += 5) {
			for (let bottom = top + 5; bottom < 120; bottom += 5) {
				let edge = 0;
				const overlapping = HEIGHTS.flatMap((height, at) => {
					const from = edge;
					edge += height;
					return from < bottom && edge > top ? [at] : [];
				});
				if (overlapping.length === 0) continue;
				const expected = { first: overlapping[0], end: (overlapping.at(-1) ?? 0) + 1 };
				expect({ top, bottom, ...touched(HEIGHTS, top, bottom) }).toEqual({ top, bottom, ...expected });
			}
		}
	});
});

describe("pieces of a list", () => {
	const total = (list: ReturnType<typeof pieces>): number =>
		list.reduce((sum, piece) => sum + (piece.kind === "gap" ? piece.height : HEIGHTS[piece.at]!), 0);

	it("are its rows with gaps before and after", () => {
		expect(pieces(HEIGHTS, { first: 2, end: 4 }, null)).toEqual([
			{ kind: "gap", at: 0, height: 30 },
			{ kind: "row", at: 2 },
			{ kind: "row", at: 3 },
			{ kind: "gap", at: 4, height: 10 },
		]);
	});

	it("hold one more row wherever it is, and have the height of the whole list", () => {
		for (let always = 0; always < HEIGHTS.length; always++) {
			const list = pieces(HEIGHTS, { first: 1, end: 3 }, always);
			expect(list.filter(({ kind }) => kind === "row").map(({ at }) => at)).toContain(always);
			expect(total(list)).toBe(90);
		}
	});

	it("of a short list are its rows alone", () => {
		expect(pieces([5, 5], { first: 0, end: 2 }, 1)).toEqual([
			{ kind: "row", at: 0 },
			{ kind: "row", at: 1 },
		]);
	});
});
