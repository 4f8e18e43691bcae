/** Hostile row 23: files that change, shrink or vanish while they are read. */
import { rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { asBlindspotError } from "../../../src/compute/errors.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { input, layer, sequential, values, withFolder, writeTfjs } from "./writers.js";

const topology = sequential([input([256]), layer("Dense", "d", { units: 256, use_bias: false })]);
const weights = { "d/kernel": values([256, 256]) };

/** Reads again and again while something happens to the weights; what every reading came to. */
async function readWhile(disturb: (file: string) => Promise<void>): Promise<readonly string[]> {
	return withFolder(async (folder) => {
		const path = await writeTfjs(folder, topology, weights);
		const file = join(folder, "weights.bin");
		const results: string[] = [];
		let isDone = false;
		const once = async () => {
			try {
				results.push(`${(await readModel(path, { inputSize: null })).network.nodes.length} nodes`);
			} catch (thrown) {
				const { reason, message } = asBlindspotError(thrown);
				expect(message).toContain("weights.bin");
				results.push(reason);
			}
		};
		const reading = (async () => {
			while (!isDone) await once();
		})();
		for (let i = 0; i < 20; i++) await disturb(file);
		isDone = true;
		await reading;
		await once();
		await writeTfjs(folder, topology, weights);
		expect((await readModel(path, { inputSize: null })).network.nodes).toHaveLength(2);
		return results;
	});
}

describe("files that change while they are read (row 23)", () => {
	it.each([
		["shrink", (file: string) => truncate(file, 1000)],
		["grow", (file: string) => writeFile(file, new Uint8Array(2 ** 20))],
		["vanish", (file: string) => rm(file, { force: true })],
	])("%s: a clean error, and the next reading is right", async (_, disturb) => {
		const results = await readWhile(disturb);
		expect(new Set([...results, "unreadable-model", "2 nodes"])).toEqual(new Set(["unreadable-model", "2 nodes"]));
		expect(results.at(-1)).toBe("unreadable-model");
	});
});
