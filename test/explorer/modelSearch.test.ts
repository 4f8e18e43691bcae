import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { isNamed } from "../../src/compute/formats/formats.js";
import { MOST_FILES, OneAtATime, searchModels } from "../../src/explorer/modelSearch.js";

const folder = mkdtempSync(join(tmpdir(), "blindspot-search-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** As the editor finds files: in no order that helps, and no more than asked for. */
const finding = (files: readonly string[]) => async (pattern: string, most: number) => {
	const names = pattern.slice("**/{".length, -1).split(",");
	return files
		.filter((file) =>
			isNamed(
				file,
				names.filter((name) => !name.includes("model*")),
			),
		)
		.slice(0, most);
};

describe("the search for models", () => {
	it("finds those called as models however many other files there are, and says what it left out", async () => {
		const others = Array.from({ length: MOST_FILES + 1 }, (_, i) => join(folder, `annotation-${i}.json`));
		mkdirSync(join(folder, "zoo"));
		const model = join(folder, "zoo", "model.json");
		writeFileSync(model, '{"modelTopology": {}}');
		const keras = join(folder, "a.keras");
		const found = await searchModels(finding([...others, model, keras]));
		expect(found.models.map(({ path }) => path)).toEqual([keras, model]);
		expect(found.cutShort).toEqual(["*.json"]);
		expect((await searchModels(finding([model, keras]))).cutShort).toEqual([]);
	});
});

describe("work that many ask for", () => {
	it("is done one at a time, and once more for all who asked meanwhile", async () => {
		let running = 0;
		let most = 0;
		let done = 0;
		const search = new OneAtATime(async () => {
			most = Math.max(most, ++running);
			await new Promise((resolve) => setTimeout(resolve, 5));
			running--;
			done++;
		});
		const first = search.ask();
		const others = Array.from({ length: 100 }, () => search.ask());
		await first;
		expect(done).toBe(1);
		await Promise.all(others);
		expect([done, most]).toEqual([2, 1]);
		await search.ask();
		expect(done).toBe(3);
	});

	it("goes on after a failure", async () => {
		let tries = 0;
		const search = new OneAtATime(async () => {
			if (tries++ === 0) throw new Error("no");
		});
		const [first, second] = [search.ask(), search.ask()];
		await expect(first).rejects.toThrow("no");
		await second;
		expect(tries).toBe(2);
	});
});
