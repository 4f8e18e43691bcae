import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readModel } from "../../../../src/compute/formats/read.js";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal, readBytes } from "../reading.js";
import { withFolder } from "../writers.js";
import { floats, int64s, type ModelSpec, node, onnxModel, type TensorSpec } from "./writer.js";

const read = (spec: ModelSpec): Promise<Network> => readBytes(onnxModel(spec), "m.onnx");
const operations = (network: Network) => network.nodes.map(({ operation }) => operation.op);

/** x·kernel for one row, the plain way. */
function product(x: readonly number[], kernel: TensorSpec): number[] {
	const [rows, columns] = kernel.dims as [number, number];
	return Array.from({ length: columns }, (_, j) => {
		let sum = 0;
		for (let i = 0; i < rows; i++) sum += (x[i] as number) * (kernel.floats?.[i * columns + j] as number);
		return sum;
	});
}

describe("weights", () => {
	const dense = (weight: TensorSpec) =>
		read({ nodes: [node("MatMul", "x w", "y")], initializers: [weight], input: [1, 2] });
	const kernelOf = (network: Network) => Array.from(network.nodes[1]?.weights.kernel?.data ?? []);
	const raw = (array: { readonly buffer: ArrayBufferLike }) => new Uint8Array(array.buffer);

	it.each<[string, number, Uint8Array, number[]]>([
		["float32", 1, raw(Float32Array.of(0.5, -2)), [0.5, -2]],
		["float64", 11, raw(Float64Array.of(0.5, -2)), [0.5, -2]],
		["float16", 10, raw(Uint16Array.of(0x3800, 0xc000)), [0.5, -2]],
		["bfloat16", 16, raw(Uint16Array.of(0x3f00, 0xc000)), [0.5, -2]],
		["int8", 3, raw(Int8Array.of(5, -2)), [5, -2]],
		["uint4, packed", 21, Uint8Array.of(0x25), [5, 2]],
		["float8e4m3fn", 17, Uint8Array.of(0x38, 0xc0), [1, -2]],
	])("of %s are read", async (_, type, bytes, expected) => {
		const network = await dense({ name: "w", dims: [2, 1], type, raw: bytes });
		expect(kernelOf(network)).toEqual(expected);
	});

	it.each([
		["float32", 1, undefined],
		["float64", 11, undefined],
		["float16", 10, 2 ** -11],
		["bfloat16", 16, 2 ** -8],
	])("of a file that computes with %s are those of a network that rounds so", async (name, inputType, roundoff) => {
		const weight = { name: "w", dims: [2, 1], type: 1, raw: raw(Float32Array.of(0.5, -2)) };
		const network = await read({
			nodes: [node("MatMul", "x w", "y")],
			initializers: [weight],
			...{ input: [1, 2], inputType },
		});
		expect(network.unitRoundoff).toBe(roundoff);
		expect(network.warnings.some((text) => text.includes(`'x' rounds to ${name}`))).toBe(roundoff !== undefined);
	});

	it("of a file that casts to halves in between are those of a network that rounds so", async () => {
		const cast = [node("Cast", "x", "h", { to: 10 }), node("Relu", "h", "r"), node("Cast", "r", "y", { to: 1 })];
		expect((await read({ nodes: cast, input: [1, 2] })).unitRoundoff).toBe(2 ** -11);
		expect((await read({ nodes: [node("Cast", "x", "y", { to: 1 })], input: [1, 2] })).unitRoundoff).toBeUndefined();
	});

	it("in typed fields are read, halves as bits", async () => {
		expect(kernelOf(await dense({ name: "w", dims: [2, 1], floats: [0.5, -2] }))).toEqual([0.5, -2]);
		expect(kernelOf(await dense({ name: "w", dims: [2, 1], type: 10, ints: [0x3800, 0xc000] }))).toEqual([0.5, -2]);
	});

	it("that are quantised per channel are dequantised", async () => {
		const network = await read({
			nodes: [node("DequantizeLinear", "q s z", "w", { axis: 1 }), node("MatMul", "x w", "y")],
			initializers: [
				{ name: "q", dims: [2, 2], type: 3, raw: raw(Int8Array.of(10, 20, -30, 40)) },
				{ name: "s", dims: [2], floats: [0.5, 0.25] },
				{ name: "z", dims: [2], type: 3, raw: raw(Int8Array.of(0, 4)) },
			],
			input: [1, 2],
		});
		expect(kernelOf(network)).toEqual([5, 4, -15, 9]);
	});

	it("in a file beside the model are read from their offset", () =>
		withFolder(async (folder) => {
			const external = { location: "weights.bin", offset: "4", length: "8" };
			const path = join(folder, "m.onnx");
			await writeFile(join(folder, "weights.bin"), raw(Float32Array.of(9, 0.5, -2)));
			await writeFile(
				path,
				onnxModel({
					nodes: [node("MatMul", "x w", "y")],
					initializers: [{ name: "w", dims: [2, 1], external }],
					input: [1, 2],
				}),
			);
			const { network, files } = await readModel(path, { inputSize: null });
			expect(kernelOf(network)).toEqual([0.5, -2]);
			expect(files).toHaveLength(2);
		}));

	it("that are listed among the inputs too are weights", async () => {
		const network = await read({
			nodes: [node("MatMul", "x w", "y")],
			initializers: [floats("w", [3, 2])],
			moreInputs: ["w"],
		});
		expect(operations(network)).toEqual(["Input", "Dense"]);
	});
});

describe("layout", () => {
	const classifier = (batch: number | string): ModelSpec => ({
		nodes: [
			node("Conv", "x k b", "c", { pads: [1, 1, 1, 1] }),
			node("Relu", "c", "r"),
			node("Flatten", "r", "f"),
			node("Gemm", "f w", "y"),
		],
		initializers: [floats("k", [2, 3, 3, 3]), floats("b", [2], 3), floats("w", [2 * 4 * 5, 6], 5)],
		input: [batch, 3, 4, 5],
	});

	it.each([1, "N", 8])("turns NCHW to NHWC without a transposition (batch %s)", async (batch) => {
		const network = await read(classifier(batch));
		expect(operations(network)).toEqual(["Input", "Conv2D", "Pointwise", "Flatten", "Dense"]);
		expect(network.nodes[0]?.outputShape).toEqual([4, 5, 3]);
		expect(network.nodes.map(({ layer }) => layer)).toEqual(["x", "Conv_c", "Relu_r", "Flatten_f", "Gemm_y"]);
	});

	it("orders the rows of the dense layer after a flattening", async () => {
		const network = await read(classifier(1));
		const x = Array.from({ length: 60 }, (_, i) => Math.sin(i));
		const activations = execute64(network, x, "Relu_r");
		// The file flattens channel by channel.
		const inFile = Array.from({ length: 40 }, (_, i) => activations[(i % 20) * 2 + Math.floor(i / 20)] as number);
		const expected = product(inFile, floats("w", [40, 6], 5));
		execute64(network, x).forEach((v, i) => {
			expect(v).toBeCloseTo(expected[i] as number, 5);
		});
	});

	it("cancels the transpositions of a channels-last export", async () => {
		const network = await read({
			nodes: [
				node("Transpose", "x", "t", { perm: [0, 3, 1, 2] }),
				node("Conv", "t k", "c"),
				node("Transpose", "c", "u", { perm: [0, 2, 3, 1] }),
				node("Softmax", "u", "y", { axis: -1 }),
			],
			initializers: [floats("k", [2, 3, 3, 3])],
			input: ["N", 8, 8, 3],
		});
		expect(operations(network)).toEqual(["Input", "Conv2D", "Softmax"]);
	});

	it("folds shape arithmetic", async () => {
		const network = await read({
			nodes: [
				node("GlobalAveragePool", "x", "p"),
				node("Shape", "p", "s"),
				node("Gather", "s zero", "n"),
				node("Unsqueeze", "n axis", "n1"),
				node("Concat", "n1 minus", "shape", { axis: 0 }),
				node("Reshape", "p shape", "f"),
				node("MatMul", "f w", "y"),
			],
			initializers: [
				{ name: "zero", dims: [], type: 7, ints: [0] },
				int64s("axis", [0]),
				int64s("minus", [-1]),
				floats("w", [3, 2]),
			],
			input: ["N", 3, 4, 4],
		});
		expect(operations(network)).toEqual(["Input", "GlobalAveragePool2D", "Flatten", "Dense"]);
	});

	it("moves values where the file really does: a softmax over the rows of an image", async () => {
		const network = await read({ nodes: [node("Softmax", "x", "y", { axis: 2 })], input: [1, 2, 3, 4] });
		expect(operations(network)).toEqual(["Input", "Transpose", "Softmax", "Transpose"]);
	});

	it("asks for a size where height and width are open, else assumes the usual one", async () => {
		const spec: ModelSpec = { nodes: [node("Relu", "x", "y")], input: ["N", 3, "H", "W"] };
		expect((await read(spec)).warnings.join()).toContain("224");
		const sized = await readBytes(onnxModel(spec), "m.onnx", { inputSize: { width: 40, height: 30 } });
		expect(sized.nodes[0]?.outputShape).toEqual([30, 40, 3]);
		expect(sized.warnings).toEqual([]);
	});
});

describe("patterns", () => {
	it("recognises a layer normalisation, GELU and Swish that are spelled out", async () => {
		const network = await read({
			nodes: [
				node("ReduceMean", "x", "m", { axes: [-1] }),
				node("Sub", "x m", "d"),
				node("Pow", "d two", "p"),
				node("ReduceMean", "p", "v", { axes: [-1] }),
				node("Add", "v eps", "e"),
				node("Sqrt", "e", "s"),
				node("Div", "d s", "q"),
				node("Mul", "q gamma", "g"),
				node("Add", "g beta", "n"),
				node("Div", "n root", "a"),
				node("Erf", "a", "erf"),
				node("Add", "erf one", "b"),
				node("Mul", "n b", "c"),
				node("Mul", "c half", "h"),
				node("Sigmoid", "h", "gate"),
				node("Mul", "h gate", "y"),
			],
			initializers: [
				{ name: "two", dims: [], floats: [2] },
				{ name: "eps", dims: [], floats: [1e-5] },
				{ name: "root", dims: [], floats: [Math.SQRT2] },
				{ name: "one", dims: [], floats: [1] },
				{ name: "half", dims: [], floats: [0.5] },
				floats("gamma", [3]),
				floats("beta", [3], 4),
			],
			opset: 13,
		});
		expect(network.nodes.map(({ layer, layerType }) => [layer, layerType])).toEqual([
			["x", "Input"],
			["Add_n", "LayerNormalization"],
			["Mul_h", "Gelu"],
			["Mul_y", "Swish"],
		]);
	});

	it("leaves arithmetic alone whose steps are read elsewhere", async () => {
		const network = await read({
			nodes: [node("Sigmoid", "x", "gate"), node("Mul", "x gate", "a"), node("Add", "a gate", "y")],
		});
		expect(operations(network)).toEqual(["Input", "Pointwise", "Multiply", "Add"]);
	});
});

describe("the output", () => {
	it("is the scores where the file gives labels", async () => {
		const network = await read({
			nodes: [node("Softmax", "x", "scores"), node("ArgMax", "scores", "label"), node("Cast", "label", "y", { to: 6 })],
		});
		expect(network.output).toBe("Softmax_scores");
		expect(network.warnings.join()).toContain("ArgMax_label");
	});
});

describe("what can't be read", () => {
	it("is named with its node", () =>
		expectRefusal(
			read({ nodes: [node("Det", "x", "y")] }),
			"unsupported-model",
			"unsupported operation 'Det' at node 'Det_y'",
		));

	it("doesn't matter where the output doesn't need it", async () => {
		const network = await read({ nodes: [node("Det", "x", "z"), node("Relu", "x", "y")] });
		expect(operations(network)).toEqual(["Input", "Pointwise"]);
	});

	it("is an operator set that is too old", () =>
		expectRefusal(read({ nodes: [node("Relu", "x", "y")], opset: 6 }), "unsupported-model", "operator set 6"));

	it("is a second picture", () =>
		expectRefusal(
			read({ nodes: [node("Add", "x z", "y")], moreInputs: ["z"] }),
			"unsupported-model",
			"several inputs ('x', 'z')",
		));
});
