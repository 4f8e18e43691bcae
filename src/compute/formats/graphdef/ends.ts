/** Where a graph begins and ends: which placeholder is the picture, which value the scores. */
import { BlindspotError } from "../../errors.js";
import { elementType } from "./elements.js";
import { type Frame, reach } from "./frames.js";
import type { GraphNode, Source } from "./node.js";
import { reachesOut } from "./outside.js";
import type { ShapeProto } from "./schema.js";

/** A value that a signature names. */
export interface SignatureEnd {
	/** The node and, after a colon, which of its values. */
	readonly name: string;
	/** `DataType` of types.proto; 0 where the file doesn't say. */
	readonly type: number;
	readonly shape: ShapeProto | null;
}

/** What a file says about how it is called. */
export interface Signature {
	readonly inputs: readonly SignatureEnd[];
	readonly outputs: readonly SignatureEnd[];
}

const TEXT = 7;
/** A file with more ends than these says what its output is. */
const MOST_SINKS = 64;

/** Nodes that nothing reads because they are there for what they do. */
const ACTS =
	/^(NoOp|Assert|Assign.*|Save.*|Restore.*|MergeV2Checkpoints|Const|Var.*|Placeholder.*|.*Initializer.*|ShardedFilename)$/;

export interface ChosenEnd {
	readonly source: Source;
	/** What it is called, and what could have been taken in its place. */
	readonly name: string;
	readonly others: readonly string[];
	/** What people should know about the choice. */
	readonly note: string | null;
}

/** The file's output: the first that isn't a label; where there are only labels, what the label is chosen from. */
export function chooseOutput(main: Frame, signature: Signature | null): ChosenEnd {
	const named = signature?.outputs.filter(({ type }) => type !== TEXT) ?? [];
	const ends = named.length > 0 ? inOrder(named.map(({ name }) => name)) : sinks(main);
	const sources = ends.map((name) => ({ name, source: main.resolve("the output", name) }));
	const [first] = sources;
	if (!first) throw new BlindspotError("unreadable-model", "The graph has no output.");
	const scored = sources.find(({ source }) => !labelled(source));
	if (scored) {
		const others = sources.filter((source) => source !== scored).map(({ name }) => name.split(":")[0] as string);
		return { ...scored, others, note: null };
	}
	const label = labelled(first.source) as GraphNode;
	return {
		name: first.name,
		others: [],
		source: label.frame.resolve(label.origin.name, label.inputs[0] ?? ""),
		note: `The model's output '${first.name}' is a label; the scores that '${label.origin.name}' chooses from are used.`,
	};
}

/**
 * A signature's outputs are a map; where TensorFlow numbered them (`Identity`, `Identity_1`, or `call:0`, `call:1`),
 * they are put back in order.
 */
function inOrder(names: readonly string[]): readonly string[] {
	const numbered = names.map((name) => {
		const [, base = name, number, output] = /^(.*?)(?:_(\d+))?:(\d+)$/.exec(name) ?? [];
		return { name, base, place: Number(number ?? 0) * 1024 + Number(output ?? 0) };
	});
	if (new Set(numbered.map(({ base }) => base)).size > 1) return names;
	return numbered.sort((a, b) => a.place - b.place).map(({ name }) => name);
}

/** Names of the nodes that nothing reads, the last first; those that need a picture before the others. */
function sinks(main: Frame): readonly string[] {
	const values = main.definitions.filter(({ operation }) => !reachesOut(operation));
	const read = new Set(
		values.flatMap(({ inputs }) => inputs.map((input) => input.replace(/^\^/, "").split(":")[0] as string)),
	);
	const ends = values.filter(({ name, operation }) => !read.has(name) && !ACTS.test(operation));
	const names = ends.map(({ name }) => name).reverse();
	const depends = names
		.slice(0, MOST_SINKS)
		.filter((name) => reach(main.resolve("the output", name)).placeholders.length > 0);
	return depends.length > 0 ? depends : names;
}

/** The ArgMax behind a value that is a label; null for any other. */
function labelled(source: Source, steps = 0): GraphNode | null {
	const { node } = source;
	if (node.operation === "ArgMax") return node;
	const passesOn = ["Cast", "Identity", "Squeeze", "Reshape", "ExpandDims"].includes(node.operation);
	const [input] = node.inputs;
	return passesOn && input !== undefined && steps < 8
		? labelled(node.frame.resolve(node.origin.name, input), steps + 1)
		: null;
}

/** The value of the node that is so called: in the graph, or in one of the functions that the output is computed by. */
export function outputNamed(main: Frame, otherwise: () => Source, name: string): Source {
	const base = name.split(":")[0] as string;
	if (main.node(base)) return main.resolve("the output", name);
	const { nodes } = reach(otherwise());
	const exact = nodes.find((node) => node.origin.name === base);
	if (exact) return { node: exact, index: 0 };
	const frames = new Set(nodes.map((node) => node.frame));
	for (const frame of frames) if (frame.node(base)) return frame.resolve("the output", name);
	const similar = nodes.map((node) => node.origin.name).filter((other) => other.includes(base));
	const more =
		similar.length > 0
			? ` It has ${similar
					.slice(-3)
					.map((other) => `'${other}'`)
					.join(", ")}.`
			: "";
	throw new BlindspotError("bad-request", `The model has no node '${name}'.${more}`, name);
}

export interface Picture {
	readonly node: GraphNode;
	/** What the signature says of it, where it does. */
	readonly end: SignatureEnd | null;
}

/**
 * The placeholder that the picture goes into: the signature's, else the only one without a value of its own that
 * isn't a switch. Throws `unsupported-model` where there is none or more than one.
 */
export function choosePicture(main: Frame, signature: Signature | null, output: Source): Picture {
	const { placeholders } = reach(output);
	const named = (signature?.inputs ?? []).flatMap((end) => {
		const { node } = main.resolve("the signature", end.name);
		return placeholders.includes(node) ? [{ node, end }] : [];
	});
	const found = named.length > 0 ? named : placeholders.map((node) => ({ node, end: null }));
	const given = found.filter(({ node }) => node.type("dtype") !== "bool");
	const needed = given.filter(({ node }) => named.length > 0 || node.operation !== "PlaceholderWithDefault");
	const candidates = needed.length > 0 ? needed : given;
	const images = candidates.filter(({ node, end }) => (end?.shape ?? node.shape("shape"))?.dimensions.length === 4);
	const [picture, another] = images.length > 0 ? images : candidates;
	if (!picture)
		throw new BlindspotError(
			"unsupported-model",
			"The output doesn't depend on any input of the graph.",
			output.node.origin.name,
		);
	if (another)
		throw new BlindspotError(
			"unsupported-model",
			`The model has several inputs (${candidates.map(({ node }) => `'${node.origin.name}'`).join(", ")}). Export the part that takes one picture, or choose an output that needs only one.`,
			picture.node.origin.name,
		);
	return picture;
}

/** Sizes and type of the picture; a size that the file leaves open is null. */
export function pictureInput({ node, end }: Picture) {
	const { name } = node.origin;
	const shape = end?.shape && !end.shape.unknownRank ? end.shape : node.shape("shape");
	const type = elementType(end?.type ?? 0) ?? node.type("dtype");
	if (!type) throw node.unsupported("it takes no numbers");
	if (!shape || shape.unknownRank || shape.dimensions.length === 0)
		throw node.unsupported("it says nothing of the picture's size. Export with a fixed size");
	return { name, type, sizes: shape.dimensions.map(({ size }) => (size > 0 ? size : null)) };
}
