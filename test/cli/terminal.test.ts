import { execFile, spawn } from "node:child_process";
import { openSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { shown } from "../../src/cli/command.js";
import { temporaryFolder } from "../compute/data/temporaryFolder.js";
import { example } from "../examples/paths.js";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
// The bundles in dist/, which set-up builds before the tests.
const cli = join(root, "dist", "cli.js");
const folder = temporaryFolder();
const model = example("models", "mlp", "model.json");
const digit = example("digits", "test", "7", "01.png");
const EVIL = "\u001b]0;owned\u0007\u009b31m\u202egnp.\u2028\u200b\u{e0041}x";
/** What a line of a terminal may hold. */
const CLEAN = /^[\n\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]*$/u;

function blindspot(...args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
	return new Promise((resolve) => {
		execFile(process.execPath, [cli, ...args], (_error, stdout, stderr) => resolve({ stdout, stderr }));
	});
}

/** The exit status and standard error of a command whose standard output goes to a file descriptor. */
function writingTo(stdout: number, ...args: readonly string[]): Promise<readonly [number | null, string]> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [cli, ...args], { stdio: ["ignore", stdout, "pipe"] });
		let said = "";
		child.stderr?.on("data", (text: Buffer) => {
			said += text;
		});
		child.once("close", (status) => resolve([status, said]));
	});
}

describe("what a file made up doesn't steer the terminal", { timeout: 60_000 }, () => {
	const directions = (name: string, kind: string) =>
		JSON.stringify({ format: "blindspot-directions", version: 1, directions: [{ name, kind, [EVIL]: 1 }] });

	it.each<[string, () => readonly string[]]>([
		["keys of blindspot.json", () => ["--config", folder.write("1.json", JSON.stringify({ models: {}, [EVIL]: 1 }))]],
		["its globs", () => ["--config", folder.write("2.json", JSON.stringify({ models: { [`{${EVIL}`]: {} } }))]],
		["its values", () => ["--config", folder.write("3.json", JSON.stringify({ models: { "*": { classes: EVIL } } }))]],
		["its text", () => ["--config", folder.write("4.json", `{"models": ${EVIL}`)]],
		["a name on the command line", () => ["--classes", EVIL]],
		["an option", () => [`--${EVIL}`]],
	])("%s", async (_what, args) => {
		const { stdout, stderr } = await blindspot("predict", model, digit, ...args());
		expect(stderr).not.toBe("");
		expect(stdout + stderr).toMatch(CLEAN);
	});

	it("names of directions", async () => {
		const own = folder.write("own.json", directions(EVIL, "values"));
		const { stderr } = await blindspot("probe", model, digit, "--layer", "x", "--own", own);
		expect(stderr).toContain("no file of directions");
		expect(stderr).toMatch(CLEAN);
	});

	it("reports, as text and as JSON, which keeps its meaning", () => {
		const report = { name: EVIL };
		expect(shown(report, false, ({ name }) => [name, "next"])).toMatch(CLEAN);
		const json = shown(report, true, () => []);
		expect(json).toMatch(CLEAN);
		expect(JSON.parse(json)).toEqual(report);
	});

	it("because all that the command line writes passes one module", () => {
		const sources = readdirSync(join(root, "src", "cli"), { recursive: true, encoding: "utf8" });
		const files = [join(root, "src", "cli.ts"), ...sources.map((name) => join(root, "src", "cli", name))];
		const writing = files.filter(
			(file) => file.endsWith(".ts") && /std(out|err)|console\./.test(readFileSync(file, "utf8")),
		);
		expect(writing).toEqual([join(root, "src", "cli", "terminal.ts")]);
	});
});

describe.skipIf(process.platform !== "linux")("where standard output", { timeout: 60_000 }, () => {
	it("is full, one line says so and the status is 1", async () => {
		const [status, said] = await writingTo(openSync("/dev/full", "w"), "inspect", model);
		expect(said).toBe("blindspot: standard output cannot be written: the disk is full\n");
		expect(status).toBe(1);
		expect((await writingTo(openSync("/dev/full", "w"), "--help"))[0]).toBe(1);
	});

	it("has lost its reader, the command ends quietly with its own status", async () => {
		const statusOf = (...args: readonly string[]) =>
			new Promise((resolve) => {
				const line = `"$0" "$@" | true; echo "\${PIPESTATUS[0]}"`;
				execFile("bash", ["-c", line, process.execPath, cli, ...args], (_error, stdout, stderr) =>
					resolve([stdout.trim(), stderr]),
				);
			});
		expect(await statusOf("inspect", model)).toEqual(["0", ""]);
		expect(await statusOf("predict", model, digit, "nothing.png")).toEqual(["1", ""]);
	});
});
