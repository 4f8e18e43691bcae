import { describe, expect, it } from "vitest";
import { shortNames } from "../../src/explorer/names.js";

describe("short names", () => {
	it("are file names where these differ", () => {
		expect(shortNames(["/w/a/mlp.keras", "/w/b/cnn.h5"])).toEqual(["mlp.keras", "cnn.h5"]);
	});

	it("have as many folders as it takes", () => {
		expect(shortNames(["/w/a/x/m.h5", "/w/b/x/m.h5", "/w/c.h5"])).toEqual(["a/x/m.h5", "b/x/m.h5", "c.h5"]);
	});

	it("always have the folder of a file called model", () => {
		expect(shortNames(["/w/darknet/model.json", "C:\\w\\net\\saved_model.pb"])).toEqual([
			"darknet/model.json",
			"net/saved_model.pb",
		]);
	});

	it("don't change with the other models' number", () => {
		expect(shortNames(["/m.h5"])).toEqual(["m.h5"]);
		expect(shortNames([])).toEqual([]);
	});
});
