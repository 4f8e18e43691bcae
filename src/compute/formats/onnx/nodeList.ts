/**
 * The nodes of a graph as one list: functions of the model's own are written out where they are called, and the
 * branches of an `If` lie ready to be chosen from. Names stay unique: what stands in a function or a branch is called
 * after the node that it is written out for.
 */
import { BlindspotError } from "../../errors.js";
import { LIMITS } from "../../network/build.js";
import { type Body, OnnxNode } from "./node.js";
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto, TensorProto } from "./schema.js";
import { DEEPEST_BRANCH, subgraphOf } from "./subgraph.js";
import type { ExternalData } from "./tensors.js";

/** How deep functions may call functions. */
const DEEPEST_CALL = 64;
/** Inputs or outputs of one node. */
const MOST_ENDS = 10_000;

/** Where nodes stand: at the outermost level, in a call of a function, in a branch. */
interface Scope {
	readonly versions: ReadonlyMap<string, number>;
	/** What stands before the names of nodes. */
	readonly prefix: string;
	/** What a value of this scope is called in the whole list; "" for one that a call leaves out. */
	rename(name: string): string;
	/** What attributes that refer to those of a call mean. */
	readonly given: ReadonlyMap<string, AttributeProto>;
	readonly calls: number;
	readonly branches: number;
}

/** Version of each domain that is imported. */
export function versionsOf(operatorSets: ModelProto["operatorSets"]): ReadonlyMap<string, number> {
	return new Map(operatorSets.map(({ domain, version }) => [standardDomain(domain), version] as const));
}

function standardDomain(domain: string): string {
	return domain === "ai.onnx" ? "" : domain;
}

/**
 * The list. Throws `unsupported-model` where functions or branches nest too deeply or make too many nodes,
 * `unreadable-model` for a damaged branch.
 */
export function listNodes(
	nodes: readonly NodeProto[],
	versions: ReadonlyMap<string, number>,
	functions: readonly FunctionProto[],
	external: ExternalData,
): readonly OnnxNode[] {
	const outermost: Scope = {
		versions,
		prefix: "",
		rename: (name) => name,
		given: new Map(),
		calls: 0,
		branches: 0,
	};
	return new NodeList(functions, external).written(nodes, outermost);
}

class NodeList {
	readonly #functions: ReadonlyMap<string, FunctionProto>;
	readonly #taken = new Set<string>();
	#count = 0;

	constructor(
		functions: readonly FunctionProto[],
		readonly external: ExternalData,
	) {
		this.#functions = new Map(functions.map((proto) => [keyOf(proto.domain, proto.name, proto.overload), proto]));
	}

	written(protos: readonly NodeProto[], scope: Scope): readonly OnnxNode[] {
		return protos.flatMap((proto) => this.#written(proto, scope));
	}

	#written(proto: NodeProto, scope: Scope): readonly OnnxNode[] {
		this.#count += 1;
		if (this.#count > LIMITS.nodes)
			throw new BlindspotError(
				"unsupported-model",
				`The model has more than ${LIMITS.nodes} nodes, its functions and branches written out; that is the limit.`,
			);
		const name = this.#uniqueName(proto, scope);
		const ends = Math.max(proto.inputs.length, proto.outputs.length);
		if (ends > MOST_ENDS)
			throw new BlindspotError(
				"unsupported-model",
				`The node '${name}' has ${ends} inputs or outputs; ${MOST_ENDS} is the limit.`,
				name,
			);
		const inputs = proto.inputs.map((input) => input && scope.rename(input));
		const outputs = proto.outputs.map((output) => output && scope.rename(output));
		const attributes = proto.attributes.flatMap((attribute) => meant(attribute, scope));
		const domain = standardDomain(proto.domain);
		// The standard operations are read as such, also where a file spells them out.
		const called = domain && this.#functions.get(keyOf(domain, proto.operation, proto.overload));
		if (called) return this.#call(name, called, inputs, outputs, attributes, scope);
		const operation = domain ? `${domain}.${proto.operation}` : proto.operation;
		const branches = operation === "If" ? this.#branches(name, attributes, scope) : null;
		const captured = branches ? [...capturedBy(branches.whenTrue), ...capturedBy(branches.whenFalse)] : [];
		return [
			new OnnxNode(
				{ name, type: operation },
				operation,
				[...inputs, ...captured],
				outputs,
				scope.versions.get(domain) ?? 0,
				attributes,
				this.external,
				branches,
			),
		];
	}

	/** The node's own name, else that of its first output, else a number. */
	#uniqueName(proto: NodeProto, { prefix }: Scope): string {
		const wanted = prefix + (proto.name || proto.outputs.find((output) => output) || `node ${this.#count - 1}`);
		let name = wanted;
		for (let n = 2; this.#taken.has(name); n++) name = `${wanted}#${n}`;
		this.#taken.add(name);
		return name;
	}

	#call(
		caller: string,
		called: FunctionProto,
		inputs: readonly string[],
		outputs: readonly string[],
		attributes: readonly AttributeProto[],
		{ versions, calls, branches }: Scope,
	): readonly OnnxNode[] {
		if (calls === DEEPEST_CALL)
			throw new BlindspotError(
				"unsupported-model",
				`Functions call each other more than ${DEEPEST_CALL} deep at '${caller}'.`,
				caller,
			);
		const prefix = `${caller}/`;
		const names = new Map(called.outputs.map((name, i) => [name, outputs[i] || prefix + name]));
		// An input that is handed on as an output has the caller's name for it within the function.
		for (const [i, name] of called.inputs.entries()) names.set(name, inputs[i] ?? "");
		const own = versionsOf(called.operatorSets);
		const scope: Scope = {
			versions: own.size > 0 ? own : versions,
			prefix,
			rename: (name) => names.get(name) ?? prefix + name,
			given: new Map([...called.defaults, ...attributes].map((attribute) => [attribute.name, attribute])),
			calls: calls + 1,
			branches,
		};
		const handedOn = called.outputs.flatMap((name, i) => {
			const output = outputs[i];
			return output && called.inputs.includes(name) ? [this.#identity(prefix + name, scope.rename(name), output)] : [];
		});
		return [...this.written(called.nodes, scope), ...handedOn];
	}

	#identity(name: string, from: string, to: string): OnnxNode {
		return new OnnxNode({ name, type: "Identity" }, "Identity", [from], [to], 1, [], this.external);
	}

	#branches(name: string, attributes: readonly AttributeProto[], scope: Scope): OnnxNode["branches"] {
		if (scope.branches === DEEPEST_BRANCH)
			throw new BlindspotError(
				"unsupported-model",
				`Branches lie more than ${DEEPEST_BRANCH} deep in each other at '${name}'.`,
				name,
			);
		const body = (attribute: string): Body => {
			const found = attributes.find((candidate) => candidate.name === attribute);
			const graph = found && subgraphOf(found);
			if (!graph) throw new BlindspotError("unreadable-model", `If '${name}' has no '${attribute}'.`, name);
			return this.#body(`${name}/${attribute === "then_branch" ? "then" : "else"}/`, graph, scope);
		};
		return { whenTrue: body("then_branch"), whenFalse: body("else_branch") };
	}

	/** A branch: what it makes is called after it, all else is the surrounding scope's. */
	#body(prefix: string, graph: GraphProto, outer: Scope): Body {
		const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
		for (const { name } of graph.initializers) made.add(name);
		const rename = (name: string) => (made.has(name) ? prefix + name : outer.rename(name));
		const scope: Scope = { ...outer, prefix, rename, branches: outer.branches + 1 };
		return {
			nodes: this.written(graph.nodes, scope),
			outputs: graph.outputs.map(({ name }) => rename(name)),
			initializers: graph.initializers.map((proto): TensorProto => ({ ...proto, name: rename(proto.name) })),
		};
	}
}

/** An attribute as it is, or what a reference to one of the call's means: nothing where the call leaves it out. */
function meant(attribute: AttributeProto, { given }: Scope): readonly AttributeProto[] {
	if (!attribute.referredName) return [attribute];
	const found = given.get(attribute.referredName);
	return found ? [{ ...found, name: attribute.name }] : [];
}

/** Values that a branch takes from around it. */
function capturedBy({ nodes, outputs, initializers }: Body): readonly string[] {
	const made = new Set(initializers.map(({ name }) => name));
	for (const node of nodes) for (const name of node.outputs) made.add(name);
	const read = new Set([...nodes.flatMap(({ inputs }) => inputs), ...outputs]);
	return [...read].filter((name) => name !== "" && !made.has(name));
}

function keyOf(domain: string, name: string, overload: string): string {
	return JSON.stringify([domain, name, overload]);
}
