/** An ONNX graph, node by node, into a `Network`. */
import { BlindspotError } from "../../errors.js";
import { LIMITS, NetworkBuilder } from "../../network/build.js";
import type { Network } from "../../network/types.js";
import { fileShape, type Value } from "../graph/align.js";
import { asOutput, Emitter } from "../graph/emitter.js";
import { withPlaces } from "../graph/places.js";
import { scalarOf, type Tensor, tensor } from "../graph/tensor.js";
import { warnOfOddValues } from "../numbers.js";
import { evaluator } from "./evaluate.js";
import { enter } from "./input.js";
import { Inputs, type Lowering } from "./lowering.js";
import type { Body, OnnxNode } from "./node.js";
import { listNodes } from "./nodeList.js";
import { operationReader } from "./operations/index.js";
import { withPatternsFused } from "./patterns.js";
import type { GraphProto, TensorProto } from "./schema.js";
import type { GraphSettings } from "./settings.js";
import { type ExternalData, readTensor } from "./tensors.js";

/** Values of all constants that a file may have computed at reading. */
const MOST_FOLDED = 2 ** 28;

/**
 * The network that gives the graph's first output, or the one that is asked for. Throws `unsupported-model` naming operation and node for what
 * can't be represented, `unreadable-model` for what no sound file has.
 */
export function readGraph(graph: GraphProto, settings: GraphSettings): Network {
	const { output, nodes, others, note } = neededPart(graph, settings);
	const values = initialValues(graph, settings);
	const builder = new NetworkBuilder("onnx");
	const emitter = new Emitter(builder);
	const warn = (message: string) => builder.warn(message);
	builder.choseOutput({ taken: output, others });
	if (note !== null) warn(note);
	const used = new Set([output, ...nodes.flatMap((node) => node.inputs)]);
	const inputs = graph.inputs.filter(({ name }) => used.has(name) && !values.has(name));
	const entered = enter(inputs, settings, emitter, warn);
	for (const [name, value] of values)
		if (used.has(name) && value.kind === "tensor") warnOfOddValues(value.name, value.data, warn);
	values.set(entered.name, entered.value);
	const result = computeOutput(nodes, output, values, { emitter, fixedBatch: entered.fixedBatch, warn });
	if (result.kind === "tensor")
		throw new BlindspotError("unreadable-model", "The output doesn't depend on the model's input.", output);
	return withPlaces(builder.build(asOutput(emitter, result, output)), placesOf(graph));
}

function placesOf({ initializers }: GraphProto): ReadonlyMap<string, string> {
	return new Map(initializers.map(({ name }) => [name, `initializer ${name}`]));
}

/** The first output of a graph whose inputs all have values; null where it needs an operation that isn't folded. */
export function foldGraph(graph: GraphProto, settings: GraphSettings): Tensor | null {
	const { output, nodes } = neededPart(graph, settings);
	const emitter = new Emitter(new NetworkBuilder("onnx"));
	const lowering = { emitter, fixedBatch: 1, warn: () => {} };
	const result = computeOutput(nodes, output, initialValues(graph, settings), lowering);
	return result.kind === "tensor" ? result : null;
}

interface NeededPart {
	readonly output: string;
	readonly nodes: readonly OnnxNode[];
	/** What people should know about the choice of output. */
	/** What could have been taken in its place. */
	readonly others: readonly string[];
	/** What people should know about the choice. */
	readonly note: string | null;
}

function neededPart(graph: GraphProto, { versions, functions, external, output: wanted }: GraphSettings): NeededPart {
	if (graph.nodes.length > LIMITS.nodes)
		throw new BlindspotError(
			"unsupported-model",
			`The model has ${graph.nodes.length} nodes; ${LIMITS.nodes} is the limit.`,
		);
	const all = listNodes(graph.nodes, versions, functions, external);
	const chosen =
		wanted === null ? chooseOutput(graph, all) : { output: valueNamed(wanted, all, graph), others: [], note: null };
	const { output } = chosen;
	return { ...chosen, nodes: withPatternsFused(neededNodes(all, [output]), graph.initializers, [output]) };
}

/** The value that has a name, or that the node with that name computes. Throws `bad-request` where there is none. */
function valueNamed(name: string, nodes: readonly OnnxNode[], { outputs }: GraphProto): string {
	const made = nodes.some(({ outputs }) => outputs.includes(name));
	const [value] = nodes.find(({ origin }) => origin.name === name)?.outputs ?? [];
	if (made || value) return made ? name : (value as string);
	const ends = outputs.map((output) => `'${output.name}'`).join(", ");
	throw new BlindspotError(
		"bad-request",
		`The model has no node '${name}'. Its outputs are ${ends}; any inner node can be named too.`,
		name,
	);
}

/**
 * Of several outputs the one that ends the graph and looks like scores: no label, no value that another output is computed from (features),
 * rather one that is called or computed as scores are. Where there are only labels, what the label is chosen from.
 */
function chooseOutput(graph: GraphProto, nodes: readonly OnnxNode[]): Omit<NeededPart, "nodes"> {
	const names = graph.outputs.map(({ name }) => name);
	const [first] = names;
	if (!first) throw new BlindspotError("unreadable-model", "The graph has no output.");
	const maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
	const labelled = (name: string, steps = 0): OnnxNode | null => {
		const node = maker.get(name);
		if (node?.operation === "ArgMax") return node;
		const passesOn = node && ["Cast", "Identity", "Squeeze", "Reshape", "Flatten"].includes(node.operation);
		return passesOn && steps < 8 ? labelled(node.inputs[0] ?? "", steps + 1) : null;
	};
	const scored = graph.outputs
		.filter((output) => !labelled(output.name) && holdsScores(output))
		.map(({ name }) => name);
	const read = new Set(scored.flatMap((name) => [...ancestors(name, maker)]));
	const ends = scored.filter((name) => !read.has(name));
	const taken = ends.find((name) => SCORE_NAME.test(name)) ?? ends.find((name) => isScore(maker.get(name))) ?? ends[0];
	if (taken !== undefined) {
		return { output: taken, others: names.filter((name) => name !== taken), note: null };
	}
	const label = labelled(first);
	// Of constants the label itself can be computed.
	if (!label?.inputs[0] || graph.inputs.length === 0) return { output: first, others: [], note: null };
	return {
		output: label.inputs[0],
		others: [],
		note: `The model's output '${first}' is a label; the scores that '${label.origin.name}' chooses from are used.`,
	};
}

const SCORE_NAME = /prob|logit|score|softmax/i;
/** FLOAT, FLOAT16, DOUBLE, BFLOAT16 of TensorProto.DataType; 0 where the file doesn't say. */
const REAL_TYPES = new Set([0, 1, 10, 11, 16]);

function holdsScores({ type }: GraphProto["outputs"][number]): boolean {
	// A sequence or a map (scikit-learn's ZipMap) is no tensor.
	return type === null || (type.tensor !== null && REAL_TYPES.has(type.tensor.elementType));
}

function isScore(node: OnnxNode | undefined): boolean {
	return node !== undefined && ["Softmax", "LogSoftmax", "Sigmoid", "Gemm"].includes(node.operation);
}

/** Names of the values that a value is computed from, itself left out. */
function ancestors(name: string, maker: ReadonlyMap<string, OnnxNode>): ReadonlySet<string> {
	const found = new Set<string>();
	const open = [name];
	for (let next = open.pop(); next !== undefined; next = open.pop()) {
		for (const input of maker.get(next)?.inputs ?? []) {
			if (found.has(input)) continue;
			found.add(input);
			open.push(input);
		}
	}
	return found;
}

function initialValues(graph: GraphProto, { external }: GraphSettings): Map<string, Value> {
	const values = new Map<string, Value>();
	addInitializers(graph.initializers, external, values);
	return values;
}

function addInitializers(
	initializers: readonly TensorProto[],
	external: ExternalData,
	values: Map<string, Value>,
): void {
	for (const proto of initializers) {
		if (values.has(proto.name))
			throw new BlindspotError("unreadable-model", `Two initializers are called '${proto.name}'.`, proto.name);
		values.set(proto.name, readTensor(proto, external));
	}
}

function computeOutput(
	nodes: readonly OnnxNode[],
	output: string,
	values: Map<string, Value>,
	lowering: Lowering,
): Value {
	compute(nodes, values, lowering, { count: 0 });
	return computedValue(output, values);
}

function computedValue(output: string, values: ReadonlyMap<string, Value>): Value {
	const result = values.get(output);
	if (!result) throw new BlindspotError("unreadable-model", `Nothing computes the output '${output}'.`, output);
	return result;
}

/** Adds what the nodes give to the values; `folded` counts those that are constants. */
function compute(
	nodes: readonly OnnxNode[],
	values: Map<string, Value>,
	lowering: Lowering,
	folded: { count: number },
): void {
	for (const node of nodes) {
		const results = node.branches
			? ofChosenBranch(node, node.branches, values, lowering, folded)
			: computed(node, values, lowering);
		for (const result of results) if (result.kind === "tensor") folded.count += result.data.length;
		if (folded.count > MOST_FOLDED)
			throw new BlindspotError(
				"unsupported-model",
				`The constants computed up to node '${node.origin.name}' have ${folded.count} values, more than is read.`,
				node.origin.name,
			);
		node.outputs.forEach((name, i) => {
			if (!name) return;
			if (values.has(name))
				throw new BlindspotError(
					"unreadable-model",
					`'${name}' is computed twice, by '${node.origin.name}' too.`,
					name,
				);
			const result = results[i];
			if (result) values.set(name, result);
		});
	}
}

/** Values of an `If` whose condition is known at reading. */
function ofChosenBranch(
	node: OnnxNode,
	{ whenTrue, whenFalse }: NonNullable<OnnxNode["branches"]>,
	values: Map<string, Value>,
	lowering: Lowering,
	folded: { count: number },
): readonly Value[] {
	const condition = values.get(node.inputs[0] ?? "");
	if (!condition) throw node.damaged("it has no condition");
	if (condition.kind === "activation")
		throw node.unsupported("its condition depends on the picture, so that it is no one function to look into");
	const { nodes, initializers, outputs }: Body = scalarOf(condition) !== 0 ? whenTrue : whenFalse;
	if (outputs.length < node.outputs.length) throw node.damaged("a branch gives fewer values than the node");
	addInitializers(initializers, node.external, values);
	const wanted = outputs.slice(0, node.outputs.length);
	compute(withPatternsFused(neededNodes(nodes, wanted), initializers, wanted), values, lowering, folded);
	return wanted.map((name) => computedValue(name, values));
}

function computed(node: OnnxNode, values: ReadonlyMap<string, Value>, lowering: Lowering): readonly Value[] {
	const { origin } = node;
	const inputs = node.inputs.map((name): Value | null => {
		if (!name) return null;
		const value = values.get(name);
		if (!value)
			throw new BlindspotError(
				"unreadable-model",
				`${origin.type} '${origin.name}' reads '${name}', which nothing before it computes.`,
				origin.name,
			);
		return value;
	});
	if (lowering.fixedBatch > 1 && OF_EQUALS.has(node.operation)) cutBatches(inputs, lowering.fixedBatch);
	const known = inputs.flatMap((value) => (value?.kind === "tensor" ? [value] : []));
	const evaluate = evaluator(node.operation);
	if (evaluate && known.length === inputs.filter((value) => value !== null).length)
		return evaluate(node, inputs as (typeof known)[number][]);
	const read = operationReader(node.operation);
	if (!read)
		throw new BlindspotError(
			"unsupported-model",
			`unsupported operation '${node.operation}' at node '${origin.name}'${evaluate ? " (its input depends on the picture; of constants it is read)" : ""}.`,
			origin.name,
		);
	return read(node, new Inputs(node, inputs, lowering.emitter), lowering);
}

/** Operations whose inputs have the same batch axis. */
const OF_EQUALS: ReadonlySet<string> = new Set(["Concat", "Add", "Sub", "Mul", "Div", "Where"]);

/** A constant that a file for a fixed batch repeats for each picture, as it is for one. */
function cutBatches(inputs: (Value | null)[], fixedBatch: number): void {
	const picture = inputs.find((value) => value?.kind === "activation");
	if (!picture || fileShape(picture)[0] !== 1) return;
	inputs.forEach((value, i) => {
		if (value?.kind !== "tensor" || value.shape.length !== fileShape(picture).length) return;
		const size = value.data.length / fixedBatch;
		if (value.shape[0] !== fixedBatch || !value.data.every((v, k) => v === value.data[k % size])) return;
		inputs[i] = tensor(value.type, [1, ...value.shape.slice(1)], value.data.slice(0, size), value.name);
	});
}

/** The nodes that the outputs depend on, in the file's order. */
function neededNodes(nodes: readonly OnnxNode[], outputs: readonly string[]): readonly OnnxNode[] {
	const maker = new Map<string, OnnxNode>();
	for (const node of nodes)
		for (const name of node.outputs) {
			if (name && maker.has(name))
				throw new BlindspotError(
					"unreadable-model",
					`'${name}' is computed twice, by '${node.origin.name}' too.`,
					name,
				);
			maker.set(name, node);
		}
	const needed = new Set<OnnxNode>();
	const pending = [...outputs];
	for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
		const node = maker.get(name);
		if (!node || needed.has(node)) continue;
		needed.add(node);
		for (const input of node.inputs) pending.push(input);
	}
	return nodes.filter((node) => needed.has(node));
}
