import { join } from "node:path";
import { expect, it } from "vitest";
import { expandPictures } from "../../../src/compute/data/selection.js";
import { temporaryFolder } from "./temporaryFolder.js";

const folder = temporaryFolder();
for (const name of [
	"digits/7/x.png",
	"digits/7/x10.png",
	"digits/7/x9.png",
	"digits/3/y.png",
	"models/m.keras",
	"top.png",
]) {
	folder.write(name, "");
}
const at = (...names: string[]) => names.map((name) => join(folder.path, name));

it("folders give all their pictures in natural order, files stay as named, each once", async () => {
	const [digits = "", one = ""] = at("digits", "digits/7/x9.png");
	const { entries, skipped } = await expandPictures([one, digits, one]);
	expect(entries.map(({ source }) => source)).toEqual(
		at("digits/7/x9.png", "digits/3/y.png", "digits/7/x.png", "digits/7/x10.png"),
	);
	expect(skipped).toEqual([]);
});

it("the folder of a picture may name its class, among the folders beside it that hold pictures", async () => {
	folder.write("digits/empty/readme.txt", "");
	const { entries } = await expandPictures(at("digits/7/x.png", "top.png"));
	expect(entries[0]?.hint).toEqual({ kind: "folder", name: "7", among: ["3", "7"] });
	expect(entries[1]?.hint).toMatchObject({ kind: "folder" });
});

it("other files in a folder are skipped and said, missing files fail when they are read", async () => {
	const [missing = ""] = at("missing.png");
	const { entries, skipped } = await expandPictures([join(folder.path, "models"), missing]);
	expect(skipped).toEqual(at("models/m.keras"));
	expect(entries.map(({ source }) => source)).toEqual([missing]);
	await expect(entries[0]?.load({ width: 1, height: 1, channels: 1, fit: "resize" })).rejects.toThrow(
		"there is no such file",
	);
});
