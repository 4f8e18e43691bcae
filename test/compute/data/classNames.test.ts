import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { chooseClassNames } from "../../../src/compute/data/classNames.js";
import type { ModelSettings } from "../../../src/compute/data/configuration.js";
import { readSideFiles } from "../../../src/compute/data/sideFiles.js";
import type { ClassText } from "../../../src/compute/network/types.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

function settings(classes: ModelSettings["classes"]): ModelSettings {
	return {
		path: "/w/blindspot.json",
		glob: "*",
		preprocessing: {},
		inputSize: null,
		classes,
		data: [],
		output: null,
		exclusive: null,
		folders: null,
	};
}

async function choose(
	count: number,
	name: string,
	options: { file?: string; settings?: ModelSettings; own?: ClassText } = {},
) {
	const sideFiles = await readSideFiles(join(folder.path, name, "model.json"));
	return chooseClassNames({
		count,
		optionFile: options.file ?? null,
		settings: options.settings ?? null,
		ownNames: options.own ?? null,
		sideFiles,
	});
}

describe("precedence", () => {
	folder.write("p/labels.txt", "side a\nside b");
	const file = folder.write("option.txt", "option a\noption b");

	it("options, blindspot.json, side files, numbers", async () => {
		const configured = settings({ kind: "names", names: ["conf a", "conf b"] });
		expect(await choose(2, "p", { file, settings: configured })).toMatchObject({
			names: ["option a", "option b"],
			provenance: { origin: "option", because: `the file ${file}` },
			warnings: [],
		});
		expect(await choose(2, "p", { settings: configured })).toMatchObject({
			names: ["conf a", "conf b"],
			provenance: { origin: "configuration", because: 'models["*"].classes in /w/blindspot.json' },
		});
		expect(await choose(2, "p")).toMatchObject({
			names: ["side a", "side b"],
			provenance: { origin: "side-file", because: "labels.txt beside the model" },
		});
		expect(await choose(2, "nothing")).toEqual({
			names: ["class 0", "class 1"],
			provenance: { origin: "assumed", because: "no class names were found" },
			known: { count: 2, names: null, wordNetIds: null },
			warnings: [],
		});
	});

	it("a list of another length is passed over with a warning", async () => {
		const { names, warnings } = await choose(3, "p", { file });
		expect(names).toEqual(["class 0", "class 1", "class 2"]);
		expect(warnings).toEqual([
			`${file} has 2 class names, the model 3 classes; passed over.`,
			`${join(folder.path, "p", "labels.txt")} has 2 class names, the model 3 classes; passed over.`,
		]);
	});

	it("a background class in front may be in the list or the model alone", async () => {
		const background = folder.write("background.txt", "background\ncat\ndog");
		expect((await choose(2, "nothing", { file: background })).names).toEqual(["cat", "dog"]);
		const thousand = folder.write("thousand.txt", Array.from({ length: 1000 }, (_, i) => `name ${i}`).join("\n"));
		const { names } = await choose(1001, "nothing", { file: thousand });
		expect(names.slice(0, 2)).toEqual(["background", "name 0"]);
	});

	it("a file that was named must be readable", async () => {
		const missing = join(folder.path, "missing.txt");
		await expect(choose(2, "p", { file: missing })).rejects.toThrow(`${missing}: there is no such file`);
		await expect(choose(2, "p", { settings: settings({ kind: "file", path: missing }) })).rejects.toMatchObject({
			reason: "bad-configuration",
			message: `models["*"].classes in /w/blindspot.json: ${missing}: there is no such file`,
		});
	});
});

describe("side files", () => {
	it("each of the usual names, the most telling first", async () => {
		const inOrder = ["labels.txt", "classes.txt", "class_names.txt", "my-labels.json", "imagenet_class_index.json"];
		for (const name of inOrder) folder.write(`all/${name}`, name.endsWith("json") ? '["a"]' : "a");
		folder.write("all/model.json", "{}");
		folder.write("all/weights-manifest.json", "{}");
		const { classLists } = await readSideFiles(join(folder.path, "all", "model.json"));
		expect(classLists.map(({ path }) => path)).toEqual(inOrder.map((name) => join(folder.path, "all", name)));
	});

	it("a model's own list comes before the folder's", async () => {
		folder.write("own/labels.txt", "a");
		folder.write("own/cnn.labels.txt", "b");
		const lists = (await readSideFiles(join(folder.path, "own", "cnn.keras"))).classLists;
		expect(lists[0]?.classes[0]?.name).toBe("b");
	});

	it("Teachable Machine's metadata.json, but not that of others", async () => {
		const metadata = folder.write(
			"tm/metadata.json",
			'{"tfjsVersion":"1.7.4","tmVersion":"2.4.7","packageName":"@teachablemachine/image","labels":["Left","Right"],"imageSize":224}',
		);
		const side = await readSideFiles(join(folder.path, "tm", "model.json"));
		expect(side.teachableMachine).toBe(metadata);
		expect((await choose(2, "tm")).names).toEqual(["Left", "Right"]);
		folder.write("other/metadata.json", '{"labels": ["a", "b"], "author": "x"}');
		expect(await readSideFiles(join(folder.path, "other", "model.json"))).toEqual({
			classLists: [],
			teachableMachine: null,
			cards: [],
			warnings: [],
		});
	});

	it("a damaged one is a warning", async () => {
		folder.write("damaged/labels.json", "[");
		const { warnings, names } = await choose(1, "damaged");
		expect(names).toEqual(["class 0"]);
		expect(warnings[0]).toContain("Class names were not taken from a side file");
	});

	const doodles = sharedPath("models", "tfjs-layers-doodlenet", "model.json");
	const mobilenet = sharedPath("models", "keras3-mobilenet_v1_025_224", "model.keras");
	it.skipIf(isAbsent(doodles, mobilenet))("of real models", async () => {
		const { classLists } = await readSideFiles(doodles);
		expect(classLists.map(({ classes }) => classes.length)).toEqual([345]);
		expect(classLists[0]?.classes[0]?.name).toBe("flashlight");
		expect((await readSideFiles(mobilenet)).classLists).toEqual([]);
	});
});

it("another order of the same WordNet ids beside the model is a warning", async () => {
	folder.write("order/labels.json", '["n00000002", "n00000001"]');
	const file = folder.write("index.json", '{"0": ["n00000001", "a"], "1": ["n00000002", "b"]}');
	const { warnings, known } = await choose(2, "order", { file });
	expect(known.wordNetIds).toEqual(["n00000001", "n00000002"]);
	expect(warnings).toEqual([
		`Class names are from the file ${file}, but labels.json beside the model has the same WordNet ids in another order: if labels look wrong, use that one.`,
	]);
});

describe("class names of a SavedModel", () => {
	it.each(["net", "net/saved_model.pb"])("named as %s lie in its folder or beside it", async (name) => {
		folder.write("saved/net/saved_model.pb", "");
		folder.write("saved/labels.txt", "beside a\nbeside b");
		const path = join(folder.path, "saved", name);
		expect((await readSideFiles(path)).classLists.map((list) => list.path)).toEqual([
			join(folder.path, "saved/labels.txt"),
		]);
		folder.write("saved/net/labels.txt", "in a\nin b");
		const [first] = (await readSideFiles(path)).classLists;
		expect(first?.path).toBe(join(folder.path, "saved/net/labels.txt"));
		rmSync(join(folder.path, "saved/net/labels.txt"));
	});
});

describe("names that the model's own file keeps", () => {
	const own = (text: string) => ({ own: { place: "'names' in the model's metadata", text } });
	beforeEach(() => void folder.write("own/labels.txt", "side a\nside b"));

	it.each(["{0: \"cat\", 1: 'dog'}", '["cat", "dog"]', '{"0": "cat", "1": "dog"}', "cat\ndog", "cat, dog"])(
		"in the form %s come before those beside it",
		async (text) => {
			expect(await choose(2, "own", own(text))).toMatchObject({
				names: ["cat", "dog"],
				provenance: { origin: "model", because: "'names' in the model's metadata" },
				warnings: [],
			});
		},
	);

	it("are passed over where they are as many as other things", async () => {
		const { names, warnings } = await choose(2, "own", own("a, b, c"));
		expect(names).toEqual(["side a", "side b"]);
		expect(warnings[0]).toContain("has 3 class names, the model 2 classes");
	});
});

const INDEX = sharedPath("imagenet_class_index.json");

describe("a model with 1,000 classes and no names", () => {
	it.each([1000, 1001])("is assumed to have ImageNet's: %i", async (count) => {
		const { names, known, provenance, warnings } = await choose(count, "none");
		expect(names.slice(count - 1000, count - 998)).toEqual(["tench", "goldfish"]);
		expect(new Set(names).size).toBe(count);
		expect(known.wordNetIds?.[count - 1000]).toBe("n01440764");
		expect(provenance.origin).toBe("assumed");
		expect(warnings).toEqual(["Class names are assumed: ImageNet's, as the model has 1,000 classes."]);
	});

	it.skipIf(isAbsent(INDEX))("which are those of Keras' list, id for id", async () => {
		const index = JSON.parse(readFileSync(INDEX, "utf8")) as Record<string, string[]>;
		const { known } = await choose(1000, "none");
		expect(known.wordNetIds).toEqual(Object.keys(index).map((_, at) => index[at]?.[0]));
	});

	it("has those beside it where there are some", async () => {
		folder.write("thousand/labels.txt", Array.from({ length: 1000 }, (_, i) => `own ${i}`).join("\n"));
		expect((await choose(1000, "thousand")).names[7]).toBe("own 7");
	});
});
