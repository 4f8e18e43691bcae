/**
 * Which saved value each variable of a SavedModel has. The file itself says how to restore them: it assigns what
 * RestoreV2 reads, key by key. That holds for every TensorFlow that writes SavedModels, while names and object graphs
 * differ from one to the next.
 */
import { BlindspotError } from "../../errors.js";
import type { TensorBundle } from "./bundle/tensorBundle.js";
import { CALLS, type Frame } from "./frames.js";
import type { StoredWeight } from "./graph.js";
import type { GraphNode, Source } from "./node.js";

const ASSIGNMENTS: ReadonlySet<string> = new Set(["Assign", "AssignVariableOp"]);
const RESTORE = "RestoreV2";
const RESTORES: ReadonlySet<string> = new Set([RESTORE]);
const MOST_STEPS = 64;

export class Variables {
	readonly #keys: ReadonlyMap<GraphNode, string>;

	constructor(
		main: Frame,
		readonly bundle: TensorBundle | null,
	) {
		this.#keys = bundle ? restoredKeys(main) : new Map();
	}

	/** What a variable was saved with. Throws `unreadable-model` where it wasn't. */
	read(node: GraphNode): StoredWeight {
		const name = node.text("shared_name", "") || node.origin.name;
		if (!this.bundle)
			throw new BlindspotError(
				"unreadable-model",
				`The folder 'variables' with the variable '${name}' is missing.`,
				name,
			);
		const candidates = [this.#keys.get(node) ?? "", name, node.name];
		const key = candidates.find((candidate) => this.bundle?.has(candidate)) ?? candidates[0];
		return this.bundle.tensor(key || name, name);
	}
}

/** Keys by the node that holds the variable: from the graph itself (TensorFlow 1) and the functions it calls. */
function restoredKeys(main: Frame): ReadonlyMap<GraphNode, string> {
	const keys = new Map<GraphNode, string>();
	const called = main.nodesWith(CALLS).flatMap((node) => main.called(node) ?? []);
	const frames = [main, ...called].filter((frame) => frame.definitions.some(({ operation }) => operation === RESTORE));
	for (const frame of frames) {
		const names = new Map(frame.nodesWith(RESTORES).map((node) => [node, savedNames(node)]));
		for (const assignment of frame.nodesWith(ASSIGNMENTS)) {
			const [to, from] = assignment.inputs.map((input) => passedOn(frame.resolve(assignment.origin.name, input)));
			const key = from && names.get(from.node)?.[from.index];
			if (to && key) keys.set(to.node, key);
		}
	}
	return keys;
}

/** Keys that a RestoreV2 reads, in the order of its outputs. */
function savedNames(node: GraphNode): readonly string[] {
	const [, names] = node.inputs;
	const { node: source } = passedOn(node.frame.resolve(node.origin.name, names ?? ""));
	return source.strings("value");
}

function passedOn(source: Source): Source {
	let at = source;
	for (let step = 0; step < MOST_STEPS; step++) {
		const { node } = at;
		if (node.operation !== "Identity" && node.operation !== "Cast") break;
		at = node.frame.resolve(node.origin.name, node.inputs[0] ?? "");
	}
	return at;
}
