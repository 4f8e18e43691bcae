import { describe, expect, it } from "vitest";
import { fileName, isSameModel, savedModelNames, shortPath } from "../../../src/compute/data/pathNames.js";

describe("paths as names", () => {
	it("are the last part, or the last two, whatever the slashes", () => {
		expect(["/w/a/x.png", "C:\\w\\a\\x.png", "x.png", ""].map(fileName)).toEqual(["x.png", "x.png", "x.png", ""]);
		expect(["/w/a/x.png", "C:\\w\\a\\x.png", "x.png"].map(shortPath)).toEqual(["a/x.png", "a/x.png", "x.png"]);
	});
});

describe("a SavedModel", () => {
	it("is its folder and the graph in it", () => {
		expect(savedModelNames("/w/net")).toEqual(["/w/net", "/w/net/saved_model.pb"]);
		expect(savedModelNames("/w/net/saved_model.pb")).toEqual(["/w/net/saved_model.pb", "/w/net"]);
		expect(savedModelNames("C:\\w\\net")).toEqual(["C:\\w\\net", "C:\\w\\net\\saved_model.pb"]);
		expect(savedModelNames("saved_model.pb")).toEqual(["saved_model.pb", "."]);
	});

	it("is the same by both names, and no other model is", () => {
		expect(isSameModel("/w/net", "/w/net/saved_model.pb")).toBe(true);
		expect(isSameModel("/w/net/saved_model.pb", "/w/net")).toBe(true);
		expect(isSameModel("/w/a.keras", "/w/a.keras")).toBe(true);
		expect(isSameModel("/w/net", "/w/net2/saved_model.pb")).toBe(false);
		expect(isSameModel("/w/a.keras", "/w/b.keras")).toBe(false);
	});
});
