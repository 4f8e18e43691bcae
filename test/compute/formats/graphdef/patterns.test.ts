/** Functions that files spell out: recognised, and with the same values as what is written. */
import { describe, expect, it } from "vitest";
import { execute64 } from "../../../reference/execute64.js";
import { readNodes } from "./reading.js";
import { constant, INT32, type NodeSpec, node, some } from "./writer.js";

const number = (name: string, value: number) => constant(name, [], [value]);
const HALF = number("half", 0.5);
const x = some(8, 3).map((v, i) => 3 * v + i / 10);

async function read(shape: readonly number[], nodes: readonly NodeSpec[]) {
	const network = await readNodes([-1, ...shape], nodes);
	return {
		operations: network.nodes.slice(1).map(({ operation }) => operation),
		values: execute64(network, x),
		network,
	};
}

function expectClose(found: ArrayLike<number>, expected: readonly number[]): void {
	expect(found.length).toBe(expected.length);
	expected.forEach((v, i) => void expect(found[i]).toBeCloseTo(v, 5));
}

const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));

describe("gated activations", () => {
	it.each([
		["x·σ(1·x)", [number("beta", 1), node("z", "Mul", "beta x"), node("s", "Sigmoid", "z"), node("y", "Mul", "x s")]],
		["σ(x)·x through identities", [node("i", "Identity", "x"), node("s", "Sigmoid", "i"), node("y", "Mul", "s x")]],
	])("Swish as %s", async (_, nodes) => {
		const { operations, values, network } = await read([8], nodes);
		expect(operations).toMatchObject([{ op: "Pointwise", function: { fn: "swish" } }]);
		expect(network.nodes[1]).toMatchObject({ name: "y", layerType: "Swish" });
		expectClose(
			values,
			x.map((v) => v * sigmoid(v)),
		);
	});

	const relu6 = [number("three", 3), node("raised", "AddV2", "x three"), node("cut", "Relu6", "raised")];
	it.each([
		["x·(relu6(x + 3)/6)", [...relu6, number("six", 6), node("g", "RealDiv", "cut six"), node("y", "Mul", "x g")]],
		["(relu6(x + 3)·x)/6", [...relu6, number("six", 6), node("p", "Mul", "cut x"), node("y", "RealDiv", "p six")]],
		[
			"x·(relu6(x + 3)·1/6)",
			[...relu6, number("sixth", 1 / 6), node("g", "Mul", "sixth cut"), node("y", "Mul", "g x")],
		],
	])("HardSwish as %s", async (_, nodes) => {
		const { operations, values } = await read([8], nodes);
		expect(operations).toMatchObject([{ op: "Pointwise", function: { fn: "hardSwish" } }]);
		expectClose(
			values,
			x.map((v) => (v * Math.min(6, Math.max(0, v + 3))) / 6),
		);
	});

	it("Mish", async () => {
		const nodes = [node("s", "Softplus", "x"), node("t", "Tanh", "s"), node("y", "Mul", "t x")];
		const { operations, values } = await read([8], nodes);
		expect(operations).toMatchObject([{ op: "Pointwise", function: { fn: "mish" } }]);
		expectClose(
			values,
			x.map((v) => v * Math.tanh(Math.log1p(Math.exp(v)))),
		);
	});

	const halved = [HALF, node("h", "Mul", "half x")];
	const one = number("one", 1);
	it.each([
		[
			"x/2·erfc(-x/√2)",
			[
				...halved,
				node("n", "Neg", "x"),
				number("r", Math.SQRT1_2),
				node("z", "Mul", "n r"),
				node("e", "Erfc", "z"),
				node("y", "Mul", "h e"),
			],
		],
		[
			"x/2·(1 + erf(x/√2))",
			[
				...halved,
				number("r", Math.SQRT2),
				node("z", "RealDiv", "x r"),
				node("e", "Erf", "z"),
				one,
				node("g", "AddV2", "one e"),
				node("y", "Mul", "h g"),
			],
		],
		[
			"(x·(erf(x·√½) + 1))/2",
			[
				HALF,
				number("r", Math.SQRT1_2),
				node("z", "Mul", "x r"),
				node("e", "Erf", "z"),
				one,
				node("g", "AddV2", "e one"),
				node("p", "Mul", "x g"),
				node("y", "Mul", "half p"),
			],
		],
	])("GELU as %s", async (_, nodes) => {
		const { operations } = await read([8], nodes);
		expect(operations).toEqual([{ op: "Pointwise", function: { fn: "gelu", approximate: false } }]);
	});

	it("GELU by tanh", async () => {
		const nodes = [
			number("three", 3),
			node("cubed", "Pow", "x three"),
			number("a", 0.044715),
			node("small", "Mul", "a cubed"),
			node("inner", "AddV2", "x small"),
			number("c", Math.sqrt(2 / Math.PI)),
			node("z", "Mul", "c inner"),
			node("t", "Tanh", "z"),
			one,
			node("g", "AddV2", "one t"),
			...halved,
			node("y", "Mul", "h g"),
		];
		const { operations } = await read([8], nodes);
		expect(operations).toEqual([{ op: "Pointwise", function: { fn: "gelu", approximate: true } }]);
	});

	it.each([
		[
			"another scale",
			[number("two", 2), node("z", "Mul", "two x"), node("s", "Sigmoid", "z"), node("y", "Mul", "x s")],
		],
		["another value", [node("z", "Abs", "x"), node("s", "Sigmoid", "z"), node("y", "Mul", "x s")]],
		[
			"another half",
			[
				number("r", Math.SQRT1_2),
				node("z", "Mul", "x r"),
				node("e", "Erf", "z"),
				one,
				node("g", "AddV2", "one e"),
				node("y", "Mul", "x g"),
			],
		],
	])("of %s are what they are", async (_, nodes) => {
		const { operations } = await read([8], nodes);
		expect(operations.at(-1)?.op).toBe("Multiply");
		expect(operations.map(({ op }) => op)).toContain("Pointwise");
	});
});

describe("layer normalisation", () => {
	const EPSILON = 0.25;
	const statistics = [
		constant("axes", [1], [-1], INT32),
		node("mean", "Mean", "x axes", { keep_dims: { flag: true } }),
		node("still", "StopGradient", "mean"),
		node("squares", "SquaredDifference", "x still"),
		node("variance", "Mean", "squares axes", { keep_dims: { flag: true } }),
		number("epsilon", EPSILON),
		node("raised", "AddV2", "variance epsilon"),
	];
	const gamma = constant("gamma", [4], [1, 2, 3, 4]);
	const beta = constant("beta", [4], [5, 6, 7, 8]);
	const inverse = node("inverse", "Rsqrt", "raised");
	const scaled = [inverse, gamma, node("s", "Mul", "inverse gamma"), node("a", "Mul", "x s")];
	const expected = (scale: boolean, shift: boolean) =>
		[0, 4].flatMap((start) => {
			const row = x.slice(start, start + 4);
			const mean = row.reduce((a, b) => a + b) / 4;
			const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 4;
			return row.map(
				(v, i) => ((v - mean) / Math.sqrt(variance + EPSILON)) * (scale ? i + 1 : 1) + (shift ? i + 5 : 0),
			);
		});

	it.each([
		[
			"x·s + (-mean·s + β)",
			[
				...scaled,
				node("n", "Neg", "mean"),
				node("b", "Mul", "n s"),
				beta,
				node("c", "AddV2", "b beta"),
				node("y", "AddV2", "a c"),
			],
			true,
			true,
		],
		[
			"x·s + (β - mean·s)",
			[...scaled, node("b", "Mul", "mean s"), beta, node("c", "Sub", "beta b"), node("y", "AddV2", "a c")],
			true,
			true,
		],
		[
			"x·s - mean·s as a sum",
			[...scaled, node("n", "Neg", "mean"), node("b", "Mul", "n s"), node("y", "AddN", "b a")],
			true,
			false,
		],
		["(x - mean)·1/√", [inverse, node("d", "Sub", "x mean"), node("y", "Mul", "inverse d")], false, false],
		[
			"(x - mean)/√",
			[node("r", "Sqrt", "raised"), node("d", "Sub", "x mean"), node("y", "RealDiv", "d r")],
			false,
			false,
		],
	] as const)("as %s", async (_, nodes, scale, shift) => {
		const { operations, values, network } = await read([2, 4], [...statistics, ...nodes]);
		expect(operations).toMatchObject([{ op: "LayerNormalization", axes: [1] }]);
		expect(network.nodes[1]).toMatchObject({ name: "y", layerType: "LayerNormalization" });
		expectClose(values, expected(scale, shift));
	});

	it("with statistics of another value is what it is", async () => {
		const nodes = [
			...statistics,
			inverse,
			node("other", "Exp", "x"),
			node("d", "Sub", "other mean"),
			node("y", "Mul", "inverse d"),
		];
		const { operations } = await read([2, 4], nodes);
		expect(operations.map(({ op }) => op)).not.toContain("LayerNormalization");
	});
});
