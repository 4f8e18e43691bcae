/** Branches and functions of the model's own. */
import { describe, expect, it } from "vitest";
import type { Network } from "../../../../src/compute/network/types.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal, readBytes } from "../reading.js";
import { type BranchSpec, type FunctionSpec, floats, int64s, type ModelSpec, node, onnxModel } from "./writer.js";

const read = (spec: ModelSpec): Promise<Network> => readBytes(onnxModel(spec), "m.onnx");
const operations = (network: Network) => network.nodes.map(({ operation }) => operation.op);
const valuesOf = async (spec: ModelSpec, x: readonly number[]) => Array.from(execute64(await read(spec), x));

const x = [-1, 0.5, 2];

describe("If", () => {
	const branches = (then: BranchSpec, otherwise: BranchSpec) => ({
		then_branch: { branch: then },
		else_branch: { branch: otherwise },
	});
	const relu: BranchSpec = { nodes: [node("Relu", "x", "r")], outputs: ["r"] };
	const doubled: BranchSpec = {
		nodes: [node("Mul", "x two", "r")],
		initializers: [{ name: "two", dims: [], floats: [2] }],
		outputs: ["r"],
	};
	const condition = (value: number) => ({ name: "c", dims: [], type: 9, ints: [value] });

	it.each([
		[1, [0, 0.5, 2]],
		[0, [-2, 1, 4]],
	])("takes the branch of its condition, %i", async (value, expected) => {
		const spec: ModelSpec = {
			nodes: [node("If", "c", "y", branches(relu, doubled))],
			initializers: [condition(value)],
		};
		expect(await valuesOf(spec, x)).toEqual(expected);
	});

	it("follows a condition on shapes, as exporters write for squeeze, and branches in branches", async () => {
		const inner = branches(doubled, relu);
		const spec: ModelSpec = {
			nodes: [
				node("Shape", "x", "s"),
				node("Gather", "s zero", "n"),
				node("Equal", "n one", "c"),
				node("If", "c", "y", branches({ nodes: [node("If", "c", "deep", inner)], outputs: ["deep"] }, relu)),
			],
			initializers: [
				{ name: "zero", dims: [], type: 7, ints: [0] },
				{ name: "one", dims: [], type: 7, ints: [1] },
			],
		};
		expect(await valuesOf(spec, x)).toEqual([-2, 1, 4]);
	});

	it("hands on a value from around it, and may hold what isn't read in the branch that isn't taken", async () => {
		const odd: BranchSpec = { nodes: [node("Det", "x", "r")], outputs: ["r"] };
		const spec: ModelSpec = {
			nodes: [
				node("Tanh", "x", "t"),
				node("If", "c", "z", branches({ nodes: [], outputs: ["t"] }, odd)),
				node("Relu", "z", "y"),
			],
			initializers: [condition(1)],
		};
		expect(operations(await read(spec))).toEqual(["Input", "Pointwise", "Pointwise"]);
	});

	it("whose condition depends on the picture is refused", () =>
		expectRefusal(
			read({
				nodes: [
					node("ReduceSum", "x", "sum", { keepdims: 0 }),
					node("Greater", "sum zero", "c"),
					node("If", "c", "y", branches(relu, doubled)),
				],
				initializers: [{ name: "zero", dims: [], floats: [0] }],
			}),
			"unsupported-model",
			"If 'If_y': its condition depends on the picture",
		));

	it("without a branch, and with branches too deep in each other, is refused", async () => {
		const initializers = [condition(1)];
		await expectRefusal(
			read({ nodes: [node("If", "c", "y", { then_branch: { branch: relu } })], initializers }),
			"unreadable-model",
			"If 'If_y' has no 'else_branch'",
		);
		let nested = relu;
		for (let depth = 0; depth < 10; depth++)
			nested = { nodes: [node("If", "c", "r", branches(nested, relu))], outputs: ["r"] };
		await expectRefusal(
			read({ nodes: [node("If", "c", "y", branches(nested, relu))], initializers }),
			"unsupported-model",
			"Branches lie more than 8 deep",
		);
	});
});

describe("functions", () => {
	/** `relu(a·scale) + b`, as newer exporters of PyTorch wrote their layers. */
	const scaled: FunctionSpec = {
		name: "scaled",
		domain: "pkg.mine",
		inputs: ["a", "b"],
		outputs: ["r"],
		nodes: [
			node("Constant", "", "s", { value_float: { refersTo: "scale" } }),
			node("Mul", "a s", "m"),
			node("Relu", "m", "t"),
			node("Add", "t b", "r"),
		],
		defaults: { scale: { float: 2 } },
	};
	const call = (inputs: string, outputs: string, attributes: Parameters<typeof node>[3] = {}) => ({
		...node("scaled", inputs, outputs, attributes),
		domain: "pkg.mine",
	});

	it("are written out where they are called, with their attributes and those they leave out", async () => {
		const spec: ModelSpec = {
			nodes: [call("x w", "h", { scale: { float: 3 } }), call("h x", "y")],
			initializers: [floats("w", [3])],
			functions: [scaled],
		};
		const w = floats("w", [3]).floats as readonly number[];
		const expected = x.map((v, i) => Math.max(0, 2 * (Math.max(0, 3 * v) + (w[i] as number))) + v);
		(await valuesOf(spec, x)).forEach((v, i) => {
			expect(v).toBeCloseTo(expected[i] as number, 6);
		});
		const { nodes } = await read(spec);
		expect(nodes.map(({ layer }) => layer)).toContain("scaled_h/Relu_t");
	});

	it("call others, hand inputs on and leave optional ones out", async () => {
		const outer: FunctionSpec = {
			name: "outer",
			domain: "pkg.mine",
			inputs: ["a", "low", "b"],
			outputs: ["b", "r"],
			nodes: [node("Clip", "a low b", "c"), call("c c", "r")],
		};
		const spec: ModelSpec = {
			nodes: [{ ...node("outer", "x - high", "same y"), domain: "pkg.mine" }],
			initializers: [{ name: "high", dims: [], floats: [1] }],
			functions: [scaled, outer],
		};
		expect(await valuesOf(spec, x)).toEqual([-1, 1.5, 3]);
		expect(
			await valuesOf(
				{ ...spec, output: "same", nodes: [{ ...node("outer", "x - x", "same y"), domain: "pkg.mine" }] },
				x,
			),
		).toEqual(x);
	});

	it("have branches, whose names and attributes are theirs", async () => {
		const then: BranchSpec = { nodes: [call("a a", "m", { scale: { refersTo: "factor" } })], outputs: ["m"] };
		const chosen: FunctionSpec = {
			name: "chosen",
			domain: "pkg.mine",
			inputs: ["a"],
			outputs: ["r"],
			nodes: [
				node("Shape", "a", "s"),
				node("Size", "s", "rank"),
				node("Equal", "rank two", "c"),
				node("If", "c", "r", { then_branch: { branch: then }, else_branch: { branch: { nodes: [], outputs: ["a"] } } }),
				node("Constant", "", "two", { value: { name: "v", dims: [], type: 7, ints: [2] } }),
			].sort((a, b) => Number(b.op === "Constant") - Number(a.op === "Constant")),
		};
		const spec: ModelSpec = {
			nodes: [{ ...node("chosen", "x", "y", { factor: { float: 5 } }), domain: "pkg.mine" }],
			functions: [scaled, chosen],
		};
		expect(await valuesOf(spec, x)).toEqual(x.map((v) => Math.max(0, 5 * v) + v));
	});

	it("that call themselves, or each other exponentially often, are refused in bounded time", async () => {
		const own = (name: string, nodes: ModelSpec["nodes"]): FunctionSpec => ({
			name,
			domain: "d",
			inputs: ["a"],
			outputs: ["r"],
			nodes,
		});
		const to = (name: string, inputs: string, outputs: string) => ({ ...node(name, inputs, outputs), domain: "d" });
		await expectRefusal(
			read({ nodes: [to("f", "x", "y")], functions: [own("f", [to("f", "a", "r")])] }),
			"unsupported-model",
			"Functions call each other more than 64 deep",
		);
		const doubling = Array.from({ length: 40 }, (_, i) =>
			own(`f${i}`, i === 0 ? [node("Relu", "a", "r")] : [to(`f${i - 1}`, "a", "b"), to(`f${i - 1}`, "b", "r")]),
		);
		await expectRefusal(
			read({ nodes: [to("f39", "x", "y")], functions: doubling }),
			"unsupported-model",
			"its functions and branches written out",
		);
	});

	it("that aren't there are unsupported operations", () =>
		expectRefusal(read({ nodes: [call("x x", "y")] }), "unsupported-model", "operation 'pkg.mine.scaled'"));
});

describe("constants", () => {
	it("are scattered, gathered and sorted at reading", async () => {
		const network = await read({
			nodes: [
				node("ScatterND", "zeros places ones", "mask"),
				node("TopK", "mask k", "top at"),
				node("GatherND", "top first", "value"),
				node("Mul", "x value", "y"),
			],
			initializers: [
				{ name: "zeros", dims: [4], floats: [0, 0, 0, 0] },
				{ name: "places", dims: [2, 1], type: 7, ints: [1, 3] },
				{ name: "ones", dims: [2], floats: [4, 7] },
				int64s("k", [2]),
				{ name: "first", dims: [1, 1], type: 7, ints: [1] },
			],
		});
		expect(operations(network)).toEqual(["Input", "Affine"]);
		expect(Array.from(execute64(network, [1, 2, 3]))).toEqual([4, 8, 12]);
	});
});
