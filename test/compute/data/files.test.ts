import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolder, readWholeFile, tryWriting, writeWholeFile } from "../../../src/compute/data/files.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();

it("files over the cap aren't read", async () => {
	const path = folder.write("large", new Uint8Array(3 * 2 ** 20));
	await expect(readWholeFile(path, 2 ** 20)).rejects.toMatchObject({
		reason: "unreadable-data",
		subject: path,
		message: `${path}: 3 MiB is more than the 1 MiB that are read`,
	});
	expect((await readWholeFile(path, 2 ** 22)).length).toBe(3 * 2 ** 20);
});

it("the reason is the caller's", async () => {
	await expect(readWholeFile(folder.path, 9, "bad-configuration")).rejects.toMatchObject({
		reason: "bad-configuration",
		message: `${folder.path}: this is a folder`,
	});
});

it("replacing leaves no temporary file, also when it fails", async () => {
	const target = join(folder.path, "target");
	mkdirSync(target);
	await writeWholeFile(join(target, "a.txt"), "1", "replace");
	await writeWholeFile(join(target, "a.txt"), "2", "replace");
	mkdirSync(join(target, "b.txt"));
	await expect(writeWholeFile(join(target, "b.txt"), "3", "replace")).rejects.toMatchObject({ reason: "unwritable" });
	expect(readdirSync(target).sort()).toEqual(["a.txt", "b.txt"]);
	expect(readFileSync(join(target, "a.txt"), "utf8")).toBe("2");
});

it.skipIf(process.getuid?.() === 0)("no permission is said", async () => {
	const locked = join(folder.path, "locked");
	mkdirSync(locked, { mode: 0o500 });
	const path = join(locked, "x.png");
	await expect(writeWholeFile(path, "x", "next-name")).rejects.toThrow(`${path}: cannot be written: permission denied`);
	chmodSync(locked, 0o700);
});

it("trying leaves what was there and nothing else, and says what is in the way", async () => {
	const tried = join(folder.path, "tried");
	await makeFolder(join(tried, "inner"));
	const path = join(tried, "kept.npz");
	await writeWholeFile(path, "1", "fail");
	await tryWriting(path);
	expect(readdirSync(tried).sort()).toEqual(["inner", "kept.npz"]);
	expect(readdirSync(join(tried, "inner"))).toEqual([]);
	expect(readFileSync(path, "utf8")).toBe("1");
	await expect(tryWriting(join(tried, "inner"))).rejects.toThrow(/inner: cannot be written: this is a folder/);
	await expect(tryWriting(join(tried, "gone", "x.npz"))).rejects.toThrow(/cannot be written: there is no such folder/);
	await expect(makeFolder(path)).rejects.toThrow(
		/kept\.npz: this folder can't be made: a file of this name exists already/,
	);
	await expect(makeFolder(join(path, "x"))).rejects.toThrow(/can't be made: a part of this path is a file/);
});
