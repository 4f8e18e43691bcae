import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { configurationProblems } from "../../../src/compute/data/configurationProblems.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

describe("problems of a blindspot.json", () => {
	let models: readonly string[];

	beforeEach(() => {
		models = [join(folder.path, "models/a.keras"), join(folder.path, "models/b.h5")];
		folder.write("data/1.png", "");
		folder.write("labels.txt", "a\nb\n");
	});

	/** What is marked in the text, with severity and message. */
	const problems = async (json: unknown, indent = "\t") => {
		const text = typeof json === "string" ? json : JSON.stringify(json, null, indent);
		const found = await configurationProblems(join(folder.path, "blindspot.json"), text, models);
		return found.map(({ range, severity, message }) => [text.slice(range.start, range.end), severity, message]);
	};

	it("are none where everything that is named is there", async () => {
		expect(
			await problems({ models: { "models/*.keras": { classes: "labels.txt", data: ["data"] }, "*.h5": {} } }),
		).toEqual([]);
	});

	it("are globs that match nothing, and such that come too late", async () => {
		models = [...models, join(folder.path, "..", "elsewhere", "c.onnx")];
		expect(await problems({ models: { "*.onnx": {}, "*.keras": {}, "models/a.keras": {} } })).toEqual([
			['"*.onnx"', "warning", "No model beside or below this file matches '*.onnx'."],
			[
				'"models/a.keras"',
				"warning",
				"'models/a.keras' is never used: '*.keras' comes first for every model that it matches.",
			],
		]);
	});

	it("are no globs of a SavedModel's folder or of the graph in it", async () => {
		models = [join(folder.path, "nets/a/saved_model.pb"), join(folder.path, "nets/b")];
		expect(await problems({ models: { "nets/a": {}, "nets/b/saved_model.pb": {} } })).toEqual([]);
	});

	it("are found beside other work, however many globs and models there are", async () => {
		models = Array.from({ length: 300 }, (_, i) => join(folder.path, "ab".repeat(10), `${i % 10}`, `abab${i}.keras`));
		const globs = Array.from({ length: 20 }, (_, i) => `**/{a,b}*{a,b}*{a,b}*{a,b}*{a,b}*{a,b}*${i}.h5`);
		// Time of the processor, which other programs don't lengthen.
		const spent = () => process.cpuUsage().user / 1_000;
		const began = spent();
		let longest = 0;
		let before = began;
		const turns = setInterval(() => {
			longest = Math.max(longest, spent() - before);
			before = spent();
		}, 1);
		const found = await problems({ models: Object.fromEntries(globs.map((glob) => [glob, {}])) });
		clearInterval(turns);
		expect(found).toHaveLength(20);
		// A turn of 10 ms, and what other threads of the process do meanwhile.
		expect(longest).toBeLessThan(300);
		expect(spent() - began).toBeLessThan(3_000);
	}, 60_000);

	it("are more globs than are held against models", async () => {
		const globs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.h5`, {}]));
		expect(await problems({ models: globs(1_000) })).toHaveLength(1_000);
		const [[, severity, message] = [], ...more] = await problems({ models: globs(1_001) });
		expect([severity, message, more]).toEqual(["error", "This must not have more than 1000 globs.", []]);
	});

	it("are braces for more globs than are held against models", async () => {
		const braces = "{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}";
		const globs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${braces}${i}`, {}]));
		expect(await problems({ models: globs(31) })).toHaveLength(31);
		const [[, severity, message] = [], ...more] = await problems({ models: globs(32) });
		const words = "This must not have braces for more than 2000 globs together.";
		expect([severity, message, more]).toEqual(["error", words, []]);
	});

	it("are files that aren't there, each where it stands", async () => {
		expect(
			await problems({
				models: { "*.keras": { classes: "data", data: ["data", "missing"] }, "*.h5": { classes: "no.txt" } },
			}),
		).toEqual([
			['"data"', "error", `${join(folder.path, "data")} is a folder; class names are read from a file.`],
			['"missing"', "error", `There is no file or folder ${join(folder.path, "missing")}.`],
			['"no.txt"', "error", `There is no file or folder ${join(folder.path, "no.txt")}.`],
		]);
	});

	it("are values that contradict themselves, and globs that can't be used", async () => {
		expect(await problems({ models: { "*.keras": { preprocessing: { std: [1, 0, 1], range: [1, 1] } } } })).toEqual([
			[expect.stringMatching(/^\[\s*1,\s*1\s*\]$/), "error", "This must have two different ends."],
			["0", "error", "This must not be 0."],
		]);
		expect(await problems({ models: { "a\\b": {} } })).toEqual([
			['"a\\\\b"', "error", "This has a backslash; write paths with /."],
		]);
	});

	it("are addresses where paths are wanted", async () => {
		expect(await problems({ models: { "*.keras": { data: "https://example.org/x" } } })).toEqual([
			['"https://example.org/x"', "error", "This must be a path on this machine, not an address."],
		]);
	});

	it("are left to the schema where the form is wrong", async () => {
		expect(await problems("{")).toEqual([]);
		expect(await problems({ models: { "*.keras": { colour: 1 } } })).toEqual([]);
	});
});
