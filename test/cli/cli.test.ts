import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { example } from "../examples/paths.js";

// The bundles in dist/, which set-up builds before the tests.
const cli = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "cli.js");
const model = example("models", "mlp", "model.json");
const digit = example("digits", "test", "7", "01.png");

interface Ran {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

function blindspot(...args: readonly string[]): Promise<Ran> {
	return new Promise((resolve) => {
		execFile(process.execPath, [cli, ...args], (error, stdout, stderr) => {
			resolve({ status: error ? Number(error.code) : 0, stdout, stderr });
		});
	});
}

describe("blindspot", { timeout: 60_000 }, () => {
	it("inspects a model", async () => {
		const { status, stdout } = await blindspot("inspect", model, "--json");
		expect(status).toBe(0);
		// 784·100 + 100·100 + 100·10 multiply-adds.
		expect(JSON.parse(stdout)).toMatchObject({
			format: "tfjs-layers",
			classes: 10,
			parameters: 89_610,
			multiplyAdds: 89_400,
		});
	});

	it("compares a model with another", async () => {
		const { status, stdout } = await blindspot("inspect", model, "--against", model, "--json");
		expect(status).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({ kind: "model comparison", relativeChange: 0, counts: { changed: 0 } });
	});

	it("attacks a picture: the report on standard output, nothing on standard error", async () => {
		const { status, stdout, stderr } = await blindspot("attack", model, digit, "--target", "3", "--json");
		expect(status).toBe(0);
		expect(stderr).toBe("");
		const report = JSON.parse(stdout);
		expect(report.images[0]).toMatchObject({ label: 7, target: 3, success: true, stored: { success: true } });
		expect(report.summary).toMatchObject({ attacked: 1, succeeded: 1 });
	});

	it("exits with 1 where the mean distortion is below --fail-under, and says so", async () => {
		const under = await blindspot("attack", model, digit, "--fail-under", "0.9");
		expect(under.status).toBe(1);
		expect(under.stderr).toMatch(/the mean distortion 0\.0\d+ is below 0\.9/);
		expect((await blindspot("attack", model, digit, "--fail-under", "0.001")).status).toBe(0);
	});

	it("exits with 1 where a picture is unreadable", async () => {
		const { status, stdout } = await blindspot("predict", model, digit, "nothing.png");
		expect(status).toBe(1);
		expect(stdout).toContain("nothing.png: there is no such file");
	});

	it.each([
		["predict", "--npz"],
		["attack", "--npz"],
		["attack", "--out"],
	])("%s tries %s before it computes", async (command, option) => {
		// A model that isn't there would be the next fault.
		const { status, stderr } = await blindspot(command, "nothing.json", digit, option, join(digit, "x"));
		expect(status).toBe(2);
		expect(stderr).toContain("a part of this path is a file, not a folder");
	});

	it.skipIf(process.getuid?.() !== 0 || process.platform !== "linux")(
		"prints the report where the disk is full, exits with 1 and leaves no temporary files",
		async ({ skip }) => {
			const disk = mkdtempSync(join(tmpdir(), "blindspot-disk-"));
			try {
				execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", disk]);
			} catch {
				rmdirSync(disk);
				return skip("nothing may be mounted here");
			}
			try {
				const { status, stdout } = await blindspot("attack", model, digit, "--npz", join(disk, "x.npz"), "--json");
				expect(status).toBe(1);
				const { images, warnings } = JSON.parse(stdout);
				expect(images[0]).toMatchObject({ success: true });
				expect(warnings.at(-1)).toMatch(/x\.npz: cannot be written: the disk is full/);
				expect(readdirSync(disk)).toEqual([]);
				const predicted = await blindspot("predict", model, digit, digit, "--npz", join(disk, "x.npz"));
				expect(predicted.status).toBe(0);
			} finally {
				execFileSync("umount", [disk]);
				rmdirSync(disk);
			}
		},
	);

	it.each([
		["a model that isn't there", ["predict", "nothing.json", digit], /nothing\.json: there is no such file/],
		["a label that isn't there", ["attack", model, digit, "--target", "cat"], /--target cat: .* no such label/],
		["an unknown option", ["attack", model, digit, "--wings"], /Unknown option '--wings'/],
	])("exits with 2 and one line for %s", async (_what, args, message) => {
		const { status, stdout, stderr } = await blindspot(...args);
		expect(status).toBe(2);
		expect(stdout).toBe("");
		expect(stderr).toMatch(message);
		expect(stderr.trimEnd()).not.toContain("\n");
	});
});
