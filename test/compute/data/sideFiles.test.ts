import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { choosePreprocessing } from "../../../src/compute/data/preprocessing.js";
import { readSideFiles } from "../../../src/compute/data/sideFiles.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
const HF = JSON.stringify({
	image_processor_type: "ViTImageProcessor",
	image_mean: [0.5, 0.5, 0.5],
	image_std: [0.5, 0.5, 0.5],
	size: { height: 8, width: 8 },
});

/** A network that scales its pixels first, or does nothing. */
function network(scale: number | null) {
	const builder = new NetworkBuilder("onnx");
	builder.input("x", [8, 8, 3]);
	const weights = scale === null ? {} : { scale: { name: "s", shape: [1], data: Float32Array.of(scale) } };
	builder.add({ name: "y", layer: "y", layerType: "Mul", operation: { op: "Affine" }, inputs: ["x"], weights });
	return builder.build("y");
}

async function chosen(model: string, scale: number | null = null) {
	return choosePreprocessing({
		options: {},
		settings: null,
		network: network(scale),
		sideFiles: await readSideFiles(join(folder.path, model)),
		inputSize: { width: 8, height: 8 },
		channels: 3,
	});
}

describe("Teachable Machine", () => {
	it("its Keras export is keras_model.h5 beside numbered labels", async () => {
		folder.write("tm/labels.txt", "0 Left\n1 Right hand\n");
		expect(await chosen("tm/keras_model.h5")).toMatchObject({
			preprocessing: { fit: "crop", range: [-1, 1] },
			provenance: { origin: "side-file", because: "labels.txt beside the model: made by Teachable Machine" },
		});
		// Another file of that folder, and other labels.
		expect((await chosen("tm/other.h5")).provenance.origin).toBe("assumed");
		folder.write("plain/labels.txt", "left\nright\n");
		expect((await chosen("plain/keras_model.h5")).provenance.origin).toBe("assumed");
	});
});

describe("Hugging Face's files", () => {
	it("settle the preprocessing and name the classes", async () => {
		folder.write("hf/preprocessor_config.json", HF);
		folder.write("hf/config.json", JSON.stringify({ model_type: "vit", id2label: { 0: "cat", 1: "dog" } }));
		expect(await chosen("hf/model.onnx")).toMatchObject({
			preprocessing: { fit: "resize", range: [0, 1], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
			provenance: { origin: "side-file", because: "preprocessor_config.json beside the model (Hugging Face)" },
			warnings: [],
		});
		const { classLists } = await readSideFiles(join(folder.path, "hf", "model.onnx"));
		expect(classLists).toMatchObject([{ classes: [{ name: "cat" }, { name: "dog" }] }]);
	});

	it("are found above the folder with the ONNX files", async () => {
		folder.write("repo/preprocessor_config.json", HF);
		expect((await chosen("repo/onnx/model.onnx")).provenance.origin).toBe("side-file");
	});

	it("don't scale what the model scales itself", async () => {
		const { preprocessing, provenance, warnings } = await chosen("hf/model.onnx", 1 / 255);
		expect(preprocessing).toMatchObject({ fit: "resize", range: [0, 255], mean: null, std: null });
		expect(provenance.origin).toBe("model");
		expect(warnings[0]).toMatch(/says 0..1 with a mean, but the model divides by 255 first \('y'\): 0..255 is used/);
	});

	it("for another number of channels is passed over with a warning", async () => {
		folder.write("two/preprocessor_config.json", JSON.stringify({ image_mean: [0.5, 0.5], image_std: [0.5, 0.5] }));
		const { provenance, warnings } = await chosen("two/model.onnx");
		expect(provenance.origin).toBe("assumed");
		expect(warnings[0]).toContain("gives mean for another number of channels than the model's 3");
	});
});
