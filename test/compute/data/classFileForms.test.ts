import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readClassFile } from "../../../src/compute/data/classFiles.js";
import { casePath, isAbsent } from "../../sharedData.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

async function names(file: string, text: string): Promise<readonly string[]> {
	folder.write(file, text);
	return (await readClassFile(join(folder.path, file))).map(({ name }) => name);
}

describe("class names in the forms that people have", () => {
	it.each([
		["a printed dict", "a.txt", "{0: 'cat',\n 1: \"it's a dog\"}"],
		["a printed list", "b.txt", "['cat', \"it's a dog\"]"],
		["numbered lines with quotes", "c.txt", "0: 'cat',\n1: \"it's a dog\","],
		["names before numbers", "d.txt", "it's a dog 1\ncat 0"],
		[
			"id2label beside other keys",
			"e.json",
			'{"architectures": ["ViT"], "id2label": {"1": "it\'s a dog", "0": "cat"}}',
		],
		["objects, by their ids", "f.json", '[{"id": 1, "name": "it\'s a dog"}, {"id": 0, "name": "cat"}]'],
		["numbers as text", "g.json", '{"it\'s a dog": "1", "cat": "0"}'],
		["names by number in YAML", "h.txt", "path: data\nnames:\n  0: cat\n  1: it's a dog\nnc: 2"],
		["a list in YAML", "i.txt", "names:\n  - cat\n  - it's a dog"],
		["CSV with a header", "j.txt", "name,index\nit's a dog,1\ncat,0"],
		["comment lines", "k.txt", "# classes\ncat\nit's a dog"],
	])("%s", async (_what, file, text) => {
		expect(await names(file, text)).toEqual(["cat", "it's a dog"]);
	});

	it("refuses braces, quotes and keys as names, with the line", async () => {
		await expect(names("x.txt", "{\n0 = cat\n}")).rejects.toThrow('the line "{" is no class name');
		await expect(names("y.txt", "classes:\ncat")).rejects.toThrow('the line "classes:" is no class name');
	});

	const known = casePath("35-label-files");
	it.skipIf(isAbsent(known))("the shared files are all read as a to j", async () => {
		const files = readdirSync(known).filter((name) => !name.endsWith(".onnx"));
		expect(files.length).toBeGreaterThan(8);
		for (const file of files)
			expect(
				(await readClassFile(join(known, file))).map(({ name }) => name),
				file,
			).toEqual([..."abcdefghij"]);
	});
});
