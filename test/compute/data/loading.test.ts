import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import type { DataEntry } from "../../../src/compute/data/entries.js";
import { type LabelledEntry, loadImages } from "../../../src/compute/data/loading.js";
import type { WantedPixels } from "../../../src/compute/data/raster.js";
import { BlindspotError } from "../../../src/compute/errors.js";

const wanted: WantedPixels = { width: 1, height: 1, channels: 1, fit: "resize" };

/** Entries that take the given milliseconds to load; negative ones fail. Counts how many load at a time. */
function entries(...milliseconds: readonly number[]) {
	const seen = { running: 0, most: 0, started: 0 };
	const list = milliseconds.map((time, i): LabelledEntry => {
		const entry: DataEntry = {
			source: `picture ${i}`,
			hint: { kind: "none" },
			load: async () => {
				seen.started++;
				seen.most = Math.max(seen.most, ++seen.running);
				await sleep(Math.abs(time));
				seen.running--;
				if (time < 0) throw new BlindspotError("unreadable-data", `picture ${i}: broken`);
				return { fileSize: { width: 9, height: 9 }, pixels: { ...wanted, data: Float32Array.of(i / 10) } };
			},
		};
		return { entry, label: i % 2 === 0 ? i : null };
	});
	return { list, seen };
}

it("yields in order, reads a few ahead, and goes on past what can't be read", async () => {
	const { list, seen } = entries(20, 1, -5, 10, 1, 1, 1);
	const images = [];
	for await (const image of loadImages(list, wanted)) images.push(image);
	expect(images.map(({ source }) => source)).toEqual(list.map(({ entry }) => entry.source));
	expect(images.map(({ label }) => label)).toEqual([0, null, 2, null, 4, null, 6]);
	expect(images[2]).toEqual({ kind: "unreadable", source: "picture 2", label: 2, error: "picture 2: broken" });
	expect(images[3]).toMatchObject({ kind: "loaded", fileSize: { width: 9, height: 9 } });
	expect(seen.most).toBe(4);
});

it("stops when it is cancelled", async () => {
	const { list, seen } = entries(...new Array(20).fill(1));
	const controller = new AbortController();
	const run = async () => {
		for await (const image of loadImages(list, wanted, controller.signal)) {
			if (image.source === "picture 2") controller.abort();
		}
	};
	await expect(run()).rejects.toMatchObject({ reason: "cancelled" });
	expect(seen.started).toBeLessThan(10);
});

it("no entries, no images", async () => {
	for await (const image of loadImages([], wanted)) expect.fail(image.source);
});
