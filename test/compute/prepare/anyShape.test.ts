/** Models whose pictures have other channels than grey and RGB, or come as a list of values. */
// The core first: its gradients, which the backend registers, take its operations for granted.
import "@tensorflow/tfjs-core";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { encodeNpz, readNpz } from "../../../src/compute/data/npz.js";
import { lipschitz } from "../../../src/compute/lipschitz/handler.js";
import { predict } from "../../../src/compute/predict/handler.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import type { DataRequest, ModelRequest } from "../../../src/compute/reports/request.js";
import { control } from "../control.js";
import { input, layer, sequential, values, withFolder, writeTfjs } from "../formats/writers.js";

const never = new AbortController().signal;
let context: HandlerContext;

beforeAll(async () => {
	const backend = await startBackend("js", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 120, readerMemoryMiB: 1024, cacheMiB: 64 }) };
});

/** A linear classifier of three classes over pictures of this shape; its value i has the weights (3i + 1 .. 3i + 3)/16. */
function linear(folder: string, shape: readonly number[]): Promise<string> {
	const count = shape.reduce((product, size) => product * size, 1);
	const layers = [input(shape), layer("Flatten", "flat"), layer("Dense", "out", { units: 3, use_bias: false })];
	return writeTfjs(folder, sequential(layers), { "out/kernel": values([count, 3]) });
}

const ask = (path: string, more: Partial<ModelRequest> = {}): ModelRequest => {
	return { path, configuration: null, preprocessing: {}, classesFile: null, ...more };
};

async function outputOf(folder: string, model: ModelRequest, data: DataRequest) {
	const npz = join(folder, "out.npz");
	const result = await predict(context, { model, data, top: 1, npz }, never);
	return { result, output: Array.from((await readNpz(npz, ["output"])).arrays.get("output")?.data ?? []) };
}

/** What the linear classifier makes of values, in double precision. */
function expected(pixels: readonly number[]): readonly number[] {
	return [1, 2, 3].map((c) => pixels.reduce((sum, value, i) => sum + (value * (3 * i + c)) / 16, 0));
}

describe("pictures of any number of channels", { timeout: 300_000 }, () => {
	it.each([2, 4, 12])("%d: data comes from .npz, bounds need none", (channels) =>
		withFolder(async (folder) => {
			const model = ask(await linear(folder, [2, 2, channels]));
			const x = Uint8Array.from({ length: 4 * channels }, (_, i) => (17 * i) % 256);
			const path = join(folder, "x.npz");
			await writeFile(path, encodeNpz({ x: { shape: [1, 2, 2, channels], data: x } }));
			const { output } = await outputOf(folder, model, { kind: "dataset", path, take: null, skip: 0 });
			const wanted = expected(Array.from(x, (value) => value / 255));
			for (const [i, value] of wanted.entries()) expect(output[i]).toBeCloseTo(value, 3);
			const params = { run: "r", model, data: null, adversarials: false, seed: 0 };
			const report = await lipschitz(context, params, control());
			expect(report.model.channels).toBe(channels);
			expect(report.network.upper).toBeGreaterThan(0);
		}),
	);

	it("files are refused for 12 channels, read with alpha for 4", () =>
		withFolder(async (folder) => {
			const png = join(folder, "a.png");
			const raw = { width: 2, height: 2, channels: 4 } as const;
			const rgba = Uint8Array.from({ length: 16 }, (_, i) => 10 * i + 5);
			await writeFile(png, await sharp(rgba, { raw }).png().toBuffer());
			const pictures: DataRequest = { kind: "pictures", paths: [png] };
			const four = await outputOf(folder, ask(await linear(folder, [2, 2, 4])), pictures);
			for (const [i, value] of expected(Array.from(rgba, (byte) => byte / 255)).entries())
				expect(four.output[i]).toBeCloseTo(value, 3);
			const { result } = await outputOf(folder, ask(await linear(folder, [2, 2, 12])), pictures);
			expect(result.images[0]?.error).toMatch(/1, 3 or 4 channels, the model takes 12; use .npz data/);
		}));
});

describe("a list of values", { timeout: 300_000 }, () => {
	const x = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
	const wanted = expected(Array.from(x, (value) => value / 255));

	it.each([[[12]], [[1, 12]], [[12, 1]], [[1, 12, 1]], [[12, 1, 1]]])("of shape %j is an assumed picture", (shape) =>
		withFolder(async (folder) => {
			const model = ask(await linear(folder, shape));
			const path = join(folder, "x.npz");
			await writeFile(path, encodeNpz({ x: { shape: [1, 2, 2, 3], data: x } }));
			const data: DataRequest = { kind: "dataset", path, take: null, skip: 0 };
			const { output, result } = await outputOf(folder, model, data);
			for (const [i, value] of wanted.entries()) expect(output[i]).toBeCloseTo(value, 3);
			expect(result.warnings.join(" ")).toContain(
				"Assumed: the model takes 12 values as 2×2 pixels, RGB, channels last.",
			);
		}),
	);

	it("is what blindspot.json or an option says", () =>
		withFolder(async (folder) => {
			const path = await linear(folder, [12]);
			const npz = join(folder, "x.npz");
			await writeFile(npz, encodeNpz({ x: { shape: [1, 2, 6], data: x } }));
			const data: DataRequest = { kind: "dataset", path: npz, take: null, skip: 0 };
			const option = await outputOf(folder, ask(path, { inputSize: { width: 6, height: 2 } }), data);
			expect(option.result.warnings.join(" ")).not.toContain("12 values");
			const configuration = join(folder, "blindspot.json");
			const inputSize = { width: 6, height: 2 };
			await writeFile(configuration, JSON.stringify({ models: { "*.json": { inputSize, channels: 1 } } }));
			const configured = await outputOf(folder, ask(path, { configuration }), data);
			expect(configured.result.warnings.join(" ")).not.toContain("12 values");
			for (const output of [option.output, configured.output])
				for (const [i, value] of wanted.entries()) expect(output[i]).toBeCloseTo(value, 3);
			const wrong = outputOf(folder, ask(path, { inputSize: { width: 5, height: 2 } }), data);
			await expect(wrong).rejects.toThrow("takes 12 values; 5×2 pixels don't make up as many");
		}));

	it("that makes no square has bounds, but no pictures", () =>
		withFolder(async (folder) => {
			const model = ask(await linear(folder, [10]));
			const params = { run: "r", model, data: null, adversarials: false, seed: 0 };
			expect((await lipschitz(context, params, control())).network.upper).toBeGreaterThan(0);
			const data: DataRequest = { kind: "pictures", paths: [join(folder, "a.png")] };
			await expect(predict(context, { model, data, top: 1, npz: null }, never)).rejects.toThrow(
				/The model's input is 10; .*--size WIDTHxHEIGHTxCHANNELS/,
			);
		}));
});
