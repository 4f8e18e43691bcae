/** One small net in every graph format: the same answers and the same adversarials. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
// All of it: what backends register needs more than they import.
import "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attack } from "../../../src/compute/attack/handler.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { ModelFormat } from "../../../src/compute/formats/formats.js";
import { Random } from "../../../src/compute/math/random.js";
import { inspect } from "../../../src/compute/modelDetails/inspect.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import type { ModelRequest } from "../../../src/compute/reports/request.js";
import { example } from "../../examples/paths.js";
import { control } from "../control.js";
import {
	constant,
	type GraphSpec,
	node as graphNode,
	INT32,
	placeholder,
	writeGraphModel,
	writeSavedModel,
} from "../formats/graphdef/writer.js";
import { onnxModel, node as onnxNode } from "../formats/onnx/writer.js";
import { functional, input, layer, writeTfjs } from "../formats/writers.js";

const random = Random.stream(3, "formats.test");
const normals = (count: number, scale: number) => Array.from({ length: count }, () => scale * random.normal());
const [kernel, bias, w, b] = [normals(3 * 3 * 4, 0.4), normals(4, 0.2), normals(196 * 10, 0.15), normals(10, 0.1)];

const digits = ["3/01", "5/01", "7/01"].map((name) => example("digits", "test", ...`${name}.png`.split("/")));
const never = new AbortController().signal;
let context: HandlerContext;
let folder: string;

/** Convolution, ReLU, pooling, a dense layer and softmax, the image's values in the order rows, columns, channels. */
function graph(isSaved: boolean): GraphSpec {
	const weight = (name: string, shape: readonly number[], values: readonly number[]) =>
		isSaved
			? graphNode(`${name}/read`, "ReadVariableOp", name, { dtype: { type: 1 } })
			: constant(`${name}/read`, shape, values);
	const window = { strides: { ints: [1, 2, 2, 1] }, padding: { text: "SAME" } };
	return {
		nodes: [
			placeholder("x", [-1, 28, 28, 1]),
			weight("kernel", [3, 3, 1, 4], kernel),
			weight("bias", [4], bias),
			weight("w", [196, 10], w),
			weight("b", [10], b),
			graphNode("conv", "Conv2D", "x kernel/read", window),
			graphNode("shifted", "BiasAdd", "conv bias/read"),
			graphNode("relu", "Relu", "shifted"),
			graphNode("pool", "MaxPool", "relu", { ...window, ksize: { ints: [1, 2, 2, 1] } }),
			constant("flat/shape", [2], [-1, 196], INT32),
			graphNode("flat", "Reshape", "pool flat/shape"),
			graphNode("product", "MatMul", "flat w/read"),
			graphNode("logits", "BiasAdd", "product b/read"),
			graphNode("y", "Softmax", "logits"),
		],
		...(isSaved && { variables: { kernel, bias, w, b } }),
	};
}

const SHAPES = { kernel: [3, 3, 1, 4], w: [196, 10] };

function onnx(): Buffer {
	// Kernels [out, in, height, width]; the picture is NHWC as in the other files.
	const turned = Array.from({ length: 36 }, (_, i) => kernel[(i % 9) * 4 + Math.floor(i / 9)] as number);
	const floats = (name: string, dims: readonly number[], values: readonly number[]) => ({ name, dims, floats: values });
	return onnxModel({
		nodes: [
			onnxNode("Transpose", "x", "t", { perm: [0, 3, 1, 2] }),
			onnxNode("Conv", "t k bias", "c", { strides: [2, 2], auto_pad: "SAME_UPPER" }),
			onnxNode("Relu", "c", "r"),
			onnxNode("MaxPool", "r", "p", { kernel_shape: [2, 2], strides: [2, 2] }),
			onnxNode("Transpose", "p", "u", { perm: [0, 2, 3, 1] }),
			onnxNode("Flatten", "u", "f"),
			onnxNode("Gemm", "f w b", "z"),
			onnxNode("Softmax", "z", "y"),
		],
		initializers: [
			floats("k", [4, 1, 3, 3], turned),
			floats("bias", [4], bias),
			floats("w", [196, 10], w),
			floats("b", [10], b),
		],
		input: ["N", 28, 28, 1],
	});
}

const from = (...names: readonly string[]) => [names.map((name) => [name, 0, 0, {}])];

async function layersModel(to: string): Promise<string> {
	const topology = functional([
		input([28, 28, 1]),
		layer(
			"Conv2D",
			"c",
			{ filters: 4, kernel_size: [3, 3], strides: [2, 2], padding: "same", activation: "relu" },
			from("in"),
		),
		layer("MaxPooling2D", "p", { pool_size: [2, 2], strides: [2, 2], padding: "same" }, from("c")),
		layer("Flatten", "f", {}, from("p")),
		layer("Dense", "out", { units: 10, activation: "softmax" }, from("f")),
	]);
	const values = (shape: readonly number[], data: readonly number[]) => ({ shape, data });
	return writeTfjs(to, topology, {
		"c/kernel": values([3, 3, 1, 4], kernel),
		"c/bias": values([4], bias),
		"out/kernel": values([196, 10], w),
		"out/bias": values([10], b),
	});
}

const FORMATS: readonly (readonly [ModelFormat, (to: string) => Promise<string>])[] = [
	["tfjs-layers", layersModel],
	["tfjs-graph", (to) => writeGraphModel(to, graph(false))],
	["tensorflow-savedmodel", async (to) => (await writeSavedModel(to, graph(true), SHAPES)) && to],
	[
		"onnx",
		async (to) => {
			await writeFile(join(to, "net.onnx"), onnx());
			return join(to, "net.onnx");
		},
	],
];
const requests = new Map<ModelFormat, ModelRequest>();

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB: 256 }) };
	folder = await mkdtemp(join(tmpdir(), "blindspot-handlers-"));
	for (const [format, write] of FORMATS) {
		const to = join(folder, format);
		await mkdir(to);
		requests.set(format, { path: await write(to), configuration: null, preprocessing: {}, classesFile: null });
	}
});

afterAll(() => rm(folder, { recursive: true }));

const requestOf = (format: ModelFormat) => requests.get(format) as ModelRequest;

describe("one net in several formats", { timeout: 60_000 }, () => {
	it.each(FORMATS.map(([format]) => format))("%s: is inspected with its layers", async (format) => {
		const summary = await inspect(context, { model: requestOf(format) }, never);
		expect(summary).toMatchObject({
			format,
			inputs: [{ shape: [28, 28, 1] }],
			outputs: [{ shape: [10] }],
			classes: 10,
			parameters: 36 + 4 + 1960 + 10,
			warnings: expect.any(Array),
		});
		expect(summary.files.length).toBeGreaterThan(0);
		for (const row of summary.layers)
			expect(row).toMatchObject({
				name: expect.any(String),
				op: expect.any(String),
				outputShape: expect.any(Array),
				parameters: expect.any(Number),
			});
	});

	it("has the same adversarials in each", async () => {
		const distortions: number[][] = [];
		for (const [format] of FORMATS) {
			const { report } = await attack(
				context,
				{
					run: format,
					model: requestOf(format),
					data: { kind: "pictures", paths: digits },
					options: { method: "closest", effort: "normal", target: { kind: "next" }, budget: null },
					seed: 5,
					npz: null,
					out: null,
					keepPixels: true,
				},
				control(),
			);
			expect(report.summary).toMatchObject({ attacked: 3, succeeded: 3 });
			distortions.push(report.images.map(({ distortion }) => distortion as number));
		}
		const [first, ...others] = distortions as [number[], ...number[][]];
		for (const other of others)
			other.forEach((distortion, i) => void expect(Math.abs(distortion / (first[i] as number) - 1)).toBeLessThan(1e-3));
	});

	it("takes any layer as the output, and says so where that is no classifier", async () => {
		for (const [format, logits] of [
			["tfjs-graph", "logits"],
			["tensorflow-savedmodel", "logits:0"],
			["onnx", "Gemm_z"],
		] as const) {
			const summary = await inspect(context, { model: { ...requestOf(format), output: logits } }, never);
			expect(summary).toMatchObject({ classes: 10, outputs: [{ shape: [10] }] });
		}
		const missing = inspect(context, { model: { ...requestOf("onnx"), output: "gone" } }, never);
		await expect(missing).rejects.toThrow("no node 'gone'");
	});
});
