import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDataset } from "../../../src/compute/data/dataset.js";
import type { WantedPixels } from "../../../src/compute/data/raster.js";
import { asBlindspotError } from "../../../src/compute/errors.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const wanted: WantedPixels = { width: 32, height: 32, channels: 3, fit: "resize" };

/** A record whose red, green and blue at place p are p, p + start and 255 - p, all modulo 256. */
function record(labels: readonly number[], start: number): number[] {
	const places = Array.from({ length: 1024 }, (_, p) => p);
	const planes = [places, places.map((p) => p + start), places.map((p) => 255 - p)];
	return [...labels, ...planes.flat()];
}

async function refusal(path: string): Promise<string> {
	const thrown = await openDataset(path).then(
		() => null,
		(error: unknown) => error,
	);
	expect(thrown).not.toBeNull();
	const { reason, message } = asBlindspotError(thrown);
	expect(reason).toBe("unreadable-data");
	return message;
}

describe("CIFAR's binary files", () => {
	it("of CIFAR-10: label, then planes of red, green, blue", async () => {
		const path = folder.write("a/data_batch_1.bin", Uint8Array.from([...record([9], 7), ...record([0], 1)]));
		const dataset = await openDataset(path);
		expect(dataset).toMatchObject({ kind: "cifar", skipped: [] });
		expect(dataset.entries.map(({ source, hint }) => [source, hint])).toEqual([
			[`${path}#0`, { kind: "index", index: 9 }],
			[`${path}#1`, { kind: "index", index: 0 }],
		]);
		const picture = await dataset.entries[0]?.load(wanted);
		expect(picture?.fileSize).toEqual({ width: 32, height: 32 });
		const place = 33;
		const rgb = [...(picture?.pixels.data.subarray(3 * place, 3 * place + 3) ?? [])].map((v) => Math.round(v * 255));
		expect(rgb).toEqual([33, 40, 222]);
	});

	it("of CIFAR-100: the fine label counts, also where the record looks like IDX", async () => {
		const path = folder.write("b/train.bin", Uint8Array.from(record([0, 99], 0)));
		expect((await openDataset(path)).entries[0]?.hint).toEqual({ kind: "index", index: 99 });
		const bytes = Uint8Array.from(record([0, 0], 0));
		bytes.set([8, 3], 2);
		expect((await openDataset(folder.write("c/test.bin", bytes))).kind).toBe("cifar");
	});

	it("all batches of a folder, in the order of their numbers, other files skipped", async () => {
		for (const name of ["data_batch_10", "data_batch_2", "test_batch"])
			folder.write(`d/${name}.bin`, Uint8Array.from(record([name.length % 10], 0)));
		const text = folder.write("d/batches.meta.txt", "airplane\n");
		const dataset = await openDataset(join(folder.path, "d"));
		expect(dataset.entries.map(({ source }) => source.split(/[\\/]/).at(-1))).toEqual([
			"data_batch_2.bin#0",
			"data_batch_10.bin#0",
			"test_batch.bin#0",
		]);
		expect(dataset.skipped).toEqual([text]);
		expect(readdirSync(join(folder.path, "d"))).toHaveLength(4);
	});

	it("hostile row 24: a length that is no number of records, and labels that no class has", async () => {
		const whole = Uint8Array.from(record([3], 0));
		expect(await refusal(folder.write("e/test_batch.bin", whole.subarray(0, 3000)))).toMatch(
			/3000 bytes found.*records of 3073 bytes/,
		);
		expect(await refusal(folder.write("f/test_batch.bin", new Uint8Array(0)))).toContain("0 bytes found");
		expect(await refusal(folder.write("g/train.bin", whole))).toContain("3073 bytes found");
		expect(await refusal(folder.write("h/data_batch_1.bin", Uint8Array.from(record([10], 0))))).toContain(
			"picture 0 has the label 10; 0 to 9 are known",
		);
		expect(await refusal(folder.write("i/test.bin", Uint8Array.from(record([1, 100], 0))))).toContain("label 100");
	});
});
