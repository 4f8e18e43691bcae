import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { example } from "../examples/paths.js";

// The bundles in dist/, which set-up builds before the tests.
const cli = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist", "cli.js");
const cnn = example("models", "cnn.keras");
const digits = example("digits", "test");

interface Ended {
	/** As a shell says it. */
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs a command in a process group of its own, as a shell does, and sends Ctrl+C's signal to the whole group. */
function interrupted(milliseconds: number, args: readonly string[]): Promise<Ended> {
	return new Promise((resolve) => {
		const child = spawn(process.execPath, [cli, ...args], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
		const said = { stdout: "", stderr: "" };
		child.stdout.on("data", (text: Buffer) => {
			said.stdout += text;
		});
		child.stderr.on("data", (text: Buffer) => {
			said.stderr += text;
		});
		setTimeout(() => process.kill(-(child.pid as number), "SIGINT"), milliseconds);
		child.once("close", (code, signal) => resolve({ status: signal === "SIGINT" ? 130 : (code as number), ...said }));
	});
}

/** Each takes longer than the latest signal, after which it has something to print, or nothing. */
const LONG: readonly (readonly [command: string, latest: number, prints: boolean, args: readonly string[]])[] = [
	["predict", 700, false, ["predict", cnn, digits, "--json"]],
	["attack", 4_000, true, ["attack", cnn, digits, "--effort", "thorough", "--json"]],
	["robustness", 4_000, true, ["robustness", cnn, digits, "--effort", "thorough", "--json"]],
	["probe", 4_000, true, ["probe", cnn, digits, "--layer", "conv2d", "--permutations", "10000000", "--json"]],
	["lipschitz", 6_000, true, ["lipschitz", cnn, digits, "--adversarials", "--json"]],
];

describe.skipIf(process.platform === "win32")("Ctrl+C", { timeout: 150_000 }, () => {
	for (const [command, latest, prints, args] of LONG)
		it.each([200, 500, latest])(`ends ${command} with 130 after %i ms`, async (milliseconds) => {
			// On a busy machine it may take longer until there is something.
			for (let wait = milliseconds; ; wait *= 1.5) {
				const { status, stdout, stderr } = await interrupted(wait, args);
				expect(stderr).toBe("");
				expect(status).toBe(130);
				if (stdout !== "") return void JSON.parse(stdout);
				if (!prints || milliseconds < latest) return;
				expect(wait).toBeLessThan(30_000);
			}
		});
});
