/**
 * Starts the compute process, restarts it and sends it requests. Used by the extension, the CLI and tests.
 *
 * A process is started by the first request. When it dies, running requests fail with `process-ended` and the
 * next request starts a new one. A cancel that stays unanswered ends the process, and the other requests that
 * were running in it are run again.
 */
import {
	CancellationTokenSource,
	ConnectionError,
	type Disposable,
	ErrorCodes,
	type RequestType,
	ResponseError,
} from "vscode-jsonrpc/node.js";
import { asBlindspotError, BlindspotError, throwIfCancelled } from "./errors.js";
import { type ComputeLog, describeEnd, HostProcess } from "./hostProcess.js";
import type { LipschitzParams, LipschitzProgress, LipschitzReport } from "./lipschitzReport.js";
import type { ModelComparison, ModelRecord } from "./modelReport.js";
import type { ProbeRecord } from "./probeReport.js";
import {
	type ActivationMapParams,
	type AttackParams,
	type AttackProgress,
	type CompareModelsParams,
	type DataDescription,
	type DescribeDataParams,
	type DescribeModelParams,
	type ErrorData,
	type FiringParams,
	type HostSettings,
	type HostStatus,
	type ImagesProgress,
	type InspectParams,
	notifications,
	type PredictParams,
	type PredictResult,
	type ProbeParams,
	type ProbeProgress,
	type ProbeUnitParams,
	progress,
	type ReadingProgress,
	type RobustnessParams,
	type RobustnessProgress,
	requests,
	type SavePngParams,
	type StopImageParams,
	type StopProbeParams,
	type StopRobustnessParams,
	type SuggestParams,
	type SuggestResult,
	type UnitProgress,
} from "./protocol.js";
import type { AttackRecord, BackendInfo, ModelSummary } from "./report.js";
import type { RobustnessRecord } from "./robustnessReport.js";
import type { ActivationMap, FiringRecord, UnitRecord } from "./unitReport.js";

export type { ComputeLog } from "./hostProcess.js";

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

export interface ComputeClientOptions {
	/** Path of the bundled `host.js`. */
	readonly hostPath: string;
	/** Asked whenever a process is started. */
	readonly settings: () => ComputeSettings;
	readonly log: ComputeLog;
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

/** What must be listened to while a request runs in this process. */
type Attach = (process: HostProcess) => Disposable;

const CANCEL_GRACE_MILLISECONDS = 2_000;
const START_TIMEOUT_MILLISECONDS = 60_000;

const neverAborted = new AbortController().signal;
const nothingAttached: Attach = () => ({ dispose: () => undefined });

export class ComputeClient {
	readonly #options: ComputeClientOptions;
	readonly #listeners = new Set<(state: ComputeState) => void>();
	#current: Current | null = null;
	#running = 0;
	#state: ComputeState = { kind: "stopped" };
	#disposed = false;

	constructor(options: ComputeClientOptions) {
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

	/** What a data set holds; throws `unreadable-data` where it is none. */
	describeData(params: DescribeDataParams, signal: AbortSignal = neverAborted): Promise<DataDescription> {
		return this.#request(requests.describeData, params, signal);
	}

	inspect(params: InspectParams, signal: AbortSignal = neverAborted): Promise<ModelSummary> {
		return this.#request(requests.inspect, params, signal);
	}

	/** Everything about a model file that can be said without a picture; `onProgress` hears how far its reading is. */
	describeModel(
		params: DescribeModelParams,
		onProgress: (event: ReadingProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<ModelRecord> {
		return this.#request(requests.describeModel, params, signal, ({ connection }) =>
			connection.onProgress(progress.reading, params.run, onProgress),
		);
	}

	compareModels(params: CompareModelsParams, signal: AbortSignal = neverAborted): Promise<ModelComparison> {
		return this.#request(requests.compareModels, params, signal);
	}

	predict(params: PredictParams, signal: AbortSignal = neverAborted): Promise<PredictResult> {
		return this.#request(requests.predict, params, signal);
	}

	/**
	 * Runs an attack. Where it has to be run again (a cancel of another request stayed unanswered), `onProgress`
	 * hears `started` a second time.
	 */
	attack(
		params: AttackParams,
		onProgress: (event: AttackProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<AttackRecord> {
		return this.#request(requests.attack, params, signal, ({ connection }) =>
			connection.onProgress(progress.attack, params.run, onProgress),
		);
	}

	/** Bounds of all layers and of the network; `onProgress` hears each layer and each picture when it is done. */
	lipschitz(
		params: LipschitzParams,
		onProgress: (event: LipschitzProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<LipschitzReport> {
		return this.#request(requests.lipschitz, params, signal, ({ connection }) =>
			connection.onProgress(progress.lipschitz, params.run, onProgress),
		);
	}

	suggestPreprocessing(params: SuggestParams, signal: AbortSignal = neverAborted): Promise<SuggestResult> {
		return this.#request(requests.suggestPreprocessing, params, signal);
	}

	/** Probes a layer; `onProgress` hears how far it is and the rows so far. */
	probe(
		params: ProbeParams,
		onProgress: (event: ProbeProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<ProbeRecord> {
		return this.#request(requests.probe, params, signal, ({ connection }) =>
			connection.onProgress(progress.probe, params.run, onProgress),
		);
	}

	/** All about one unit or direction of a layer. */
	probeUnit(
		params: ProbeUnitParams,
		onProgress: (event: UnitProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<UnitRecord> {
		return this.#request(requests.probeUnit, params, signal, ({ connection }) =>
			connection.onProgress(progress.unit, params.run, onProgress),
		);
	}

	activationMap(params: ActivationMapParams, signal: AbortSignal = neverAborted): Promise<ActivationMap> {
		return this.#request(requests.activationMap, params, signal);
	}

	/** The units of each layer that a picture drives most, against the data's distribution. */
	whichUnitsFire(
		params: FiringParams,
		onProgress: (event: ImagesProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<FiringRecord> {
		return this.#request(requests.whichUnitsFire, params, signal, ({ connection }) =>
			connection.onProgress(progress.images, params.run, onProgress),
		);
	}

	/** Writes an 8-bit PNG file and says under which path. */
	savePng(params: SavePngParams, signal: AbortSignal = neverAborted): Promise<string> {
		return this.#request(requests.savePng, params, signal);
	}

	status(signal: AbortSignal = neverAborted): Promise<HostStatus> {
		return this.#request(requests.status, null, signal);
	}

	/** Ends the search for one image of a running attack; its best result so far stands. */
	async stopImage(params: StopImageParams): Promise<void> {
		await this.#current?.process.connection.sendNotification(notifications.stopImage, params);
	}

	/** How robust a model is, or two beside each other; `onProgress` hears how far it is and the report so far. */
	robustness(
		params: RobustnessParams,
		onProgress: (event: RobustnessProgress) => void = () => undefined,
		signal: AbortSignal = neverAborted,
	): Promise<RobustnessRecord> {
		return this.#request(requests.robustness, params, signal, ({ connection }) =>
			connection.onProgress(progress.robustness, params.run, onProgress),
		);
	}

	/** Ends a robustness run early; it answers with what it has and says over how many images that is. */
	async stopRobustness(params: StopRobustnessParams): Promise<void> {
		await this.#current?.process.connection.sendNotification(notifications.stopRobustness, params);
	}

	/** Ends a running probe early; it answers with what it has and says over how many images that is. */
	async stopProbe(params: StopProbeParams): Promise<void> {
		await this.#current?.process.connection.sendNotification(notifications.stopProbe, params);
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

	async #request<P, R>(
		type: RequestType<P, R, ErrorData>,
		params: P,
		signal: AbortSignal,
		attach: Attach = nothingAttached,
	): Promise<R> {
		throwIfCancelled(signal);
		this.#running++;
		try {
			for (;;) {
				const current = this.#ensure();
				this.#show();
				const answer = await this.#ask(current, type, params, signal, attach);
				if (answer.kind === "answered") return answer.result;
				throwIfCancelled(signal);
			}
		} finally {
			this.#running--;
			this.#show();
			this.#replaceIfOutdated();
		}
	}

	/** One try in one process. `again`: the process was ended because of another request. */
	async #ask<P, R>(
		current: Current,
		type: RequestType<P, R, ErrorData>,
		params: P,
		signal: AbortSignal,
		attach: Attach,
	): Promise<{ readonly kind: "answered"; readonly result: R } | { readonly kind: "again" }> {
		const source = new CancellationTokenSource();
		let grace: NodeJS.Timeout | undefined;
		let attached: Disposable | undefined;
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
				this.#options.log.warn(`${type.method}: the cancel was not answered, the compute process is ended`);
				void this.#end("cancel-unanswered", current);
			}, this.#options.cancelGraceMilliseconds ?? CANCEL_GRACE_MILLISECONDS);
		};
		signal.addEventListener("abort", onAbort);
		const ended = current.process.ended.then(() => this.#endedMeanwhile(current, signal));
		ended.catch(() => undefined);
		try {
			await Promise.race([current.process.ready, ended, cancelledBeforeSent]);
			throwIfCancelled(signal);
			attached = attach(current.process);
			sent = true;
			const answer = current.process.connection.sendRequest(type, params, source.token);
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
			attached?.dispose();
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
