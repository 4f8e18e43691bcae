import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { chooseClassNames } from "../../../src/compute/data/classNames.js";
import { openDataset } from "../../../src/compute/data/dataset.js";
import { type DataEntry, fileEntry, type LabelHint } from "../../../src/compute/data/entries.js";
import { type KnownClasses, resolveLabels, takeBalanced } from "../../../src/compute/data/labels.js";
import { readSideFiles } from "../../../src/compute/data/sideFiles.js";
import { Random } from "../../../src/compute/math/random.js";
import { isAbsent, sharedPath } from "../../sharedData.js";

function inFolders(...names: readonly string[]): DataEntry[] {
	const among = [...new Set(names)].sort();
	return names.map((name) => fileEntry(`${name}/picture.png`, { kind: "folder", name, among }));
}

function indexed(...indices: readonly number[]): DataEntry[] {
	return indices.map((index) => fileEntry("x", { kind: "index", index }));
}

function classes(names: readonly string[], wordNetIds: KnownClasses["wordNetIds"] = null): KnownClasses {
	return { count: names.length, names, wordNetIds };
}

const unnamed = (count: number): KnownClasses => ({ count, names: null, wordNetIds: null });

describe("folders to classes", () => {
	it("by exact name", () => {
		const { labels, because, warnings } = resolveLabels(inFolders("dog", "cat"), classes(["cat", "dog"]));
		expect(labels).toEqual([1, 0]);
		expect(because).toBe("the folder is named after the class");
		expect(warnings).toEqual([]);
	});

	it("by name, case and separators aside, but never between two classes of one name", () => {
		const names = ["great white shark", "crane", "tench", "crane"];
		const { labels, warnings } = resolveLabels(inFolders("Great_White-Shark", "crane"), classes(names));
		expect(labels).toEqual([0, null]);
		expect(warnings).toEqual(["1 picture has no label; no class goes with crane."]);
	});

	it("names that are numbers go before numbers", () => {
		expect(resolveLabels(inFolders("3", "7"), classes(["7", "3"])).labels).toEqual([1, 0]);
	});

	it("by number", () => {
		const { labels, because } = resolveLabels(inFolders("07", "2"), unnamed(10));
		expect(labels).toEqual([7, 2]);
		expect(because).toBe("the folder's name is the number of the class");
	});

	it("numbers that start at 1 are no indices: alphabetical order, as Keras has it, and a warning", () => {
		const names = Array.from({ length: 10 }, (_, i) => String(i + 1));
		const { labels, warnings } = resolveLabels(inFolders(...names), unnamed(10));
		expect(labels).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 1]);
		expect(warnings).toEqual(["Labels are a guess from the folders' order; class names would settle it."]);
	});

	it("by WordNet id", () => {
		const ids = classes(["tench", "goldfish"], ["n01440764", "n01443537"]);
		const { labels, because } = resolveLabels(inFolders("n01443537"), ids);
		expect(labels).toEqual([1]);
		expect(because).toBe("the folder's name is the WordNet id of the class");
	});

	it("one rule for all: the one that matches the most", () => {
		const { labels, warnings } = resolveLabels(inFolders("cat", "dog", "1"), classes(["cat", "dog"]));
		expect(labels).toEqual([0, 1, null]);
		expect(warnings).toEqual(["1 picture has no label; no class goes with 1."]);
	});

	it("alphabetically only where there are as many folders as classes", () => {
		expect(resolveLabels(inFolders("b", "a"), unnamed(2)).labels).toEqual([1, 0]);
		const { labels, because, warnings } = resolveLabels(inFolders("b", "a"), unnamed(3));
		expect(labels).toEqual([null, null]);
		expect(because).toBeNull();
		expect(warnings).toEqual([]);
	});

	it("a single picture gets the label it has in its whole data set", () => {
		const hint: LabelHint = { kind: "folder", name: "dog", among: ["bird", "cat", "dog"] };
		expect(resolveLabels([fileEntry("dog/1.png", hint)], unnamed(3)).labels).toEqual([2]);
		const one: LabelHint = { kind: "folder", name: "1", among: ["1", "2", "3"] };
		expect(resolveLabels([fileEntry("1/1.png", one)], unnamed(3)).labels).toEqual([0]);
	});
});

describe("other sources of labels", () => {
	it("indices in the data, those beyond the classes left out with a warning", () => {
		const { labels, because, warnings } = resolveLabels(indexed(0, 4, 5), unnamed(5));
		expect(labels).toEqual([0, 4, null]);
		expect(because).toBe("the data holds class indices");
		expect(warnings).toEqual(["1 picture has no label, because it isn't below the model's 5 classes."]);
	});

	it("a file name that starts with a WordNet id, whatever the folder", () => {
		const ids = classes(["tench", "goldfish"], ["n01440764", "n01443537"]);
		const hint: LabelHint = { kind: "folder", name: "photos", among: ["photos"] };
		const entries = ["n01443537_goldfish.jpg", "n014435370.jpg", "goldfish.jpg"].map((name) =>
			fileEntry(`photos/${name}`, hint),
		);
		const { labels, because } = resolveLabels(entries, ids);
		expect(labels).toEqual([1, null, null]);
		expect(because).toBe("the file name starts with the WordNet id of the class");
	});
});

describe("real photographs", () => {
	const photos = sharedPath("photos");
	const index = sharedPath("imagenet_class_index.json");
	const darknet = sharedPath("models", "tfjs-layers-darknet-tiny", "model.json");
	const orderFile = sharedPath("darknet-class-order.json");
	const cifar = sharedPath("cifar10-test");

	it.skipIf(isAbsent(photos, index))("Keras' class index labels each by its id", async () => {
		const sideFiles = { classLists: [], teachableMachine: null, cards: [], warnings: [] };
		const { known, names } = await chooseClassNames({
			count: 1000,
			optionFile: index,
			settings: null,
			ownNames: null,
			sideFiles,
		});
		const { entries } = await openDataset(photos);
		const { labels } = resolveLabels(entries, known);
		expect(entries.length).toBe(200);
		for (const [i, { source }] of entries.entries()) {
			expect(source).toContain(`_${names[labels[i] ?? -1]}.`);
		}
	});

	const needed = [photos, index, darknet, orderFile];
	it.skipIf(isAbsent(...needed))("Tiny Darknet's own list labels them in Darknet's order", async () => {
		const sideFiles = await readSideFiles(darknet);
		const own = await chooseClassNames({ count: 1000, optionFile: null, settings: null, ownNames: null, sideFiles });
		expect(own.provenance).toEqual({ origin: "side-file", because: "darknet-labels.json beside the model" });
		const keras = await chooseClassNames({ count: 1000, optionFile: index, settings: null, ownNames: null, sideFiles });
		expect(keras.warnings.join()).toContain(
			"darknet-labels.json beside the model has the same WordNet ids in another order",
		);
		const { entries } = await openDataset(photos);
		const inDarknet = resolveLabels(entries, own.known).labels;
		const inImageNet = resolveLabels(entries, keras.known).labels;
		const order: { ilsvrc_index_of_darknet_class: number[] } = JSON.parse(readFileSync(orderFile, "utf8"));
		expect(inDarknet.map((label) => order.ilsvrc_index_of_darknet_class[label ?? -1])).toEqual(inImageNet);
		expect(inImageNet).not.toContain(null);
	});

	it.skipIf(isAbsent(cifar))("ten class folders of CIFAR-10 are in alphabetical order", async () => {
		const { entries } = await openDataset(cifar);
		const { labels } = resolveLabels(entries, unnamed(10));
		const cats = entries.flatMap(({ source }, i) => (source.includes(join("cifar10-test", "cat")) ? [labels[i]] : []));
		expect(new Set(cats)).toEqual(new Set([3]));
	});
});

describe("taking a balanced part", () => {
	const labels = [0, 0, 0, 2, 2, 1, null];

	it("goes round the classes in order, pictures in the order of the files, unlabelled ones last", () => {
		expect(takeBalanced(labels, 4, 0)).toEqual([0, 5, 3, 6]);
		expect(takeBalanced(labels, 7, 0)).toEqual([0, 5, 3, 6, 1, 4, 2]);
	});

	it("skip goes on where take ended", () => {
		const all = takeBalanced(labels, 7, 0);
		expect([...takeBalanced(labels, 3, 0), ...takeBalanced(labels, 2, 3), ...takeBalanced(labels, null, 5)]).toEqual(
			all,
		);
		expect(takeBalanced(labels, 5, 7)).toEqual([]);
	});

	it("draws which ones, as many of each class, the same with the same seed", () => {
		const many = Array.from({ length: 300 }, (_, i) => i % 3);
		const drawn = (seed: number) => takeBalanced(many, 30, 0, Random.stream(seed, "data"));
		expect(drawn(1)).toEqual(drawn(1));
		expect(drawn(1)).not.toEqual(drawn(2));
		expect(drawn(1)).not.toEqual(takeBalanced(many, 30, 0));
		expect(new Set(drawn(1)).size).toBe(30);
		expect([0, 1, 2].map((label) => drawn(1).filter((at) => many[at] === label).length)).toEqual([10, 10, 10]);
	});

	it("all of them, or without labels: in the order of the files", () => {
		expect(takeBalanced(labels, null, 0)).toEqual([0, 1, 2, 3, 4, 5, 6]);
		expect(takeBalanced([null, null, null], 2, 1)).toEqual([1, 2]);
	});
});
