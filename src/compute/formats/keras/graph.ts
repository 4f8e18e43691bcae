/** Walks a topology call by call and builds the `Network`. */
import { BlindspotError } from "../../errors.js";
import { LIMITS, NetworkBuilder } from "../../network/build.js";
import type { ModelFormat, Network, Weight } from "../../network/types.js";
import type { ReadOptions } from "../options.js";
import { inputShape } from "./inputShape.js";
import type { Dialect, LayerCall } from "./layers/layer.js";
import { layerReader, refuseUnknownClass } from "./layers/registry.js";
import { type CallPlan, type PlannedCall, planCalls } from "./order.js";
import type { ModelTopology } from "./topology.js";
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

/** Builds the network of a model with one input and one output; weights are read as layers need them. */
export function buildNetwork(source: GraphSource, options: ReadOptions): Network {
	const { outputs } = source.topology;
	if (outputs.length !== 1) {
		const names = outputs.map((output) => `'${output.layer}'`).join(", ");
		throw new BlindspotError(
			"unsupported-model",
			`The model has ${outputs.length} outputs (${names || "none"}). Save a model with the one that classifies.`,
		);
	}
	return new GraphWalk(source, options).build();
}

class GraphWalk {
	readonly #builder: NetworkBuilder;
	readonly #weights = new Map<string, Weight>();
	readonly #plans = new Map<ModelTopology, CallPlan>();
	readonly #nodeNames = new Set<string>();
	#steps = 0;

	constructor(
		readonly source: GraphSource,
		readonly options: ReadOptions,
	) {
		this.#builder = new NetworkBuilder(source.format);
	}

	build(): Network {
		const [output] = this.#walk(this.source.topology, { names: [], storePath: "", prefix: "" }, null);
		return this.#builder.build(output as string);
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
		if (layer.className === "InputLayer") return [this.#input(model, call, scope, given)];
		const label = scope.prefix + (call.index === 0 ? layer.name : `${layer.name}/call${call.index + 1}`);
		const names = [...scope.names, layer.name];
		const storePath = scope.storePath + layer.storePath;
		if (layer.model) return this.#walk(layer.model, { names, storePath: `${storePath}/`, prefix: `${label}/` }, inputs);
		if (call.training)
			this.#builder.warn(`${layer.settings.owner} is called with training=True; it is computed as at inference.`);
		const read = layerReader(layer.className);
		if (!read) {
			refuseUnknownClass(layer.className, label);
			throw new BlindspotError("internal", `No reader for '${layer.className}'.`, label);
		}
		return [read(this.#layerCall(call, label, { names, storePath }, inputs))];
	}

	#layerCall(call: PlannedCall, label: string, address: LayerAddress, inputs: readonly string[]): LayerCall {
		const { className, settings } = call.layer;
		return {
			className,
			settings,
			dialect: this.source.dialect,
			inputs,
			shapes: inputs.map((input) => this.#builder.shapeOf(input, label)),
			weight: (names, position, shape) => {
				const key = JSON.stringify([address.names, position]);
				const known = this.#weights.get(key);
				if (known) return known;
				const weight = this.#readWeight(address, { names, position, shape });
				this.#weights.set(key, weight);
				return weight;
			},
			add: (suffix, operation, weights = {}, from = inputs) => {
				const name = this.#freeName(suffix === "" ? label : `${label}/${suffix}`);
				this.#builder.add({ name, layer: label, layerType: className, operation, inputs: from, weights });
				return name;
			},
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
		const odd = data.reduce((count, value) => (Number.isFinite(value) ? count : count + 1), 0);
		if (odd > 0) this.#builder.warn(`Weight '${stored.name}' holds ${odd} values that are NaN or infinite.`);
		return { name: stored.name, shape: request.shape, data };
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
