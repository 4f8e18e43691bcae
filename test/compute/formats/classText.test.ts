/** Class names that a model's own file keeps. */
import { describe, expect, it } from "vitest";
import { node, onnxModel } from "./onnx/writer.js";
import { readBytes } from "./reading.js";
import { h5Model, input, kerasArchive, layer, sequential } from "./writers.js";

const RELU = sequential([input([3]), layer("Activation", "a", { activation: "relu" })]);

describe("class names in a model's file", () => {
	it("are ONNX's metadata, as Ultralytics writes them", async () => {
		const metadata = { author: "somebody, somewhere", names: "{0: 'cat', 1: 'dog', 2: 'owl'}" };
		const { classText } = await readBytes(onnxModel({ nodes: [node("Relu", "x", "y")], metadata }), "m.onnx");
		expect(classText).toEqual({ place: "'names' in the model's metadata", text: metadata.names });
	});

	it("are a list in the metadata of a .keras file", async () => {
		const names = { keras_version: "3.9.0", class_names: ["cat", "dog", "owl"] };
		const archive = await kerasArchive(RELU, {}, "3.9.0", { "metadata.json": Buffer.from(JSON.stringify(names)) });
		const { classText } = await readBytes(archive, "m.keras");
		expect(classText).toEqual({ place: "'class_names' in metadata.json", text: '["cat","dog","owl"]' });
	});

	it.each([
		["a list", ["cat", "dog", "owl"], '["cat","dog","owl"]'],
		["text", '["cat", "dog", "owl"]', '["cat", "dog", "owl"]'],
	])("are an attribute of an HDF5 file: %s", async (_, value, text) => {
		const also = (file: { create_attribute(name: string, value: unknown): void }) => {
			file.create_attribute("classes", 3);
			file.create_attribute("labels", value);
		};
		const { classText } = await readBytes(await h5Model({ config: RELU, weights: { a: {} }, also }), "m.h5");
		expect(classText).toEqual({ place: "'labels' in the file's attributes", text });
	});

	it("are none where nothing says so, or a number does", async () => {
		const metadata = { names: "3", classes: "" };
		const network = await readBytes(onnxModel({ nodes: [node("Relu", "x", "y")], metadata }), "m.onnx");
		expect(network.classText).toBeUndefined();
	});
});
