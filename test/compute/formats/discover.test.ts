import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { candidateOf, isModelFile, modelsAmong, SEARCHED_NAMES } from "../../../src/compute/formats/discover.js";
import { isNamed } from "../../../src/compute/formats/formats.js";
import { withFolder } from "./writers.js";

describe("models by name", () => {
	it.each([
		["models/digits.keras", "model"],
		["a/B.H5", "model"],
		["x.hdf5", "model"],
		["model.weights.h5", "no-model"],
		["digits/model.json", "perhaps"],
		["package.json", "no-model"],
		["photo.png", "no-model"],
		["net.onnx", "model"],
		["net.pt", "other-format"],
		["net.pth", "other-format"],
		["net.tflite", "other-format"],
	])("takes %s as %s", (path, kind) => {
		expect(candidateOf(path).kind).toBe(kind);
	});

	it("knows a SavedModel by its graph, and not by what lies beside that", () => {
		expect(candidateOf("net/saved_model.pb")).toEqual({ kind: "model" });
		for (const name of ["fingerprint.pb", "keras_metadata.pb"]) expect(candidateOf(name)).toEqual({ kind: "no-model" });
	});

	it("says what to do with formats that aren't read", () => {
		expect(candidateOf("net.pth")).toMatchObject({ advice: expect.stringContaining("never run") });
		expect(candidateOf("frozen.pb")).toMatchObject({ advice: expect.stringContaining("SavedModel") });
		for (const name of ["a.pt", "a.ckpt", "a.pkl", "a.safetensors", "a.tflite", "a.mlmodel"])
			expect(candidateOf(name)).toMatchObject({ kind: "other-format" });
	});
});

describe("the models of a workspace", () => {
	it("are listed once, though several searches find a SavedModel's graph", () =>
		withFolder(async (folder) => {
			const graph = join(folder, "net", "saved_model.pb");
			await mkdir(join(folder, "net"));
			await writeFile(graph, "");
			const found = SEARCHED_NAMES.filter((names) => isNamed(graph, names)).map(() => graph);
			expect(found.length).toBeGreaterThan(1);
			expect(await modelsAmong(found)).toEqual([{ path: graph, advice: null }]);
		}));

	it("are in the order of their paths, each with the advice that there is, without what is no model", async () => {
		const models = await modelsAmong(["z/a.pt", "b.keras", "a/b.onnx", "photo.png", "a/fingerprint.pb"]);
		expect(models).toEqual([
			{ path: "a/b.onnx", advice: null },
			{ path: "b.keras", advice: null },
			{ path: "z/a.pt", advice: expect.stringContaining("torch.onnx.export") },
		]);
	});
});

describe("models by content", () => {
	it("knows a TensorFlow.js model from other JSON", () =>
		withFolder(async (folder) => {
			const cases: readonly (readonly [string, string, boolean])[] = [
				["model.json", '{"modelTopology": {"class_name": "Sequential"}}', true],
				["other.json", `{\n "format": "layers-model",\n "weightsManifest" : []}`, true],
				["settings.json", '{"answer": 42}', false],
				["said.json", '{"text": "modelTopology"}', false],
				["empty.json", "", false],
			];
			for (const [name, content, expected] of cases) {
				await writeFile(join(folder, name), content);
				expect(await isModelFile(join(folder, name))).toBe(expected);
			}
			expect(await isModelFile(join(folder, "gone.json"))).toBe(false);
			expect(await isModelFile(join(folder, "any.keras"))).toBe(true);
			expect(await isModelFile(join(folder, "any.png"))).toBe(false);
		}));
});
