/** Entry of the compute process: answers the requests of `protocol.ts` over the fork's channel. */
import * as tf from "@tensorflow/tfjs-core";
import {
	createMessageConnection,
	IPCMessageReader,
	IPCMessageWriter,
	type RequestType,
	ResponseError,
} from "vscode-jsonrpc/node.js";
import { ProbeRuns } from "../activations/probe/handler.js";
import { activationMap } from "../activations/unit/activationMap.js";
import { probeUnit } from "../activations/unit/handler.js";
import { whichUnitsFire } from "../activations/unit/whichUnitsFire.js";
import { AttackRuns } from "../attack/handler.js";
import { startBackend } from "../backend/startBackend.js";
import { openDataset } from "../data/dataset.js";
import { writePng } from "../data/png.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { lipschitz } from "../lipschitz/handler.js";
import { compareModels } from "../modelDetails/compareHandler.js";
import { describeModel } from "../modelDetails/handler.js";
import { inspect } from "../modelDetails/inspect.js";
import { predict } from "../predict/handler.js";
import { suggestPreprocessing } from "../predict/suggestPreprocessing.js";
import type { HandlerContext } from "../prepare/context.js";
import { RobustnessRuns } from "../robustness/handler.js";
import { ModelStore } from "./modelStore.js";
import { type ErrorData, notifications, progress, requests } from "./protocol.js";

const connection = createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
const runs = new AttackRuns();
const probes = new ProbeRuns();
const robustness = new RobustnessRuns();
let context: HandlerContext | null = null;

function configured(): HandlerContext {
	if (!context) throw new BlindspotError("internal", "The compute process was asked before it was configured.");
	return context;
}

/** Registers a handler: its cancellation token becomes a signal, its errors keep their reason. */
function answer<P, R>(
	type: RequestType<P, R, ErrorData>,
	handle: (params: P, signal: AbortSignal) => Promise<R>,
): void {
	connection.onRequest(type, async (params, token) => {
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

answer(requests.configure, async (settings) => {
	const backend = await startBackend(settings.backend, settings.nativePath);
	const store = new ModelStore({
		loadTimeoutSeconds: settings.loadTimeoutSeconds,
		readerMemoryMiB: settings.readerMemoryMiB,
		cacheMiB: settings.modelCacheMiB,
	});
	context = { store, backend };
	return backend;
});
answer(requests.status, async () => {
	const { store, backend } = configured();
	return { backend, models: store.size, tensors: tf.memory().numTensors, pid: process.pid };
});
answer(requests.describeData, async ({ path }) => {
	const { kind, entries, labels } = await openDataset(path);
	return { kind, count: entries.length, labels };
});
answer(requests.inspect, (params, signal) => inspect(configured(), params, signal));
answer(requests.describeModel, (params, signal) =>
	describeModel(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.reading, params.run, event);
	}),
);
answer(requests.compareModels, (params, signal) => compareModels(configured(), params, signal));
answer(requests.predict, (params, signal) => predict(configured(), params, signal));
answer(requests.suggestPreprocessing, (params, signal) =>
	suggestPreprocessing(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.images, params.run, event);
	}),
);
answer(requests.attack, (params, signal) =>
	runs.attack(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.attack, params.run, event);
	}),
);
answer(requests.probe, (params, signal) =>
	probes.probe(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.probe, params.run, event);
	}),
);
answer(requests.probeUnit, (params, signal) =>
	probeUnit(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.unit, params.run, event);
	}),
);
answer(requests.activationMap, (params, signal) => activationMap(configured(), params, signal));
answer(requests.whichUnitsFire, (params, signal) =>
	whichUnitsFire(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.images, params.run, event);
	}),
);
answer(requests.lipschitz, (params, signal) =>
	lipschitz(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.lipschitz, params.run, event);
	}),
);
answer(requests.robustness, (params, signal) =>
	robustness.robustness(configured(), params, signal, (event) => {
		void connection.sendProgress(progress.robustness, params.run, event);
	}),
);
answer(requests.savePng, ({ path, picture, whenExisting }) => writePng(path, picture, whenExisting));
connection.onNotification(notifications.stopImage, ({ run, index }) => runs.stopImage(run, index));
connection.onNotification(notifications.stopRobustness, ({ run }) => robustness.stopRobustness(run));
connection.onNotification(notifications.stopProbe, ({ run }) => probes.stopProbe(run));

// Ctrl+C in a terminal reaches this process too; whoever started it decides what ends.
process.on("SIGINT", () => undefined);
// Whoever started this process is gone: nobody will hear an answer.
process.on("disconnect", () => process.exit(0));
connection.listen();
