import { describe, expect, it } from "vitest";
import { warnOfOddValues } from "../../../src/compute/formats/numbers.js";

describe("warnOfOddValues", () => {
	const said = (values: readonly number[]) => {
		const messages: string[] = [];
		warnOfOddValues("w", values, (message) => messages.push(message));
		return messages;
	};

	it("counts what is NaN or infinite, and is silent where nothing is", () => {
		expect(said([1, Number.NaN, 2])).toEqual(["Weight 'w' holds 1 value that is NaN or infinite."]);
		expect(said([Number.NEGATIVE_INFINITY, Number.NaN])).toEqual([
			"Weight 'w' holds 2 values that are NaN or infinite.",
		]);
		expect(said([0, -1])).toEqual([]);
	});
});
