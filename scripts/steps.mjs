// How the scripts say what they do and run other programs. Node built-ins only: this runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Where fetched and compiled things are kept for every clone of the project. */
export const cacheFolder =
	process.env.BLINDSPOT_CACHE ?? path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), ".cache"), "blindspot");

/** Tells the person at the terminal which step is running. */
export function say(message) {
	console.log(`[blindspot] ${message}`);
}

/** Why a step can't go on, in words for the person at the terminal; printed without a stack. */
export class StepError extends Error {}

/**
 * Runs a program and waits for it. Rejects with a StepError on a non-zero exit code or a time-out (milliseconds).
 * With `quiet` the output is kept and shown only on failure; it is returned either way it was kept.
 */
export function run(command, args, { cwd = root, env = {}, quiet = false, timeout = 0 } = {}) {
	return new Promise((resolve, reject) => {
		const child = spawn(command, args, {
			cwd,
			env: { ...process.env, ...env },
			stdio: quiet ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
			shell: process.platform === "win32",
		});
		let output = "";
		for (const stream of [child.stdout, child.stderr]) {
			stream?.on("data", (chunk) => {
				output += chunk;
			});
		}
		let timedOut = false;
		const stop = () => {
			timedOut = true;
			child.kill("SIGKILL");
		};
		const timer = timeout > 0 ? setTimeout(stop, timeout) : null;
		const shown = [path.basename(command), ...args].join(" ").slice(0, 120);
		child.on("error", (error) => {
			clearTimeout(timer);
			reject(new StepError(`${shown}: ${error.message}`));
		});
		child.on("close", (code, signal) => {
			clearTimeout(timer);
			if (code === 0) return resolve(output);
			const how = timedOut ? `not done after ${timeout / 1000} s` : `ended with ${code ?? signal}`;
			const tail = output.trim().split("\n").slice(-12).join("\n");
			reject(new StepError(tail ? `${shown}: ${how}\n${tail}` : `${shown}: ${how}`));
		});
	});
}

/** Where a program is on the PATH, or null. */
export function which(program) {
	const suffixes = process.platform === "win32" ? [".cmd", ".exe", ".bat"] : [""];
	for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
		for (const suffix of suffixes) {
			const candidate = path.join(folder, program + suffix);
			if (folder && existsSync(candidate)) return candidate;
		}
	}
	return null;
}

/** The hash of some files' contents, for stamps. */
export function fingerprint(...files) {
	const hash = createHash("sha256");
	for (const file of files) hash.update(existsSync(file) ? readFileSync(file) : "absent");
	return hash.digest("hex");
}

/** Whether a stamp file says `value`: the step it belongs to was done for exactly this input. */
export function stamped(file, value) {
	return existsSync(file) && readFileSync(file, "utf8").trim() === value;
}

export function stamp(file, value) {
	mkdirSync(path.dirname(file), { recursive: true });
	writeFileSync(file, `${value}\n`);
}

/**
 * `npm ci` without install scripts in `folder`, skipped where the lock file is the one installed last.
 * Scripts stay off: the only one that is needed (native TensorFlow) is run by its own step.
 */
export async function installPackages(folder, what, extra = []) {
	const lock = path.join(folder, "package-lock.json");
	const mark = path.join(folder, "node_modules", ".blindspot-installed");
	const value = fingerprint(lock);
	if (stamped(mark, value)) return;
	say(`Installing ${what}`);
	await run("npm", ["ci", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", ...extra], {
		cwd: folder,
		quiet: true,
	});
	stamp(mark, value);
}

/** Runs a script's main function; a StepError ends it with its message and exit code 1. */
export async function main(steps) {
	try {
		await steps();
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		console.error(`[blindspot] ${error.message}`);
		process.exitCode = 1;
	}
}
