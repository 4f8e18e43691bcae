/** TensorFlow.js in WebAssembly, one thread: its threaded build doesn't start in Node. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { use } from "./use.js";
import { refuseFailedAllocations } from "./wasm/memory.js";
import { repairKernels } from "./wasm/repair.js";

/** Starts the WebAssembly backend with its kernels repaired; returns its version. Throws `backend` where it can't. */
export async function startWasm(): Promise<string> {
	const folder = programFolder();
	try {
		const { BackendWasm, setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
		setWasmPaths(`${folder}/`);
		repairKernels();
		await withoutItsListeners(() => use("wasm"));
		const backend = tf.backend();
		if (backend instanceof BackendWasm) refuseFailedAllocations(backend);
	} catch (error) {
		throw new BlindspotError("backend", `WebAssembly doesn't start: ${asBlindspotError(error).message}`, folder);
	}
	const simd = tf.env().getBool("WASM_HAS_SIMD_SUPPORT");
	return `TensorFlow.js ${tf.version_core}, WebAssembly${simd ? " with SIMD" : ""}`;
}

/** `wasm` beside the bundle; where the sources run by themselves, the installed package. */
function programFolder(): string {
	const beside = join(dirname(fileURLToPath(import.meta.url)), "wasm");
	if (existsSync(join(beside, "tfjs-backend-wasm.wasm"))) return beside;
	try {
		const manifest = createRequire(import.meta.url).resolve("@tensorflow/tfjs-backend-wasm/package.json");
		return join(dirname(manifest), "wasm-out");
	} catch {
		throw new BlindspotError(
			"backend",
			`The WebAssembly program isn't in ${beside}. Install the extension again.`,
			beside,
		);
	}
}

/**
 * The program's loader listens to uncaught exceptions and unhandled rejections only to throw them again, which would
 * end a process that handles them itself.
 */
async function withoutItsListeners(load: () => Promise<void>): Promise<void> {
	const events = ["uncaughtException", "unhandledRejection"];
	const before = new Set(events.flatMap((event) => process.rawListeners(event)));
	await load();
	for (const event of events) {
		for (const listener of process.rawListeners(event)) {
			if (!before.has(listener)) process.off(event, listener as () => void);
		}
	}
}
