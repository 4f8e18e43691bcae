/** Values of operations by their definitions, in float64, from files as they are written. */
import { describe, expect, it } from "vitest";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal, readBytes } from "../reading.js";
import { floats, int64s, type ModelSpec, node, onnxModel, type TensorSpec } from "./writer.js";

const read = (spec: ModelSpec): Promise<Network> => readBytes(onnxModel(spec), "m.onnx");
const operations = (network: Network) => network.nodes.map(({ operation }) => operation.op);

/** Distinct values of both signs. */
const wave = (count: number) => Array.from({ length: count }, (_, i) => Math.sin(3 * i + 1) * (1 + (i % 5) / 4));

/** The output for `x` in the file's order (NCHW where it has four axes). */
async function run(spec: ModelSpec, x: readonly number[]): Promise<readonly number[]> {
	const [, c, h, w] = (spec.input ?? [1, 3]) as readonly number[];
	const isImage = spec.input?.length === 4;
	const [channels, height, width] = [c, h, w] as [number, number, number];
	const inNetwork = isImage
		? x.map((_, i) => {
				const [channel, place] = [i % channels, Math.floor(i / channels)];
				return x[channel * height * width + place] as number;
			})
		: x;
	return Array.from(execute64(await read(spec), inNetwork));
}

/** Constants that reading derives (a scale, an exponent) are float32: relative to the value, to 1 below it. */
function expectClose(actual: readonly number[], expected: readonly number[]): void {
	expect(actual).toHaveLength(expected.length);
	actual.forEach((v, i) => {
		const wanted = expected[i] as number;
		expect(Math.abs(v - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(1e-5);
	});
}

interface Array64 {
	readonly shape: readonly number[];
	readonly data: readonly number[];
}

const valuesOf = ({ dims, floats: data = [] }: TensorSpec): Array64 => ({ shape: dims, data });

/** Every index that a shape has, in row-major order. */
function places(shape: readonly number[]): readonly (readonly number[])[] {
	return shape.reduce<readonly (readonly number[])[]>(
		(found, size) => found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
		[[]],
	);
}

function at({ shape, data }: Array64, place: readonly number[]): number {
	return data[shape.reduce((index, size, axis) => index * size + ((place[axis] as number) % size), 0)] as number;
}

/** Einsum as its definition has it: over every value of every label. Without ellipses. */
function einsum64(equation: string, operands: readonly Array64[]): readonly number[] {
	const [left, right = ""] = equation.split("->") as [string, string?];
	const labels = [...new Set(left.replaceAll(",", ""))];
	const parts = left.split(",");
	const size = (label: string) =>
		Math.max(...operands.flatMap(({ shape }, i) => shape.filter((_, axis) => parts[i]?.[axis] === label)));
	const result = new Map<string, number>();
	for (const place of places(labels.map(size))) {
		const of = (text: string) => [...text].map((label) => place[labels.indexOf(label)] as number);
		const key = of(right).join();
		const term = operands.reduce((product, operand, i) => product * at(operand, of(parts[i] as string)), 1);
		result.set(key, (result.get(key) ?? 0) + term);
	}
	return places([...right].map(size)).map((place) => result.get(place.join()) as number);
}

describe("Einsum", () => {
	const shape = [1, 3, 4, 5];
	const x: Array64 = { shape, data: wave(60) };
	it.each<[string, readonly (readonly number[])[]]>([
		["nchw,kc->nk", [[6, 3]]],
		["nchw,kc->nkhw", [[6, 3]]],
		["nchw,chw->n", [[3, 4, 5]]],
		["nchw,c->nchw", [[3]]],
		[
			"nchw,cd,dk->nhk",
			[
				[3, 2],
				[2, 4],
			],
		],
		["nchw,nkhw->nck", [[1, 2, 4, 5]]],
		["nchw->nhc", []],
		["nchw->nwhc", []],
		["nchw,chd->nwcd", [[3, 4, 2]]],
		["kc,nchw->nwhk", [[6, 3]]],
		["nchw,hh->nc", [[4, 4]]],
	])("%s is what its definition says", async (equation, weights) => {
		const initializers = weights.map((dims, i) => floats(`w${i}`, dims, i + 2));
		const names = initializers.map(({ name }) => name);
		const isFirst = equation.startsWith("kc,");
		const inputs = isFirst ? ["w0", "x"] : ["x", ...names];
		const operands = isFirst ? [valuesOf(initializers[0] as TensorSpec), x] : [x, ...initializers.map(valuesOf)];
		const spec: ModelSpec = {
			nodes: [node("Einsum", inputs.join(" "), "y", { equation })],
			initializers,
			input: shape,
		};
		expectClose(await run(spec, x.data), einsum64(equation, operands));
	});

	it("of a value with itself, along a diagonal and with an ellipsis", async () => {
		const data = wave(12);
		const input = { shape: [1, 3, 2, 2], data };
		const spec = (equation: string, inputs: string): ModelSpec => ({
			nodes: [node("Einsum", inputs, "y", { equation })],
			input: input.shape,
		});
		expectClose(await run(spec("nchh->nch", "x"), data), einsum64("nchh->nch", [input]));
		expectClose(await run(spec("nchw,nkhw->nck", "x x"), data), einsum64("nchw,nkhw->nck", [input, input]));
		expectClose(await run(spec("...hw->...wh", "x"), data), einsum64("nchw->ncwh", [input]));
		expectClose(await run(spec("...ij,...jk", "x x"), data), einsum64("ncij,ncjk->ncik", [input, input]));
	});

	it("with a constant matrix is a Dense", async () => {
		const spec: ModelSpec = {
			nodes: [node("Einsum", "x w", "y", { equation: "nchw,kc->nhwk" })],
			initializers: [floats("w", [6, 3])],
			input: shape,
		};
		expect(operations(await read(spec))).toEqual(["Input", "Dense"]);
	});

	it.each(["nchw->nq", "nchw,kc->nk->n", "nc->n", "nchw->nn", "n1hw->n"])("'%s' is refused", (equation) =>
		expectRefusal(
			read({ nodes: [node("Einsum", "x", "y", { equation })], input: shape }),
			"unreadable-model",
			"its equation",
		),
	);
});

describe("functions of one value", () => {
	const data = [-2.5, -1, -0.1, 0, 0.3, 4];
	const ofRow = (op: string, attributes: Parameters<typeof node>[3] = {}) =>
		run({ nodes: [node(op, "x", "y", attributes)], input: [1, 6] }, data);

	it.each([1, 1.5, 0.25])("Celu with alpha %s", async (alpha) => {
		const expected = data.map((v) => Math.max(0, v) + Math.min(0, alpha * (Math.exp(v / alpha) - 1)));
		expectClose(await ofRow("Celu", { alpha: { float: alpha } }), expected);
	});

	it("Sign and ThresholdedRelu", async () => {
		expectClose(
			await ofRow("Sign"),
			data.map(Math.sign).map((v) => v + 0),
		);
		// The threshold itself is not above it.
		for (const alpha of [0.25, 4]) {
			expectClose(
				await ofRow("ThresholdedRelu", { alpha: { float: alpha } }),
				data.map((v) => (v > alpha ? v : 0)),
			);
		}
	});
});

describe("reductions", () => {
	const input = [1, 3, 2, 5];
	const data = wave(30).map((v) => 30 * v);
	/** Over the last axis, in NCHW. */
	const rows = Array.from({ length: 6 }, (_, i) => data.slice(5 * i, 5 * i + 5));
	it.each<[string, (row: readonly number[]) => number]>([
		["ReduceLogSumExp", (row) => Math.log(row.reduce((sum, v) => sum + Math.exp(v), 0))],
		["ReduceL1", (row) => row.reduce((sum, v) => sum + Math.abs(v), 0)],
		["ReduceSumSquare", (row) => row.reduce((sum, v) => sum + v * v, 0)],
	])("%s", async (op, of) => {
		for (const keepdims of [0, 1])
			expectClose(
				await run({ nodes: [node(op, "x", "y", { axes: [3], keepdims })], input }, data),
				rows.map((row) => of(row)),
			);
	});

	it("the logarithm of a sum of exponentials doesn't overflow", async () => {
		const spec: ModelSpec = { nodes: [node("ReduceLogSumExp", "x", "y", { axes: [1] })], input: [1, 3] };
		expectClose(await run(spec, [1000, 1001, -5000]), [1001 + Math.log1p(Math.exp(-1))]);
	});
});

describe("TopK", () => {
	const input = [1, 3, 4, 5];
	const data = wave(60);
	const spec = (axis: number, largest: number): ModelSpec => ({
		nodes: [node("TopK", "x k", "y places", { axis, largest })],
		initializers: [int64s("k", [2])],
		input,
	});

	it.each([
		[3, 1],
		[3, 0],
		[1, 1],
		[2, 0],
	])("along axis %i (largest: %i)", async (axis, largest) => {
		const x = { shape: input, data };
		const kept = input.with(axis, 2);
		const sorted = (place: readonly number[]) =>
			Array.from({ length: input[axis] as number }, (_, i) => at(x, place.with(axis, i))).sort((a, b) =>
				largest ? b - a : a - b,
			);
		const expected = places(kept).map((place) => sorted(place)[place[axis] as number] as number);
		expectClose(await run(spec(axis, largest), data), expected);
	});

	it("of more values than there are is refused", () =>
		expectRefusal(
			read({
				nodes: [node("TopK", "x k", "y places")],
				initializers: [int64s("k", [4])],
			}),
			"unreadable-model",
			"the first 4 of 3 values",
		));
});

describe("LpPool", () => {
	const input = [1, 1, 4, 4];
	const data = wave(16);
	it.each([1, 2, 3])("of order %i, padded", async (p) => {
		const attributes = { p, kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 0, 0] };
		const window = (row: number, column: number) => {
			let sum = 0;
			for (let i = 2 * row - 1; i < 2 * row + 2; i++)
				for (let j = 2 * column - 1; j < 2 * column + 2; j++)
					if (i >= 0 && j >= 0) sum += Math.abs(data[4 * i + j] as number) ** p;
			return sum ** (1 / p);
		};
		const expected = [window(0, 0), window(0, 1), window(1, 0), window(1, 1)];
		expectClose(await run({ nodes: [node("LpPool", "x", "y", attributes)], input }, data), expected);
	});

	it("over all places", async () => {
		const expected = [Math.sqrt(data.reduce((sum, v) => sum + v * v, 0))];
		expectClose(await run({ nodes: [node("GlobalLpPool", "x", "y")], input }, data), expected);
	});
});

describe("places", () => {
	const data = wave(12);
	const x = { shape: [1, 3, 4], data };
	const table = (name: string, dims: readonly number[], ints: readonly number[]): TensorSpec => ({
		name,
		dims,
		type: 7,
		ints,
	});
	const start = (...nodes: ModelSpec["nodes"]): ModelSpec => ({
		nodes: [node("Reshape", "x shape", "a"), ...nodes],
		initializers: [int64s("shape", [1, 3, 4])],
		input: [1, 12],
	});
	const withTables = (spec: ModelSpec, ...tables: readonly TensorSpec[]): ModelSpec => ({
		...spec,
		initializers: [...(spec.initializers ?? []), ...tables],
	});

	it("GatherND takes the slices that tuples name", async () => {
		const indices = table("i", [2, 2], [0, 2, 0, -3]);
		const spec = withTables(start(node("GatherND", "a i", "y")), indices);
		const expected = [2, 0].flatMap((row) => [0, 1, 2, 3].map((k) => at(x, [0, row, k])));
		expectClose(await run(spec, data), expected);
	});

	it("GatherElements takes one value for each index", async () => {
		const indices = table("i", [1, 2, 4], [2, 0, 1, 1, 0, 0, -1, 2]);
		const spec = withTables(start(node("GatherElements", "a i", "y", { axis: 1 })), indices);
		const rows = [2, 0, 1, 1, 0, 0, 2, 2];
		expectClose(
			await run(spec, data),
			rows.map((row, i) => at(x, [0, row, i % 4])),
		);
	});

	it("ScatterND writes over slices, the last update counting", async () => {
		const indices = table("i", [2, 2], [0, 1, 0, 1]);
		const updates = floats("u", [2, 4]);
		const spec = withTables(start(node("ScatterND", "a i u", "y")), indices, updates);
		expectClose(await run(spec, data), [...data.slice(0, 4), ...(updates.floats ?? []).slice(4), ...data.slice(8)]);
	});

	it("what depends on the picture is written into a constant, too", async () => {
		const indices = table("i", [1, 2], [0, 2]);
		const spec = withTables(
			start(node("Slice", "a from to axis", "s"), node("Squeeze", "s axis0", "u"), node("ScatterND", "c i u", "y")),
			indices,
			floats("c", [1, 3, 4]),
			int64s("from", [1]),
			int64s("to", [2]),
			int64s("axis", [1]),
			int64s("axis0", [0]),
		);
		const constant = floats("c", [1, 3, 4]).floats ?? [];
		expectClose(await run(spec, data), [...constant.slice(0, 8), ...data.slice(4, 8)]);
	});

	it.each([
		[[0, 3], "Index 3 of 3 values"],
		[[0, -4], "Index -4 of 3 values"],
	])("an index beyond the axis is refused: %j", (ints, says) =>
		expectRefusal(
			read(withTables(start(node("GatherND", "a i", "y")), table("i", [1, 2], ints))),
			"unreadable-model",
			says,
		),
	);
});

/** softmax(q·kᵀ·scale + mask)·v for each head, the plain way. */
function attention64(
	[q, k, v]: readonly [Array64, Array64, Array64],
	hidden: (row: number, column: number) => boolean,
	added: (row: number, column: number) => number = () => 0,
	cap = 0,
): readonly number[] {
	const [, heads, rows, depth] = q.shape as [number, number, number, number];
	const [, own, columns] = k.shape as [number, number, number];
	const width = v.shape[3] as number;
	return places([heads, rows, width]).map(([head, row, out]) => {
		const [h, r, o] = [head, row, out] as [number, number, number];
		const from = Math.floor((h * own) / heads);
		const scores = Array.from({ length: columns }, (_, c) => {
			let sum = 0;
			for (let d = 0; d < depth; d++) sum += at(q, [0, h, r, d]) * at(k, [0, from, c, d]);
			const score = sum / Math.sqrt(depth);
			const bent = cap > 0 ? cap * Math.tanh(score / cap) : score;
			return hidden(r, c) ? Number.NEGATIVE_INFINITY : bent + added(r, c);
		});
		const most = Math.max(...scores);
		const powers = scores.map((score) => Math.exp(score - most));
		const total = powers.reduce((a, b) => a + b, 0);
		return powers.reduce((sum, power, c) => sum + (power / total) * at(v, [0, from, c, o]), 0);
	});
}

describe("Attention", () => {
	const heads = [1, 2, 3, 4];
	const data = wave(24);
	const never = () => false;
	const spec = (inputs: string, attributes: Parameters<typeof node>[3], ...initializers: TensorSpec[]): ModelSpec => ({
		nodes: [node("Reshape", "x shape", "q"), node("Attention", inputs, "y", attributes)],
		initializers: [int64s("shape", heads), ...initializers],
		input: [1, 24],
		opset: 23,
	});
	const q = { shape: heads, data };
	const k = floats("k", [1, 2, 5, 4], 3);
	const v = floats("v", [1, 2, 5, 2], 6);

	it("of a value with itself", async () =>
		expectClose(await run(spec("q q q", {}), data), attention64([q, q, q], never)));

	it("causal, capped, with a mask of numbers and of choices", async () => {
		const known = [q, valuesOf(k), valuesOf(v)] as const;
		expectClose(
			await run(spec("q k v", { is_causal: 1 }, k, v), data),
			attention64(known, (row, column) => column > row),
		);
		const mask = floats("m", [3, 5], 2);
		const added = (row: number, column: number) => mask.floats?.[row * 5 + column] as number;
		expectClose(
			await run(spec("q k v m", { softcap: { float: 2 } }, k, v, mask), data),
			attention64(known, never, added, 2),
		);
		const ints = [1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0];
		const choice: TensorSpec = { name: "m", dims: [3, 5], type: 9, ints };
		expectClose(
			await run(spec("q k v m", {}, k, v, choice), data),
			attention64(known, (row, column) => ints[row * 5 + column] === 0),
		);
	});

	it("with fewer heads of keys than of queries, and with heads in one axis", async () => {
		const [k1, v1] = [floats("k", [1, 1, 5, 4], 3), floats("v", [1, 1, 5, 2], 6)];
		expectClose(await run(spec("q k v", {}, k1, v1), data), attention64([q, valuesOf(k1), valuesOf(v1)], never));
		const flat: ModelSpec = {
			nodes: [node("Reshape", "x shape", "q"), node("Attention", "q q q", "y", { q_num_heads: 2, kv_num_heads: 2 })],
			initializers: [int64s("shape", [1, 3, 8])],
			input: [1, 24],
			opset: 23,
		};
		const apart = {
			shape: heads,
			data: places([2, 3, 4]).map(([h, r, d]) => data[(r as number) * 8 + (h as number) * 4 + (d as number)] as number),
		};
		const together = attention64([apart, apart, apart], never);
		const expected = places([3, 2, 4]).map(
			([r, h, d]) => together[((h as number) * 3 + (r as number)) * 4 + (d as number)] as number,
		);
		expectClose(await run(flat, data), expected);
	});
});

describe("RotaryEmbedding", () => {
	it.each([0, 1])("turns pairs by the angles of their places (interleaved: %i)", async (interleaved) => {
		const data = wave(24);
		const x = { shape: [1, 2, 3, 4], data };
		const angles = [0, 0.3, 1, 2, -1, 0.5];
		const cache = (name: string, of: (v: number) => number): TensorSpec => ({
			name,
			dims: [1, 3, 2],
			floats: angles.map((v) => of(v)),
		});
		const spec: ModelSpec = {
			nodes: [node("Reshape", "x shape", "a"), node("RotaryEmbedding", "a c s", "y", { interleaved })],
			initializers: [int64s("shape", x.shape), cache("c", Math.cos), cache("s", Math.sin)],
			input: [1, 24],
			opset: 23,
		};
		const expected = places(x.shape).map(([, h, r, d]) => {
			const [head, row, depth] = [h, r, d] as [number, number, number];
			const pair = interleaved ? Math.floor(depth / 2) : depth % 2;
			const isFirst = interleaved ? depth % 2 === 0 : depth < 2;
			const value = (second: number) => at(x, [0, head, row, interleaved ? 2 * pair + second : pair + 2 * second]);
			const angle = angles[row * 2 + pair] as number;
			return isFirst
				? Math.cos(angle) * value(0) - Math.sin(angle) * value(1)
				: Math.sin(angle) * value(0) + Math.cos(angle) * value(1);
		});
		expectClose(await run(spec, data), expected);
	});
});

describe("normalisations", () => {
	const data = wave(6);
	it("RMSNormalization and LpNormalization", async () => {
		const gamma = floats("g", [6], 4);
		const rms = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / 6 + 1e-5);
		expectClose(
			await run(
				{ nodes: [node("RMSNormalization", "x g", "y")], initializers: [gamma], input: [1, 6], opset: 23 },
				data,
			),
			data.map((v, i) => (v / rms) * (gamma.floats?.[i] as number)),
		);
		const norm = Math.sqrt(data.reduce((sum, v) => sum + v * v, 0));
		expectClose(
			await run({ nodes: [node("LpNormalization", "x", "y")], input: [1, 6] }, data),
			data.map((v) => v / norm),
		);
	});

	it.each([1, 2])("LpNormalization of order %i leaves zeros as they are", async (p) => {
		const normalised = node("LpNormalization", "x", "y", { p });
		expectClose(await run({ nodes: [normalised], input: [1, 6] }, Array(6).fill(0)), Array(6).fill(0));
	});
});
