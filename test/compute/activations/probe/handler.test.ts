import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RankedImage } from "../../../../src/compute/activations/probe/report.js";
import type { ProbeProgress } from "../../../../src/compute/activations/probe/requests.js";
import { activationMap } from "../../../../src/compute/activations/unit/activationMap.js";
import { probeUnit } from "../../../../src/compute/activations/unit/handler.js";
import type { UnitProgress } from "../../../../src/compute/activations/unit/requests.js";
import { whichUnitsFire } from "../../../../src/compute/activations/unit/whichUnitsFire.js";
import { writeNpz } from "../../../../src/compute/data/npz.js";
import { loadPicture } from "../../../../src/compute/data/pictures.js";
import type { HandlerContext } from "../../../../src/compute/prepare/context.js";
import type { DataRequest } from "../../../../src/compute/reports/request.js";
import { example } from "../../../examples/paths.js";
import { control } from "../../control.js";
import { layer, sequential, writeTfjs } from "../../formats/writers.js";
import { modelAt, probeContext, probeOnce } from "./probing.js";

const mlp = modelAt(example("models", "mlp", "model.json"));
const cnn = modelAt(example("models", "cnn.keras"));
const digits: DataRequest = { kind: "dataset", path: example("digits", "test"), take: null, skip: 0 };
const never = new AbortController().signal;

let context: HandlerContext;
let folder: string;

beforeAll(async () => {
	context = await probeContext();
	folder = await mkdtemp(join(tmpdir(), "blindspot-probe-"));
});

afterAll(() => rm(folder, { recursive: true }));

describe("probe", () => {
	it("is the same for the same seed, but for `run`, and leaves no tensors", async () => {
		const ask = (seed: number) =>
			probeOnce(context, {
				model: cnn,
				data: digits,
				layer: "conv2d_1",
				seed,
				options: { redrawn: true, bottom: true },
			});
		const first = await ask(1);
		const tensors = tf.memory().numTensors;
		const second = await ask(1);
		expect(tf.memory().numTensors).toBe(tensors);
		expect({ ...second.report, run: null }).toEqual({ ...first.report, run: null });
		expect(second.thumbnails).toEqual(first.thumbnails);
		const other = await ask(2);
		expect(other.report.directions).not.toEqual(first.report.directions);
		expect(JSON.parse(JSON.stringify(first.report))).toEqual(first.report);
	});

	it("tells rows while it runs, with thumbnails of all that they rank", async () => {
		const paths = await manyPictures(join(folder, "many.npz"), 1300);
		const events: ProbeProgress[] = [];
		const { report, thumbnails } = await probeOnce(
			context,
			{ model: mlp, data: paths, layer: "dense_1", options: { permutations: 0, directions: 5 } },
			(event) => events.push(event),
		);
		const told = events.filter((event) => event.kind === "rows");
		expect(told.length).toBeGreaterThan(0);
		expect(told[0]?.report.data.scored).toBeGreaterThanOrEqual(500);
		expect(told[0]?.report.data.scored).toBeLessThan(1300);
		const first = new Set(told[0]?.thumbnails.map(({ index }) => index));
		for (const { top } of told[0]?.report.units ?? []) for (const { index } of top) expect(first.has(index)).toBe(true);
		const all = new Set(thumbnails.map(({ index }) => index));
		for (const { top } of [...report.units, ...report.directions])
			for (const { index } of top) expect(all.has(index)).toBe(true);
		expect(report.finding).toMatch(/was not tested/);
		expect(events.filter((event) => event.kind === "progress").at(-1)).toMatchObject({ stage: "scores", done: 1300 });
	});

	it("keeps what it has when it is stopped, and says over how many images", async () => {
		const paths = await manyPictures(join(folder, "stopped.npz"), 1300);
		let isStopped = false;
		const { report } = await probeOnce(
			context,
			{ model: mlp, data: paths, layer: "dense_1" },
			(event) => {
				isStopped ||= event.kind === "rows";
			},
			{ stopped: () => isStopped },
		);
		expect(report.data).toMatchObject({ stopped: true, total: 1300 });
		expect(report.data.scored).toBeGreaterThanOrEqual(500);
		expect(report.data.scored).toBeLessThan(1300);
		expect(report.finding).toMatch(new RegExp(`^Over the first ${report.data.scored} images: `));
		expect(report.statistics.similarity?.p).toBeNull();
		expect(report.units[0]?.top).toHaveLength(9);
	});

	it("ends when it is cancelled", async () => {
		const controller = new AbortController();
		const tensors = tf.memory().numTensors;
		const running = probeOnce(context, { model: mlp, data: digits, layer: "dense_1" }, () => controller.abort(), {
			signal: controller.signal,
		});
		await expect(running).rejects.toMatchObject({ reason: "cancelled" });
		expect(tf.memory().numTensors).toBe(tensors);
	});

	it.each(["rotation", "whitened", "components", "classMeans"] as const)("draws %s directions", async (control) => {
		const { report } = await probeOnce(context, {
			model: mlp,
			data: digits,
			layer: "dense_1",
			options: { control, directions: 30, permutations: 0 },
		});
		expect(report.directions).toHaveLength(control === "classMeans" ? 10 : 30);
		expect(report.data.scored).toBe(control === "classMeans" ? 100 : 200);
		// A direction towards a class ranks images of that class, which it hasn't seen, high.
		if (control === "classMeans")
			for (const [label, { name, commonest }] of report.directions.entries())
				expect({ name, label: commonest?.label }).toEqual({ name: `mean of ${report.model.classNames[label]}`, label });
	});

	it("scores a person's own directions: a unit by itself, the mean of selected images", async () => {
		const sources = ["3/01", "3/02", "3/03", "3/04"].map((name) =>
			example("digits", "test", ...`${name}.png`.split("/")),
		);
		const { report } = await probeOnce(context, {
			model: mlp,
			data: digits,
			layer: "dense_1",
			options: {
				permutations: 0,
				own: [
					{ name: "twice unit 4", kind: "combination", parts: [{ unit: 4, weight: 2 }] },
					{ name: "threes", kind: "images", sources },
				],
			},
		});
		const [twice, threes] = report.own;
		expect(twice?.top.map(({ index }) => index)).toEqual(report.units[4]?.top.map(({ index }) => index));
		expect(threes?.commonest?.label).toBe(3);
		// Saved by its values, it is the same again.
		const { report: again } = await probeOnce(context, {
			model: mlp,
			data: digits,
			layer: "dense_1",
			options: { permutations: 0, own: [{ name: "threes", kind: "values", values: threes?.values ?? [] }] },
		});
		expect(again.own[0]?.top.map(({ index }) => index)).toEqual(threes?.top.map(({ index }) => index));
	});

	it("shows for a convolution what the place of the maximum sees: changes outside change nothing, inside something", async () => {
		const probed = "max_pooling2d_1";
		const { report } = await probeOnce(context, {
			model: cnn,
			data: digits,
			layer: probed,
			options: { permutations: 0 },
		});
		const active = report.units.filter(({ inactive }) => !inactive).slice(0, 6);
		expect(active.length).toBeGreaterThan(3);
		for (const { index, top } of active) {
			const best = top[0] as RankedImage;
			const box = best.box as NonNullable<RankedImage["box"]>;
			expect(box.width).toBeLessThan(28);
			const { pixels } = await loadPicture(best.source, { width: 28, height: 28, channels: 1, fit: "crop" });
			const isInside = (_: number, i: number) => {
				const [x, y] = [i % 28, Math.floor(i / 28)];
				return x >= box.left && x < box.left + box.width && y >= box.top && y < box.top + box.height;
			};
			const outsideChanged = pixels.data.map((value, i) => (isInside(value, i) ? value : 1 - value));
			const insideChanged = pixels.data.map((value, i) => (isInside(value, i) ? 1 - value : value));
			const data = await pictures(join(folder, `changed ${index}.npz`), [pixels.data, outsideChanged, insideChanged]);
			const mapOf = async (i: number) => {
				const source = `${data.path}#${i}`;
				const unit = { kind: "unit", index } as const;
				return activationMap(
					context,
					{ model: cnn, data, source, layer: probed, pre: false, reduce: "max", unit },
					never,
				);
			};
			const [original, outside, inside] = [await mapOf(0), await mapOf(1), await mapOf(2)];
			const place = original.values.indexOf(original.score);
			expect(original.score).toBeCloseTo(best.score, 5);
			expect(outside.values[place]).toBeCloseTo(original.score, 6);
			expect(Math.abs((inside.values[place] as number) - original.score)).toBeGreaterThan(1e-3);
		}
	});
});

describe("probe of data that gives little", () => {
	it("refuses where there is no data and none is configured", async () => {
		const alone = modelAt(join(folder, "nowhere.json"));
		await expect(probeOnce(context, { model: alone, data: null, layer: "dense" })).rejects.toThrow(/nowhere\.json/);
		const empty: DataRequest = { kind: "pictures", paths: [] };
		await expect(probeOnce(context, { model: mlp, data: empty, layer: "dense" })).rejects.toThrow(
			/There are no pictures/,
		);
	});

	it("takes the data that blindspot.json names", async () => {
		const { report } = await probeOnce(context, {
			model: mlp,
			data: null,
			layer: "dense",
			options: { permutations: 0 },
		});
		expect(report.data.scored).toBeGreaterThan(0);
		expect(report.data.name).toContain("digits");
	});

	it("names the nearest layers where there is none so called", async () => {
		await expect(probeOnce(context, { model: mlp, data: digits, layer: "dense1" })).rejects.toThrow(
			/no layer 'dense1'.*the nearest names are 'dense/,
		);
	});

	it("says that purity says nothing where all images have one label", async () => {
		const data: DataRequest = { kind: "pictures", paths: [example("digits", "test", "7")] };
		const { report } = await probeOnce(context, { model: mlp, data, layer: "dense_1" });
		expect(report.warnings.join(" ")).toContain("Purity says nothing: all labelled images are 7.");
		expect(report.statistics.purity).toBeNull();
		expect(report.units[0]?.purity).toBeNull();
		expect(report.finding).toMatch(/^By similarity in the penultimate layer, /);
	});

	it("compares nothing with fewer images than are ranked", async () => {
		const { report } = await probeOnce(context, { model: mlp, data: { ...digits, take: 5 }, layer: "dense_1" });
		expect(report.units[0]?.top).toHaveLength(5);
		expect(report.statistics).toMatchObject({ purity: null, similarity: null, featureSimilarity: null, test: null });
		expect(report.finding).toMatch(/^Nothing can be compared: with 5 images/);
	});

	it("says that purity says nothing where no two images have the same label", async () => {
		const paths = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"].map((digit) =>
			example("digits", "test", digit, "01.png"),
		);
		const { report } = await probeOnce(context, { model: mlp, data: { kind: "pictures", paths }, layer: "dense_1" });
		expect(report.warnings.join(" ")).toContain("Purity says nothing: no two images have the same label.");
		expect(report.statistics.purity).toBeNull();
		expect(report.statistics.featureSimilarity?.p).toBeGreaterThan(0);
	});

	it("skips and counts unreadable pictures", async () => {
		const broken = join(folder, "broken.png");
		await writeFile(broken, "<html>");
		const data: DataRequest = {
			kind: "pictures",
			paths: [broken, example("digits", "test", "3"), example("digits", "test", "4")],
		};
		const { report } = await probeOnce(context, { model: mlp, data, layer: "dense_1", options: { permutations: 0 } });
		expect(report.data).toMatchObject({ total: 41, scored: 40, unreadable: 1 });
		expect(report.data.unreadableExamples[0]?.source).toBe(broken);
		expect(report.warnings.join(" ")).toMatch(/1 image was unreadable and left out. The first: .*broken\.png/);
	});

	it("goes on where a unit is no finite number, without it", async () => {
		const files = join(folder, "nan");
		await cp(example("models", "mlp"), files, { recursive: true });
		const weights = join(files, "group1-shard1of1.bin");
		const bytes = await readFile(weights);
		// The kernel of `dense` comes first, [784, 100]: one weight of unit 12.
		bytes.writeFloatLE(Number.NaN, 4 * (100 * 400 + 12));
		await writeFile(weights, bytes);
		const broken = modelAt(join(files, "model.json"));
		const { report } = await probeOnce(context, { model: broken, data: digits, layer: "dense" });
		expect(report.units[12]).toMatchObject({ inactive: true, purity: null, notFinite: 200, top: [] });
		expect(report.warnings.join(" ")).toContain("unit 12 is no finite number on 200 images and left out there");
		expect(report.units[11]?.top).toHaveLength(9);
		expect(report.statistics.inactive).toBe(1);
		expect(report.statistics.purity?.p).not.toBeNull();
		expect(report.statistics.featureSimilarity).toBeNull();
		expect(JSON.parse(JSON.stringify(report))).toEqual(report);
	});

	it("shows some of a layer of 100,000 units, without a test, and says so", async () => {
		const side = 320;
		const model = modelAt(
			await writeTfjs(
				folder,
				sequential([
					layer("Flatten", "flatten", { batch_input_shape: [null, side, side, 1] }),
					layer("Dense", "dense", { units: 2, activation: "softmax", use_bias: false }),
				]),
				{
					"dense/kernel": {
						shape: [side * side, 2],
						data: Array.from({ length: 2 * side * side }, (_, i) => Math.sin(i)),
					},
				},
			),
		);
		const data: DataRequest = { kind: "pictures", paths: [example("digits", "test", "3")] };
		const { report } = await probeOnce(context, {
			model,
			data,
			layer: "flatten",
			options: { directions: 20, redrawn: true },
		});
		expect(report.layer.units).toBe(102_400);
		expect(report.units).toHaveLength(10_000);
		expect(report.directions).toHaveLength(20);
		expect(report.statistics.test).toBeNull();
		for (const words of [/a random 10,000 of them are shown/, /No rotation test/])
			expect(report.warnings.join(" ")).toMatch(words);
		await expect(
			probeOnce(context, { model, data, layer: "flatten", options: { control: "whitened" } }),
		).rejects.toThrow(
			/'flatten' has 102,400 units; whitened directions are computed for up to 2,048\. Take another control/,
		);
	});

	it("refuses to rank more images than can be looked at", async () => {
		const ask = probeOnce(context, { model: mlp, data: digits, layer: "dense", options: { top: 101 } });
		await expect(ask).rejects.toThrow("101 images per direction; 2 to 100 can be ranked.");
	});

	it("refuses directions of the person's that don't fit", async () => {
		const ask = (own: Parameters<typeof probeOnce>[1]["options"]) =>
			probeOnce(context, { model: mlp, data: digits, layer: "dense_1", options: { permutations: 0, ...own } });
		await expect(ask({ own: [{ name: "short", kind: "values", values: [1] }] })).rejects.toThrow(
			/'short'.*1 values.*100 units/,
		);
		await expect(
			ask({ own: [{ name: "far", kind: "combination", parts: [{ unit: 100, weight: 1 }] }] }),
		).rejects.toThrow(/no unit 100; units are 0 to 99/);
		await expect(ask({ own: [{ name: "none", kind: "images", sources: ["nowhere.png"] }] })).rejects.toThrow(/'none'/);
	});
});

describe("one unit", () => {
	it("has the images that the probe ranks, its scores by class, its weights and a picture that drives it more", async () => {
		const unit = 3;
		const { report: probe } = await probeOnce(context, {
			model: mlp,
			data: digits,
			layer: "dense_1",
			options: { permutations: 0 },
		});
		const { report, thumbnails, ascentPicture } = await probeUnit(
			context,
			{
				run: "unit",
				model: mlp,
				data: digits,
				layer: "dense_1",
				pre: false,
				reduce: "max",
				unit: { kind: "unit", index: unit },
				top: 9,
				seed: 1,
				reuse: false,
			},
			control(),
		);
		expect(report.figures.top).toEqual(probe.units[unit]?.top);
		expect(report.figures.purity).toBe(probe.units[unit]?.purity);
		expect(report.figures.selectivity).toEqual(probe.units[unit]?.selectivity);
		expect(report.scores?.counts.reduce((sum, count) => sum + count, 0)).toBe(200);
		expect(report.byClass.map(({ label, images }) => [label, images])).toEqual(
			Array.from({ length: 10 }, (_, i) => [i, 20]),
		);
		expect(report.logitWeights).toHaveLength(10);
		expect(report.incomingLayer).toBe("dense");
		expect(report.incoming[0]?.picture).toMatchObject({ width: 28, height: 28, channels: 1 });
		expect(report.weightPicture).toBeNull();
		expect(report.ascent?.activation).toBeGreaterThan(report.figures.highest as number);
		expect(ascentPicture?.data).toHaveLength(784);
		const known = new Set(thumbnails.map(({ index }) => index));
		for (const { index } of [...report.figures.top, ...report.figures.bottom]) expect(known.has(index)).toBe(true);
	});

	it("beside another is the same whether the data is read again or not, and leaves no tensors", async () => {
		const events: UnitProgress[] = [];
		const ask = (index: number, reuse: boolean) =>
			probeUnit(
				context,
				{
					run: "unit",
					model: cnn,
					data: digits,
					layer: "conv2d_1",
					pre: false,
					reduce: "max",
					unit: { kind: "unit", index },
					top: 9,
					seed: 3,
					reuse,
				},
				control({ tell: (event) => void events.push(event) }),
			);
		await ask(2, false);
		expect(events.filter(({ kind }) => kind === "images").length).toBeGreaterThan(0);
		const tensors = tf.memory().numTensors;
		events.length = 0;
		const beside = await ask(3, true);
		expect(tf.memory().numTensors).toBe(tensors);
		// No image was scored again; all but the picture that drives it was told before that was there.
		expect(events.map(({ kind }) => kind)).toEqual(["report"]);
		const [told] = events.flatMap((event) => (event.kind === "report" ? [event.record] : []));
		expect(told).toEqual({
			...beside,
			ascentPicture: null,
			report: { ...beside.report, ascent: null, run: told?.report.run },
		});
		const again = await ask(3, false);
		expect({ ...again.report, run: null }).toEqual({ ...beside.report, run: null });
		expect(again.thumbnails).toEqual(beside.thumbnails);
	});

	it.each([
		["gaussian", 4],
		// In the second frame of the layer's 16 channels.
		["rotation", 18],
	] as const)("may be a direction that a probe drew: %s, drawn again by its seed", async (kind, index) => {
		const asked = { model: cnn, data: digits, layer: "conv2d_1", seed: 5 };
		const { report: probe } = await probeOnce(context, {
			...asked,
			options: { permutations: 0, control: kind, directions: 20 },
		});
		const unit = { kind: "drawn", control: kind, index, seed: 5 } as const;
		const question = { run: "drawn", ...asked, pre: false, reduce: "max", unit, top: 9, reuse: false } as const;
		const { report } = await probeUnit(context, question, control());
		expect(report.figures.name).toBe(`direction ${index}`);
		expect(report.unit).toEqual(unit);
		const ranked = (images: readonly RankedImage[] | undefined) => images?.map(({ source, box }) => [source, box]);
		expect(ranked(report.figures.top)).toEqual(ranked(probe.directions[index]?.top));
		// A product of one direction is summed in another order than one of many: float32 accuracy.
		expect(report.figures.highest).toBeCloseTo(probe.directions[index]?.highest as number, 4);
	});

	it("refuses a unit that isn't there", async () => {
		const ask = probeUnit(
			context,
			{
				run: "unit",
				model: mlp,
				data: digits,
				layer: "dense_1",
				pre: false,
				reduce: "max",
				unit: { kind: "unit", index: 100 },
				top: 9,
				seed: 1,
				reuse: false,
			},
			control(),
		);
		await expect(ask).rejects.toThrow(/'dense_1' has no unit 100; units are 0 to 99/);
	});
});

describe("which units fire", () => {
	it("holds a picture's activations against the data's, layer by layer", async () => {
		const picture = example("digits", "test", "3", "01.png");
		const { report } = await whichUnitsFire(
			context,
			{ run: "firing", model: mlp, data: digits, picture, top: 5, seed: 1 },
			control(),
		);
		expect(report.layers.map(({ layer }) => layer.layer)).toEqual(["dense", "dense_1", "dense_2"]);
		expect(report.predicted.index).toBe(3);
		// The output unit of the predicted class is driven most, above nearly all images.
		expect(report.layers[2]?.units[0]?.unit).toBe(3);
		expect(report.layers[2]?.units[0]?.percentile).toBeGreaterThan(0.85);
		const map = await activationMap(
			context,
			{
				model: mlp,
				data: null,
				source: picture,
				layer: "dense",
				pre: false,
				reduce: "max",
				unit: { kind: "unit", index: report.layers[0]?.units[0]?.unit ?? 0 },
			},
			never,
		);
		expect(map.score).toBeCloseTo(report.layers[0]?.units[0]?.activation as number, 6);
	});
});

type NpzData = Extract<DataRequest, { kind: "dataset" }>;

async function pictures(path: string, x: readonly Float32Array[]): Promise<NpzData> {
	const data = new Float32Array(784 * x.length);
	x.forEach((pixels, i) => {
		data.set(pixels, 784 * i);
	});
	await writeNpz(path, { x: { shape: [x.length, 28, 28, 1], data } }, "replace");
	return { kind: "dataset", path, take: null, skip: 0 };
}

/** Blobs of light, all different, without labels. */
function manyPictures(path: string, count: number): Promise<NpzData> {
	const x = Array.from({ length: count }, (_, i) =>
		Float32Array.from({ length: 784 }, (_, at) =>
			Math.exp(-((((at % 28) - (i % 26)) ** 2 + (Math.floor(at / 28) - (i % 23)) ** 2) / 20)),
		),
	);
	return pictures(path, x);
}
