/** Graphs that are attributes of nodes: the branches of an `If`. */
import { decode } from "../protobuf.js";
import { type AttributeProto, type GraphProto, graphProto } from "./schema.js";

/** How deep branches may lie within branches. */
export const DEEPEST_BRANCH = 8;

const decoded = new WeakMap<Uint8Array, GraphProto>();

/** The graph that an attribute holds, decoded once; null where it holds none. Throws `unreadable-model`. */
export function subgraphOf({ graph }: AttributeProto): GraphProto | null {
	if (!graph) return null;
	const known = decoded.get(graph);
	if (known) return known;
	const found = decode(graphProto, graph, "A branch in the ONNX file");
	decoded.set(graph, found);
	return found;
}
