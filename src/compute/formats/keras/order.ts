/** The order in which a model's layer calls can be computed; cycles are found in linear time. */
import { BlindspotError } from "../../errors.js";
import { type Call, plainCall } from "./inbound.js";
import type { TensorReference } from "./references.js";
import type { LayerEntry, ModelTopology } from "./topology.js";

export interface PlannedCall extends Call {
	/** `layer` and the index of the call, as `callKey` writes them. */
	readonly key: string;
	readonly layer: LayerEntry;
	/** 0 for the first call of the layer. */
	readonly index: number;
}

export interface CallPlan {
	/** The calls that the outputs depend on; each after those it reads from. */
	readonly calls: readonly PlannedCall[];
	/** Which call a reference means. */
	keyOf(reference: TensorReference): string;
}

/**
 * Plans a model. Throws `unreadable-model` where a reference leads nowhere or calls wait for each other in a
 * circle. Time and memory are linear in the number of references.
 */
export function planCalls(model: ModelTopology): CallPlan {
	const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
	const firstCalls = firstCallIndices(model);
	const calls = new Map<string, PlannedCall>();
	const inputNames = new Set(model.inputs.map((input) => input.layer));
	for (const layer of model.layers) {
		const own = layer.calls.length === 0 && inputNames.has(layer.name) ? [plainCall([])] : layer.calls;
		for (const [index, call] of own.entries()) {
			const key = `${layer.name}\0${index}`;
			calls.set(key, { key, layer, index, ...call });
		}
	}
	const keyOf = (reference: TensorReference): string => {
		const key = `${reference.layer}\0${reference.call - (firstCalls.get(reference.layer) ?? 0)}`;
		if (calls.has(key)) return key;
		const what = layers.has(reference.layer)
			? `call ${reference.call} of '${reference.layer}'`
			: `'${reference.layer}'`;
		throw new BlindspotError(
			"unreadable-model",
			`The model '${model.name}' refers to ${what}, which is not there.`,
			reference.layer,
		);
	};
	return { calls: inOrder(model, calls, keyOf), keyOf };
}

/**
 * Keras 2 counts a nested model's calls from 1, because the model's own wiring is call 0. Which it is shows in
 * the references: only then one goes past the last call.
 */
export function firstCallIndices(model: ModelTopology): ReadonlyMap<string, number> {
	const layers = new Map(model.layers.map((layer) => [layer.name, layer]));
	const first = new Map<string, number>();
	const references = [...model.layers.flatMap((layer) => layer.calls.flatMap((call) => call.inputs)), ...model.outputs];
	for (const { layer, call } of references) {
		const entry = layers.get(layer);
		if (entry?.model && call === entry.calls.length) first.set(layer, 1);
	}
	return first;
}

function inOrder(
	model: ModelTopology,
	calls: ReadonlyMap<string, PlannedCall>,
	keyOf: (reference: TensorReference) => string,
): readonly PlannedCall[] {
	const needed = reachable(model, calls, keyOf);
	const state = new Map<string, "open" | "done">();
	const ordered: PlannedCall[] = [];
	for (const root of calls.keys()) {
		if (!needed.has(root) || state.has(root)) continue;
		const pending = [root];
		for (let key = pending.at(-1); key !== undefined; key = pending.at(-1)) {
			const call = calls.get(key) as PlannedCall;
			if (state.get(key) === "done") {
				pending.pop();
			} else if (state.get(key) === "open") {
				pending.pop();
				state.set(key, "done");
				ordered.push(call);
			} else {
				state.set(key, "open");
				for (const input of call.inputs.toReversed()) {
					const from = keyOf(input);
					if (state.get(from) === "open") throw circular(call.layer.name, input.layer);
					if (!state.has(from)) pending.push(from);
				}
			}
		}
	}
	return ordered;
}

function reachable(
	model: ModelTopology,
	calls: ReadonlyMap<string, PlannedCall>,
	keyOf: (reference: TensorReference) => string,
): ReadonlySet<string> {
	const needed = new Set<string>();
	const pending = model.outputs.map(keyOf);
	for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
		if (needed.has(key)) continue;
		needed.add(key);
		for (const input of calls.get(key)?.inputs ?? []) pending.push(keyOf(input));
	}
	return needed;
}

function circular(reader: string, source: string): BlindspotError {
	return new BlindspotError(
		"unreadable-model",
		`The layers go round in a circle: '${reader}' reads from '${source}', which waits for '${reader}'.`,
		reader,
	);
}
