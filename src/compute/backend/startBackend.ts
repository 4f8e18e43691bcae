/** Chooses what computes: native TensorFlow where it loads, else TensorFlow.js in WebAssembly or in plain JavaScript. */
import "@tensorflow/tfjs-core/dist/register_all_gradients";
import * as tf from "@tensorflow/tfjs-core";
import { asBlindspotError, BlindspotError } from "../errors.js";
import type { BackendChoice } from "../process/requests.js";
import type { BackendInfo, BackendName } from "../reports/report.js";
import { checkGradients } from "./check.js";
import { startNative } from "./native.js";
import { use } from "./use.js";
import { startWasm } from "./wasm.js";

const FASTEST_FIRST = ["native", "wasm", "js"] as const satisfies readonly BackendName[];

/**
 * Starts the wanted backend, or with `auto` the fastest that works; `note` then says why each faster one doesn't.
 * A backend works when it loads and its gradients are right. Throws `backend` where the one asked for by name can't be had.
 *
 * @param nativePath folder of a native build of tfjs-node; null for the usual places
 */
export async function startBackend(choice: BackendChoice, nativePath: string | null): Promise<BackendInfo> {
	tf.env().set("PROD", true);
	if (choice !== "auto") return start(choice, nativePath, null);
	const reasons: string[] = [];
	for (const name of FASTEST_FIRST) {
		try {
			return await start(name, nativePath, reasons.join(" ") || null);
		} catch (error) {
			reasons.push(asBlindspotError(error).message);
		}
	}
	throw new BlindspotError("backend", `Nothing can compute here. ${reasons.join(" ")}`);
}

async function start(name: BackendName, nativePath: string | null, note: string | null): Promise<BackendInfo> {
	const version = await startNamed(name, nativePath);
	checkGradients(name);
	return { name, version, note };
}

function startNamed(name: BackendName, nativePath: string | null): Promise<string> {
	switch (name) {
		case "native":
			return startNative(nativePath);
		case "wasm":
			return startWasm();
		case "js":
			return startJavaScript();
	}
}

async function startJavaScript(): Promise<string> {
	await import("@tensorflow/tfjs-backend-cpu");
	await use("cpu");
	return `TensorFlow.js ${tf.version_core}`;
}
