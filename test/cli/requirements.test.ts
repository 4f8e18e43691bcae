import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { unmetRequirement } from "../../src/cli/requirements.js";

// The bundle in dist/, which set-up builds before the tests.
const cli = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "cli.js");
const limited = (to: string) =>
	`Limit                     Soft Limit           Hard Limit           Units     \nMax address space         ${to.padEnd(20)} unlimited            bytes     \n`;

describe("what is lacking is named", () => {
	it.each([
		["18.20.4", null, /^Node\.js 20\.15 or later is needed; this is 18\.20\.4$/],
		["20.10.0", null, /this is 20\.10\.0/],
		["20.15.0", limited("8589934592"), /^the address space is limited to 8\.6 GB, 14\.0 GB are needed/],
	])("Node %s", (version, limits, words) => {
		expect(unmetRequirement(version, limits)).toMatch(words);
	});

	it.each([
		["20.15.0", null],
		["22.0.0", limited("unlimited")],
		["24.1.0", limited("64000000000")],
		["20.20.2", "something else"],
	])("and nothing where all is there: %s", (version, limits) => {
		expect(unmetRequirement(version, limits)).toBeNull();
	});

	it.runIf(process.platform === "linux")("before a file is blamed", async () => {
		const line = 'ulimit -v 9000000; "$0" "$@"';
		const { status, stderr } = await new Promise<{ status: unknown; stderr: string }>((resolve) => {
			execFile("bash", ["-c", line, process.execPath, cli, "inspect", "nothing.keras"], (error, _stdout, stderr) =>
				resolve({ status: error?.code, stderr }),
			);
		});
		expect(stderr).toMatch(/^blindspot: the address space is limited to 9\.2 GB, 14\.0 GB are needed.*\n$/);
		expect(status).toBe(2);
	});
});
