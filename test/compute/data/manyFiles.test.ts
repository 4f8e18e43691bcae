import type { Dirent } from "node:fs";
import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it, vi } from "vitest";
import { openDataset } from "../../../src/compute/data/dataset.js";
import { expandPictures } from "../../../src/compute/data/selection.js";
import { temporaryFolder } from "./temporaryFolder.js";

/** More than a call takes as arguments. */
const { MANY } = vi.hoisted(() => ({ MANY: 130_000 }));

// Folders called "many" have that many pictures and as many other files, without the time that making them would take.
vi.mock("node:fs/promises", async (original) => {
	const real = await original<typeof import("node:fs/promises")>();
	const file = (name: string) => ({ name, isFile: () => true, isDirectory: () => false, isSymbolicLink: () => false });
	const listed = Array.from({ length: MANY }, (_, i) => [file(`${i}.png`), file(`${i}.txt`)]).flat();
	const readdir = async (path: string, options: { withFileTypes: true }): Promise<readonly object[]> =>
		basename(path) === "many" ? listed : (real.readdir(path, options) as Promise<Dirent[]>);
	return { ...real, readdir };
});

const folder = temporaryFolder();
mkdirSync(join(folder.path, "set", "many"), { recursive: true });

it("a folder may hold any number of pictures, however it is given", { timeout: 60_000 }, async () => {
	const many = join(folder.path, "set", "many");
	const direct = await expandPictures([many]);
	expect([direct.entries.length, direct.skipped.length]).toEqual([MANY, MANY]);
	const flat = await openDataset(many);
	expect([flat.entries.length, flat.skipped.length]).toEqual([MANY, MANY]);
	const classes = await openDataset(join(folder.path, "set"));
	expect([classes.kind, classes.entries.length, classes.skipped.length]).toEqual(["class-folders", MANY, MANY]);
});
