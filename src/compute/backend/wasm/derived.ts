/** Weights in another order, kept for as long as the weight itself: each gradient needs them anew. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { free } from "./kernel.js";

type DataId = TensorInfo["dataId"];

const caches = new WeakMap<BackendWasm, Map<DataId, Map<string, TensorInfo>>>();

/**
 * What `make` computes from the tensor, once for each `name`. The values of a tensor never change, so it stays right; the
 * backend's own preparation of a weight for its fast kernels, which goes by the tensor, is kept with it.
 */
export function derived(backend: BackendWasm, from: TensorInfo, name: string, make: () => TensorInfo): TensorInfo {
	const cache = caches.get(backend) ?? attach(backend);
	const ofTensor = cache.get(from.dataId) ?? new Map<string, TensorInfo>();
	cache.set(from.dataId, ofTensor);
	const known = ofTensor.get(name);
	if (known) return known;
	const made = make();
	ofTensor.set(name, made);
	return made;
}

/** Frees what was derived when the backend frees what it was derived from. */
function attach(backend: BackendWasm): Map<DataId, Map<string, TensorInfo>> {
	const cache = new Map<DataId, Map<string, TensorInfo>>();
	caches.set(backend, cache);
	const dispose = backend.disposeData.bind(backend);
	backend.disposeData = (dataId, force) => {
		const gone = dispose(dataId, force);
		if (gone) {
			const ofTensor = cache.get(dataId);
			cache.delete(dataId);
			for (const tensor of ofTensor?.values() ?? []) free(backend, tensor);
		}
		return gone;
	};
	return cache;
}
