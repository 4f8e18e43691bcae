/** Writes small ONNX files for tests. */
import protobuf from "protobufjs/minimal.js";

type Writer = protobuf.Writer;

export interface TensorSpec {
	readonly name: string;
	readonly dims: readonly number[];
	/** `TensorProto.DataType`; 1 is float32. */
	readonly type?: number;
	readonly raw?: Uint8Array;
	readonly floats?: readonly number[];
	readonly ints?: readonly number[];
	readonly external?: Readonly<Record<string, string>>;
}

/** A branch of an `If`: what it reads from around it needs no mention. */
export interface BranchSpec {
	readonly nodes: readonly NodeSpec[];
	readonly initializers?: readonly TensorSpec[];
	readonly outputs: readonly string[];
}

export type AttributeValue =
	| number
	| { readonly float: number }
	| string
	| readonly number[]
	| TensorSpec
	| { readonly branch: BranchSpec }
	/** An attribute of the call, in a function. */
	| { readonly refersTo: string };

/** A function of the model's own. */
export interface FunctionSpec {
	readonly name: string;
	readonly domain: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly nodes: readonly NodeSpec[];
	readonly opset?: number;
	readonly defaults?: Readonly<Record<string, AttributeValue>>;
}

export interface NodeSpec {
	readonly op: string;
	readonly inputs: readonly string[];
	readonly outputs: readonly string[];
	readonly name?: string;
	readonly domain?: string;
	readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export interface ModelSpec {
	readonly nodes: readonly NodeSpec[];
	readonly initializers?: readonly TensorSpec[];
	/** Shape of the input `x`; a string is an open size. */
	readonly input?: readonly (number | string)[];
	/** Its element type: 1 is float32, 10 float16. */
	readonly inputType?: number;
	readonly moreInputs?: readonly string[];
	readonly output?: string;
	readonly moreOutputs?: readonly string[];
	readonly metadata?: Readonly<Record<string, string>>;
	readonly opset?: number;
	readonly functions?: readonly FunctionSpec[];
}

const nested = (writer: Writer, field: number, write: (inner: Writer) => void) => {
	writer.uint32((field << 3) | 2).fork();
	write(writer);
	writer.ldelim();
};
const text = (writer: Writer, field: number, value: string) => writer.uint32((field << 3) | 2).string(value);
const varint = (writer: Writer, field: number, value: number) => writer.uint32(field << 3).int64(value);

function writeTensor(writer: Writer, spec: TensorSpec): void {
	for (const size of spec.dims) varint(writer, 1, size);
	varint(writer, 2, spec.type ?? 1);
	for (const value of spec.floats ?? []) writer.uint32((4 << 3) | 5).float(value);
	for (const value of spec.ints ?? []) varint(writer, spec.type === 7 ? 7 : 5, value);
	text(writer, 8, spec.name);
	if (spec.raw) writer.uint32((9 << 3) | 2).bytes(spec.raw);
	if (spec.external) {
		for (const [key, value] of Object.entries(spec.external))
			nested(writer, 13, (pair) => {
				text(pair, 1, key);
				text(pair, 2, value);
			});
		varint(writer, 14, 1);
	}
}

function writeAttribute(writer: Writer, name: string, value: AttributeValue): void {
	text(writer, 1, name);
	if (typeof value === "number") varint(writer, 3, value);
	else if (typeof value === "string") writer.uint32((4 << 3) | 2).bytes(Buffer.from(value));
	else if ("branch" in value) nested(writer, 6, (inner) => writeBranch(inner, value.branch));
	else if ("refersTo" in value) text(writer, 21, value.refersTo);
	else if ("dims" in value) nested(writer, 5, (inner) => writeTensor(inner, value));
	else if ("float" in value) writer.uint32((2 << 3) | 5).float(value.float);
	else for (const item of value) varint(writer, 8, item);
}

function writeNode(writer: Writer, node: NodeSpec): void {
	for (const name of node.inputs) text(writer, 1, name);
	for (const name of node.outputs) text(writer, 2, name);
	if (node.name !== undefined) text(writer, 3, node.name);
	text(writer, 4, node.op);
	for (const [name, value] of Object.entries(node.attributes ?? {}))
		nested(writer, 5, (attribute) => writeAttribute(attribute, name, value));
	if (node.domain !== undefined) text(writer, 7, node.domain);
}

function writeBranch(writer: Writer, { nodes, initializers = [], outputs }: BranchSpec): void {
	for (const node of nodes) nested(writer, 1, (inner) => writeNode(inner, node));
	for (const tensor of initializers) nested(writer, 5, (inner) => writeTensor(inner, tensor));
	for (const name of outputs) nested(writer, 12, (inner) => text(inner, 1, name));
}

function writeOperatorSet(writer: Writer, domain: string, version: number): void {
	text(writer, 1, domain);
	varint(writer, 2, version);
}

function writeFunction(writer: Writer, spec: FunctionSpec, opset: number): void {
	text(writer, 1, spec.name);
	for (const name of spec.inputs) text(writer, 4, name);
	for (const name of spec.outputs) text(writer, 5, name);
	for (const node of spec.nodes) nested(writer, 7, (inner) => writeNode(inner, node));
	nested(writer, 9, (inner) => writeOperatorSet(inner, "", spec.opset ?? opset));
	text(writer, 10, spec.domain);
	for (const [name, value] of Object.entries(spec.defaults ?? {}))
		nested(writer, 11, (attribute) => writeAttribute(attribute, name, value));
}

function writeValueInfo(writer: Writer, name: string, type: number, shape: readonly (number | string)[]): void {
	text(writer, 1, name);
	nested(writer, 2, (wrapper) =>
		nested(wrapper, 1, (tensor) => {
			varint(tensor, 1, type);
			nested(tensor, 2, (dims) => {
				for (const size of shape)
					nested(dims, 1, (dim) => void (typeof size === "number" ? varint(dim, 1, size) : text(dim, 2, size)));
			});
		}),
	);
}

/** The bytes of a model that takes `x` and gives `y` (or `output`). */
export function onnxModel({
	nodes,
	initializers = [],
	input = [1, 3],
	inputType = 1,
	moreInputs = [],
	output = "y",
	moreOutputs = [],
	metadata = {},
	opset = 17,
	functions = [],
}: ModelSpec): Buffer {
	const writer = protobuf.Writer.create();
	varint(writer, 1, 8);
	nested(writer, 8, (operators) => writeOperatorSet(operators, "", opset));
	for (const spec of functions) nested(writer, 25, (inner) => writeFunction(inner, spec, opset));
	nested(writer, 7, (graph) => {
		for (const node of nodes) nested(graph, 1, (inner) => writeNode(inner, node));
		for (const tensor of initializers) nested(graph, 5, (inner) => writeTensor(inner, tensor));
		for (const [name, shape] of [["x", input] as const, ...moreInputs.map((name) => [name, [2]] as const)])
			nested(graph, 11, (inner) => writeValueInfo(inner, name, inputType, shape));
		for (const name of [output, ...moreOutputs]) nested(graph, 12, (inner) => text(inner, 1, name));
	});
	for (const [key, value] of Object.entries(metadata))
		nested(writer, 14, (entry) => {
			text(entry, 1, key);
			text(entry, 2, value);
		});
	return Buffer.from(writer.finish());
}

/** A float32 tensor of small distinct values. */
export function floats(name: string, dims: readonly number[], start = 1): TensorSpec {
	const size = dims.reduce((a, b) => a * b, 1);
	return { name, dims, floats: Array.from({ length: size }, (_, i) => ((start + i) % 17) / 8 - 1) };
}

export function int64s(name: string, values: readonly number[]): TensorSpec {
	return { name, dims: [values.length], type: 7, ints: values };
}

export function node(
	op: string,
	inputs: string,
	outputs: string,
	attributes: Readonly<Record<string, AttributeValue>> = {},
): NodeSpec {
	const list = (names: string) => (names ? names.split(" ").map((name) => (name === "-" ? "" : name)) : []);
	return { op, inputs: list(inputs), outputs: list(outputs), name: `${op}_${outputs}`, attributes };
}
