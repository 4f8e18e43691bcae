import { describe, expect, it } from "vitest";
import { readClassFile } from "../../../src/compute/data/classFiles.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

async function names(file: string, content: string): Promise<string[]> {
	return (await readClassFile(folder.write(file, content))).map(({ name }) => name);
}

describe("text files", () => {
	it("one name a line, any line ends, a byte-order mark, an empty line at the end", async () => {
		expect(await names("labels.txt", "\uFEFFcat\r\nhot dog\r\n\r\n")).toEqual(["cat", "hot dog"]);
	});

	it("numbered lines, from 0 or 1, in any order", async () => {
		expect(await names("labels.txt", "0 cat\n1 hot dog\n")).toEqual(["cat", "hot dog"]);
		expect(await names("labels.txt", "2: dog\n1: cat\n")).toEqual(["cat", "dog"]);
	});

	it("numbers that aren't the lines' belong to the names", async () => {
		expect(await names("labels.txt", "4 doors\n2 doors\n")).toEqual(["4 doors", "2 doors"]);
		expect(await names("labels.txt", "0\n1\n2")).toEqual(["0", "1", "2"]);
		expect(await names("labels.txt", "0 cat\ndog")).toEqual(["0 cat", "dog"]);
	});

	it("WordNet ids, alone or before a name", async () => {
		const path = folder.write("labels.txt", "n01440764 tench\nn01443537\nnettle");
		expect(await readClassFile(path)).toEqual([
			{ name: "tench", wordNetId: "n01440764" },
			{ name: "n01443537", wordNetId: "n01443537" },
			{ name: "nettle", wordNetId: null },
		]);
	});

	it("control characters and marks of direction are taken out, markup stays text", async () => {
		expect(await names("labels.txt", "a\u001b[31mb\u202ec\n<b>d</b>")).toEqual(["a[31mbc", "<b>d</b>"]);
	});
});

describe("JSON files", () => {
	it("lists, index to name, name to index, Keras' class index, labels of metadata.json", async () => {
		expect(await names("a.json", '["cat", "dog"]')).toEqual(["cat", "dog"]);
		expect(
			await names(
				"a.json",
				'{"1": "dog", "0": "cat", "10": "x", "2": "a", "3": "b", "4": "c", "5": "d", "6": "e", "7": "f", "8": "g", "9": "h"}',
			),
		).toEqual(["cat", "dog", "a", "b", "c", "d", "e", "f", "g", "h", "x"]);
		expect(await names("a.json", '{"dog": 1, "cat": 0}')).toEqual(["cat", "dog"]);
		expect(await names("a.json", '{"tmVersion": "2", "labels": ["Class 1", "Class 2"]}')).toEqual([
			"Class 1",
			"Class 2",
		]);
		const keras = folder.write("index.json", '{"0": ["n01440764", "tench"], "1": ["n01443537", "goldfish"]}');
		expect(await readClassFile(keras)).toEqual([
			{ name: "tench", wordNetId: "n01440764" },
			{ name: "goldfish", wordNetId: "n01443537" },
		]);
		expect(await names("a.json", '{"__proto__": 1, "cat": 0}')).toEqual(["cat", "__proto__"]);
	});

	it("in no known form are refused", async () => {
		for (const json of ['{"a": "b"}', "[1, 2]", "3", '{"0": "a", "2": "b"}']) {
			await expect(names("a.json", json)).rejects.toThrow("no class names in a known form");
		}
		await expect(names("a.json", "[")).rejects.toThrow("not readable as JSON");
		await expect(names("a.txt", "\n\n")).rejects.toThrow("no class names in it");
	});

	const order = sharedPath("darknet-class-order.json");
	it.skipIf(isAbsent(order))("Darknet's class order is no list of names", async () => {
		await expect(readClassFile(order)).rejects.toThrow("no class names in a known form");
	});
});
