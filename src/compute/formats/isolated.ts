/** Reads a model in a process of its own, so that a hostile file can end that process and nothing else. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OWN_GROUP } from "../childProcess.js";
import type { ReadingListener } from "../data/files.js";
import { BlindspotError } from "../errors.js";
import { processStatus } from "../processStatus.js";
import type { ReadModel, ReadOptions } from "./options.js";
import type { ReaderAnswer, ReaderProgress, ReaderRequest } from "./readerMessages.js";

export interface IsolationLimits {
	readonly timeoutSeconds: number;
	/** Cap on the JavaScript heap; on Linux on all resident memory of the process too. */
	readonly memoryMiB: number;
	readonly signal: AbortSignal;
	/** Hears a few times a second how far the reading is. */
	readonly onRead?: ReadingListener | undefined;
	/** The bundled reader process; by default the one that was built with the caller. */
	readonly scriptPath?: string;
}

const MEMORY_CHECK_MILLISECONDS = 50;
const STDERR_KEPT = 4_000;

/**
 * As `readModel`, in a process that is killed when it takes too long, too much memory, or is no longer wanted.
 * Throws what `readModel` throws; `time-out`; `cancelled`; and `unreadable-model` where the process died, as a
 * file that kills its reader can't be used.
 */
export function readModelIsolated(path: string, options: ReadOptions, limits: IsolationLimits): Promise<ReadModel> {
	return new Promise((resolve, reject) => {
		if (limits.signal.aborted) {
			reject(cancelled());
			return;
		}
		const child = startReader(limits);
		const failure = new Failures(path, limits);
		let stderr = "";
		let finished = false;
		const finish = (settle: () => void) => {
			if (finished) return;
			finished = true;
			clearTimeout(timer);
			clearInterval(memoryCheck);
			limits.signal.removeEventListener("abort", abort);
			child.kill("SIGKILL");
			settle();
		};
		const fail = (error: BlindspotError) => finish(() => reject(error));
		const abort = () => fail(cancelled());
		const timer = setTimeout(() => fail(failure.tooSlow()), limits.timeoutSeconds * 1000);
		const memoryCheck = setInterval(async () => {
			const used = (await processStatus(child.pid ?? null))?.residentMiB ?? 0;
			if (used > limits.memoryMiB) fail(failure.tooLarge());
		}, MEMORY_CHECK_MILLISECONDS);
		limits.signal.addEventListener("abort", abort);
		child.stderr?.setEncoding("utf8").on("data", (text: string) => {
			stderr = (stderr + text).slice(-STDERR_KEPT);
		});
		child.on("message", (answer: ReaderAnswer | ReaderProgress) => {
			if (answer.kind === "reading") limits.onRead?.(answer.read, answer.of);
			else if (answer.kind === "read") finish(() => resolve(answer.model));
			else fail(new BlindspotError(answer.reason, answer.message, answer.subject));
		});
		child.once("error", (error) => fail(failure.notStarted(error)));
		// After `exit` the last lines of standard error may still be on their way; after `close` they are here.
		child.once("close", (code, signal) => fail(failure.died(code, signal, stderr)));
		const request: ReaderRequest = { path, options, timeoutSeconds: limits.timeoutSeconds };
		child.send(request, (error) => {
			if (error) fail(failure.notStarted(error));
		});
	});
}

function startReader(limits: IsolationLimits): ChildProcess {
	return fork(limits.scriptPath ?? builtReader(), [], {
		serialization: "advanced",
		stdio: ["ignore", "ignore", "pipe", "ipc"],
		execArgv: [`--max-old-space-size=${limits.memoryMiB}`],
		detached: OWN_GROUP,
		// Under Electron the executable is VS Code itself; this makes it behave as Node. Node ignores it.
		env: { ...process.env, ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" },
	});
}

/** Beside the bundle that this is part of, or in `dist/` where the sources are run as they are. */
function builtReader(): string {
	const here = dirname(fileURLToPath(import.meta.url));
	const candidates = [join(here, "readerProcess.js"), join(here, "../../../dist/readerProcess.js")];
	const found = candidates.find((candidate) => existsSync(candidate));
	if (found) return found;
	throw new BlindspotError("internal", `The reader process is not built: ${candidates[0]} is missing.`);
}

/** Why there is no model, in words. */
class Failures {
	constructor(
		readonly path: string,
		readonly limits: IsolationLimits,
	) {}

	tooSlow(): BlindspotError {
		const { timeoutSeconds } = this.limits;
		return new BlindspotError(
			"time-out",
			`${this.path}: reading it took more than ${timeoutSeconds} s. The setting blindspot.loadTimeout allows more.`,
			this.path,
		);
	}

	tooLarge(): BlindspotError {
		return new BlindspotError(
			"unreadable-model",
			`${this.path}: reading it took more than the ${this.limits.memoryMiB} MiB of memory that it may take.`,
			this.path,
		);
	}

	notStarted(error: Error): BlindspotError {
		return new BlindspotError(
			"internal",
			`The process that reads model files could not be started: ${error.message}.`,
			this.path,
		);
	}

	died(code: number | null, signal: NodeJS.Signals | null, stderr: string): BlindspotError {
		if (/heap out of memory|allocation failed|bad_alloc/i.test(stderr)) return this.tooLarge();
		const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
		const said = stderr.trim().split("\n").at(-1) ?? "";
		return new BlindspotError(
			"unreadable-model",
			`${this.path}: the process that read it died (${how}${said === "" ? "" : `: ${said}`}). The file may be damaged.`,
			this.path,
		);
	}
}

function cancelled(): BlindspotError {
	return new BlindspotError("cancelled", "Cancelled.");
}
