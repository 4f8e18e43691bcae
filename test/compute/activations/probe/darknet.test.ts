/** A probe of convolutions in the middle and at the end of a real network, on photographs that all have different labels. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { RankedImage } from "../../../../src/compute/activations/probe/report.js";
import { activationMap } from "../../../../src/compute/activations/unit/activationMap.js";
import { writeNpz } from "../../../../src/compute/data/npz.js";
import { loadPicture } from "../../../../src/compute/data/pictures.js";
import type { HandlerContext } from "../../../../src/compute/prepare/context.js";
import type { DataRequest } from "../../../../src/compute/reports/request.js";
import { isAbsent, sharedPath } from "../../../sharedData.js";
import { withFolder } from "../../formats/writers.js";
import { modelAt, probeContext, probeOnce } from "./probing.js";

const path = sharedPath("models", "tfjs-layers-darknet-tiny", "model.json");
const photos = sharedPath("photos");
const absent = isAbsent(path, photos);
const SIZE = 224;

describe.skipIf(absent)("probe of Tiny Darknet", { timeout: 60_000 }, () => {
	const model = modelAt(path);
	const files = absent ? [] : readdirSync(photos).filter((name) => name.endsWith(".jpg"));
	const data: DataRequest = { kind: "pictures", paths: files.slice(0, 14).map((name) => join(photos, name)) };
	let context: HandlerContext;

	beforeAll(async () => {
		context = await probeContext();
	});

	it.each([
		["leaky_re_lu_10", [28, 28, 256]],
		["conv2d_16", [14, 14, 1000]],
	] as const)("judges %s by similarity, and its boxes are what the place sees", async (layer, shape) => {
		const options = { directions: 20, permutations: 9 };
		const { report } = await probeOnce(context, { model, data, layer, options });
		expect(report.layer.shape).toEqual(shape);
		expect(report.statistics.purity).toBeNull();
		expect(report.finding).toMatch(/^By similarity in the penultimate layer, /);
		expect(report.statistics.similarity?.p).toBeGreaterThan(0);
		// A unit whose place sees less than the whole picture.
		const small = ({ box }: RankedImage) => box !== null && box.width < SIZE / 2 && box.height < SIZE / 2;
		const row = report.units.find(({ top }) => top[0] && small(top[0]));
		const best = row?.top[0];
		expect(best?.box).not.toBeNull();
		if (!row || !best?.box) return;
		const { left, top, width, height } = best.box;
		const { fit } = report.preprocessing;
		const { pixels } = await loadPicture(best.source, { width: SIZE, height: SIZE, channels: 3, fit });
		const isInside = (at: number) => {
			const [x, y] = [Math.floor(at / 3) % SIZE, Math.floor(at / 3 / SIZE)];
			return x >= left && x < left + width && y >= top && y < top + height;
		};
		const outside = pixels.data.map((value, at) => (isInside(at) ? value : 1 - value));
		const inside = pixels.data.map((value, at) => (isInside(at) ? 1 - value : value));
		await withFolder(async (folder) => {
			const file = join(folder, "changed.npz");
			const x = new Float32Array(3 * pixels.data.length);
			[pixels.data, outside, inside].forEach((picture, i) => {
				x.set(picture, i * pixels.data.length);
			});
			await writeNpz(file, { x: { shape: [3, SIZE, SIZE, 3], data: x } }, "replace");
			const changed = { kind: "dataset", path: file, take: null, skip: 0 } as const;
			const mapOf = (i: number) =>
				activationMap(
					context,
					{
						model,
						data: changed,
						source: `${file}#${i}`,
						layer,
						pre: false,
						reduce: "max",
						unit: { kind: "unit", index: row.index },
					},
					new AbortController().signal,
				);
			const [original, without, within] = [await mapOf(0), await mapOf(1), await mapOf(2)];
			const place = original.values.indexOf(original.score);
			// Other pixels change other places of the same sums only by rounding.
			const tolerance = 1e-4 * Math.max(1, Math.abs(original.score));
			expect(Math.abs(original.score - best.score)).toBeLessThan(tolerance);
			expect(Math.abs((without.values[place] as number) - original.score)).toBeLessThan(tolerance);
			expect(Math.abs((within.values[place] as number) - original.score)).toBeGreaterThan(10 * tolerance);
		});
	});
});
