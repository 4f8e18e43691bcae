import { describe, expect, it } from "vitest";
import { type Column, sorted } from "../../../src/webviews/ui/table.js";

interface Layer {
	readonly name: string;
	readonly bound: number | null;
}

const ROWS: readonly Layer[] = [
	{ name: "conv10", bound: 2.5 },
	{ name: "conv2", bound: Number.POSITIVE_INFINITY },
	{ name: "relu", bound: null },
	{ name: "dense", bound: Number.NaN },
	{ name: "pool", bound: -1 },
];
const COLUMNS: readonly Column<Layer>[] = [
	{ name: "Layer", cell: ({ name }) => name, sort: ({ name }) => name },
	{ name: "Bound", cell: ({ bound }) => String(bound), sort: ({ bound }) => bound },
	{ name: "Note", cell: () => "" },
];
const names = (column: number, descending: boolean) =>
	sorted(ROWS, COLUMNS, { column, descending }).map((at) => ROWS[at]?.name);

describe("a sorted table", () => {
	it("keeps the order of its rows until it is sorted, and where a column can't be", () => {
		expect(sorted(ROWS, COLUMNS, null)).toEqual([0, 1, 2, 3, 4]);
		expect(sorted(ROWS, COLUMNS, { column: 2, descending: true })).toEqual([0, 1, 2, 3, 4]);
	});

	it("sorts names as people count", () => {
		expect(names(0, false)).toEqual(["conv2", "conv10", "dense", "pool", "relu"]);
		expect(names(0, true)).toEqual(["relu", "pool", "dense", "conv10", "conv2"]);
	});

	it("sorts figures with what has none last", () => {
		expect(names(1, false)).toEqual(["pool", "conv10", "conv2", "relu", "dense"]);
		expect(names(1, true)).toEqual(["conv2", "conv10", "pool", "relu", "dense"]);
	});
});
