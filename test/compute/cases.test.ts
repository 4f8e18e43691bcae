/** Files as people have them, read without any option (../shared/cases), against what their own runtimes say. */
// The core first: its gradients, which the backend registers, take its operations for granted.
import "@tensorflow/tfjs-core";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { readNpz } from "../../src/compute/data/npz.js";
import { predict } from "../../src/compute/predict/handler.js";
import type { HandlerContext } from "../../src/compute/prepare/context.js";
import { ModelStore } from "../../src/compute/prepare/modelStore.js";
import { casePath, isAbsent, readFloat32Npy } from "../sharedData.js";
import { temporaryFolder } from "./data/temporaryFolder.js";

const cases = casePath();

const ANSWERED = ["03", "05", "07", "08", "10", "12", "23", "24", "27", "28", "29", "30", "36"];

const folder = temporaryFolder();
const limits = { loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB: 256 };
let context: HandlerContext;

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { store: new ModelStore(limits), backend };
});

async function predicted(model: string, data: string) {
	const npz = join(folder.path, "out.npz");
	const result = await predict(
		context,
		{
			model: { path: model, configuration: null, preprocessing: {}, classesFile: null },
			data: { kind: "dataset", path: data, take: null, skip: 0 },
			top: 1,
			npz,
		},
		new AbortController().signal,
	);
	const { arrays } = await readNpz(npz, ["output", "logits"]);
	return { result, values: ["output", "logits"].map((name) => Array.from(arrays.get(name)?.data ?? [])) };
}

/** Largest difference as a share of the largest value. */
function difference(found: readonly number[], wanted: Float32Array): number {
	if (found.length !== wanted.length) return Number.POSITIVE_INFINITY;
	const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	return wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - (found[i] as number))), 0) / largest;
}

const folders = isAbsent(cases) ? [] : readdirSync(cases);
const modelIn = (name: string) =>
	["model.keras", "model.onnx"].map((file) => join(cases, name, file)).find(existsSync) as string;

describe.skipIf(folders.length === 0)("a file and its pixels, without any option", () => {
	const answered = folders.filter((name) => ANSWERED.includes(name.slice(0, 2)));

	it.each(answered)("%s", async (name) => {
		const { values, result } = await predicted(modelIn(name), join(cases, name, "x.npz"));
		const { data } = readFloat32Npy(join(cases, name, "expected.npy"));
		expect(Math.min(...values.map((found) => difference(found, data)))).toBeLessThan(1e-4);
		expect(result.accuracy).toBe(1);
	});
});

describe.skipIf(folders.length === 0)("the same preprocessing in three files of Keras 2", () => {
	const named = ["tfop_caffe.h5", "tfop_mnv2.h5", "tfop_caffe_savedmodel"] as const;
	const model = (name: string) => join(cases, "15-keras2-tfoplambda", name);
	const data = join(cases, "05-keras-preprocess-tf", "x.npz");

	it.each(named)("%s takes 0 to 255", async (name) => {
		const { result } = await predicted(model(name), data);
		expect(result.warnings.filter((warning) => warning.includes("assumed"))).toEqual([]);
	});
});

describe.skipIf(folders.length === 0)(".npz as people have them", () => {
	const variants = folders.includes("33-npz-variants") ? readdirSync(join(cases, "33-npz-variants")) : [];
	const grey = ["keras_mnist.npz", "flat784.npz", "bool.npz"];

	it.each(variants.filter((name) => name.endsWith(".npz")))("%s: the labels are the net's own", async (name) => {
		const model = join(cases, "33-npz-variants", grey.includes(name) ? "g.onnx" : "m.onnx");
		const { result } = await predicted(model, join(cases, "33-npz-variants", name));
		expect(result.images.map(({ error }) => error).filter((error) => error !== null)).toEqual([]);
		// Its images are those of the others in black and white only, its labels still those of the gray ones.
		if (name !== "bool.npz") expect(result.accuracy).toBe(1);
	});
});
