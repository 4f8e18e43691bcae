/**
 * Graphs and the functions they call. A frame is one call of a function, or the graph itself; a reference to a value
 * is followed through calls and arguments to the node that computes it, so that no function has to be copied.
 */
import { BlindspotError } from "../../errors.js";
import { LIMITS } from "../../network/build.js";
import { GraphNode, type Scope, type Source } from "./node.js";
import { outsideNote } from "./outside.js";
import type { FunctionDef, GraphDef, NodeDef } from "./schema.js";

/** A name, and where it means something. */
interface Reference {
	readonly frame: Frame;
	readonly name: string;
}

const DEEPEST_CALL = 64;
const MOST_CALLS = 5_000;
const MOST_NODES = 4 * LIMITS.nodes;
/** From one value to the node that computes it. */
const MOST_STEPS = 10_000;

export const PLACEHOLDERS: ReadonlySet<string> = new Set(["Placeholder", "PlaceholderV2", "PlaceholderWithDefault"]);
export const CALLS: ReadonlySet<string> = new Set(["PartitionedCall", "StatefulPartitionedCall"]);

/** Nodes with names, arguments and results: a function, or the graph itself. */
interface Body {
	readonly definitions: ReadonlyMap<string, NodeDef>;
	readonly inputs: readonly string[];
	/** What each output is, in order. */
	readonly results: readonly { readonly output: string; readonly value: string }[];
}

/** What the graph and all calls in it have in common. */
class Library {
	readonly names = new Set<string>();
	/** What people should know of operations that reach out of the graph. */
	readonly outside: string | null;
	readonly #functions: ReadonlyMap<string, FunctionDef>;
	readonly #bodies = new Map<string, Body>();
	calls = 0;
	nodes = 0;

	constructor(graph: GraphDef) {
		const { library } = graph;
		this.outside = outsideNote(graph);
		const functions = (library?.functions ?? []).map((f) => [f.signature?.name ?? "", f] as const);
		this.#functions = new Map(functions);
	}

	has(name: string): boolean {
		return this.#functions.has(name);
	}

	body(name: string): Body | null {
		const known = this.#bodies.get(name);
		if (known) return known;
		const found = this.#functions.get(name);
		if (!found) return null;
		const values = new Map(found.results.map(({ key, value }) => [key, value]));
		const body: Body = {
			definitions: uniquelyNamed(found.nodes),
			inputs: (found.signature?.inputs ?? []).map((input) => input.name),
			results: (found.signature?.outputs ?? []).map(({ name: output }) => ({
				output,
				value: values.get(output) ?? "",
			})),
		};
		this.#bodies.set(name, body);
		return body;
	}
}

export class Frame implements Scope {
	readonly #library: Library;
	readonly #body: Body;
	readonly #nodes = new Map<string, GraphNode>();
	readonly #calls = new Map<GraphNode, Map<string, Frame>>();

	private constructor(
		library: Library,
		body: Body,
		/** Names of the calls that lead here. */
		readonly path: readonly string[],
		/** What each argument of the function is, by name. */
		readonly args: ReadonlyMap<string, Reference>,
	) {
		this.#library = library;
		this.#body = body;
	}

	static ofGraph(graph: GraphDef): Frame {
		return new Frame(
			new Library(graph),
			{ definitions: uniquelyNamed(graph.nodes), inputs: [], results: [] },
			[],
			new Map(),
		);
	}

	/** What people should know of operations in the graph or its functions that reach out of it; null for none. */
	get outside(): string | null {
		return this.#library.outside;
	}

	get results(): Body["results"] {
		return this.#body.results;
	}

	/** Nodes as the file has them, in its order. */
	get definitions(): readonly NodeDef[] {
		return [...this.#body.definitions.values()];
	}

	/** The nodes with one of these operations. */
	nodesWith(operations: ReadonlySet<string>): readonly GraphNode[] {
		return this.definitions.flatMap(({ name, operation }) =>
			operations.has(operation) ? (this.node(name) ?? []) : [],
		);
	}

	/** The node so called; null where there is none. */
	node(name: string): GraphNode | null {
		const known = this.#nodes.get(name);
		if (known) return known;
		const definition = this.#body.definitions.get(name);
		if (!definition) return null;
		const library = this.#library;
		if (++library.nodes > MOST_NODES)
			throw new BlindspotError("unsupported-model", `With its functions the model has more than ${MOST_NODES} nodes.`);
		const node = new GraphNode({ name: this.#unique(name), type: definition.operation }, definition, this);
		this.#nodes.set(name, node);
		return node;
	}

	/** The function that a node calls, on the node's inputs; null for any other node. */
	called(node: GraphNode, attribute = "f", firstInput = 0): Frame | null {
		const library = this.#library;
		const isCall = CALLS.has(node.operation) || attribute !== "f";
		const name = isCall ? node.callee(attribute) : library.has(node.operation) ? node.operation : null;
		if (name === null) return null;
		const known = this.#calls.get(node)?.get(name);
		if (known) return known;
		const body = library.body(name);
		if (!body) throw node.damaged(`it calls '${name}', which isn't there`);
		if (this.path.length >= DEEPEST_CALL) throw node.unsupported(`functions call each other ${DEEPEST_CALL} deep`);
		if (++library.calls > MOST_CALLS) throw node.unsupported(`the model calls functions more than ${MOST_CALLS} times`);
		const args = new Map<string, Reference>();
		body.inputs.forEach((input, i) => {
			const given = node.inputs[i + firstInput];
			if (given !== undefined) args.set(input, { frame: this, name: given });
		});
		const frame = new Frame(library, body, [...this.path, node.origin.name], args);
		this.#calls.set(node, (this.#calls.get(node) ?? new Map<string, Frame>()).set(name, frame));
		return frame;
	}

	/** The node that computes what a name means here. Throws `unreadable-model` where nothing does. */
	resolve(reader: string, name: string): Source {
		let at: Reference = { frame: this, name };
		for (let step = 0; step < MOST_STEPS; step++) {
			const [base = "", output, index] = at.name.split(":") as [string, string?, string?];
			const argument = at.frame.args.get(base);
			if (argument) {
				at = argument;
				continue;
			}
			const node = at.frame.node(base);
			if (!node)
				throw new BlindspotError("unreadable-model", `'${reader}' reads '${at.name}', which isn't there.`, reader);
			const callee = at.frame.called(node);
			const place = outputIndex(node, callee, output, index);
			if (!callee) return { node, index: place };
			const result = callee.results[place];
			if (!result) throw node.damaged(`it has no output ${place}, which '${reader}' reads`);
			at = { frame: callee, name: result.value };
		}
		throw new BlindspotError("unreadable-model", `What '${reader}' reads goes round in a circle.`, reader);
	}

	/** The node's own name; where another call has it already, after the names of the calls. */
	#unique(name: string): string {
		const { names } = this.#library;
		let unique = names.has(name) ? [...this.path.slice(-1), name].join("/") : name;
		for (let n = 2; names.has(unique); n++) unique = `${name}#${n}`;
		names.add(unique);
		return unique;
	}
}

function uniquelyNamed(nodes: readonly NodeDef[]): ReadonlyMap<string, NodeDef> {
	const definitions = new Map<string, NodeDef>();
	for (const node of nodes) {
		if (definitions.has(node.name))
			throw new BlindspotError("unreadable-model", `Two nodes are called '${node.name}'.`, node.name);
		definitions.set(node.name, node);
	}
	return definitions;
}

/** Outputs of operations that name several; functions refer to outputs by name. */
const OUTPUT_NAMES: Readonly<Record<string, readonly string[]>> = {
	FusedBatchNorm: ["y"],
	FusedBatchNormV2: ["y"],
	FusedBatchNormV3: ["y"],
	_FusedBatchNormEx: ["y"],
	Switch: ["output_false", "output_true"],
	Merge: ["output", "value_index"],
	MaxPoolWithArgmax: ["output"],
	TopKV2: ["values", "indices"],
};

/** `node:1` in a graph; `node:output:1` in a function, counted from that output. */
function outputIndex(
	node: GraphNode,
	callee: Frame | null,
	output: string | undefined,
	index: string | undefined,
): number {
	const isNamed = output !== undefined && /^[a-z]/i.test(output);
	const place = Number((isNamed ? index : output) ?? 0);
	if (!Number.isSafeInteger(place) || place < 0 || (!isNamed && index !== undefined))
		throw node.damaged(`it has no output '${[output, index].join(":")}'`);
	if (!isNamed) return place;
	if (callee && !CALLS.has(node.operation)) {
		const own = callee.results.findIndex((result) => result.output === output);
		return own < 0 ? Number.MAX_SAFE_INTEGER : own + place;
	}
	const names = Object.hasOwn(OUTPUT_NAMES, node.operation) ? OUTPUT_NAMES[node.operation] : undefined;
	const first = names?.indexOf(output) ?? 0;
	// One that isn't named above is one that no operation reads.
	return first < 0 ? Number.MAX_SAFE_INTEGER : first + place;
}

interface Reach {
	readonly nodes: readonly GraphNode[];
	readonly placeholders: readonly GraphNode[];
}

/** All that a value may be computed from, whatever conditions say. */
export function reach(root: Source): Reach {
	const seen = new Set([root.node]);
	const pending = [root.node];
	for (let node = pending.pop(); node; node = pending.pop())
		for (const input of node.inputs) {
			const { node: source } = node.frame.resolve(node.origin.name, input);
			if (seen.has(source)) continue;
			seen.add(source);
			pending.push(source);
		}
	return { nodes: [...seen], placeholders: [...seen].filter(({ operation }) => PLACEHOLDERS.has(operation)) };
}
