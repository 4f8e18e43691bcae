import { expect, it } from "vitest";
import { table } from "../../src/cli/text.js";

it("a table may have any number of rows", () => {
	const rows = Array.from({ length: 200_000 }, (_, i) => ["image", String(i), "x"]);
	const lines = table(rows, [1]);
	expect(lines).toHaveLength(200_000);
	expect(lines[7]).toBe("image       7  x");
});
