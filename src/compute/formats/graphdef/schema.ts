/**
 * TensorFlow's protocol-buffer messages, as far as a reader needs them.
 *
 * Source: TensorFlow's `graph.proto`, `function.proto`, `meta_graph.proto`, `saved_model.proto`,
 * `tensor_bundle.proto`. A function's attributes inside an attribute (`NameAttrList.attr`) stay bytes, and so nothing
 * here is recursive.
 */
import { LIMITS } from "../../network/build.js";
import {
	bool,
	bytes,
	double,
	fixed32,
	float,
	int32,
	int64,
	type MessageOf,
	message,
	nested,
	optional,
	repeated,
	repeatedNested,
	single,
	text,
	uint64,
} from "../protobuf.js";

/** A file has nodes that its output doesn't need: of training, of saving. */
const MOST_NODES = 4 * LIMITS.nodes;

const shapeProto = message({
	dimensions: repeatedNested(2, message({ size: single(1, int64) }), 256),
	unknownRank: single(3, bool),
});
export type ShapeProto = MessageOf<typeof shapeProto>;

const tensorProto = message({
	type: single(1, int32),
	shape: nested(2, shapeProto),
	content: single(4, bytes),
	floats: repeated(5, float),
	doubles: repeated(6, double),
	ints: repeated(7, int32),
	strings: repeated(8, bytes),
	int64s: repeated(10, int64),
	bools: repeated(11, bool),
	halves: repeated(13, int32),
	uint32s: repeated(16, uint64),
	uint64s: repeated(17, uint64),
});
export type TensorProto = MessageOf<typeof tensorProto>;

const attributeValue = message({
	list: nested(
		1,
		message({
			strings: repeated(2, bytes),
			ints: repeated(3, int64),
			floats: repeated(4, float),
			types: repeated(6, int32),
		}),
	),
	string: optional(2, bytes),
	int: optional(3, int64),
	float: optional(4, float),
	bool: optional(5, bool),
	type: optional(6, int32),
	shape: nested(7, shapeProto),
	tensor: nested(8, tensorProto),
	function: nested(10, message({ name: single(1, text) })),
});
export type AttributeValue = MessageOf<typeof attributeValue>;

const nodeDef = message({
	name: single(1, text),
	operation: single(2, text),
	inputs: repeated(3, text),
	attributes: repeatedNested(5, message({ key: single(1, text), value: nested(2, attributeValue) }), 256),
});
export type NodeDef = MessageOf<typeof nodeDef>;

const argument = message({ name: single(1, text), type: single(3, int32) });
const functionDef = message({
	signature: nested(
		1,
		message({
			name: single(1, text),
			inputs: repeatedNested(2, argument, MOST_NODES),
			outputs: repeatedNested(3, argument, MOST_NODES),
		}),
	),
	nodes: repeatedNested(3, nodeDef, MOST_NODES),
	/** Which value each output is. */
	results: repeatedNested(4, message({ key: single(1, text), value: single(2, text) }), MOST_NODES),
});
export type FunctionDef = MessageOf<typeof functionDef>;

export const graphDef = message({
	nodes: repeatedNested(1, nodeDef, MOST_NODES),
	library: nested(2, message({ functions: repeatedNested(1, functionDef, MOST_NODES) })),
});
export type GraphDef = MessageOf<typeof graphDef>;

const tensorInfo = message({ name: single(1, text), type: single(2, int32), shape: nested(3, shapeProto) });
export type TensorInfo = MessageOf<typeof tensorInfo>;

const namedTensors = message({ key: single(1, text), value: nested(2, tensorInfo) });
const signatureDef = message({
	inputs: repeatedNested(1, namedTensors, 1024),
	outputs: repeatedNested(2, namedTensors, 1024),
	method: single(3, text),
});
export type SignatureDef = MessageOf<typeof signatureDef>;

const metaGraph = message({
	information: nested(1, message({ tags: repeated(4, text) })),
	graph: nested(2, graphDef),
	saver: nested(3, message({ restoreOperation: single(3, text) })),
	signatures: repeatedNested(5, message({ key: single(1, text), value: nested(2, signatureDef) }), 1024),
});
export type MetaGraph = MessageOf<typeof metaGraph>;

export const savedModel = message({ version: single(1, int64), metaGraphs: repeatedNested(2, metaGraph, 64) });

/** The entry of an empty key in a tensor bundle's index. */
export const bundleHeader = message({ shards: single(1, int32), endianness: single(2, int32) });

/** Where a tensor of a bundle lies. */
export const bundleEntry = message({
	type: single(1, int32),
	shape: nested(2, shapeProto),
	shard: single(3, int32),
	offset: single(4, int64),
	size: single(5, int64),
	checksum: single(6, fixed32),
	slices: repeated(7, bytes),
});
export type BundleEntry = MessageOf<typeof bundleEntry>;
