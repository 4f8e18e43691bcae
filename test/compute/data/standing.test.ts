import { expect, it } from "vitest";
import { preprocessingSentence, standingOf } from "../../../src/compute/data/standing.js";
import { ORIGINS } from "../../../src/compute/data/types.js";

it("each source is settled, checked or assumed", () => {
	const standings = ORIGINS.map((origin) => [origin, standingOf({ origin, because: "" })]);
	expect(Object.fromEntries(standings)).toEqual({
		option: "settled",
		configuration: "settled",
		"side-file": "settled",
		model: "settled",
		checked: "checked",
		assumed: "assumed",
	});
});

it("is said with the reason", () => {
	const words = (origin: (typeof ORIGINS)[number], because: string) => preprocessingSentence({ origin, because });
	expect(words("model", "the model divides by 255 first")).toBe(
		"Preprocessing settled: the model divides by 255 first.",
	);
	expect(words("checked", "right on 61 of 64")).toBe("Preprocessing checked: right on 61 of 64.");
	expect(words("assumed", "the input shape")).toBe("Preprocessing was assumed from the input shape.");
});
