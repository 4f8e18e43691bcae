/** Walks a topology call by call and builds the `Network`. */

import { BlindspotError } from "../../errors.js";
import { LIMITS, NetworkBuilder } from "../../network/build.js";
import type { Network, Weight } from "../../network/types.js";
import type { ModelFormat } from "../formats.js";
import { type Activation, type Origin, partOf } from "../graph/activation.js";
import type { Value } from "../graph/align.js";
import { asActivation, Emitter } from "../graph/emitter.js";
import { warnOfOddValues } from "../numbers.js";
import type { ReadOptions } from "../options.js";
import { inputShape, isChannelsFirst } from "./inputShape.js";
import { type Arrangement, arrangementOf, channelsLast, inFileOrder, type Order } from "./layers/arrangement.js";
import type { Dialect, LayerCall, LayerReader, WeightReader } from "./layers/layer.js";
import { isIdentity, layerReader, refuseClass } from "./layers/registry.js";
import { applyOperation } from "./operations/apply.js";
import { type CallPlan, firstCallIndices, type PlannedCall, planCalls } from "./order.js";
import type { TensorReference } from "./references.js";
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
	readonly #emitter: Emitter;
	readonly #weights = new Map<string, Weight>();
	readonly #plans = new Map<ModelTopology, CallPlan>();
	readonly #channelsFirst: boolean;
	#steps = 0;

	constructor(
		readonly source: GraphSource,
		readonly options: ReadOptions,
	) {
		this.#builder = new NetworkBuilder(source.format);
		this.#emitter = new Emitter(this.#builder);
		this.#channelsFirst = isChannelsFirst(source.topology);
	}

	build(): Network {
		const { topology } = this.source;
		const wanted = this.options.output ?? null;
		if (wanted === null) {
			const [first, ...others] = topology.outputs;
			if (first) this.#builder.choseOutput({ taken: first.layer, others: others.map(({ layer }) => layer) });
			return this.#upTo(topology.outputs.slice(0, 1));
		}
		const layer = topology.layers.find((candidate) => candidate.name === wanted);
		if (layer) return this.#upTo([lastCall(topology, layer)]);
		this.#outputs(topology);
		const node = this.#builder.lastOf(wanted);
		if (node === null) throw new BlindspotError("bad-request", `The model has no layer '${wanted}'.`, wanted);
		return this.#builder.build(node);
	}

	/** The network that computes one output. */
	#upTo(outputs: readonly TensorReference[]): Network {
		const [value] = this.#outputs({ ...this.source.topology, outputs });
		const name = outputs[0]?.layer ?? "";
		if (value?.kind !== "activation")
			throw new BlindspotError("unreadable-model", "The output doesn't depend on the model's input.", name);
		return this.#builder.build(this.#example(value, { name, type: "Output" }, null));
	}

	#outputs(model: ModelTopology): readonly Value[] {
		return this.#walk(model, { names: [], storePath: "", prefix: "" }, null);
	}

	/** Adds a model's nodes; `given` are the values that feed a nested one. Returns its outputs. */
	#walk(model: ModelTopology, scope: Scope, given: readonly Value[] | null): readonly Value[] {
		const plan = this.#plan(model);
		const values = new Map<string, readonly Value[]>();
		const outputOf = (reference: TensorReference): Value => {
			const value = values.get(plan.keyOf(reference))?.[reference.tensor];
			if (value !== undefined) return value;
			throw new BlindspotError(
				"unreadable-model",
				`'${reference.layer}' has no output ${reference.tensor}, which another layer reads.`,
				reference.layer,
			);
		};
		for (const call of plan.calls) {
			this.#countStep(call.layer.name);
			values.set(call.key, this.#apply(model, call, scope, call.inputs.map(outputOf), given));
		}
		return model.outputs.map(outputOf);
	}

	#apply(
		model: ModelTopology,
		call: PlannedCall,
		scope: Scope,
		inputs: readonly Value[],
		given: readonly Value[] | null,
	): readonly Value[] {
		const { layer } = call;
		const label = scope.prefix + (call.index === 0 ? layer.name : `${layer.name}/call${call.index + 1}`);
		if (layer.customClass !== null)
			throw new BlindspotError(
				"unsupported-model",
				`Unsupported layer '${layer.customClass}' at '${label}': a custom class is opaque, its code is never run.`,
				label,
			);
		if (layer.className === "InputLayer") return [this.#input(model, call, scope, given)];
		if (layer.operation) {
			const warn = (message: string) => this.#builder.warn(message);
			return applyOperation(layer.operation, call, label, inputs, { emitter: this.#emitter, warn });
		}
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
		return [
			this.#layer(read as LayerReader, call, { name: label, type: layer.className }, { names, storePath }, inputs),
		];
	}

	#layer(read: LayerReader, call: PlannedCall, origin: Origin, address: LayerAddress, values: readonly Value[]): Value {
		const { className, settings } = call.layer;
		const activations = values.map((value) => asActivation(this.#emitter, origin, value));
		const arrangement = arrangementOf(className, settings, activations, isIdentity(className));
		const inputs = activations.map((x) => this.#example(x, origin, arrangement.order));
		const node = read(this.#layerCall(call, origin, address, inputs, arrangement));
		return inFileOrder(node, this.#builder.shapeOf(node, origin.name), arrangement.order);
	}

	/** The node that holds an example's axes in the file's order, or in the given one. */
	#example(x: Activation, origin: Origin, order: Order | null): string {
		const [batch, ...axes] = x.axes;
		if (batch === undefined || batch.length > 0)
			throw new BlindspotError(
				"unsupported-model",
				`Unsupported: '${origin.name}' reads a value that mixes the pictures of a batch.`,
				origin.name,
			);
		const wanted = order && order.length === axes.length ? order.map((axis) => axes[axis] ?? []) : axes;
		return this.#emitter.arrange(x, wanted, origin).node;
	}

	#layerCall(
		call: PlannedCall,
		origin: Origin,
		address: LayerAddress,
		inputs: readonly string[],
		{ settings }: Arrangement,
	): LayerCall {
		return {
			className: call.layer.className,
			label: origin.name,
			settings,
			dialect: this.source.dialect,
			inputs,
			shapes: inputs.map((input) => this.#builder.shapeOf(input, origin.name)),
			shapeOf: (node) => this.#builder.shapeOf(node, origin.name),
			weight: this.#weightsAt(address),
			weightsOf: (name, storeName) =>
				this.#weightsAt({ names: [...address.names, name], storePath: `${address.storePath}/${storeName}` }),
			add: (suffix, operation, weights = {}, from = inputs) =>
				this.#emitter.layer(suffix === "" ? origin : partOf(origin, suffix), operation, from, weights).name,
			warn: (message) => this.#builder.warn(message),
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

	#input(model: ModelTopology, call: PlannedCall, scope: Scope, given: readonly Value[] | null): Value {
		const { layer } = call;
		if (given === null) {
			const warn = (message: string) => this.#builder.warn(message);
			const shape = inputShape(layer.settings, this.options.inputSize, this.#channelsFirst, warn);
			const order = this.#channelsFirst ? channelsLast(shape.length) : null;
			const held = order ? order.map((axis) => shape[axis] as number) : shape;
			return inFileOrder(this.#emitter.input(layer.name, held, "InputLayer"), held, order);
		}
		const position = model.inputs.findIndex((input) => input.layer === layer.name);
		const value = given[position];
		if (value !== undefined) return value;
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
