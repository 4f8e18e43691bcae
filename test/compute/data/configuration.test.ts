import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
	describeRange,
	findConfiguration,
	parseConfiguration,
	rangeNamed,
	readConfiguration,
	settingsForModel,
} from "../../../src/compute/data/configuration.js";
import { configurationJsonSchema } from "../../../src/compute/data/configurationSchema.js";
import { settingsOf, writeSettings } from "../../../src/compute/data/configurationWriting.js";
import type { Preprocessing } from "../../../src/compute/data/types.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

function errorOf(json: unknown): string {
	try {
		parseConfiguration("/w/blindspot.json", typeof json === "string" ? json : JSON.stringify(json));
		return "no error";
	} catch (thrown) {
		return thrown instanceof Error ? thrown.message.replace(" (in /w/blindspot.json)", "") : "";
	}
}

describe("what a configuration says about a model", () => {
	it("everything, with paths from the file's folder", () => {
		const file = parseConfiguration(
			"/w/blindspot.json",
			JSON.stringify({
				$schema: "./schema.json",
				models: {
					"models/*.keras": {
						exclusive: true,
						preprocessing: { fit: "crop", range: "-1..1", bgr: true, mean: 0.5, std: [1, 2, 4] },
						inputSize: { width: 224, height: 192 },
						classes: "labels.txt",
						data: ["pictures", "../mnist/x.npz"],
						output: "logits",
					},
					"*.keras": { classes: ["cat", "dog"], data: "pictures", preprocessing: { range: [1, 0] } },
				},
			}),
		);
		expect(settingsForModel("/w/blindspot.json", file, "/w/models/a.keras")).toEqual({
			path: "/w/blindspot.json",
			glob: "models/*.keras",
			preprocessing: { fit: "crop", range: [-1, 1], bgr: true, mean: [0.5], std: [1, 2, 4] },
			inputSize: { width: 224, height: 192 },
			classes: { kind: "file", path: "/w/labels.txt" },
			data: ["/w/pictures", "/mnist/x.npz"],
			output: "logits",
			exclusive: true,
			folders: null,
		});
		expect(settingsForModel("/w/blindspot.json", file, "/w/other/b.keras")).toMatchObject({
			glob: "*.keras",
			preprocessing: { range: [1, 0] },
			classes: { kind: "names", names: ["cat", "dog"] },
			data: ["/w/pictures"],
			inputSize: null,
		});
		expect(settingsForModel("/w/blindspot.json", file, "/w/a.h5")).toBeNull();
	});

	it("ranges have names", () => {
		expect(rangeNamed("-1..1")).toEqual([-1, 1]);
		expect(rangeNamed("toString")).toBeNull();
		expect(describeRange([0, 255])).toBe("0..255");
		expect(describeRange([1, 0])).toEqual([1, 0]);
	});
});

describe("mistakes are named with their place", () => {
	const model = (value: unknown) => ({ models: { "*.keras": value } });
	const cases: readonly (readonly [string, unknown, string])[] = [
		[
			"a zero std",
			model({ preprocessing: { std: [1, 0, 1] } }),
			'models["*.keras"].preprocessing.std[1]: must not be 0',
		],
		["a single zero std", model({ preprocessing: { std: 0 } }), 'models["*.keras"].preprocessing.std: must not be 0'],
		["an unknown key", model({ preprocesing: {} }), "models[\"*.keras\"]: unknown key 'preprocesing'"],
		["an unknown range", model({ preprocessing: { range: "0-1" } }), 'models["*.keras"].preprocessing.range: '],
		[
			"an empty range",
			model({ preprocessing: { range: [1, 1] } }),
			'models["*.keras"].preprocessing.range: must have two different ends',
		],
		["no means", model({ preprocessing: { mean: [] } }), 'models["*.keras"].preprocessing.mean: '],
		[
			"text for a number",
			model({ preprocessing: { mean: [1, "2", 3] } }),
			'models["*.keras"].preprocessing.mean[1]: expected number, received string',
		],
		[
			"text for a flag",
			model({ preprocessing: { bgr: "yes" } }),
			'models["*.keras"].preprocessing.bgr: expected boolean, received string',
		],
		["a size of nothing", model({ inputSize: { width: 0, height: 2 } }), 'models["*.keras"].inputSize.width: '],
		[
			"an address",
			model({ classes: "https://example.org/labels.txt" }),
			'models["*.keras"].classes: must be a path on this machine, not an address',
		],
		[
			"an address in a list",
			model({ data: ["a", "http://b"] }),
			'models["*.keras"].data[1]: must be a path on this machine, not an address',
		],
		["a bad glob", { models: { "a\\b": {} } }, 'models["a\\\\b"]: this glob has a backslash; write paths with /'],
		["no models", {}, "models: "],
		["a list", [], "expected object, received array"],
		["no JSON", "{", "not readable as JSON: "],
	];
	for (const [name, json, expected] of cases) {
		it(name, () => expect(errorOf(json)).toContain(`blindspot.json: ${expected}`));
	}

	it("keys of the prototype are keys like others", () => {
		expect(errorOf('{"models": {"*.h5": {"__proto__": {"classes": ["a"]}}}}')).not.toBe("");
		const file = parseConfiguration(
			"/w/blindspot.json",
			'{"models": {"__proto__": {"classes": ["a"]}, "constructor": {}}}',
		);
		expect(settingsForModel("/w/blindspot.json", file, "/w/a.h5")).toBeNull();
		expect("classes" in {}).toBe(false);
	});
});

describe("finding the file", () => {
	it("goes from the model's folder upwards, to the root given or the top of the project", async () => {
		const path = folder.write("a/blindspot.json", '{"models": {}}');
		const model = folder.write("a/b/c/model.keras", "");
		expect(await findConfiguration(model, null)).toBe(path);
		expect(await findConfiguration(model, join(folder.path, "a"))).toBe(path);
		expect(await findConfiguration(model, join(folder.path, "a", "b"))).toBeNull();
		folder.write("a/b/.vscode/settings.json", "{}");
		expect(await findConfiguration(model, null)).toBeNull();
		const nearer = folder.write("a/b/blindspot.json", '{"models": {}}');
		expect(await findConfiguration(model, null)).toBe(nearer);
	});

	it("a missing file is an error of the configuration", async () => {
		const missing = join(folder.path, "nowhere", "blindspot.json");
		await expect(readConfiguration(missing)).rejects.toMatchObject({
			reason: "bad-configuration",
			message: `${missing}: there is no such file`,
		});
	});
});

describe("writing a preprocessing down", () => {
	const caffe: Preprocessing = { fit: "crop", range: [0, 255], bgr: true, mean: [103.939, 116.779, 123.68], std: null };

	it("makes the file where there is none", async () => {
		const path = join(folder.path, "new.json");
		await writeSettings(path, join(folder.path, "a.h5"), settingsOf({ ...caffe, mean: [0.5], range: [1, 0] }, null));
		expect(readFileSync(path, "utf8")).toBe(
			'{\n\t"models": {\n\t\t"./a.h5": {\n\t\t\t"preprocessing": {\n\t\t\t\t"fit": "crop",\n\t\t\t\t"range": [1, 0],\n\t\t\t\t"bgr": true,\n\t\t\t\t"mean": 0.5\n\t\t\t}\n\t\t}\n\t}\n}\n',
		);
	});

	it("leaves the rest, its order and its indentation", async () => {
		const before =
			'{\n  "models": {\n    "x.h5": {\n      "data": "[ 1 ]",\n      "classes": ["a"],\n      "preprocessing": { "range": "-1..1", "std": 2 }\n    }\n  },\n  "$schema": "./s.json"\n}\n';
		const path = folder.write("indented.json", before);
		await writeSettings(path, join(folder.path, "x.h5"), settingsOf(caffe, null));
		const after = readFileSync(path, "utf8");
		expect(after).toContain('    "x.h5": {\n      "data": "[ 1 ]",\n');
		expect(after).toContain('        "mean": [103.939, 116.779, 123.68]\n');
		expect(after.indexOf("models")).toBeLessThan(after.indexOf("$schema"));
		const settings = settingsForModel(path, await readConfiguration(path), join(folder.path, "x.h5"));
		// What is null is left out: the earlier std is gone.
		expect(settings?.preprocessing).toEqual({ fit: "crop", range: [0, 255], bgr: true, mean: caffe.mean });
	});

	it("leaves odd spacing and the ends of lines, and writes its own as the file has them", async () => {
		const before = '\uFEFF{\r\n  "models": {\r\n    "*.h5" : {"classes":[ "a","b" ]}\r\n  }\r\n}';
		const path = folder.write("crlf.json", before);
		await writeSettings(path, join(folder.path, "a.h5"), settingsOf(caffe, null));
		const after = readFileSync(path, "utf8");
		expect(after).toContain('    "*.h5" : {"classes":[ "a","b" ]}\r\n  }\r\n}');
		expect(after).toContain('\r\n    "./a.h5": {\r\n      "classes": [\r\n');
		expect(after).toContain('\r\n      "preprocessing": {\r\n        "fit": "crop",\r\n');
		expect(after.replaceAll("\r\n", "")).not.toMatch(/[\r\n\t\uFEFF]/);
		expect(Object.keys((await readConfiguration(path)).models)).toEqual(["./a.h5", "*.h5"]);
	});

	it("gives a model that a wider glob speaks of an entry of its own, with all that the glob says", async () => {
		const path = folder.write(
			"wide.json",
			'{"models": {"*": {"preprocessing": {"range": "-1..1"}, "classes": ["a", "b"], "data": "test"}, "./x.h5": {}}}',
		);
		await writeSettings(path, join(folder.path, "x.h5"), settingsOf(caffe, "natural"));
		await writeSettings(path, join(folder.path, "m", "x.h5"), { output: "scores" });
		const file = await readConfiguration(path);
		expect(Object.keys(file.models)).toEqual(["m/x.h5", "./x.h5", "*"]);
		const said = (name: string) => settingsForModel(path, file, join(folder.path, name));
		const common = { data: [join(folder.path, "test")], output: null, folders: null };
		expect(said("x.h5")).toMatchObject({ ...common, preprocessing: { range: [0, 255] }, folders: "natural" });
		expect(said("x.h5")?.classes).toEqual(said("y.h5")?.classes);
		expect(said("m/x.h5")).toMatchObject({ ...common, preprocessing: { range: [-1, 1] }, output: "scores" });
		expect(said("y.h5")).toMatchObject({ ...common, preprocessing: { range: [-1, 1] } });
	});

	it("a file that isn't understood is left as it is", async () => {
		const path = folder.write("odd.json", "{ not json");
		await expect(writeSettings(path, join(folder.path, "x.h5"), settingsOf(caffe, null))).rejects.toMatchObject({
			reason: "bad-configuration",
		});
		expect(readFileSync(path, "utf8")).toBe("{ not json");
	});
});

it("the JSON Schema in media/ is that of the code (npm run schema)", () => {
	const path = join(dirname(fileURLToPath(import.meta.url)), "../../../media/blindspot.schema.json");
	expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(JSON.stringify(configurationJsonSchema())));
});

describe("a SavedModel", () => {
	it.each(["nets/saved", "nets/saved/saved_model.pb"])(
		"named %s is found by its folder and by the graph in it",
		(name) => {
			for (const glob of ["nets/*", "nets/saved/saved_model.pb", "nets/*/saved_model.pb"]) {
				const file = parseConfiguration(
					"/w/blindspot.json",
					JSON.stringify({ models: { [glob]: { output: "scores" } } }),
				);
				expect(settingsForModel("/w/blindspot.json", file, `/w/${name}`)).toMatchObject({ glob, output: "scores" });
			}
		},
	);
});
