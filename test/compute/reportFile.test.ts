import { readFileSync } from "node:fs";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { RUN_START_BYTES, readRun, readRunHeader, runHeaderBytes, writeRun } from "../../src/compute/reportFile.js";
import { attackReportSchema } from "../../src/compute/reportSchema.js";
import { attacked, pixels, report, storedRun } from "./sampleRun.js";

/** The file with some of its entries replaced; null takes one out. */
function altered(changes: Readonly<Record<string, Uint8Array | null>>): Uint8Array {
	const files = unzipSync(writeRun(storedRun()));
	for (const [name, content] of Object.entries(changes)) {
		if (content === null) delete files[name];
		else files[name] = new Uint8Array(content);
	}
	return zipSync(files);
}

const withJson = (change: (json: Record<string, unknown>) => void): Uint8Array => {
	const json = JSON.parse(new TextDecoder().decode(unzipSync(writeRun(storedRun()))["run.json"])) as Record<
		string,
		unknown
	>;
	change(json);
	return altered({ "run.json": strToU8(JSON.stringify(json)) });
};

describe("a run in a file", () => {
	it("comes back as it was, to the last bit", () => {
		expect(readRun(writeRun(storedRun()), "a.blindspot")).toEqual(storedRun());
	});

	it("keeps bytes as bytes and everything else as float32", () => {
		const names = Object.keys(unzipSync(writeRun(storedRun()))).sort();
		expect(names).toEqual([
			"pixels/0/adversarial.f32",
			"pixels/0/original.u8",
			"pixels/0/stored.u8",
			"pixels/1/original.u8",
			"run.json",
		]);
	});

	it("keeps values that only look like bytes as they are", () => {
		const run = storedRun();
		const [first] = run.rows;
		const almost = Float32Array.from([0, 0.2, 0.4, 0.6, 0.8, 1], (value) => Math.fround(value + 1e-7));
		const row = { ...first!, pixels: { ...pixels(), original: { ...pixels().original!, data: almost } } };
		const back = readRun(writeRun({ ...run, rows: [row] }), "a.blindspot");
		expect(back.rows[0]?.pixels.original?.data).toEqual(almost);
	});

	it("tells what it is about without its pixels", () => {
		expect(readRunHeader(writeRun(storedRun()), "a.blindspot")).toEqual({
			asked: storedRun().asked,
			shown: storedRun().shown,
			data: { kind: "pictures" },
			complete: false,
			sources: ["/p/a.png", "/p/b.png", "/p/b.png"],
			done: 1,
			sha256: "ab",
			date: "2030-01-01T00:00:00.000Z",
		});
	});

	it("tells so from the bytes that it asks for, and refuses fewer", () => {
		const bytes = writeRun(storedRun());
		const wanted = runHeaderBytes(bytes.slice(0, RUN_START_BYTES), "a.blindspot");
		expect(wanted).toBeLessThan(bytes.length);
		expect(readRunHeader(bytes.slice(0, wanted), "a.blindspot")).toEqual(readRunHeader(bytes, "a.blindspot"));
		expect(() => readRunHeader(bytes.slice(0, wanted - 9), "a.blindspot")).toThrow(/^a\.blindspot: not a run/);
		expect(() => runHeaderBytes(strToU8("<html>"), "a.blindspot")).toThrow(/^a\.blindspot: not a run/);
	});

	it("of version 1, as it was written then, is read", () => {
		const bytes = readFileSync(new URL("fixtures/run-version-1.blindspot", import.meta.url));
		expect(JSON.parse(strFromU8(unzipSync(bytes)["run.json"] as Uint8Array))).toMatchObject({ version: 1 });
		expect(readRun(bytes, "a.blindspot")).toEqual(storedRun());
		expect(readRunHeader(bytes, "a.blindspot").sources).toHaveLength(3);
	});

	it("keeps where its images come from", () => {
		const data = { kind: "dataset", path: "/data/test.npz", take: 100 } as const;
		expect(readRun(writeRun({ ...storedRun(), data }), "a.blindspot").data).toEqual(data);
	});

	it.each([
		["no zip", strToU8("<html>")],
		["cut off", writeRun(storedRun()).slice(0, 300)],
		["no run.json", altered({ "run.json": null })],
		["no JSON", altered({ "run.json": strToU8("{") })],
		["another version", withJson((json) => (json.version = 3))],
		["too few pixels", altered({ "pixels/0/original.u8": new Uint8Array(5) })],
		["too few floats", altered({ "pixels/0/adversarial.f32": new Uint8Array(23) })],
		["too few stored values", altered({ "pixels/0/stored.u8": new Uint8Array(7) })],
	])("is refused with its name: %s", (_, bytes) => {
		expect(() => readRun(bytes, "a.blindspot")).toThrow(/^a\.blindspot: not a run of this version/);
	});
});

describe("the schema of reports", () => {
	it("takes a report and gives it back whole", () => {
		const whole = report([
			attacked("/p/a.png"),
			attacked("/p/b.png", { label: null, control: null, error: "no PNG" }),
			attacked("/p/c.png", { failure: "already target" }),
		]);
		expect(attackReportSchema.parse(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
	});

	it("refuses probabilities above 1", () => {
		const wrong = report([attacked("/p/a.png", { predicted: { index: 0, name: "zero", probability: 2 } })]);
		expect(attackReportSchema.safeParse(wrong).success).toBe(false);
	});
});
