/** What happens when WebAssembly's memory, 4 GiB at most, is full. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { BlindspotError } from "../../errors.js";

const guarded = new WeakSet<BackendWasm>();

/** What the program's allocator takes for a positive size. */
const LARGEST = 2 ** 31 - 1;

/**
 * The stock backend takes the address 0 of a failed allocation for a real one, and sizes from 2 GiB on for negative or small
 * ones, and computes on with overwritten memory.
 */
export function refuseFailedAllocations(backend: BackendWasm): void {
	if (guarded.has(backend)) return;
	guarded.add(backend);
	const { wasm } = backend;
	// The loader's own `_malloc` puts the real one in its place when it is first called.
	wasm._free(wasm._malloc(1));
	const allocate = wasm._malloc.bind(wasm);
	wasm._malloc = (bytes) => {
		const address = bytes <= LARGEST ? allocate(bytes) : 0;
		if (address === 0 && bytes > 0)
			throw new BlindspotError(
				"backend",
				"WebAssembly's memory is full (4 GiB, 2 GiB for one value). Take smaller pictures or a smaller model, or set up native TensorFlow.",
			);
		return address;
	};
}
