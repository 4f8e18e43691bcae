import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import {
	FORMAT_LIST,
	FORMATS,
	isModelFormat,
	isNamed,
	MODEL_CHOICES,
	MODEL_EXTENSIONS,
	modelStem,
} from "../../../src/compute/formats/formats.js";

describe("the list of formats", () => {
	it("has names in lower case that are a whole name or an extension", () => {
		for (const { names, noModels = [] } of FORMAT_LIST)
			for (const name of [...names, ...noModels]) expect(name).toMatch(/^(\*\.)?[a-z0-9_.]+$/);
	});

	it("says once what can be chosen", () => {
		expect(MODEL_CHOICES).toBe(
			"a .keras file, an .h5 file, an .onnx file, the model.json of TensorFlow.js or the folder of a SavedModel",
		);
		expect(MODEL_EXTENSIONS).toEqual(["keras", "h5", "hdf5", "onnx", "json", "pb"]);
	});

	it("tells its own names from what an object inherits", () => {
		for (const name of Object.keys(FORMATS)) expect(isModelFormat(name)).toBe(true);
		for (const name of ["constructor", "__proto__", "", null, 1]) expect(isModelFormat(name)).toBe(false);
	});

	it("compares names without case and with slashes of either kind", () => {
		expect(isNamed("a\\B.H5", ["*.h5"])).toBe(true);
		expect(isNamed("a/Saved_Model.pb", ["saved_model.pb"])).toBe(true);
		expect(isNamed("a/my_saved_model.pb", ["saved_model.pb"])).toBe(false);
		expect(isNamed("h5", ["*.h5"])).toBe(false);
	});

	it("takes extensions off names, and leaves names out that say nothing", () => {
		expect(modelStem("/a/mlp.v2.keras")).toBe("mlp.v2");
		expect(modelStem("/a/net.PB")).toBe("net");
		expect(modelStem("/a/folder")).toBe("folder");
		for (const name of ["model.json", "saved_model.pb", "Model.h5"]) expect(modelStem(`/a/${name}`)).toBeNull();
	});

	it("brings no reader, TensorFlow.js or HDF5 into the extension", async () => {
		const { metafile } = await build({
			entryPoints: [new URL("../../../src/extension.ts", import.meta.url).pathname],
			bundle: true,
			write: false,
			metafile: true,
			platform: "node",
			mainFields: ["module", "main"],
			external: ["vscode", "sharp"],
			logLevel: "silent",
		});
		const bundled = Object.keys(metafile.inputs);
		const formats = bundled.filter((file) => /compute\/formats\//.test(file)).map((file) => file.replace(/.*\//, ""));
		expect(formats.sort()).toEqual(["advice.ts", "discover.ts", "formats.ts"]);
		expect(bundled.filter((file) => /h5wasm|protobufjs|@tensorflow/.test(file))).toEqual([]);
	});
});
