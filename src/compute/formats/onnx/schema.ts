/**
 * ONNX's protocol-buffer messages, as far as a reader needs them.
 *
 * Source: the ONNX specification, `onnx.proto` (IR version 13). Subgraphs (`AttributeProto.g`) stay bytes, so that
 * nothing here is recursive; `subgraph.ts` reads those that are wanted.
 */
import { LIMITS } from "../../network/build.js";
import {
	bytes,
	double,
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

const stringEntry = message({ key: single(1, text), value: single(2, text) });

export const tensorProto = message({
	dims: repeated(1, int64),
	dataType: single(2, int32),
	segment: nested(3, message({ begin: single(1, int64), end: single(2, int64) })),
	floatData: repeated(4, float),
	int32Data: repeated(5, int32),
	stringData: repeated(6, bytes),
	int64Data: repeated(7, int64),
	name: single(8, text),
	rawData: optional(9, bytes),
	doubleData: repeated(10, double),
	uint64Data: repeated(11, uint64),
	externalData: repeatedNested(13, stringEntry, 64),
	dataLocation: single(14, int32),
});
export type TensorProto = MessageOf<typeof tensorProto>;

const dimension = message({ value: optional(1, int64), parameter: single(2, text) });
const tensorType = message({
	elementType: single(1, int32),
	shape: nested(2, message({ dimensions: repeatedNested(1, dimension, 64) })),
});
const valueInfo = message({ name: single(1, text), type: nested(2, message({ tensor: nested(1, tensorType) })) });
export type ValueInfoProto = MessageOf<typeof valueInfo>;

const attributeProto = message({
	name: single(1, text),
	float: single(2, float),
	int: single(3, int64),
	string: single(4, bytes),
	tensor: nested(5, tensorProto),
	graph: optional(6, bytes),
	floats: repeated(7, float),
	ints: repeated(8, int64),
	strings: repeated(9, bytes),
	type: single(20, int32),
	referredName: single(21, text),
});
export type AttributeProto = MessageOf<typeof attributeProto>;

const nodeProto = message({
	inputs: repeated(1, text),
	outputs: repeated(2, text),
	name: single(3, text),
	operation: single(4, text),
	attributes: repeatedNested(5, attributeProto, 256),
	domain: single(7, text),
	overload: single(8, text),
});
export type NodeProto = MessageOf<typeof nodeProto>;

export const graphProto = message({
	nodes: repeatedNested(1, nodeProto, 4 * LIMITS.nodes),
	initializers: repeatedNested(5, tensorProto, 4 * LIMITS.nodes),
	inputs: repeatedNested(11, valueInfo, 4 * LIMITS.nodes),
	outputs: repeatedNested(12, valueInfo, 4096),
	sparseInitializers: repeated(15, bytes),
});
export type GraphProto = MessageOf<typeof graphProto>;

const operatorSet = message({ domain: single(1, text), version: single(2, int64) });

/** A function of the model's own, called like an operation. */
const functionProto = message({
	name: single(1, text),
	inputs: repeated(4, text),
	outputs: repeated(5, text),
	nodes: repeatedNested(7, nodeProto, 4 * LIMITS.nodes),
	operatorSets: repeatedNested(9, operatorSet, 256),
	domain: single(10, text),
	/** Attributes that a call may leave out. */
	defaults: repeatedNested(11, attributeProto, 256),
	overload: single(13, text),
});
export type FunctionProto = MessageOf<typeof functionProto>;

export const modelProto = message({
	irVersion: single(1, int64),
	producerName: single(2, text),
	graph: nested(7, graphProto),
	operatorSets: repeatedNested(8, operatorSet, 256),
	metadata: repeatedNested(14, stringEntry, 4096),
	functions: repeatedNested(25, functionProto, 4096),
});
export type ModelProto = MessageOf<typeof modelProto>;
