import { readFileSync } from "node:fs";
import { strToU8, unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { parseRun, runHead } from "../../../src/compute/attack/storedRun.js";
import { headBytes, readHead, readReport, START_BYTES, writeReport } from "../../../src/compute/reports/reportFile.js";
import { attackReportSchema } from "../../../src/compute/reports/reportSchema.js";
import { attacked, pixels, report, storedRun } from "./sampleRun.js";

const stored = () => ({ head: runHead(storedRun()), content: storedRun() });

/** The file with some of its entries replaced; null takes one out. */
function altered(changes: Readonly<Record<string, Uint8Array | null>>): Uint8Array {
	const files = unzipSync(writeReport(stored()));
	for (const [name, content] of Object.entries(changes)) {
		if (content === null) delete files[name];
		else files[name] = new Uint8Array(content);
	}
	return zipSync(files);
}

const withHead = (change: object): Uint8Array => {
	const head = JSON.parse(new TextDecoder().decode(unzipSync(writeReport(stored()))["head.json"])) as object;
	return altered({ "head.json": strToU8(JSON.stringify({ ...head, ...change })) });
};

const fixture = (version: number): Uint8Array =>
	readFileSync(new URL(`fixtures/run-version-${version}.blindspot`, import.meta.url));

describe("a report in a file", () => {
	it("comes back as it was, to the last bit", () => {
		const back = readReport(writeReport(stored()), "a.blindspot");
		expect(back).toEqual(stored());
		expect(parseRun(back.content)).toEqual(storedRun());
	});

	it("may be of a kind that only its page knows", () => {
		const head = { ...stored().head, kind: "lipschitz", title: "Lipschitz: cnn", models: [] };
		const content = { bounds: new Float64Array([1.5, Number.POSITIVE_INFINITY]), unbounded: Number.POSITIVE_INFINITY };
		expect(readReport(writeReport({ head, content }), "a.blindspot")).toEqual({ head, content });
	});

	it("begins with what it is about, and keeps bytes as bytes and everything else as float32", () => {
		expect(Object.keys(unzipSync(writeReport(stored())))).toEqual([
			"head.json",
			"report.json",
			"arrays/0.f32-255",
			"arrays/1.f32",
			"arrays/2.u8",
			"arrays/3.f32-255",
		]);
	});

	it("tells what it is about from the bytes that it asks for, and refuses fewer", () => {
		const bytes = writeReport(stored());
		const wanted = headBytes(bytes.slice(0, START_BYTES), "a.blindspot");
		expect(wanted).toBeLessThan(600);
		expect(readHead(bytes.slice(0, wanted), "a.blindspot")).toEqual({
			kind: "adversarial",
			title: "Adversarial: 3 images",
			models: [{ path: "/models/mlp.keras", sha256: "ab" }],
			date: "2030-01-01T00:00:00.000Z",
			complete: false,
			words: "1 of 3",
		});
		expect(() => readHead(bytes.slice(0, wanted - 9), "a.blindspot")).toThrow(/^a\.blindspot: not a report/);
		expect(() => headBytes(strToU8("<html>"), "a.blindspot")).toThrow(/^a\.blindspot: not a report/);
	});

	it.each([1, 2])("of version %i, as it was written then, is read", (version) => {
		const bytes = fixture(version);
		const data = version === 1 ? { kind: "pictures" } : { kind: "dataset", path: "/data/test.npz", take: 100 };
		const run = { ...storedRun(), data };
		expect(JSON.parse(new TextDecoder().decode(unzipSync(bytes)["run.json"]))).toMatchObject({ version });
		const { head, content } = readReport(bytes, "a.blindspot");
		expect(parseRun(content)).toEqual(run);
		expect(head).toEqual(stored().head);
		const wanted = headBytes(bytes.slice(0, START_BYTES), "a.blindspot");
		expect(readHead(bytes.slice(0, wanted), "a.blindspot")).toEqual(head);
	});

	it.each([
		["no zip", strToU8("<html>")],
		["cut off", writeReport(stored()).slice(0, 300)],
		["no report.json", altered({ "report.json": null })],
		["no JSON", altered({ "report.json": strToU8("{") })],
		["another format", withHead({ format: "blindspot-run" })],
		["a later version", withHead({ version: 4 })],
		["an array is missing", altered({ "arrays/1.f32": null })],
		["half a float", altered({ "arrays/1.f32": new Uint8Array(23) })],
	])("is refused with its name: %s", (_, bytes) => {
		expect(() => readReport(bytes, "a.blindspot")).toThrow(/^a\.blindspot: not a report of this version/);
	});

	it.each([
		["arrays", { "arrays/9.u8": new Uint8Array(2 ** 26) }],
		["JSON", { "report.json": new Uint8Array(2 ** 26 + 1).fill(32) }],
		["many entries", Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`x/${i}`, new Uint8Array(2 ** 23)]))],
	])("takes no memory out of proportion to its size: %s", (_, changes) => {
		const bytes = altered(changes);
		expect(bytes.length).toBeLessThan(2 ** 18);
		const before = process.memoryUsage().arrayBuffers;
		expect(() => readReport(bytes, "a.blindspot")).toThrow(/^a\.blindspot: .* would unpack to many times its size/);
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 25);
	});

	it("may be large where it is much", () => {
		const figures = Float32Array.from({ length: 2 ** 20 }, (_, i) => Math.sin(i));
		const content = { figures, zeros: new Uint8Array(2 ** 24) };
		const back = readReport(writeReport({ head: stored().head, content }), "a.blindspot").content as typeof content;
		expect(Buffer.from(back.figures.buffer).equals(Buffer.from(figures.buffer))).toBe(true);
		expect(back.zeros.length).toBe(2 ** 24);
	});

	it("is refused by its page where pixels are too few", () => {
		const few = readReport(altered({ "arrays/0.f32-255": new Uint8Array(5) }), "a.blindspot").content;
		expect(() => parseRun(few)).toThrow(/rows\.0\.pixels\.original: not as many as its size says/);
		const other = readReport(altered({ "arrays/2.u8": new Uint8Array(7) }), "a.blindspot").content;
		expect(() => parseRun(other)).toThrow(/rows\.0\.pixels: not all of one size/);
		const [first] = storedRun().rows;
		const original = { width: 1, height: 1, channels: 1, data: Float32Array.of(0.5) } as const;
		const ddn = { ...first, pixels: { original: null, adversarial: original, stored: null } };
		expect(() => parseRun({ ...storedRun(), rows: [{ ...first, methods: { ddn } }] })).toThrow(
			/rows\.0: not all of one size/,
		);
		expect(() => parseRun({ ...storedRun(), pixels: pixels(), complete: 1 })).toThrow(/complete/);
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
