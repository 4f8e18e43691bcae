/** One compute process: forked, configured, asked, and what is known when it ends. */
import { type ChildProcess, fork } from "node:child_process";
import {
	createMessageConnection,
	IPCMessageReader,
	IPCMessageWriter,
	type MessageConnection,
} from "vscode-jsonrpc/node.js";
import { OWN_GROUP } from "../childProcess.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { processStatus } from "../processStatus.js";
import type { BackendInfo } from "../reports/report.js";
import { typeOf } from "./protocol.js";
import type { HostSettings } from "./requests.js";

/** Where a client writes what people may need to find a fault. */
export interface ComputeLog {
	info(message: string): void;
	warn(message: string): void;
	error(message: string): void;
}

export interface HostProcessOptions {
	/** Path of the bundled `host.js`. */
	readonly hostPath: string;
	readonly settings: HostSettings;
	/** The most memory of the JavaScript heap, in MiB. */
	readonly memoryMiB: number;
	readonly startTimeoutMilliseconds: number;
	readonly log: ComputeLog;
	/** Told once each time that the process is found held by a signal, so that nothing it was asked goes on. */
	readonly held: () => void;
}

/** How a process ended. `wanted`: the client ended it itself. */
export interface ProcessEnd {
	readonly wanted: boolean;
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	/** The last lines it wrote to standard error. */
	readonly stderr: string;
}

/** Each costs a small read. */
const HELD_CHECK_MILLISECONDS = 2_000;
const STDERR_KEPT = 4_000;
/** A grandchild can hold the pipes open after the process is gone; no longer than this is waited for the last lines. */
const CLOSE_GRACE_MILLISECONDS = 500;

export class HostProcess {
	readonly connection: MessageConnection;
	/** Resolves when the process is configured; rejects when it ends before that. */
	readonly ready: Promise<BackendInfo>;
	readonly ended: Promise<ProcessEnd>;
	readonly #child: ChildProcess;
	readonly #log: ComputeLog;
	#stderr = "";
	#wanted = false;

	constructor(readonly options: HostProcessOptions) {
		this.#log = options.log;
		this.#child = fork(options.hostPath, [], {
			serialization: "advanced",
			stdio: ["ignore", "pipe", "pipe", "ipc"],
			execArgv: [`--max-old-space-size=${options.memoryMiB}`],
			detached: OWN_GROUP,
			// Under Electron the executable is VS Code itself; this makes it behave as Node. Node ignores it.
			env: { ...process.env, ELECTRON_RUN_AS_NODE: "1" },
		});
		this.#readOutput();
		this.ended = this.#watchEnd();
		this.#watchHeld();
		this.connection = createMessageConnection(new IPCMessageReader(this.#child), new IPCMessageWriter(this.#child), {
			error: (message) => options.log.error(message),
			warn: (message) => options.log.warn(message),
			info: (message) => options.log.info(message),
			log: (message) => options.log.info(message),
		});
		this.connection.onError(([error]) => options.log.warn(`compute process ${this.pid}: ${error.message}`));
		this.connection.listen();
		this.ready = this.#configure();
		// Whoever asks awaits `ready`; a process that nobody asked anything must not raise an unhandled rejection.
		this.ready.catch(() => undefined);
	}

	get pid(): number | null {
		return this.#child.pid ?? null;
	}

	/** Ends the process at once, whatever it is doing. */
	kill(): void {
		this.#wanted = true;
		this.#child.kill("SIGKILL");
	}

	async #configure(): Promise<BackendInfo> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => {
				const seconds = this.options.startTimeoutMilliseconds / 1000;
				reject(
					new BlindspotError(
						"time-out",
						`The compute process did not start within ${seconds} s. See the Blindspot log.`,
					),
				);
				this.kill();
			}, this.options.startTimeoutMilliseconds);
		});
		const ended = this.ended.then((end) => {
			throw new BlindspotError("process-ended", describeEnd(end, this.options.memoryMiB));
		});
		const answer = this.connection.sendRequest(typeOf("configure"), this.options.settings) as Promise<BackendInfo>;
		try {
			const backend = await Promise.race([answer, ended, late]);
			this.#log.info(
				`compute process ${this.pid}: ${backend.name}, ${backend.version}${backend.note ? ` (${backend.note})` : ""}`,
			);
			return backend;
		} catch (thrown) {
			this.kill();
			throw asBlindspotError(thrown);
		} finally {
			clearTimeout(timer);
			for (const rest of [answer, ended, late]) rest.catch(() => undefined);
		}
	}

	#readOutput(): void {
		this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => this.#log.info(`compute: ${text.trimEnd()}`));
		this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
			this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
			this.#log.warn(`compute: ${text.trimEnd()}`);
		});
	}

	#watchHeld(): void {
		let wasHeld = false;
		const looking = setInterval(async () => {
			const isHeld = (await processStatus(this.pid))?.isHeld ?? false;
			if (isHeld && !wasHeld) {
				this.#log.warn(`compute process ${this.pid}: stopped by a signal`);
				this.options.held();
			}
			wasHeld = isHeld;
		}, HELD_CHECK_MILLISECONDS);
		looking.unref();
		void this.ended.then(() => clearInterval(looking));
	}

	#watchEnd(): Promise<ProcessEnd> {
		return new Promise((resolve) => {
			const end = (code: number | null, signal: NodeJS.Signals | null) => {
				this.connection.dispose();
				resolve({ wanted: this.#wanted, code, signal, stderr: this.#stderr.trim() });
			};
			this.#child.once("error", (error) => {
				this.#stderr += `\n${error.message}`;
				if (this.#child.pid === undefined) end(null, null);
			});
			this.#child.once("exit", (code, signal) => {
				const grace = setTimeout(() => end(code, signal), CLOSE_GRACE_MILLISECONDS);
				this.#child.once("close", () => {
					clearTimeout(grace);
					end(code, signal);
				});
			});
		});
	}
}

const OUT_OF_MEMORY =
	/heap out of memory|bad_alloc|cannot allocate memory|array buffer allocation failed|std::length_error/i;

/** In words: what is known of an end that nobody asked for, and what to do about it. */
export function describeEnd(end: ProcessEnd, memoryMiB: number): string {
	const gigabytes = (memoryMiB / 1024).toFixed(1);
	if (OUT_OF_MEMORY.test(end.stderr)) return `The compute process ended: out of memory at ${gigabytes} GB.`;
	if (end.signal === "SIGKILL") {
		return "The compute process ended: killed (SIGKILL), by a person or by the system because memory ran out.";
	}
	const lastLine = end.stderr.split("\n").at(-1)?.trim() ?? "";
	const said = lastLine === "" ? "" : ` It said: ${lastLine}`;
	if (end.signal !== null) return `The compute process ended: signal ${end.signal}.${said}`;
	if (end.code !== null) return `The compute process ended: exit code ${end.code}.${said}`;
	return `The compute process could not be started.${said}`;
}
