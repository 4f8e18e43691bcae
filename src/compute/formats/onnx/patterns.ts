/**
 * Functions that exporters spell out in arithmetic, recognised as what they are: normalisations and activations that
 * newer operator sets have as one operation. The fused node has the place and the name of the last one.
 */
import { OnnxNode } from "./node.js";
import type { AttributeProto, TensorProto } from "./schema.js";
import { readTensor } from "./tensors.js";

/** The nodes with every pattern replaced by one node; what gives one of `outputs` keeps its value. */
export function withPatternsFused(
	nodes: readonly OnnxNode[],
	initializers: readonly TensorProto[],
	outputs: readonly string[],
): readonly OnnxNode[] {
	const view = new GraphView(nodes, initializers, outputs);
	for (const node of nodes) {
		if (view.isGone(node)) continue;
		const found = layerNormalization(view, node) ?? gelu(view, node) ?? gated(view, node);
		if (found) view.replace(found);
	}
	return view.nodes();
}

interface Fusion {
	/** All nodes that become one; the last has the output. */
	readonly members: readonly OnnxNode[];
	readonly operation: string;
	readonly inputs: readonly string[];
	readonly attributes: readonly AttributeProto[];
}

/** Who makes and who reads each value. */
class GraphView {
	readonly #maker: Map<string, OnnxNode>;
	readonly #readers = new Map<string, OnnxNode[]>();
	readonly #initializers: ReadonlyMap<string, TensorProto>;
	readonly #outputs: ReadonlySet<string>;
	readonly #becomes = new Map<OnnxNode, OnnxNode | null>();
	readonly #all: readonly OnnxNode[];

	constructor(nodes: readonly OnnxNode[], initializers: readonly TensorProto[], outputs: readonly string[]) {
		this.#all = nodes;
		this.#maker = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
		for (const node of nodes)
			for (const name of new Set(node.inputs)) {
				const readers = this.#readers.get(name);
				if (readers) readers.push(node);
				else this.#readers.set(name, [node]);
			}
		this.#initializers = new Map(initializers.map((proto) => [proto.name, proto]));
		this.#outputs = new Set(outputs);
	}

	isGone(node: OnnxNode): boolean {
		return this.#becomes.has(node);
	}

	/** The node that makes a value, if it is this operation. */
	maker(name: string | undefined, operation: string): OnnxNode | null {
		const node = name ? this.#maker.get(name) : undefined;
		return node?.operation === operation && !this.isGone(node) ? node : null;
	}

	/** The only node that reads a node's output, if it is this operation. */
	reader(node: OnnxNode, operation: string): OnnxNode | null {
		const output = node.outputs[0] ?? "";
		const readers = this.#readers.get(output) ?? [];
		const [reader] = readers;
		const isOnly = readers.length === 1 && !this.#outputs.has(output);
		return isOnly && reader?.operation === operation && !this.isGone(reader) ? reader : null;
	}

	readersOf(node: OnnxNode): readonly OnnxNode[] {
		return (this.#readers.get(node.outputs[0] ?? "") ?? []).filter((reader) => !this.isGone(reader));
	}

	/** Whether the values of these nodes go nowhere but among them. */
	isPrivate(inner: readonly OnnxNode[], members: readonly OnnxNode[]): boolean {
		return inner.every((node) =>
			node.outputs.every(
				(name) =>
					!this.#outputs.has(name) && (this.#readers.get(name) ?? []).every((reader) => members.includes(reader)),
			),
		);
	}

	isConstant(name: string | undefined): boolean {
		return name !== undefined && (this.#initializers.has(name) || this.maker(name, "Constant") !== null);
	}

	/** The number that a constant of one value is; null for anything else. */
	number(name: string | undefined): number | null {
		if (!name) return null;
		const node = this.maker(name, "Constant");
		const proto = this.#initializers.get(name);
		const external = node?.external ?? this.#all[0]?.external;
		if (proto && proto.dims.reduce((a, b) => a * b, 1) !== 1) return null;
		const value = node ? node.tensor("value") : proto && external ? readTensor(proto, external) : null;
		if (value?.data.length === 1) return value.data[0] as number;
		return node?.has("value_float") ? node.float("value_float", 0) : null;
	}

	/** For an operation of two: the other input where one of them is (about) this number. */
	beside(node: OnnxNode, wanted: number): string | null {
		const [a, b] = node.inputs;
		const isIt = (name: string | undefined) => Math.abs((this.number(name) ?? Number.NaN) - wanted) < 1e-4;
		return isIt(b) ? (a ?? null) : isIt(a) ? (b ?? null) : null;
	}

	replace({ members, operation, inputs, attributes }: Fusion): void {
		const last = members.at(-1) as OnnxNode;
		for (const member of members) this.#becomes.set(member, null);
		const origin = { name: last.origin.name, type: operation };
		const fused = new OnnxNode(origin, operation, inputs, last.outputs, last.version, attributes, last.external);
		this.#becomes.set(last, fused);
		for (const output of last.outputs) this.#maker.set(output, fused);
	}

	nodes(): readonly OnnxNode[] {
		return this.#all.flatMap((node) => {
			const becomes = this.#becomes.get(node);
			return becomes === undefined ? [node] : becomes === null ? [] : [becomes];
		});
	}
}

/** `(x - mean) / sqrt(mean((x - mean)²) + epsilon)`, then a scale and an offset; seen from the mean. */
function layerNormalization(view: GraphView, mean: OnnxNode): Fusion | null {
	if (mean.operation !== "ReduceMean") return null;
	const [x, axesInput] = mean.inputs;
	const axes = mean.ints("axes");
	const centred = view.reader(mean, "Sub");
	if (!x || axesInput || !axes || !centred || centred.inputs[0] !== x || mean.int("keepdims", 1) !== 1) return null;
	const d = centred.outputs[0];
	const quotient = view.readersOf(centred).find(({ operation }) => operation === "Div");
	const deviation = view.maker(quotient?.inputs[1], "Sqrt");
	const raised = view.maker(deviation?.inputs[0], "Add");
	if (!quotient || quotient.inputs[0] !== d || !deviation || !raised) return null;
	const [first, second] = raised.inputs;
	const epsilon = view.number(second) ?? view.number(first);
	const variance = view.maker(first, "ReduceMean") ?? view.maker(second, "ReduceMean");
	const square = view.maker(variance?.inputs[0], "Pow") ?? view.maker(variance?.inputs[0], "Mul");
	if (epsilon === null || !variance || variance.ints("axes")?.join() !== axes.join() || !square) return null;
	const isSquare = square.operation === "Pow" ? view.number(square.inputs[1]) === 2 : square.inputs[1] === d;
	if (square.inputs[0] !== d || !isSquare) return null;
	const members = [mean, centred, square, variance, raised, deviation, quotient];
	if (!view.isPrivate(members.slice(0, -1), members)) return null;

	const scaled = view.reader(quotient, "Mul");
	const gamma = scaled && constantInput(view, scaled, quotient);
	const shifted = scaled && gamma ? view.reader(scaled, "Add") : null;
	const beta = shifted && scaled && constantInput(view, shifted, scaled);
	if (scaled && gamma) members.push(scaled);
	if (shifted && beta) members.push(shifted);
	return {
		members,
		operation: "LayerNormalization",
		inputs: [x, ...(gamma ? [gamma] : []), ...(beta ? [beta] : [])],
		attributes: [attribute("axes", { ints: [...axes] }), attribute("epsilon", { float: epsilon })],
	};
}

/** The constant that a node combines another node's output with. */
function constantInput(view: GraphView, node: OnnxNode, other: OnnxNode): string | null {
	const name = node.inputs.find((input) => input !== other.outputs[0]);
	return view.isConstant(name) ? (name as string) : null;
}

/** `x · (1 + erf(x / √2)) / 2`, in either order; seen from the error function. */
function gelu(view: GraphView, erf: OnnxNode): Fusion | null {
	if (erf.operation !== "Erf") return null;
	const quotient = view.maker(erf.inputs[0], "Div") ?? view.maker(erf.inputs[0], "Mul");
	const x = quotient && (quotient.operation === "Div" ? divided(view, quotient) : view.beside(quotient, Math.SQRT1_2));
	const raised = view.reader(erf, "Add");
	const product = raised && view.beside(raised, 1) !== null ? view.reader(raised, "Mul") : null;
	if (!quotient || !x || !raised || !product) return null;
	const other = product.inputs.find((name) => name !== raised.outputs[0]);
	const half = view.maker(other, "Mul");
	const after = view.reader(product, "Mul");
	const members =
		half && view.beside(half, 0.5) === x
			? [quotient, erf, raised, half, product]
			: other === x && after && view.beside(after, 0.5) !== null
				? [quotient, erf, raised, product, after]
				: null;
	if (!members || !view.isPrivate(members.slice(0, -1), members)) return null;
	return { members, operation: "Gelu", inputs: [x], attributes: [] };
}

function divided(view: GraphView, node: OnnxNode): string | null {
	const by = view.number(node.inputs[1]);
	return by !== null && Math.abs(by - Math.SQRT2) < 1e-4 ? (node.inputs[0] ?? null) : null;
}

/** `x` times a gate of `x`: Swish, HardSwish, Mish; seen from the product. */
function gated(view: GraphView, product: OnnxNode): Fusion | null {
	if (product.operation !== "Mul") return null;
	for (const [x, gate] of [product.inputs, [...product.inputs].reverse()] as [string, string][]) {
		const found = gateOf(view, gate, x);
		if (!found) continue;
		const members = [...found.members, product];
		if (view.isPrivate(found.members, members))
			return { members, operation: found.operation, inputs: [x], attributes: [] };
	}
	return null;
}

function gateOf(view: GraphView, gate: string, x: string): Pick<Fusion, "members" | "operation"> | null {
	const sigmoid = view.maker(gate, "Sigmoid");
	if (sigmoid?.inputs[0] === x) return { members: [sigmoid], operation: "Swish" };
	const hard = view.maker(gate, "HardSigmoid");
	if (hard?.inputs[0] === x && Math.abs(hard.float("alpha", 0.2) - 1 / 6) < 1e-6 && hard.float("beta", 0.5) === 0.5)
		return { members: [hard], operation: "HardSwish" };
	const tanh = view.maker(gate, "Tanh");
	const softplus = view.maker(tanh?.inputs[0], "Softplus");
	if (tanh && softplus?.inputs[0] === x) return { members: [softplus, tanh], operation: "Mish" };
	return null;
}

function attribute(name: string, value: Partial<AttributeProto>): AttributeProto {
	return {
		name,
		float: 0,
		int: 0,
		string: new Uint8Array(0),
		tensor: null,
		graph: null,
		floats: [],
		ints: [],
		strings: [],
		type: 0,
		referredName: "",
		...value,
	};
}
