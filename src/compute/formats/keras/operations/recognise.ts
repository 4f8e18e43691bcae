/** Which entries among a model's layers are operations: calls of `keras.ops` or of TensorFlow's functions. */
import { nodeFromJson } from "../../graphdef/json.js";
import type { NodeDef } from "../../graphdef/schema.js";
import { isList, isObject, type JsonObject, property } from "../../json.js";
import { layerReader } from "../layers/registry.js";
import { type Operand, OperandReader } from "./operand.js";
import { type KnownOperation, kerasOperation, tensorFlowFunction } from "./registry.js";

export interface LayerOperation {
	/** As the file calls it: `TrueDivide`, `tf.math.truediv`. */
	readonly name: string;
	/** Null where it isn't read. */
	readonly known: KnownOperation | null;
	/** What the operation itself is configured with, beside the arguments of its calls. */
	readonly configured: ReadonlyMap<string, Operand>;
	/** A node of a TensorFlow graph, as TensorFlow 2.0 to 2.3 wrote them, and its constants by input. */
	readonly graphNode: { readonly definition: NodeDef; readonly constants: ReadonlyMap<number, Operand> } | null;
}

/** The operation that an entry of a model's layers is; null for a layer. Throws `unreadable-model`. */
export function layerOperation(
	entry: JsonObject,
	className: string,
	config: JsonObject,
	owner: string,
): LayerOperation | null {
	if (className === "TFOpLambda" || className === "SlicingOpLambda") {
		const name = property(config, "function") ?? property(config, "symbol");
		const known = typeof name === "string" ? (tensorFlowFunction(name) ?? null) : null;
		return { name: `tf.${String(name)}`, known, configured: new Map(), graphNode: null };
	}
	if (className === "TensorFlowOpLayer") return graphNode(config, owner);
	if (!isKerasOperation(entry, className, config)) return null;
	const reader = new OperandReader(owner, () => null);
	const own = Object.entries(config).filter(([key]) => key !== "name");
	const configured = new Map(own.map(([key, value]) => [key, reader.read(value)] as const));
	return { name: className, known: kerasOperation(className) ?? null, configured, graphNode: null };
}

/**
 * A `.keras` file names the module. An `.h5` doesn't; there an operation has a configuration without what every layer
 * has, and where a layer has the same name it takes its inputs apart, not as one list.
 */
function isKerasOperation(entry: JsonObject, className: string, config: JsonObject): boolean {
	const module = property(entry, "module");
	if (typeof module === "string") return /^keras\.(src\.)?ops(\.|$)/.test(module);
	if (!kerasOperation(className) || property(config, "trainable") !== undefined) return false;
	if (!layerReader(className)) return true;
	if (property(config, "dtype") !== undefined) return false;
	const calls = property(entry, "inbound_nodes");
	const [call] = isList(calls) ? calls : [];
	const args = isObject(call) ? property(call, "args") : undefined;
	if (!isList(args)) return false;
	return args.length > 1 || property(config, "newshape") !== undefined || (className === "Average" && !isList(args[0]));
}

function graphNode(config: JsonObject, owner: string): LayerOperation {
	const definition = nodeFromJson(property(config, "node_def") ?? null);
	const given = property(config, "constants");
	const reader = new OperandReader(owner, () => null);
	const constants = new Map(
		Object.entries(isObject(given) ? given : {}).map(([at, value]) => [Number(at), reader.read(value)] as const),
	);
	return { name: definition.operation, known: null, configured: new Map(), graphNode: { definition, constants } };
}
