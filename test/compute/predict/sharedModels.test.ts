/** What real models want their pictures to be, found or offered without any option, beside what their sources say. */
// The core first: its gradients, which the backend registers, take its operations for granted.
import "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { offersOf } from "../../../src/compute/predict/suggestion.js";
import { suggestPreprocessing } from "../../../src/compute/predict/suggestPreprocessing.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import { withModel } from "../../../src/compute/prepare/prepare.js";
import type { ModelRequest } from "../../../src/compute/reports/request.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { control } from "../control.js";

const digits = sharedPath("mnist", "t10k-images-idx3-ubyte.gz");
const objects = sharedPath("cifar10-test");
const photos = sharedPath("photos");
/** Where the photographs' file names, WordNet ids, are classes. */
const imageNet = sharedPath("imagenet_class_index.json");

interface Expected {
	readonly range: readonly [number, number];
	readonly bgr?: boolean;
	readonly mean?: readonly number[] | null;
	/** From what Blindspot has it, in its words. */
	readonly because: string;
}
const UNIT = [0, 1] as const;
const SIGNED = [-1, 1] as const;
const BYTES = [0, 255] as const;
const fromShape = "the input shape";
const mobileNet: Expected = { range: SIGNED, because: "usual for MobileNet" };
const squeezeNet: Expected = { range: BYTES, bgr: true, mean: [104, 117, 123], because: "usual for SqueezeNet" };

const FOUND: readonly (readonly [string, string, Expected])[] = [
	["h5-resnet8-cifar10", "model.h5", { range: BYTES, because: "a mean near 114" }],
	["h5-vww96", "model.h5", { range: UNIT, because: "a mean near 0.431" }],
	["keras3-mobilenet_v1_025_224", "model.keras", mobileNet],
	["savedmodel-mobilenet_v1_025_224", "saved_model", mobileNet],
	["tfjs-graph-mobilenet_v1_025_224", "model.json", mobileNet],
	["onnx-squeezenet1.1", "model.onnx", squeezeNet],
	["onnx-squeezenet1.1-fp16", "model.onnx", squeezeNet],
	["tfjs-layers-darknet-tiny", "model.json", { range: UNIT, because: "a mean near 0.451" }],
	["tfjs-layers-doodlenet", "model.json", { range: UNIT, because: fromShape }],
	// Trained on 0..255, and right on 98.9% of the 10,000 test digits either way.
	["onnx-mnist-8", "model.onnx", { range: UNIT, because: fromShape }],
];

/** With what is right of the first 64 labelled pictures at least; `offer` is null where the assumption is right. */
const TRIED = [
	{ name: "onnx-mnist-8", file: "model.onnx", data: digits, offer: null, right: 60 },
	{ name: "h5-resnet8-cifar10", file: "model.h5", data: objects, offer: null, right: 42 },
	{ name: "onnx-resnet8-cifar10", file: "model.onnx", data: objects, offer: "0 to 255", right: 42 },
	{ name: "tfjs-graph-resnet8-cifar10", file: "model.json", data: objects, offer: "0 to 255", right: 42 },
	{ name: "onnx-cifar10-winml", file: "model.onnx", data: objects, offer: "-1 to 1", right: 35 },
	{ name: "keras3-mobilenet_v1_025_224", file: "model.keras", data: photos, classes: imageNet, offer: null, right: 30 },
	{ name: "onnx-squeezenet1.1", file: "model.onnx", data: photos, classes: imageNet, offer: null, right: 32 },
	{ name: "tfjs-layers-darknet-tiny", file: "model.json", data: photos, offer: null, right: 36 },
] as const;

let context: HandlerContext;

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 120, readerMemoryMiB: 1024, cacheMiB: 256 }) };
});

const model = (path: string, classesFile: string | null = null): ModelRequest => ({
	...{ path, configuration: null, preprocessing: {}, classesFile },
});

describe("what the shared models want, found without any option", { timeout: 120_000 }, () => {
	describe.each(FOUND)("%s", (name, file, { range, bgr = false, mean = null, because }) => {
		const path = sharedPath("models", name, file);
		it.skipIf(isAbsent(path))("is assumed, with the reason", async () => {
			const never = new AbortController().signal;
			const found = await withModel(context, model(path), never, async ({ preprocessing }) => preprocessing);
			expect(found.preprocessing).toMatchObject({ range, bgr, mean, std: null });
			expect(found.provenance.origin).toBe("assumed");
			expect(found.provenance.because).toContain(because);
		});
	});
});

describe("the shared models' pictures speak for what is right", { timeout: 300_000 }, () => {
	describe.each(TRIED)("$name", ({ name, file, data, offer, right, ...more }) => {
		const path = sharedPath("models", name, file);
		const classes = "classes" in more ? more.classes : null;
		const title = offer === null ? "and offer nothing else" : `and offer ${offer}`;
		it.skipIf(isAbsent(path, data, ...(classes ? [classes] : [])))(title, async () => {
			const asked = {
				...{ run: "test", model: model(path, classes), seed: 0 },
				data: { kind: "dataset", path: data, take: null, skip: 0 },
			} as const;
			const result = await suggestPreprocessing(context, asked, control());
			const offers = offersOf(result);
			expect(offers.map((trial) => trial.name)).toEqual(offer === null ? [] : [offer]);
			const best = offers[0] ?? result.trials[0];
			if (!best) throw new Error("nothing was tried");
			expect(best.right / best.of).toBeGreaterThanOrEqual(right / 64);
			if (offer !== null) expect(best.against?.p).toBeLessThan(0.05);
		});
	});
});
