import "@tensorflow/tfjs-core";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readNpz } from "../../../src/compute/data/npz.js";
import { predict } from "../../../src/compute/predict/handler.js";
import { suggestPreprocessing } from "../../../src/compute/predict/suggestPreprocessing.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import type { ModelRequest } from "../../../src/compute/reports/request.js";
import { casePath, isAbsent, readFloat32Npy, sharedPath } from "../../sharedData.js";
import { control } from "../control.js";

const never = new AbortController().signal;
let context: HandlerContext;
let folder: string;

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 120, readerMemoryMiB: 1024, cacheMiB: 256 }) };
	folder = await mkdtemp(join(tmpdir(), "blindspot-cases-"));
});

afterAll(() => rm(folder, { recursive: true }));

const asked = (path: string, changes: Partial<ModelRequest> = {}): ModelRequest => ({
	path,
	configuration: null,
	preprocessing: {},
	classesFile: null,
	...changes,
});
const dataset = (path: string) => ({ kind: "dataset", path, take: null, skip: 0 }) as const;

describe("files as people have them", { timeout: 120_000 }, () => {
	const folders = casePath("01-folders-numeric-12");
	it.skipIf(isAbsent(folders))("class folders 0 to 11 of a net that numbers them as they are sorted", async () => {
		const path = folders;
		const params = { model: asked(join(path, "model.onnx")), data: dataset(join(path, "val")), top: 1, npz: null };
		const result = await predict(context, params, never);
		expect(result).toMatchObject({ accuracy: 1, right: 24, labelled: 24 });
		expect(result.warnings.join()).toContain("alphabetical order");
		// The class of the folder "10" is its third, and bears its name.
		expect(result.classNames.slice(0, 4)).toEqual(["0", "1", "10", "11"]);
		const byNumber = { ...params, model: asked(join(path, "model.onnx"), { folders: "number" }) };
		expect((await predict(context, byNumber, never)).right).toBe(4);
	});

	describe.each(["31-onnx-features-first", "32-onnx-sklearn-mlp"])("%s", (name) => {
		const path = casePath(name);
		it.skipIf(isAbsent(path))("gives the output that holds the scores", async () => {
			const npz = join(folder, `${name}.npz`);
			const params = { model: asked(join(path, "model.onnx")), data: dataset(join(path, "x.npz")), top: 1, npz };
			const result = await predict(context, params, never);
			expect(result.accuracy).toBe(1);
			const expected = readFloat32Npy(join(path, "expected.npy"));
			const output = (await readNpz(npz, ["output"])).arrays.get("output");
			if (!output) throw new Error("no output");
			const largest = expected.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
			expect(output.shape).toEqual(expected.shape);
			for (const [i, value] of expected.data.entries())
				expect(Math.abs((output.data[i] as number) - value)).toBeLessThan(1e-4 * largest);
			expect(result.warnings.join()).toMatch(/--output/);
		});
	});

	// Its batch normalisation is folded, so that nothing in the graph says what the pixels must be.
	const net = sharedPath("models", "onnx-resnet8-cifar10", "model.onnx");
	const data = sharedPath("cifar10-test");
	it.skipIf(isAbsent(net, data))(
		"ResNet-8 wants 0 to 255: offered before an attack, not where that is said",
		async () => {
			const file = net;
			const suggest = (model: ModelRequest) =>
				suggestPreprocessing(context, { run: "test", model, data: dataset(data), seed: 0 }, control());
			const { trials, samples, chosen } = await suggest(asked(file));
			expect(trials.filter(({ state }) => state === "offered").map(({ name }) => name)).toEqual(["0 to 255"]);
			expect(chosen?.right).toBeGreaterThan(40);
			expect(samples.length).toBe(5);
			expect((await suggest(asked(file, { preprocessing: { range: [0, 255] } }))).trials).toEqual([]);
		},
	);
});
