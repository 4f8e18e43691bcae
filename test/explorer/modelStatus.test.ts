import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BlindspotError } from "../../src/compute/errors.js";
import { modelStatus } from "../../src/explorer/modelStatus.js";

const RUN = new Date(2030, 0, 1, 12);
const BEFORE = new Date(2030, 0, 1, 11);
const SINCE = new Date(2030, 0, 1, 13);

let folder: string;
let model: string;
let inspected: number;

/** A catalog that knows, or finds out, that the file's hash is this. */
const catalog = (known: string | null, found: string) => {
	const read = (sha256: string) => ({ kind: "read" as const, summary: { sha256 } });
	return {
		get: (of: string) => (of === model && known !== null ? { state: read(known) } : null),
		isOwn: (of: string) => of.startsWith(folder),
		inspect: async () => {
			inspected++;
			return read(found);
		},
	};
};

beforeEach(() => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-status-"));
	model = path.join(folder, "a.keras");
	inspected = 0;
	writeFileSync(model, "");
	utimesSync(model, BEFORE, BEFORE);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the model of a report", () => {
	const of = (sha256: string | null) => [{ path: model, sha256 }];

	it("is the same where its file was not written since, which is not read for that", async () => {
		expect(await modelStatus(of("ab"), RUN, catalog(null, "cd"))).toBe("same");
		expect(inspected).toBe(0);
	});

	it("is read where its file was written since", async () => {
		utimesSync(model, SINCE, SINCE);
		expect(await modelStatus(of("ab"), RUN, catalog(null, "ab"))).toBe("same");
		expect(await modelStatus(of("ab"), RUN, catalog(null, "cd"))).toBe("changed");
		expect(inspected).toBe(2);
	});

	it("has changed where another one is known by now, though its file looks old", async () => {
		expect(await modelStatus(of("ab"), RUN, catalog("cd", ""))).toBe("changed");
		utimesSync(model, SINCE, SINCE);
		expect(await modelStatus(of("ab"), RUN, catalog("ab", ""))).toBe("same");
		expect(inspected).toBe(0);
	});

	it("has changed where it can't be read any more", async () => {
		utimesSync(model, SINCE, SINCE);
		const error = new BlindspotError("unreadable-model", "damaged");
		const broken = { ...catalog(null, ""), inspect: async () => ({ kind: "unreadable" as const, error }) };
		expect(await modelStatus(of("ab"), RUN, broken)).toBe("changed");
	});

	it("is not looked for outside the workspace, whatever a report says", async () => {
		const outside = [{ path: path.join(path.dirname(folder), "nowhere", "b.keras"), sha256: "ab" }];
		expect(await modelStatus(outside, RUN, catalog(null, "cd"))).toBe("same");
		expect(inspected).toBe(0);
	});

	it("is gone with its file, and unknown before it was read", async () => {
		expect(
			await modelStatus([...of("ab"), { path: path.join(folder, "b.keras"), sha256: "ab" }], RUN, catalog("cd", "")),
		).toBe("gone");
		expect(await modelStatus(of(null), RUN, catalog("cd", ""))).toBe("same");
		expect(await modelStatus([], RUN, catalog("cd", ""))).toBe("same");
	});
});
