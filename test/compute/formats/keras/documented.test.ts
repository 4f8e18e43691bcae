import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { KERAS_OPERATIONS } from "../../../../src/compute/formats/keras/operations/kerasOperations.js";
import { TENSORFLOW_FUNCTIONS } from "../../../../src/compute/formats/keras/operations/tensorFlowFunctions.js";

it("docs/keras-layers.md names the operations that are read, each once here", () => {
	const sections = readFileSync("docs/keras-layers.md", "utf8").split("\n\n");
	const listed = (first: string) =>
		sections.find((section) => section.startsWith(first))?.match(/[\w.]+(?=[,.])/g) ?? [];
	for (const [entries, first] of [
		[KERAS_OPERATIONS, "Abs,"],
		[TENSORFLOW_FUNCTIONS, "__operators__.add,"],
	] as const) {
		const names = entries.map(([name]) => name);
		expect(new Set(names).size).toBe(names.length);
		expect([...listed(first)].sort()).toEqual([...names].sort());
	}
});
