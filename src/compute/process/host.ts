/** Entry of the compute process: answers the requests of `protocol.ts` over the fork's channel. */
import * as tf from "@tensorflow/tfjs-core";
import { createMessageConnection, IPCMessageReader, IPCMessageWriter, ResponseError } from "vscode-jsonrpc/node.js";
import { probe } from "../activations/probe/handler.js";
import { activationMap } from "../activations/unit/activationMap.js";
import { probeUnit } from "../activations/unit/handler.js";
import { whichUnitsFire } from "../activations/unit/whichUnitsFire.js";
import { attack } from "../attack/handler.js";
import { startBackend } from "../backend/startBackend.js";
import { endWithParent, ignoreInterrupts } from "../childProcess.js";
import { openDataset } from "../data/dataset.js";
import { writePng } from "../data/png.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { lipschitz } from "../lipschitz/handler.js";
import { compareModels } from "../modelDetails/compareHandler.js";
import { describeModel } from "../modelDetails/handler.js";
import { inspect } from "../modelDetails/inspect.js";
import { predict } from "../predict/handler.js";
import { suggestPreprocessing } from "../predict/suggestPreprocessing.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import { ModelStore } from "../prepare/modelStore.js";
import type { BackendInfo } from "../reports/report.js";
import { robustness } from "../robustness/handler.js";
import {
	type ErrorData,
	type ParamsOf,
	type ProgressOf,
	progress,
	REQUESTS,
	type RequestName,
	type Requests,
	type ResultOf,
	stop,
	typeOf,
} from "./protocol.js";
import type { HostSettings } from "./requests.js";
import { StoppableRuns } from "./stoppableRuns.js";

/** What answers a request: one that tells gets the means to, the others hear only that nobody waits any more. */
type Handler<D> = (
	context: HandlerContext,
	params: ParamsOf<D>,
	control: [ProgressOf<D>] extends [never] ? AbortSignal : Control<ProgressOf<D>>,
) => Promise<ResultOf<D>>;

/** Every request but the first, which makes the context. */
const HANDLERS: { readonly [Name in Exclude<RequestName, "configure">]: Handler<Requests[Name]> } = {
	status: async ({ store, backend }) => ({
		backend,
		models: store.size,
		tensors: tf.memory().numTensors,
		pid: process.pid,
	}),
	describeData: async (_context, { path }) => {
		const { kind, entries, labels } = await openDataset(path);
		return { kind, count: entries.length, labels };
	},
	savePng: (_context, { path, picture, whenExisting }) => writePng(path, picture, whenExisting),
	inspect,
	describeModel,
	compareModels,
	predict,
	suggestPreprocessing,
	attack,
	lipschitz,
	probe,
	probeUnit,
	activationMap,
	whichUnitsFire,
	robustness,
};

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const runs = new StoppableRuns();
let context: HandlerContext | null = null;

function configured(): HandlerContext {
	if (!context) throw new BlindspotError("internal", "The compute process was asked before it was configured.");
	return context;
}

/** Answers a request: its cancellation token becomes a signal, its errors keep their reason. */
function answer(name: string, handle: (params: unknown, signal: AbortSignal) => Promise<unknown>): void {
	connection.onRequest(typeOf(name), async (params, token) => {
		const controller = new AbortController();
		const subscription = token.onCancellationRequested(() => controller.abort());
		try {
			return await handle(params, controller.signal);
		} catch (thrown) {
			const { reason, message, subject, stack } = asBlindspotError(thrown);
			if (reason === "internal") console.error(stack);
			return new ResponseError<ErrorData>(0, message, { reason, subject });
		} finally {
			subscription.dispose();
		}
	});
}

async function configure(settings: HostSettings): Promise<BackendInfo> {
	const backend = await startBackend(settings.backend, settings.nativePath);
	const store = new ModelStore({
		loadTimeoutSeconds: settings.loadTimeoutSeconds,
		readerMemoryMiB: settings.readerMemoryMiB,
		cacheMiB: settings.modelCacheMiB,
	});
	context = { store, backend };
	return backend;
}

/** Runs a handler that tells, under the name that its caller chose. */
function tellingRun(handle: UncheckedHandler, params: unknown, signal: AbortSignal): Promise<unknown> {
	const { run } = params as { readonly run: string };
	return runs.during(run, (stopped) => {
		const tell = (event: unknown) => void connection.sendProgress(progress, run, event);
		return handle(configured(), params, { signal, tell, stopped });
	});
}

/** A handler as messages see it; `Handler` has checked that it fits the request of its name. */
type UncheckedHandler = (context: HandlerContext, params: unknown, control: unknown) => Promise<unknown>;

answer("configure", (settings) => configure(settings as HostSettings));
for (const [name, handler] of Object.entries(HANDLERS)) {
	const handle = handler as UncheckedHandler;
	const { tells } = REQUESTS[name as RequestName];
	answer(name, (params, signal) => (tells ? tellingRun(handle, params, signal) : handle(configured(), params, signal)));
}
connection.onNotification(stop, ({ run, image }) => runs.stop(run, image));

ignoreInterrupts();
endWithParent(null);
connection.listen();
