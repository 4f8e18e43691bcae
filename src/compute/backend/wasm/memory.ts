/** What happens when WebAssembly's memory, 4 GiB at most, is full. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { BlindspotError } from "../../errors.js";

const guarded = new WeakSet<BackendWasm>();

/** The stock backend takes the address 0 of a failed allocation for a real one, and computes on with overwritten memory. */
export function refuseFailedAllocations(backend: BackendWasm): void {
	if (guarded.has(backend)) return;
	guarded.add(backend);
	const { wasm } = backend;
	const allocate = wasm._malloc.bind(wasm);
	wasm._malloc = (bytes) => {
		const address = allocate(bytes);
		if (address === 0 && bytes > 0)
			throw new BlindspotError(
				"backend",
				"WebAssembly's memory (4 GiB) is full. Take fewer pictures or a smaller model, or set up native TensorFlow.",
			);
		return address;
	};
}
