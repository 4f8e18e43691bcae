import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { example } from "../examples/paths.js";
import { temporaryFolder } from "./data/temporaryFolder.js";

// The bundles in dist/, which set-up builds before the tests.
const dist = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "dist");
const folder = temporaryFolder();
const request = { path: example("models", "cnn.keras"), options: { inputSize: null } };

/** Keeps the process busy for ever, as a file may, from its first message on. */
const endless = folder.write(
	"endless.cjs",
	`process.once("message", () => setImmediate(() => { process.send({ kind: "busy" }); for (;;); }));`,
);

const started: number[] = [];
afterEach(() => {
	for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, "SIGKILL");
});

/** A dead process that nobody has collected is dead. */
function isAlive(pid: number): boolean {
	try {
		return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
	} catch {
		return false;
	}
}

/** Starts the bundle from a parent of its own, and waits until it is busy for ever. */
async function busyChild(
	bundle: string,
	message: object,
): Promise<{ readonly parent: number; readonly child: number }> {
	const script = `
		const { fork } = require("node:child_process");
		const child = fork(${JSON.stringify(join(dist, bundle))}, [], {
			serialization: "advanced",
			execArgv: ["--require", ${JSON.stringify(endless)}],
			detached: true,
			stdio: ["ignore", "ignore", "ignore", "ipc"],
		});
		child.on("message", ({ kind }) => kind === "busy" && console.log(child.pid));
		child.send(${JSON.stringify(message)});
		// It outlives the child, so that it can't be its end that the child ended with.
		setInterval(() => undefined, 1_000);`;
	const parent = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
	const child = await new Promise<number>((resolve) => parent.stdout.once("data", (text) => resolve(Number(text))));
	started.push(parent.pid as number, child);
	return { parent: parent.pid as number, child };
}

async function endsWithin(pid: number, milliseconds: number): Promise<boolean> {
	for (const until = performance.now() + milliseconds; performance.now() < until; await setTimeout(50))
		if (!isAlive(pid)) return true;
	return false;
}

describe.runIf(process.platform === "linux")("a process that is busy for ever", { timeout: 30_000 }, () => {
	it.each([
		["reader", "readerProcess.js", { ...request, timeoutSeconds: 100 }],
		["compute process", "host.js", {}],
	])("ends with its parent: the %s", async (_what, bundle, message) => {
		const { parent, child } = await busyChild(bundle, message);
		await setTimeout(1_500);
		expect(isAlive(child)).toBe(true);
		process.kill(parent, "SIGKILL");
		expect(await endsWithin(child, 5_000)).toBe(true);
	});

	it("ends by itself after its time", async () => {
		const { parent, child } = await busyChild("readerProcess.js", { ...request, timeoutSeconds: -3 });
		expect(await endsWithin(child, 8_000)).toBe(true);
		expect(isAlive(parent)).toBe(true);
	});
});
