/** A Keras model's configuration as data: layers, their calls, inputs and outputs, Sequential made Functional. */
import { BlindspotError } from "../../errors.js";
import { LIMITS } from "../../network/build.js";
import { isList, isObject, type Json, type JsonObject, property, showJson } from "../json.js";
import { type Call, plainCall, readCalls, readOperationCalls, readReferences } from "./inbound.js";
import { type LayerOperation, layerOperation } from "./operations/recognise.js";
import type { TensorReference } from "./references.js";
import { openSizes, Settings } from "./settings.js";

export interface ModelTopology {
	readonly name: string;
	readonly layers: readonly LayerEntry[];
	readonly inputs: readonly TensorReference[];
	readonly outputs: readonly TensorReference[];
}

export interface LayerEntry {
	readonly name: string;
	readonly className: string;
	readonly settings: Settings;
	readonly calls: readonly Call[];
	/** Where its weights lie in a `.keras` file, relative to the model it is in: `layers/conv2d_1`. */
	readonly storePath: string;
	/** The model that this layer is, where it is one. */
	readonly model: ModelTopology | null;
	/** The operation that stands among the layers in this place; null for a layer. */
	readonly operation: LayerOperation | null;
	/** Module and class where the class isn't Keras' own, whatever it is called; else null. */
	readonly customClass: string | null;
}

/** Models in models in models: real ones have two levels. */
const DEEPEST_NESTING = 12;
const MODEL_CLASSES: ReadonlySet<string> = new Set(["Sequential", "Functional", "Model"]);

export function isModelClass(className: string): boolean {
	return MODEL_CLASSES.has(className);
}

/**
 * Reads `{class_name, config}` of a whole model. Throws `unsupported-model` for custom classes and
 * `unreadable-model` for what no Keras writes.
 */
export function readTopology(serialised: JsonObject, depth = 0): ModelTopology {
	const className = classNameOf(serialised, "the model");
	if (!isModelClass(className)) {
		throw new BlindspotError(
			"unsupported-model",
			`The model is of the class '${className}'. Sequential and Functional models are read; a subclassed model has its graph in code, which is opaque.`,
			className,
		);
	}
	if (depth > DEEPEST_NESTING)
		throw new BlindspotError("unsupported-model", `Models are nested more than ${DEEPEST_NESTING} deep.`);
	const raw = property(serialised, "config");
	// Keras before 2.2.3 wrote a Sequential's layers without a name.
	const config: JsonObject | undefined = isList(raw) ? { layers: raw } : isObject(raw) ? raw : undefined;
	const list = config && property(config, "layers");
	if (!config || !isList(list))
		throw new BlindspotError("unreadable-model", `The model has no list of layers, but ${showJson(raw)}.`);
	if (list.length > LIMITS.nodes)
		throw new BlindspotError("unsupported-model", `The model has ${list.length} layers; ${LIMITS.nodes} is the limit.`);
	const given = property(config, "name");
	const name = typeof given === "string" ? given : "model";
	return className === "Sequential" && !isList(property(config, "input_layers"))
		? sequential(name, config, list, depth)
		: functional(name, config, list, depth);
}

function functional(name: string, config: JsonObject, list: readonly Json[], depth: number): ModelTopology {
	const layers = readLayers(list, depth, (entry, owner, _name, _className, operation) => {
		const calls = property(entry, "inbound_nodes");
		return operation ? readOperationCalls(calls, owner) : readCalls(calls, owner);
	});
	return {
		name,
		layers,
		inputs: readReferences(property(config, "input_layers"), `input_layers of '${name}'`),
		outputs: readReferences(property(config, "output_layers"), `output_layers of '${name}'`),
	};
}

function sequential(name: string, config: JsonObject, list: readonly Json[], depth: number): ModelTopology {
	let previous: TensorReference | null = null;
	const layers = readLayers(list, depth, (_entry, _owner, layerName, className) => {
		const calls: Call[] =
			previous === null && className === "InputLayer" ? [] : [plainCall(previous ? [previous] : [])];
		previous = { layer: layerName, call: 0, tensor: 0 };
		return calls;
	});
	const first = layers[0];
	if (!first) throw new BlindspotError("unreadable-model", `The Sequential model '${name}' has no layers.`, name);
	const last = layers.at(-1) as LayerEntry;
	const outputs = [{ layer: last.name, call: 0, tensor: 0 }];
	if (first.className === "InputLayer")
		return { name, layers, inputs: [{ layer: first.name, call: 0, tensor: 0 }], outputs };
	const entrance = impliedInput(first, config, name);
	const input = { layer: entrance.name, call: 0, tensor: 0 };
	const rest = [{ ...first, calls: [plainCall([input])] }, ...layers.slice(1)];
	return { name, layers: [entrance, ...rest], inputs: [input], outputs };
}

/** The entrance of a Sequential that has no InputLayer: its first layer or the model itself knows the shape. */
function impliedInput(first: LayerEntry, config: JsonObject, model: string): LayerEntry {
	const inner = first.model?.layers.find((layer) => layer.className === "InputLayer");
	const source = inner?.settings ?? first.settings;
	const built = property(config, "build_input_shape");
	const own = source.sizes("batch_input_shape") ?? source.sizes("batch_shape");
	const inputShape = source.sizes("input_shape");
	const shape = own ?? (inputShape ? [null, ...inputShape] : null) ?? (built == null ? null : openSizes(built));
	const name = `${first.name}_input`;
	const settings = new Settings(`the input of '${model}'`, shape ? { batch_shape: shape } : {});
	return {
		name,
		className: "InputLayer",
		settings,
		calls: [],
		storePath: "",
		model: null,
		operation: null,
		customClass: null,
	};
}

type CallsOf = (
	entry: JsonObject,
	owner: string,
	name: string,
	className: string,
	operation: LayerOperation | null,
) => readonly Call[];

function readLayers(list: readonly Json[], depth: number, callsOf: CallsOf): LayerEntry[] {
	const names = new Set<string>();
	const storeNames = new Map<string, number>();
	return list.map((entry, index) => {
		if (!isObject(entry))
			throw new BlindspotError("unreadable-model", `Layer ${index} of the model is ${showJson(entry)}, not an object.`);
		const className = classNameOf(entry, `layer ${index}`);
		const config = property(entry, "config");
		const given = property(entry, "name") ?? (isObject(config) ? property(config, "name") : undefined);
		// Keras before 2.2.3 wrote a nested Sequential's config as a bare list.
		const values = isObject(config) ? config : {};
		const name = typeof given === "string" ? given : `${snakeCase(className)}_${index}`;
		if (names.has(name)) throw new BlindspotError("unreadable-model", `Two layers are called '${name}'.`, name);
		names.add(name);
		const owner = `${className} '${name}'`;
		const customClass = customClassOf(entry, className);
		const operation = customClass === null ? layerOperation(entry, className, values, owner) : null;
		return {
			name,
			className,
			settings: new Settings(owner, values),
			calls: callsOf(entry, owner, name, className, operation),
			// What has no weights doesn't count.
			storePath: operation ? "" : `layers/${storeName(className, storeNames)}`,
			operation,
			model: customClass === null && isModelClass(className) ? readTopology(entry, depth + 1) : null,
			customClass,
		};
	});
}

function classNameOf(entry: JsonObject, what: string): string {
	const className = property(entry, "class_name") ?? property(entry, "className");
	if (typeof className !== "string")
		throw new BlindspotError("unreadable-model", `The class of ${what} is ${showJson(className)}, not a text.`);
	return className;
}

/** A class from elsewhere may bear the name of a Keras layer and do something else. */
function customClassOf(entry: JsonObject, className: string): string | null {
	const module = property(entry, "module");
	const registered = property(entry, "registered_name");
	const foreign =
		typeof module === "string" && !/^(tf_keras|keras|tensorflow\.keras|tensorflow\.python\.keras)(\.|$)/.test(module);
	const custom = typeof registered === "string" && registered !== className && registered.includes(">");
	if (!foreign && !custom) return null;
	return foreign ? `${module}.${className}` : String(registered);
}

/** Keras 3 names what it stores by class and position, not by the layer's name. */
function storeName(className: string, used: Map<string, number>): string {
	const base = snakeCase(className);
	const times = used.get(base) ?? 0;
	used.set(base, times + 1);
	return times === 0 ? base : `${base}_${times}`;
}

/** As `keras.src.utils.naming.to_snake_case`. */
function snakeCase(name: string): string {
	return name
		.replace(/\W+/g, "")
		.replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
		.replace(/([a-z])([A-Z])/g, "$1_$2")
		.toLowerCase();
}
