/** Walks a topology call by call and builds the `Network`. */

import { BlindspotError } from "../../errors.js";
import { LIMITS, NetworkBuilder } from "../../network/build.js";
import type { Network, Weight } from "../../network/types.js";
import type { ModelFormat } from "../formats.js";
import { warnOfOddValues } from "../numbers.js";
import type { ReadOptions } from "../options.js";
import type { TensorReference } from "./inbound.js";
import { inputShape } from "./inputShape.js";
import type { Dialect, LayerCall, LayerReader, WeightReader } from "./layers/layer.js";
import { layerReader, refuseClass } from "./layers/registry.js";
import { type CallPlan, firstCallIndices, type PlannedCall, planCalls } from "./order.js";
import type { LayerEntry, ModelTopology } from "./topology.js";
import { type LayerAddress, readChecked, type WeightSource } from "./weights.js";

export interface GraphSource {
	readonly format: ModelFormat;
	readonly topology: ModelTopology;
	readonly weights: WeightSource;
	readonly dialect: Dialect;
}

/** Where a model stands within others. */
interface Scope {
	/** Names of the models around, outermost first. */
	readonly names: readonly string[];
	/** Its place in a `.keras` file, with a slash at the end, or empty. */
	readonly storePath: string;
	/** What node names begin with: nothing, or the name of the nested call and a slash. */
	readonly prefix: string;
}

/**
 * Builds the network of a model with one input, up to the output that is asked for or its first one; weights are
 * read as layers need them, and what the output doesn't need isn't looked at.
 */
export function buildNetwork(source: GraphSource, options: ReadOptions): Network {
	if (source.topology.outputs.length === 0) throw new BlindspotError("unreadable-model", "The model has no outputs.");
	return new GraphWalk(source, options).build();
}

class GraphWalk {
	readonly #builder: NetworkBuilder;
	readonly #weights = new Map<string, Weight>();
	readonly #plans = new Map<ModelTopology, CallPlan>();
	readonly #nodeNames = new Set<string>();
	readonly #added: { readonly name: string; readonly layer: string }[] = [];
	#steps = 0;

	constructor(
		readonly source: GraphSource,
		readonly options: ReadOptions,
	) {
		this.#builder = new NetworkBuilder(source.format);
	}

	build(): Network {
		const { topology } = this.source;
		const wanted = this.options.output ?? null;
		if (wanted === null) {
			const [first, ...others] = topology.outputs;
			const names = others.map((output) => `'${output.layer}'`).join(", ");
			if (first && others.length > 0)
				this.#builder.warn(
					`The model has ${others.length + 1} outputs; the first, '${first.layer}', is taken. Others (${names}) can be chosen as "output" in blindspot.json.`,
				);
			return this.#builder.build(this.#outputs({ ...topology, outputs: topology.outputs.slice(0, 1) })[0] as string);
		}
		const layer = topology.layers.find((candidate) => candidate.name === wanted);
		if (layer)
			return this.#builder.build(this.#outputs({ ...topology, outputs: [lastCall(topology, layer)] })[0] as string);
		this.#outputs(topology);
		const node = this.#added.findLast((added) => added.name === wanted || added.layer === wanted);
		if (!node) throw new BlindspotError("bad-request", `The model has no layer '${wanted}'.`, wanted);
		return this.#builder.build(node.name);
	}

	#outputs(model: ModelTopology): readonly string[] {
		return this.#walk(model, { names: [], storePath: "", prefix: "" }, null);
	}

	/** Adds a model's nodes; `given` are the nodes that feed a nested one. Returns the nodes of its outputs. */
	#walk(model: ModelTopology, scope: Scope, given: readonly string[] | null): readonly string[] {
		const plan = this.#plan(model);
		const values = new Map<string, readonly string[]>();
		const nodeOf = (reference: { layer: string; call: number; tensor: number }): string => {
			const node = values.get(plan.keyOf(reference))?.[reference.tensor];
			if (node !== undefined) return node;
			throw new BlindspotError(
				"unreadable-model",
				`'${reference.layer}' has no output ${reference.tensor}, which another layer reads.`,
				reference.layer,
			);
		};
		for (const call of plan.calls) {
			this.#countStep(call.layer.name);
			values.set(call.key, this.#apply(model, call, scope, call.inputs.map(nodeOf), given));
		}
		return model.outputs.map(nodeOf);
	}

	#apply(
		model: ModelTopology,
		call: PlannedCall,
		scope: Scope,
		inputs: readonly string[],
		given: readonly string[] | null,
	): readonly string[] {
		const { layer } = call;
		const label = scope.prefix + (call.index === 0 ? layer.name : `${layer.name}/call${call.index + 1}`);
		if (layer.customClass !== null)
			throw new BlindspotError(
				"unsupported-model",
				`Unsupported layer '${layer.customClass}' at '${label}': a custom class is opaque, its code is never run.`,
				label,
			);
		if (layer.className === "InputLayer") return [this.#input(model, call, scope, given)];
		const names = [...scope.names, layer.name];
		const storePath = scope.storePath + layer.storePath;
		const read = layer.model ? undefined : layerReader(layer.className);
		if (!layer.model && !read) return refuseClass(layer.className, label);
		if (call.unsupported !== null)
			throw new BlindspotError(
				"unsupported-model",
				`Unsupported: ${layer.settings.owner} is called with ${call.unsupported}, which is no output of a layer.`,
				label,
			);
		if (layer.model) return this.#walk(layer.model, { names, storePath: `${storePath}/`, prefix: `${label}/` }, inputs);
		if (call.training)
			this.#builder.warn(`${layer.settings.owner} is called with training=True; it is computed as at inference.`);
		return [(read as LayerReader)(this.#layerCall(call, label, { names, storePath }, inputs))];
	}

	#layerCall(call: PlannedCall, label: string, address: LayerAddress, inputs: readonly string[]): LayerCall {
		const { className, settings } = call.layer;
		return {
			className,
			settings,
			dialect: this.source.dialect,
			inputs,
			shapes: inputs.map((input) => this.#builder.shapeOf(input, label)),
			shapeOf: (node) => this.#builder.shapeOf(node, label),
			weight: this.#weightsAt(address),
			weightsOf: (name, storeName) =>
				this.#weightsAt({ names: [...address.names, name], storePath: `${address.storePath}/${storeName}` }),
			add: (suffix, operation, weights = {}, from = inputs) => {
				const name = this.#freeName(suffix === "" ? label : `${label}/${suffix}`);
				this.#builder.add({ name, layer: label, layerType: className, operation, inputs: from, weights });
				this.#added.push({ name, layer: label });
				return name;
			},
		};
	}

	#weightsAt(address: LayerAddress): WeightReader {
		return (names, position, shape) => {
			const key = JSON.stringify([address.names, position]);
			const known = this.#weights.get(key);
			if (known) return known;
			const weight = this.#readWeight(address, { names, position, shape });
			this.#weights.set(key, weight);
			return weight;
		};
	}

	#input(model: ModelTopology, call: PlannedCall, scope: Scope, given: readonly string[] | null): string {
		const { layer } = call;
		if (given === null)
			return this.#builder.input(
				this.#freeName(layer.name),
				inputShape(layer.settings, this.options.inputSize, (message) => this.#builder.warn(message)),
			).name;
		const position = model.inputs.findIndex((input) => input.layer === layer.name);
		const node = given[position];
		if (node !== undefined) return node;
		throw new BlindspotError(
			"unreadable-model",
			`The nested model '${model.name}' has ${model.inputs.length} inputs, it is given ${given.length}.`,
			scope.prefix + layer.name,
		);
	}

	#readWeight(address: LayerAddress, request: Parameters<WeightSource["find"]>[1]): Weight {
		const stored = this.source.weights.find(address, request);
		const data = readChecked(stored, request);
		warnOfOddValues(stored.name, data, (message) => this.#builder.warn(message));
		return { name: stored.name, shape: request.shape, data, place: stored.place };
	}

	#plan(model: ModelTopology): CallPlan {
		const plan = this.#plans.get(model) ?? planCalls(model);
		this.#plans.set(model, plan);
		return plan;
	}

	/** A layer may be called what another layer's second node is called. */
	#freeName(wanted: string): string {
		let name = wanted;
		for (let n = 2; this.#nodeNames.has(name); n++) name = `${wanted}#${n}`;
		this.#nodeNames.add(name);
		return name;
	}

	/** Nested models called by nested models multiply; this holds whatever they contain. */
	#countStep(layer: string): void {
		this.#steps++;
		if (this.#steps > 2 * LIMITS.nodes)
			throw new BlindspotError("unsupported-model", `The model has more than ${2 * LIMITS.nodes} layer calls.`, layer);
	}
}

/** Where a layer is called several times, what it gives last. */
function lastCall(model: ModelTopology, layer: LayerEntry): TensorReference {
	const call = Math.max(0, layer.calls.length - 1) + (firstCallIndices(model).get(layer.name) ?? 0);
	return { layer: layer.name, call, tensor: 0 };
}
