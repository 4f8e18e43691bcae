import { expect, it } from "vitest";
import { stems } from "../../../src/compute/attack/attackFiles.js";

it("files are called after their pictures, with the folder or the position where two are called the same", () => {
	expect(stems(["a/x.png", "b/y.jpg", "b/x.PNG", "t10k.gz#12"])).toEqual(["a-x", "y", "b-x", "t10k.gz-12"]);
	expect(stems(["p/a/x.png", "q/a/x.png", "z.png"])).toEqual(["a-x-0", "a-x-1", "z"]);
});

it("any number of pictures is named at once", { timeout: 5_000 }, () => {
	const named = stems(Array.from({ length: 130_000 }, (_, i) => `folder/${i}.png`));
	expect(new Set(named).size).toBe(130_000);
});
