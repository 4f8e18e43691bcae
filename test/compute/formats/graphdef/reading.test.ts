import { describe, expect, it } from "vitest";
import { readModel } from "../../../../src/compute/formats/read.js";
import { execute64 } from "../../../reference/execute64.js";
import { expectRefusal } from "../reading.js";
import { withFolder } from "../writers.js";
import { type Container, read, relu } from "./reading.js";
import {
	BOOL,
	constant,
	type FunctionSpec,
	type GraphSpec,
	INT32,
	node,
	placeholder,
	some,
	TEXT,
	writeSavedModel,
} from "./writer.js";

const CONTAINERS: readonly Container[] = ["GraphModel", "SavedModel"];

describe.each(CONTAINERS)("a graph in a %s", (container) => {
	const dense = (more: Partial<GraphSpec> = {}): GraphSpec => ({
		nodes: [
			placeholder("x", [-1, 3]),
			constant("w", [3, 2], [1, 2, 3, 4, 5, 6]),
			constant("b", [2], [10, 20]),
			node("product", "MatMul", "x:0 w ^b", { transpose_a: { flag: false } }),
			node("sum", "BiasAdd", "product b:0"),
			node("y", "Softmax", "sum"),
		],
		...more,
	});

	it("is read whatever way its inputs are named, control inputs left out", async () => {
		const network = await read(dense(), container);
		expect(network.format).toBe(container === "GraphModel" ? "tfjs-graph" : "tensorflow-savedmodel");
		expect(network.nodes.map(({ name, layerType }) => [name, layerType])).toEqual([
			["x", "Input"],
			["product", "MatMul"],
			["sum", "BiasAdd"],
			["y", "Softmax"],
		]);
		const odds = [10 + 1 + 6 + 15, 20 + 2 + 8 + 18].map(Math.exp);
		const total = odds.reduce((a, b) => a + b);
		const found = execute64(network, [1, 2, 3]);
		odds.forEach((odd, i) => void expect(found[i]).toBeCloseTo(odd / total, 12));
	});

	it("says where its weights stand", async () => {
		const [, product, sum] = (await read(dense(), container)).nodes;
		expect(product?.weights.kernel).toMatchObject({ name: "w", shape: [3, 2] });
		const isStored = container === "GraphModel";
		expect(product?.weights.kernel?.place).toBe(isStored ? "weights.bin, bytes 0 to 24" : undefined);
		expect(sum?.weights.offset?.place).toBe(isStored ? "weights.bin, bytes 24 to 32" : undefined);
	});

	it("without a signature ends where nothing reads on", async () => {
		const network = await read(dense({ signature: null }), container);
		expect([network.output, network.warnings]).toEqual(["y", []]);
	});

	it("ends where it is told to", async () => {
		expect((await read(dense(), container, "product")).output).toBe("product");
		expect((await read(dense(), container, "sum:0")).nodes.at(-1)?.name).toBe("sum");
		await expectRefusal(read(dense(), container, "prod"), "bad-request", "no node 'prod'. It has 'product'");
	});

	it("whose output is a label gives the scores it is chosen from", async () => {
		const { nodes } = dense();
		const label = [...nodes, constant("axis", [], [1], INT32), node("label", "ArgMax", "y axis")];
		const network = await read({ nodes: label, signature: { inputs: ["x"], outputs: ["label"] } }, container);
		expect(network.output).toBe("y");
		expect(network.warnings.join()).toContain("'label:0' is a label");
		const both = await read({ nodes: label, signature: { inputs: ["x"], outputs: ["label", "sum"] } }, container);
		const others = `--output, or "output" in blindspot.json, takes another: 'label'.`;
		expect([both.output, both.warnings]).toEqual(["sum", [`The model has 2 outputs; 'sum:0' is used. ${others}`]]);
	});

	it("may have a second placeholder that isn't needed, or one with a value of its own", async () => {
		const nodes = [
			placeholder("x", [1, 3]),
			placeholder("unused", [-1, 4]),
			relu("bottleneck", "x"),
			node("fed", "PlaceholderWithDefault", "bottleneck", { shape: { shape: [-1, 3] } }),
			relu("y", "fed"),
			node("other", "Sigmoid", "unused"),
		];
		const network = await read({ nodes, signature: null }, container, "y");
		expect(network.nodes.map(({ name }) => name)).toEqual(["x", "bottleneck", "y"]);
		expect((await read({ nodes }, container)).nodes.map(({ name }) => name)).toEqual(["x", "bottleneck", "y"]);
	});

	it("refuses a second input that is needed", () =>
		expectRefusal(
			read(
				{
					nodes: [placeholder("x", [1, 3]), placeholder("z", [1, 3]), node("y", "AddV2", "x z")],
					signature: null,
				},
				container,
			),
			"unsupported-model",
			/several inputs \('[xz]', '[xz]'\)/,
		));

	it("is not being trained", async () => {
		const nodes = [
			placeholder("x", [-1, 3]),
			placeholder("training", [], BOOL),
			node("drop", "Switch", "x training"),
			node("pivot", "Switch", "training training"),
			node("off", "Identity", "pivot:0"),
			node("on", "Identity", "pivot:1"),
			node("noise", "Exp", "drop:1"),
			node("kept", "Neg", "drop:0"),
			constant("one", [1], [1]),
			{ ...node("only", "Unknown", "one"), inputs: ["one", "^on"] },
			node("y", "Merge", "kept noise"),
		];
		const network = await read({ nodes }, container);
		expect(network.nodes.map(({ name }) => name)).toEqual(["x", "kept"]);
		expect(network.warnings).toEqual(["The switch 'training' is taken as off."]);
	});

	it("names the operation that isn't read, and where it is", () =>
		expectRefusal(
			read({ nodes: [placeholder("x", [-1, 3]), node("odd", "Betainc", "x x x"), relu("y", "odd")] }, container),
			"unsupported-model",
			"unsupported operation 'Betainc' at node 'odd'",
		));

	it("reads weights of which one value stands for all", async () => {
		const nodes = [placeholder("x", [-1, 3]), constant("s", [3], [2, 2, 2]), node("y", "Mul", "x s")];
		expect(Array.from(execute64(await read({ nodes }, container), [1, -2, 3]))).toEqual([2, -4, 6]);
	});

	it("leaves height and width open", async () => {
		const network = await read({ nodes: [placeholder("x", [-1, -1, -1, 3]), relu("y", "x")] }, container);
		expect(network.nodes[0]?.outputShape).toEqual([224, 224, 3]);
		expect(network.warnings.join()).toContain("leaves the height of its input open; 224 is assumed");
	});

	it("has channels first where its picture has", async () => {
		const pool = {
			data_format: { text: "NCHW" },
			ksize: { ints: [1, 1, 2, 2] },
			strides: { ints: [1, 1, 2, 2] },
			padding: { text: "VALID" },
		};
		const nodes = [placeholder("x", [-1, 3, 4, 6]), node("pool", "MaxPool", "x", pool), relu("y", "pool")];
		const network = await read({ nodes }, container);
		// Values come out in the file's order.
		expect(network.nodes.map(({ outputShape }) => outputShape)).toEqual([
			[4, 6, 3],
			[2, 3, 3],
			[2, 3, 3],
			[3, 2, 3],
		]);
	});
});

describe("functions", () => {
	const inner: FunctionSpec = {
		name: "double",
		inputs: ["a"],
		nodes: [constant("two", [], [2]), node("times", "Mul", "a two:output:0")],
		results: { r: "times:z:0" },
	};
	const outer: FunctionSpec = {
		name: "outer",
		inputs: ["a", "handle"],
		nodes: [
			node("read", "ReadVariableOp", "handle", { dtype: { type: 1 } }),
			node("sum", "AddV2", "a read:value:0"),
			node("first", "PartitionedCall", "sum:z:0", { f: { func: "double" } }),
			node("second", "double", "first:output:0"),
			node("parts", "IdentityN", "second:r:0 sum:z:0"),
		],
		results: { p: "parts:output:1", q: "parts:output:0" },
	};
	const spec: GraphSpec = {
		nodes: [
			placeholder("x", [-1, 3]),
			node("call", "StatefulPartitionedCall", "x bias", { f: { func: "outer" } }),
			node("y", "Neg", "call:1"),
		],
		functions: [inner, outer],
		variables: { bias: [10, 20, 30] },
	};

	it("are followed, with variables by what the file restores them from", async () => {
		const network = await read(spec);
		expect(Array.from(execute64(network, [1, 2, 3]))).toEqual([-44, -88, -132]);
		expect(network.nodes.map(({ name }) => name)).toEqual(["x", "sum", "first/times", "times", "y"]);
		expect(network.nodes[1]?.weights.offset).toMatchObject({
			name: "bias_shared",
			place: "variables.data-00000-of-00001, bytes 0 to 12",
		});
	});

	it("have nodes that may be the output", async () => {
		expect(Array.from(execute64(await read(spec, "SavedModel", "sum"), [1, 2, 3]))).toEqual([11, 22, 33]);
		expect(Array.from(execute64(await read(spec, "SavedModel", "call:0"), [1, 2, 3]))).toEqual([11, 22, 33]);
		expect((await read(spec, "SavedModel", "first/times")).output).toBe("first/times");
	});

	it("may be a branch of a condition that is known", async () => {
		const branch = (name: string, op: string): FunctionSpec => ({
			name,
			inputs: ["a"],
			nodes: [node("f", op, "a")],
			results: { r: "f:out:0" },
		});
		for (const [value, op] of [
			[1, "Neg"],
			[0, "Abs"],
		] as const) {
			const network = await read({
				nodes: [
					placeholder("x", [-1, 3]),
					constant("condition", [], [value], BOOL),
					node("choice", "If", "condition x", {
						then_branch: { func: "yes" },
						else_branch: { func: "no" },
					}),
					relu("y", "choice"),
				],
				functions: [branch("yes", "Neg"), branch("no", "Abs")],
			});
			expect(network.nodes[1]?.layerType).toBe(op);
		}
	});

	it("that call themselves, each other or nothing end with an error", async () => {
		const loop: FunctionSpec = {
			name: "loop",
			inputs: ["a"],
			nodes: [node("again", "PartitionedCall", "a", { f: { func: "loop" } })],
			results: { r: "again:output:0" },
		};
		const call = (name: string): GraphSpec => ({
			nodes: [placeholder("x", [-1, 3]), node("y", "PartitionedCall", "x", { f: { func: name } })],
			functions: [loop],
		});
		await expectRefusal(read(call("loop")), "unsupported-model", "functions call each other 64 deep");
		await expectRefusal(read(call("gone")), "unreadable-model", "it calls 'gone', which isn't there");
	});
});

describe("variables", () => {
	it("of TensorFlow 1 are what the graph assigns", async () => {
		const spec: GraphSpec = {
			nodes: [
				placeholder("x", [-1, 3]),
				node("w", "VariableV2", "", { dtype: { type: 1 }, shape: { shape: [3] } }),
				node("w/read", "Identity", "w"),
				placeholder("file", [], TEXT),
				node("keys", "Const", "", {
					dtype: { type: TEXT },
					value: { tensor: { type: TEXT, shape: [2], strings: ["other", "saved/handle"] } },
				}),
				node("save/RestoreV2", "RestoreV2", "file keys keys"),
				node("save/Assign", "Assign", "w save/RestoreV2:1"),
				node("initial", "Fill", "x x"),
				node("w/Assign", "Assign", "w initial"),
				node("y", "Mul", "x w/read"),
			],
			// Saves a vector under 'saved/handle', which nothing else reads.
			variables: { handle: [2, 3, 4] },
		};
		expect(Array.from(execute64(await read(spec), [1, 1, 1]))).toEqual([2, 3, 4]);
	});

	it("that aren't saved are named", async () => {
		const nodes = [placeholder("x", [-1, 3]), node("w", "VariableV2"), node("y", "Mul", "x w")];
		await expectRefusal(read({ nodes }), "unreadable-model", "'variables' with the variable 'w' is missing");
		await expectRefusal(
			read({ nodes, variables: { other: [1] } }),
			"unreadable-model",
			"'w' is not among the saved ones",
		);
	});

	it("with odd values are reported", async () => {
		const spec: GraphSpec = {
			nodes: [
				placeholder("x", [-1, 3]),
				node("read", "ReadVariableOp", "w", { dtype: { type: 1 } }),
				node("y", "Mul", "x read"),
			],
			variables: { w: [Number.NaN, Number.POSITIVE_INFINITY, 1] },
		};
		expect((await read(spec)).warnings).toEqual(["Weight 'w_shared' holds 2 values that are NaN or infinite."]);
	});
});

describe("a SavedModel", () => {
	it("is its folder or the graph in it; all its files belong to it", () =>
		withFolder(async (folder) => {
			const path = await writeSavedModel(folder, {
				nodes: [
					placeholder("x", [-1, 3]),
					node("read", "ReadVariableOp", "w", { dtype: { type: 1 } }),
					node("y", "Mul", "x read"),
				],
				variables: { w: some(3) },
			});
			const options = { inputSize: null };
			const [byFolder, byFile] = [await readModel(folder, options), await readModel(path, options)];
			expect(byFolder).toEqual(byFile);
			const names = byFolder.files.map((file) => file.slice(folder.length + 1));
			expect(names.slice(0, 1)).toEqual(["saved_model.pb"]);
			expect(names.slice(1).map((name) => name.split("/").at(-1))).toEqual([
				"variables.index",
				"variables.data-00000-of-00001",
			]);
		}));
});
