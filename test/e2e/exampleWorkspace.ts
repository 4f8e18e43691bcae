/** The example workspace for end-to-end tests, and what the CLI says about it. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const root = path.join(import.meta.dirname, "..", "..");
const execute = promisify(execFile);

/** A copy of `examples/` in a temporary folder of its own; returns its path. */
export function copyExamples(): string {
	const folder = path.join(mkdtempSync(path.join(realpathSync(tmpdir()), "blindspot-e2e-")), "examples");
	cpSync(path.join(root, "examples"), folder, { recursive: true });
	return folder;
}

/** Leaves the first drawings of each class of the data set that `blindspot.json` names. */
export function keepOfEachClass(folder: string, count: number): void {
	const data = path.join(folder, "digits", "test");
	for (const label of readdirSync(data)) {
		for (const name of readdirSync(path.join(data, label)).sort().slice(count)) rmSync(path.join(data, label, name));
	}
}

/** Removes what `copyExamples` made. */
export function removeExamples(folder: string): void {
	rmSync(path.dirname(folder), { recursive: true, force: true });
}

/** Runs the CLI with `--json`, as a terminal would; returns what it printed. */
export async function cli<T>(...args: readonly string[]): Promise<T> {
	const { stdout } = await execute(process.execPath, [path.join(root, "dist", "cli.js"), ...args, "--json"]);
	return JSON.parse(stdout) as T;
}
