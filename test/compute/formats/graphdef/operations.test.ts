/** Operations whose meaning is easily got wrong, against the same written out here. */
import { describe, expect, it } from "vitest";
import { readNodes, valuesOf } from "./reading.js";
import { constant, INT32, type NodeSpec, node, placeholder, some } from "./writer.js";

const ints = (name: string, values: readonly number[]) => constant(name, [values.length], values, INT32);
const scalar = (name: string, value: number) => constant(name, [], [value], INT32);
const input = (count: number) => some(count, 3).map((v, i) => v + i / 100);

function expectClose(found: readonly number[], expected: readonly number[]): void {
	expect(found.length).toBe(expected.length);
	// Weights are float32, the rest float64.
	found.forEach((v, i) => void expect(v).toBeCloseTo(expected[i] as number, 5));
}

/** `x[h][w][c]` as a function, zero outside. */
function image(values: readonly number[], [h, w, c]: readonly [number, number, number]) {
	return (i: number, j: number, k: number) =>
		i >= 0 && i < h && j >= 0 && j < w ? (values[(i * w + j) * c + k] as number) : 0;
}

describe("convolutions", () => {
	const size = [5, 6, 2] as const;
	const x = input(60);
	const kernel = some(3 * 3 * 2 * 3, 5);
	const at = image(x, size);
	const weight = (a: number, b: number, c: number, o: number) => kernel[((a * 3 + b) * 2 + c) * 3 + o] as number;
	const convolved = (rows: number, columns: number, stride: number, shift: number, dilation = 1): number[] => {
		const result: number[] = [];
		for (let i = 0; i < rows; i++)
			for (let j = 0; j < columns; j++)
				for (let o = 0; o < 3; o++) {
					let sum = 0;
					for (let a = 0; a < 3; a++)
						for (let b = 0; b < 3; b++)
							for (let c = 0; c < 2; c++)
								sum += at(i * stride + a * dilation - shift, j * stride + b * dilation - shift, c) * weight(a, b, c, o);
					result.push(sum);
				}
		return result;
	};
	const conv = (more: NodeSpec["attributes"], op = "Conv2D", inputs = "x k") => [
		constant("k", [3, 3, 2, 3], kernel),
		node("y", op, inputs, { strides: { ints: [1, 1, 1, 1] }, padding: { text: "SAME" }, ...more }),
	];

	it("with padding 'same'", async () => {
		expectClose(await valuesOf([-1, ...size], conv({}), x), convolved(5, 6, 1, 1));
	});

	it("with padding that is given", async () => {
		const explicit = {
			padding: { text: "EXPLICIT" },
			explicit_paddings: { ints: [0, 0, 1, 2, 1, 1, 0, 0] },
			strides: { ints: [1, 2, 2, 1] },
		};
		expectClose(await valuesOf([-1, ...size], conv(explicit), x), convolved(3, 3, 2, 1));
	});

	it("fused with a bias and a function", async () => {
		const fused = conv({ fused_ops: { texts: ["BiasAdd", "Relu6"] } }, "_FusedConv2D", "x k b");
		const found = await valuesOf([-1, ...size], [constant("b", [3], [1, 2, 3]), ...fused], x);
		expectClose(
			found,
			convolved(5, 6, 1, 1).map((v, i) => Math.min(6, Math.max(0, v + 1 + (i % 3)))),
		);
		const added = conv({ fused_ops: { texts: ["BiasAdd", "Add"] } }, "_FusedConv2D", "x k b b");
		expectClose(
			await valuesOf([-1, ...size], [constant("b", [3], [1, 2, 3]), ...added], x),
			convolved(5, 6, 1, 1).map((v, i) => v + 2 * (1 + (i % 3))),
		);
		const odd = conv({ fused_ops: { texts: ["BiasAdd", "Cumsum"] } }, "_FusedConv2D", "x k b");
		await expect(readNodes([-1, ...size], [constant("b", [3], [1, 2, 3]), ...odd])).rejects.toThrow(
			"fused with BiasAdd, Cumsum",
		);
	});

	it("dilated through a batch are dilated", async () => {
		const nodes = [
			ints("blocks", [2, 2]),
			constant("pads", [2, 2], [2, 3, 2, 2], INT32),
			constant("crops", [2, 2], [0, 1, 0, 0], INT32),
			node("spread", "SpaceToBatchND", "x blocks pads"),
			constant("k", [3, 3, 2, 3], kernel),
			node("c", "Conv2D", "spread k", { strides: { ints: [1, 1, 1, 1] }, padding: { text: "VALID" } }),
			node("y", "BatchToSpaceND", "c blocks crops"),
		];
		expectClose(await valuesOf([-1, ...size], nodes, x), convolved(5, 6, 1, 2, 2));
		const network = await readNodes([-1, ...size], nodes);
		expect(network.nodes.find(({ operation }) => operation.op === "Conv2D")?.operation).toMatchObject({
			dilations: [2, 2],
		});
	});
});

describe("normalisation", () => {
	const bn = (training: boolean, format: string): NodeSpec =>
		node("y", "FusedBatchNormV3", "x g b m v", {
			is_training: { flag: training },
			data_format: { text: format },
			epsilon: { float: 0.5 },
		});
	const vectors = (count: number, scale = 1) => [
		constant("g", [count], Array(count).fill(scale)),
		constant("b", [count], Array(count).fill(0)),
		constant("m", [count], some(count)),
		constant("v", [count], some(count).map(Math.abs)),
	];

	it("of a batch in training mode is refused", async () => {
		const nodes = [...vectors(2), bn(true, "NHWC")];
		await expect(readNodes([-1, 3, 3, 2], nodes)).rejects.toThrow("influence each other");
		await expect(readNodes([-1, 2, 3, 3], [...vectors(2), bn(true, "NCHW")])).rejects.toThrow("influence each other");
	});

	it("of one column by its own statistics is Keras 2's layer normalisation", async () => {
		const x = input(12);
		const nodes = [
			ints("apart", [1, 3, 4, 1]),
			node("column", "Reshape", "x apart"),
			...vectors(3, 2),
			{ ...bn(true, "NCHW"), name: "n", inputs: ["column", "g", "b", "m", "v"] },
			ints("together", [-1, 3, 4]),
			node("y", "Reshape", "n together"),
		];
		const expected = [0, 1, 2].flatMap((row) => {
			const values = x.slice(4 * row, 4 * row + 4);
			const mean = values.reduce((a, b) => a + b) / 4;
			const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4;
			return values.map((v) => (2 * (v - mean)) / Math.sqrt(variance + 0.5));
		});
		expectClose(await valuesOf([-1, 3, 4], nodes, x), expected);
	});

	it("of neighbouring channels", async () => {
		const x = input(5);
		const lrn = node("y", "LRN", "x", {
			depth_radius: { int: 1 },
			bias: { float: 2 },
			alpha: { float: 0.5 },
			beta: { float: 0.75 },
		});
		const expected = x.map((v, c) => {
			const squares = [c - 1, c, c + 1].reduce((sum, k) => sum + (x[k] ?? 0) ** 2, 0);
			return v / (2 + 0.5 * squares) ** 0.75;
		});
		expectClose(await valuesOf([-1, 1, 1, 5], [lrn], x), expected);
	});
});

describe("shapes", () => {
	const x = input(24);

	it("are computed at reading, the batch being one", async () => {
		const nodes = [
			node("shape", "Shape", "x"),
			...["zero", "one"].map((name, i) => ints(name, [i])),
			node("batch", "StridedSlice", "shape zero one one", { shrink_axis_mask: { int: 1 } }),
			scalar("rest", 24),
			node("wanted", "Pack", "batch rest"),
			node("y", "Reshape", "x wanted"),
		];
		expect(await valuesOf([-1, 2, 3, 4], nodes, x)).toEqual(x);
	});

	it.each([
		[
			"[:, ::-1, 1:, 2]",
			[0, 0, 1, 2],
			[0, 0, 0, 0],
			[1, -1, 1, 1],
			{ begin_mask: 3, end_mask: 7, shrink_axis_mask: 8 },
		],
		["[..., -3:-1]", [0, -3], [0, -1], [1, 1], { ellipsis_mask: 1 }],
		[
			"[:, 1, new]",
			[0, 1, 0],
			[0, 2, 0],
			[1, 1, 1],
			{ begin_mask: 1, end_mask: 1, shrink_axis_mask: 2, new_axis_mask: 4 },
		],
	] as const)("are cut as %s", async (written, begin, end, strides, masks) => {
		const nodes = [
			ints("b", begin),
			ints("e", end),
			ints("s", strides),
			node(
				"y",
				"StridedSlice",
				"x b e s",
				Object.fromEntries(Object.entries(masks).map(([name, int]) => [name, { int }])),
			),
		];
		const at = image(x, [2, 3, 4]);
		const expected: number[] = [];
		for (let i = 0; i < 2; i++)
			for (let j = 0; j < 3; j++)
				for (let k = 0; k < 4; k++) {
					if (written.startsWith("[:, ::-1") && j >= 1 && k === 2) expected.push(at(1 - i, j, k));
					if (written.startsWith("[...") && (k === 1 || k === 2)) expected.push(at(i, j, k));
					if (written.startsWith("[:, 1") && i === 1) expected.push(at(i, j, k));
				}
		expect(await valuesOf([-1, 2, 3, 4], nodes, x)).toEqual(expected);
	});

	it("are mirrored with and without the edge", async () => {
		const padded = (mode: string, pads: readonly number[]) => [
			constant("p", [2, 2], [0, 0, ...pads], INT32),
			node("y", "MirrorPad", "x p", { mode: { text: mode } }),
		];
		expect(await valuesOf([-1, 4], padded("REFLECT", [2, 1]), [1, 2, 3, 4])).toEqual([3, 2, 1, 2, 3, 4, 3]);
		expect(await valuesOf([-1, 4], padded("SYMMETRIC", [2, 1]), [1, 2, 3, 4])).toEqual([2, 1, 1, 2, 3, 4, 4]);
		await expect(readNodes([-1, 4], padded("SYMMETRIC", [5, 0]))).rejects.toThrow("mirrors more than the 4 values");
	});

	it("of a fixed batch of several are refused where they are written down", async () => {
		const nodes = [ints("s", [8, 24]), node("y", "Reshape", "x s")];
		await expect(readNodes([8, 2, 3, 4], nodes)).rejects.toThrow("exported with batch size 1 or an open one");
	});
});

describe("sums of products", () => {
	const x = input(24);
	const einsum = (equation: string, inputs: string) => node("y", "Einsum", inputs, { equation: { text: equation } });

	it("with a kernel of heads", async () => {
		const kernel = some(4 * 2 * 3);
		const nodes = [constant("k", [4, 2, 3], kernel), einsum("abc,cde->aebd", "x k")];
		const expected: number[] = [];
		for (let e = 0; e < 3; e++)
			for (let b = 0; b < 6; b++)
				for (let d = 0; d < 2; d++) {
					let sum = 0;
					for (let c = 0; c < 4; c++) sum += (x[b * 4 + c] as number) * (kernel[(c * 2 + d) * 3 + e] as number);
					expected.push(sum);
				}
		expectClose(await valuesOf([-1, 6, 4], nodes, x), expected);
	});

	it("of two values that depend on the picture", async () => {
		const nodes = [node("z", "Neg", "x"), einsum("aecd,abcd->acbe", "x z")];
		const at = (b: number, c: number, d: number) => x[(b * 2 + c) * 4 + d] as number;
		const expected: number[] = [];
		for (let c = 0; c < 2; c++)
			for (let b = 0; b < 3; b++)
				for (let e = 0; e < 3; e++) {
					let sum = 0;
					for (let d = 0; d < 4; d++) sum -= at(e, c, d) * at(b, c, d);
					expected.push(sum);
				}
		expectClose(await valuesOf([-1, 3, 2, 4], nodes, x), expected);
	});

	it.each(["abc,cd->ad", "aab,bc->ac", "abc->ab", "...a,ab->...b"])("as odd as %s are refused", async (equation) => {
		const k = constant("k", [4, 5], some(20));
		await expect(readNodes([-1, 6, 4], [k, einsum(equation, "x k")])).rejects.toThrow("its equation is");
	});
});

it("values of one input that are all needed keep their order", async () => {
	const nodes: NodeSpec[] = [
		scalar("axis", -1),
		node("parts", "Split", "axis x", { num_split: { int: 2 } }),
		scalar("last", 2),
		node("y", "ConcatV2", "parts:1 parts last"),
	];
	expect(await valuesOf([-1, 2, 2], nodes, [1, 2, 3, 4])).toEqual([2, 1, 4, 3]);
	expect((await readNodes([-1, 2, 2], nodes)).nodes[0]?.name).toBe(placeholder("x", []).name);
});
