/**
 * ONNX's backend tests (`onnx/backend/test/data/node`) against the reader and the executor.
 *
 * Every test whose graph has only operations of the list counts; one that can't be run has failed. A test with an
 * input of floats runs as a network on that input, the others of its inputs as weights. What a network can't
 * represent (integers, empty tensors) may pass by folding alone, as shape arithmetic is at reading.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { asBlindspotError, BlindspotError } from "../../src/compute/errors.js";
import { isFloat, type Tensor } from "../../src/compute/formats/graph/tensor.js";
import { foldGraph, readGraph } from "../../src/compute/formats/onnx/graph.js";
import { operatorSets } from "../../src/compute/formats/onnx/model.js";
import {
	type GraphProto,
	type ModelProto,
	modelProto,
	type TensorProto,
	tensorProto,
} from "../../src/compute/formats/onnx/schema.js";
import type { GraphSettings } from "../../src/compute/formats/onnx/settings.js";
import { readTensor } from "../../src/compute/formats/onnx/tensors.js";
import { decode } from "../../src/compute/formats/protobuf.js";
import { Executor } from "../../src/compute/network/execute.js";
import { sizeOf } from "../../src/compute/network/shapes.js";

/** The operations that Blindspot says it reads. */
const OPERATIONS = `Conv ConvTranspose BatchNormalization InstanceNormalization LayerNormalization GroupNormalization
	Gemm MatMul Add Sub Mul Div Pow Neg Abs Sqrt Reciprocal Exp Log Erf Min Max Sum Mean Relu LeakyRelu PRelu Elu Selu
	Sigmoid HardSigmoid HardSwish Mish Gelu Tanh Softplus Softsign Clip Softmax LogSoftmax MaxPool AveragePool
	GlobalAveragePool GlobalMaxPool LRN Dropout Identity Cast Constant ConstantOfShape Shape Size Reshape Flatten Squeeze
	Unsqueeze Transpose Concat Split Slice Gather Expand Tile Pad Resize Upsample DepthToSpace SpaceToDepth ReduceMean
	ReduceSum ReduceMax ReduceMin ReduceL2 ArgMax Where Equal Less LessOrEqual Greater GreaterOrEqual QuantizeLinear
	DequantizeLinear DynamicQuantizeLinear Einsum Attention RotaryEmbedding RMSNormalization LpNormalization TopK GatherND
	GatherElements ScatterND ScatterElements ReduceL1 ReduceSumSquare ReduceLogSum ReduceLogSumExp Celu ThresholdedRelu
	Sign Sin Cos LpPool GlobalLpPool If`.split(/\s+/);

/** Operations whose first axis is the batch by definition. */
const BATCHED = new Set(
	`Conv ConvTranspose BatchNormalization InstanceNormalization GroupNormalization MaxPool AveragePool GlobalAveragePool
	GlobalMaxPool LpPool GlobalLpPool LRN Resize Upsample DepthToSpace SpaceToDepth`.split(/\s+/),
);

/** What ONNX's own runner allows. */
const RELATIVE = 1e-3;
const ABSOLUTE = 1e-7;

interface Case {
	readonly name: string;
	readonly group: string;
	readonly model: ModelProto;
	readonly graph: GraphProto;
	readonly inputs: readonly (TensorProto | null)[];
	readonly outputs: readonly (TensorProto | null)[];
}

type Outcome = { readonly kind: "network" | "folded" } | { readonly kind: "failed"; readonly why: string };

const external = (name: string): never => {
	throw new BlindspotError("unsupported-model", `external data of ${name}`);
};

function readCase(folder: string, name: string): Case | null {
	const model = decode(modelProto, readFileSync(join(folder, name, "model.onnx")), name);
	const { graph } = model;
	if (!graph?.nodes.every(({ operation, domain }) => domain === "" && OPERATIONS.includes(operation))) return null;
	const [first] = graph.nodes;
	const group = graph.nodes.length === 1 && first ? first.operation : "several operations";
	const data = join(folder, name, "test_data_set_0");
	return {
		name,
		group,
		model,
		graph,
		inputs: graph.inputs.map((_, i) => readData(join(data, `input_${i}.pb`))),
		outputs: graph.outputs.map((_, i) => readData(join(data, `output_${i}.pb`))),
	};
}

/** Null where it is no tensor but a sequence or an optional value. */
function readData(file: string): TensorProto | null {
	if (!existsSync(file)) return null;
	try {
		return decode(tensorProto, readFileSync(file), file);
	} catch {
		return null;
	}
}

function runCase(test: Case): Outcome {
	const kinds = new Set<"network" | "folded">();
	for (const [i, output] of test.graph.outputs.entries()) {
		try {
			const proto = test.outputs[i];
			if (!proto) throw new BlindspotError("unsupported-model", "its output is no tensor");
			const expected = readTensor(proto, external);
			kinds.add(runOutput(test, { ...test.graph, outputs: [output] }, expected));
		} catch (error) {
			return { kind: "failed", why: `output '${output.name}': ${asBlindspotError(error).message}` };
		}
	}
	return { kind: kinds.has("network") ? "network" : "folded" };
}

function runOutput(test: Case, graph: GraphProto, expected: Tensor): "network" | "folded" {
	const known = test.graph.inputs.flatMap(({ name }, i) => {
		const proto = test.inputs[i];
		return proto ? [{ name, value: readTensor(proto, external), proto: { ...proto, name } }] : [];
	});
	const floats = known.find(({ value }) => isFloat(value.type) && value.data.length > 0);
	const numbers = known.find(({ value }) => value.type !== "bool" && value.data.length > 0);
	const asNetwork = (picture: (typeof known)[number]) => {
		const weights = known.filter((input) => input !== picture).map(({ proto }) => proto);
		const initializers = [...graph.initializers, ...weights];
		compare(runNetwork(test, { ...graph, initializers }, picture.name, picture.value), expected);
	};
	const steps: [kind: "network" | "folded", run: () => void][] = [];
	if (floats && isFloat(expected.type)) steps.push(["network", () => asNetwork(floats)]);
	steps.push([
		"folded",
		() => {
			const initializers = [...graph.initializers, ...known.map(({ proto }) => proto)];
			const folded = foldGraph({ ...graph, initializers, inputs: [] }, settings(test));
			if (!folded) throw new BlindspotError("unsupported-model", "it is not folded");
			compare(folded.data, expected);
		},
	]);
	if (numbers && !floats) steps.push(["network", () => asNetwork(numbers)]);
	let first: unknown = null;
	for (const [kind, run] of steps) {
		try {
			run();
			return kind;
		} catch (error) {
			// Wrong values are a failure; what can't be represented one way may be another way.
			if (!["unsupported-model", "unreadable-model"].includes(asBlindspotError(error).reason)) throw error;
			first ??= error;
		}
	}
	throw first;
}

function settings({ model }: Case): GraphSettings {
	return {
		versions: operatorSets(model),
		functions: model.functions,
		external,
		entrance: null,
		inputSize: null,
		output: null,
	};
}

function runNetwork(test: Case, graph: GraphProto, name: string, picture: Tensor): ArrayLike<number> {
	const isBatched = test.graph.nodes.some(({ operation }) => BATCHED.has(operation));
	const axes = [...picture.shape.keys()];
	const order = isBatched ? [...axes.slice(2), 1] : axes;
	const inputs = test.graph.inputs
		.filter((input) => input.name === name)
		.map((input) => withSizes(input, isBatched ? [1, ...picture.shape.slice(1)] : picture.shape));
	const network = readGraph({ ...graph, inputs }, { ...settings(test), entrance: { batch: isBatched, order } });
	const executor = new Executor(network);
	const batch = isBatched ? (picture.shape[0] as number) : 1;
	const result = tf.tidy(() => {
		const whole = tf.tensor(Float32Array.from(picture.data), isBatched ? [...picture.shape] : [1, ...picture.shape]);
		const arranged = tf.transpose(whole, isBatched ? [0, ...order] : [0, ...order.map((axis) => axis + 1)]);
		return executor.run(arranged).dataSync();
	});
	executor.dispose();
	if (result.length % batch !== 0) throw new Error("not a whole number of examples");
	return result;
}

function withSizes(input: GraphProto["inputs"][number], sizes: readonly number[]): GraphProto["inputs"][number] {
	const dimensions = sizes.map((value) => ({ value, parameter: "" }));
	return { name: input.name, type: { tensor: { elementType: 1, shape: { dimensions } } } };
}

/** Throws `internal` where values differ by more than ONNX's own runner allows. */
function compare(found: ArrayLike<number>, expected: Tensor): void {
	if (found.length !== sizeOf(expected.shape))
		throw new BlindspotError("internal", `${found.length} values instead of ${expected.shape.join("×")}`);
	for (let i = 0; i < found.length; i++) {
		const [a, b] = [found[i] as number, expected.data[i] as number];
		const isSame = Object.is(a, b) || a === b || (Number.isNaN(a) && Number.isNaN(b));
		if (!isSame && !(Math.abs(a - b) <= ABSOLUTE + RELATIVE * Math.abs(b)))
			throw new BlindspotError("internal", `value ${i} is ${a} instead of ${b}`);
	}
}

async function main(): Promise<void> {
	const [folder = "", ...options] = process.argv.slice(2);
	const only = options.includes("--only") ? options[options.indexOf("--only") + 1] : null;
	const { name: backend } = await startBackend("auto", null);
	const groups = new Map<string, { network: number; folded: number; failed: [string, string][] }>();
	for (const name of readdirSync(folder).sort()) {
		const test = readCase(folder, name);
		if (!test || (only && test.group !== only)) continue;
		const group = groups.get(test.group) ?? { network: 0, folded: 0, failed: [] };
		groups.set(test.group, group);
		const outcome = runCase(test);
		if (outcome.kind === "failed") group.failed.push([name, outcome.why]);
		else group[outcome.kind] += 1;
	}
	let [passed, total] = [0, 0];
	console.log(`operation                 passed  by folding  failed   (${backend})`);
	for (const [group, { network, folded, failed }] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
		console.log(
			`${group.padEnd(26)}${String(network + folded).padStart(6)}${String(folded).padStart(12)}${String(failed.length).padStart(8)}`,
		);
		for (const [name, why] of failed) console.log(`    ${name}: ${why}`);
		passed += network + folded;
		total += network + folded + failed.length;
	}
	console.log(`\n${passed} of ${total} tests pass (${((100 * passed) / total).toFixed(1)}%); none is skipped.`);
}

void main();
