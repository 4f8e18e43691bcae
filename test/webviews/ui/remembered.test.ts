import { describe, expect, it } from "vitest";
import { remembered } from "../../../src/webviews/ui/remembered.js";

describe("what is remembered", () => {
	it("is computed again only where an argument is another", () => {
		const asked: (readonly unknown[])[] = [];
		const sum = remembered((...of: readonly number[]) => {
			asked.push(of);
			return of.reduce((total, value) => total + value, 0);
		});
		expect([sum(1, 2), sum(1, 2), sum(Number.NaN), sum(Number.NaN), sum(1, 2), sum(1, 2, 3)]).toEqual([
			3,
			3,
			Number.NaN,
			Number.NaN,
			3,
			6,
		]);
		expect(asked).toEqual([[1, 2], [Number.NaN], [1, 2], [1, 2, 3]]);
	});
});
