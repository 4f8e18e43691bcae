/**
 * The compute process as long as a client lives: started by the first request, and again after it died.
 *
 * When it dies, running requests fail with `process-ended` and the next request starts a new one. A cancel that
 * stays unanswered ends the process, and the other requests that were running in it are run again.
 */
import {
	CancellationTokenSource,
	ConnectionError,
	type Disposable,
	ErrorCodes,
	type NotificationType,
	ResponseError,
} from "vscode-jsonrpc/node.js";
import { asBlindspotError, BlindspotError, throwIfCancelled } from "../errors.js";
import type { BackendInfo } from "../reports/report.js";
import { type ComputeLog, describeEnd, HostProcess } from "./hostProcess.js";
import { type ErrorData, progress, typeOf } from "./protocol.js";
import type { HostSettings } from "./requests.js";

/** What the compute process is doing. `stopped`: not started yet, or ended on purpose. */
export type ComputeState =
	| { readonly kind: "stopped" }
	| { readonly kind: "starting" }
	| { readonly kind: "ready"; readonly backend: BackendInfo }
	| { readonly kind: "working"; readonly backend: BackendInfo; readonly requests: number }
	| { readonly kind: "ended"; readonly error: BlindspotError };

export interface ComputeSettings {
	readonly host: HostSettings;
	/** The most memory of the JavaScript heap, in MiB. */
	readonly memoryMiB: number;
}

export interface ComputeProcessOptions {
	/** Path of the bundled `host.js`. */
	readonly hostPath: string;
	/** Asked whenever a process is started. */
	readonly settings: () => ComputeSettings;
	readonly log: ComputeLog;
	/** Told when a signal (SIGSTOP) holds the process: it answers nothing, and `restart` is what helps. Noticed on Linux. */
	readonly held?: () => void;
	/** How long a cancel may stay unanswered before the process is ended. */
	readonly cancelGraceMilliseconds?: number;
	readonly startTimeoutMilliseconds?: number;
}

/** Why a process was ended on purpose; decides what becomes of the requests that ran in it. */
type Ending = "cancel-unanswered" | "restart" | "dispose";

interface Current {
	readonly process: HostProcess;
	readonly memoryMiB: number;
	backend: BackendInfo | null;
	ending: Ending | null;
	/** Settings changed while it worked: to be replaced when it is idle. */
	outdated: boolean;
}

/** Whose progress is listened to while a request runs. */
interface Telling {
	readonly run: string;
	readonly hear: ((event: unknown) => void) | undefined;
}

const CANCEL_GRACE_MILLISECONDS = 2_000;
const START_TIMEOUT_MILLISECONDS = 60_000;

const NEVER_ABORTED = new AbortController().signal;

/** What requests of any kind need; `ComputeClient` has one method for each kind. */
export abstract class RestartingProcess {
	readonly #options: ComputeProcessOptions;
	readonly #listeners = new Set<(state: ComputeState) => void>();
	#current: Current | null = null;
	#running = 0;
	#state: ComputeState = { kind: "stopped" };
	#disposed = false;

	constructor(options: ComputeProcessOptions) {
		this.#options = options;
	}

	get state(): ComputeState {
		return this.#state;
	}

	/** Process id; null while there is no process. */
	get pid(): number | null {
		return this.#current?.process.pid ?? null;
	}

	/** The backend of the running process; null before it answered. */
	get backend(): BackendInfo | null {
		return this.#current?.backend ?? null;
	}

	onState(listener: (state: ComputeState) => void): Disposable {
		this.#listeners.add(listener);
		return { dispose: () => this.#listeners.delete(listener) };
	}

	/** Starts the process if there is none and says which backend it has. */
	async start(): Promise<BackendInfo> {
		return this.#ensure().process.ready;
	}

	/** Ends the process, if there is one, and starts another. Running requests fail with `process-ended`. */
	async restart(): Promise<BackendInfo> {
		await this.#end("restart");
		return this.start();
	}

	/** Settings changed: the process is replaced as soon as nothing runs in it. */
	settingsChanged(): void {
		if (this.#current === null) return;
		this.#current.outdated = true;
		this.#replaceIfOutdated();
	}

	/** Ends the process for good. Running requests fail with `cancelled`. */
	async dispose(): Promise<void> {
		this.#disposed = true;
		await this.#end("dispose");
		this.#listeners.clear();
	}

	/**
	 * Sends a request, to the next process where the one it ran in had to be ended because of another. `telling`: the run whose
	 * progress is heard; null for requests that tell nothing.
	 */
	protected async request(
		name: string,
		params: unknown,
		telling: Telling | null,
		signal: AbortSignal = NEVER_ABORTED,
	): Promise<unknown> {
		throwIfCancelled(signal);
		this.#running++;
		try {
			for (;;) {
				const current = this.#ensure();
				this.#show();
				const answer = await this.#ask(current, name, params, telling, signal);
				if (answer.kind === "answered") return answer.result;
				throwIfCancelled(signal);
			}
		} finally {
			this.#running--;
			this.#show();
			this.#replaceIfOutdated();
		}
	}

	/** Tells the process, if there is one. */
	protected async notify<P>(type: NotificationType<P>, params: P): Promise<void> {
		await this.#current?.process.connection.sendNotification(type, params);
	}

	/** One try in one process. `again`: the process was ended because of another request. */
	async #ask(
		current: Current,
		name: string,
		params: unknown,
		telling: Telling | null,
		signal: AbortSignal,
	): Promise<{ readonly kind: "answered"; readonly result: unknown } | { readonly kind: "again" }> {
		const source = new CancellationTokenSource();
		let grace: NodeJS.Timeout | undefined;
		let heard: Disposable | undefined;
		let sent = false;
		let stopStarting: (error: BlindspotError) => void = () => undefined;
		const cancelledBeforeSent = new Promise<never>((_, reject) => {
			stopStarting = reject;
		});
		cancelledBeforeSent.catch(() => undefined);
		const onAbort = () => {
			source.cancel();
			if (!sent) return stopStarting(cancelled());
			grace = setTimeout(() => {
				this.#options.log.warn(`${name}: the cancel was not answered, the compute process is ended`);
				void this.#end("cancel-unanswered", current);
			}, this.#options.cancelGraceMilliseconds ?? CANCEL_GRACE_MILLISECONDS);
		};
		signal.addEventListener("abort", onAbort);
		const ended = current.process.ended.then(() => this.#endedMeanwhile(current, signal));
		ended.catch(() => undefined);
		try {
			await Promise.race([current.process.ready, ended, cancelledBeforeSent]);
			throwIfCancelled(signal);
			const { connection } = current.process;
			if (telling?.hear) heard = connection.onProgress(progress, telling.run, telling.hear);
			sent = true;
			const answer = connection.sendRequest(typeOf(name), params, source.token);
			answer.catch(() => undefined);
			return await Promise.race([
				answer.then(
					(result) => ({ kind: "answered" as const, result }),
					// The connection is closed a moment before the end is known; the end says more.
					(error: unknown) => (isConnectionGone(error) ? ended : Promise.reject(fromResponse(error))),
				),
				ended,
			]);
		} catch (thrown) {
			if (signal.aborted) throw cancelled();
			// `ready` fails a moment before `ended` is looked at when the process was ended on purpose.
			if (current.ending !== null) return await ended;
			throw asBlindspotError(thrown);
		} finally {
			clearTimeout(grace);
			signal.removeEventListener("abort", onAbort);
			heard?.dispose();
			source.dispose();
		}
	}

	/** What becomes of a request whose process ended. */
	#endedMeanwhile(current: Current, signal: AbortSignal): { readonly kind: "again" } {
		if (signal.aborted || current.ending === "dispose") throw cancelled();
		if (current.ending === "cancel-unanswered") return { kind: "again" };
		if (current.ending === "restart") {
			throw new BlindspotError("process-ended", "The compute process was restarted.");
		}
		if (this.#state.kind === "ended") throw this.#state.error;
		throw new BlindspotError("process-ended", "The compute process ended.");
	}

	#ensure(): Current {
		if (this.#disposed) throw cancelled();
		// One that is being ended takes no more requests; they go to the next.
		if (this.#current !== null && this.#current.ending === null) return this.#current;
		const { host, memoryMiB } = this.#options.settings();
		const process = new HostProcess({
			hostPath: this.#options.hostPath,
			settings: host,
			memoryMiB,
			startTimeoutMilliseconds: this.#options.startTimeoutMilliseconds ?? START_TIMEOUT_MILLISECONDS,
			log: this.#options.log,
			held: () => this.#options.held?.(),
		});
		const current: Current = { process, memoryMiB, backend: null, ending: null, outdated: false };
		this.#current = current;
		this.#options.log.info(`compute process ${process.pid}: started`);
		this.#change({ kind: "starting" });
		// Registered before any request looks at `ended`, so that the state is right when they do.
		process.ended.then((end) => {
			if (this.#current !== current) return;
			this.#current = null;
			if (current.ending !== null) return this.#change({ kind: "stopped" });
			const message = describeEnd(end, memoryMiB);
			this.#options.log.error(message);
			this.#change({ kind: "ended", error: new BlindspotError("process-ended", message) });
		});
		process.ready.then(
			(backend) => {
				current.backend = backend;
				this.#show();
			},
			(thrown: unknown) => {
				if (this.#current !== current || current.ending !== null) return;
				this.#current = null;
				this.#change({ kind: "ended", error: asBlindspotError(thrown) });
			},
		);
		return current;
	}

	async #end(ending: Ending, current: Current | null = this.#current): Promise<void> {
		if (current === null || current !== this.#current) return;
		current.ending = ending;
		current.process.kill();
		await current.process.ended;
	}

	#replaceIfOutdated(): void {
		if (this.#current?.outdated && this.#running === 0) void this.#end("restart");
	}

	/** Brings the state up to what the current process is doing. */
	#show(): void {
		const backend = this.#current?.backend;
		if (!backend) return;
		this.#change(
			this.#running > 0 ? { kind: "working", backend, requests: this.#running } : { kind: "ready", backend },
		);
	}

	#change(state: ComputeState): void {
		this.#state = state;
		for (const listener of this.#listeners) listener(state);
	}
}

function cancelled(): BlindspotError {
	return new BlindspotError("cancelled", "Cancelled.");
}

/** True for errors of the connection itself, as against those that the other side answers with. */
function isConnectionGone(error: unknown): boolean {
	if (error instanceof ConnectionError) return true;
	if (error instanceof ResponseError) {
		return error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.ConnectionInactive;
	}
	return error instanceof Error && "code" in error && error.code === "ERR_IPC_CHANNEL_CLOSED";
}

/** A JSON-RPC error as the error that the compute process threw. */
function fromResponse(error: unknown): BlindspotError {
	if (!(error instanceof ResponseError)) return asBlindspotError(error);
	const data = error.data as ErrorData | undefined;
	return new BlindspotError(data?.reason ?? "internal", error.message, data?.subject ?? null);
}
