import {
	existsSync,
	mkdtempSync,
	openSync,
	readdirSync,
	rmSync,
	statSync,
	truncateSync,
	utimesSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredReport } from "../../src/compute/reports/storedReport.js";
import { ReportStore } from "../../src/webviews/reportStore.js";

let folder: string;
let store: ReportStore;
let failures: unknown[];
let keep: number;

const report = (title: string, content: unknown = { figures: new Float32Array([1, 2]) }): StoredReport => ({
	head: { kind: "counting", title, models: [], date: null, complete: true, words: "" },
	content,
});
const fileOf = (id: string) => path.join(folder, "runs", `${id}.blindspot`);
const titles = async () => (await store.list()).map(({ title }) => title);

/** Stores reports one after the other, each a minute newer than the one before. */
async function storeAll(...ids: readonly string[]): Promise<void> {
	for (const [at, id] of ids.entries()) {
		store.save(id, () => report(id), true);
		await store.flush();
		if (existsSync(fileOf(id))) utimesSync(fileOf(id), 1_000_000 + at * 60, 1_000_000 + at * 60);
	}
}

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-reports-"));
	failures = [];
	keep = 100;
	store = new ReportStore({
		folder: path.join(folder, "runs"),
		keep: () => keep,
		failed: (error) => failures.push(error),
	});
});

afterEach(() => {
	expect(failures).toEqual([]);
	rmSync(folder, { recursive: true, force: true });
});

describe("the store of reports", () => {
	it("gives back what was stored, and lists it the newest first", async () => {
		expect(await store.list()).toEqual([]);
		await storeAll("a", "b");
		expect(await titles()).toEqual(["b", "a"]);
		expect(await store.load("a")).toEqual(report("a"));
		await expect(store.load("c")).rejects.toThrow(/c\.blindspot: there is no such file/);
		await expect(store.load("../a")).rejects.toThrow("No report is called '../a'.");
	});

	it("writes the latest of what was asked for, and nothing where there is nothing", async () => {
		let title = "first";
		store.save("a", () => report(title), false);
		store.save("a", () => report("not asked"), false);
		title = "second";
		store.save("b", () => null, true);
		await store.flush();
		expect(await titles()).toEqual(["second"]);
	});

	it("reads of each file its head alone, and that once", async () => {
		await storeAll("a");
		const { size } = statSync(fileOf("a"));
		// What comes after the head may be anything.
		const file = openSync(fileOf("a"), "r+");
		writeSync(file, new Uint8Array(size - 400).fill(7), 0, size - 400, 400);
		expect(await titles()).toEqual(["a"]);
		await expect(store.load("a")).rejects.toThrow(/not a report of this version/);
	});

	it("leaves damaged files out", async () => {
		await storeAll("a");
		writeFileSync(fileOf("b"), "<html>");
		expect(await titles()).toEqual(["a"]);
	});

	it("keeps the newest, as many as are wanted, and always the last one", async () => {
		keep = 2;
		await storeAll("a", "b", "c", "d");
		expect(await titles()).toEqual(["d", "c"]);
		keep = 0;
		store.save("e", () => report("e"), true);
		await store.flush();
		expect(await titles()).toEqual(["e"]);
	});

	it("writes under a name that no other writer has, and sweeps away what killed ones left", async () => {
		const runs = path.join(folder, "runs");
		await storeAll("a");
		const [old, young] = [path.join(runs, ".blindspot-0123456789ab"), path.join(runs, ".blindspot-ba9876543210")];
		const older = path.join(runs, "a.blindspot.part");
		for (const left of [old, young, older]) writeFileSync(left, "half a report");
		for (const left of [old, older]) utimesSync(left, 1_000_000, 1_000_000);
		const next = new ReportStore({ folder: runs, keep: () => keep, failed: (error) => failures.push(error) });
		await next.flush();
		expect(readdirSync(runs).sort()).toEqual([path.basename(young), "a.blindspot"]);
		// Two windows with the same report, at once.
		next.save("b", () => report("b"), true);
		store.save("b", () => report("b"), true);
		await Promise.all([next.flush(), store.flush()]);
		expect(await next.load("b")).toEqual(report("b"));
		expect(readdirSync(runs)).toHaveLength(3);
	});

	it("counts what others are writing", async () => {
		await storeAll("a", "b");
		// As large as all reports together may be, without taking room on the disk.
		const left = path.join(folder, "runs", ".blindspot-0123456789ab");
		writeFileSync(left, "");
		truncateSync(left, 2 ** 30 + 1);
		await storeAll("c");
		expect(await titles()).toEqual(["c"]);
	});

	it("deletes one and all, pending ones too, and tells", async () => {
		let told = 0;
		const listening = store.onDidChange(() => told++);
		await storeAll("a", "b");
		expect(told).toBe(2);
		store.save("a", () => report("late"), false);
		await store.delete("a");
		await store.flush();
		expect(await titles()).toEqual(["b"]);
		store.save("b", () => report("late"), false);
		await store.deleteAll();
		await store.flush();
		expect(readdirSync(path.join(folder, "runs"))).toEqual([]);
		expect(told).toBe(4);
		listening.dispose();
		await storeAll("c");
		expect(told).toBe(4);
	});

	it("says what could not be written, and goes on", async () => {
		writeFileSync(path.join(folder, "runs"), "a file in the place of the folder");
		await storeAll("a");
		expect(failures.splice(0)).toHaveLength(1);
		rmSync(path.join(folder, "runs"));
		await storeAll("a");
		expect(await titles()).toEqual(["a"]);
	});
});
