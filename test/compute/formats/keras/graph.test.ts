import { describe, expect, it } from "vitest";
import { expectRefusal, readTfjs } from "../reading.js";
import { from, functional, input, kerasTensors, layer, sequential, values } from "../writers.js";

const DENSE = { units: 3, use_bias: false };

describe("who reads from whom", () => {
	it.each([
		["Keras 2", (names: readonly string[]) => from(...names)],
		["Keras 3", (names: readonly string[]) => kerasTensors(names)],
	])("reads inbound_nodes as %s writes them", async (_, inbound) => {
		const network = await readTfjs(
			functional([
				input([3]),
				layer("ReLU", "a", {}, inbound(["in"])),
				layer("ELU", "b", {}, inbound(["in"])),
				layer("Add", "out", {}, inbound(["b", "a"])),
			]),
		);
		expect(network.nodes.map((node) => [node.name, node.inputs])).toEqual([
			["in", []],
			["a", ["in"]],
			["b", ["in"]],
			["out", ["b", "a"]],
		]);
	});

	it.each([
		[{ outputs: [["out", 0, 0]] }],
		[{ outputs: ["out", 0, 0] }],
		[{ inputs: ["in", 0, 0] }],
		[{ outputs: { scores: ["out", 0, 0] } }],
	])("reads the ends as %j", async (ends) => {
		const network = await readTfjs(functional([input([3]), layer("ReLU", "out", {}, from("in"))], ends));
		expect(network.output).toBe("out");
	});

	it("puts layers in an order that can be computed, whatever the file's", async () => {
		const network = await readTfjs(
			functional([layer("ReLU", "out", {}, from("a")), layer("ELU", "a", {}, from("in")), input([3])]),
		);
		expect(network.nodes.map((node) => node.name)).toEqual(["in", "a", "out"]);
	});

	it("leaves out what the output doesn't depend on, even where its weights are missing", async () => {
		const network = await readTfjs(
			functional([input([3]), layer("ReLU", "out", {}, from("in")), layer("Dense", "head", { units: 2 }, from("in"))]),
		);
		expect(network.nodes.map((node) => node.name)).toEqual(["in", "out"]);
	});

	it("reads a layer that is called twice as two nodes that share their weights", async () => {
		const twice = [[["in", 0, 0, {}]], [["d", 0, 0, {}]]];
		const network = await readTfjs(
			functional([input([3]), layer("Dense", "d", DENSE, twice)], { outputs: [["d", 1, 0]] }),
			{ "d/kernel": values([3, 3]) },
		);
		expect(network.nodes.map((node) => node.name)).toEqual(["in", "d", "d/call2"]);
		expect(network.nodes[2]?.inputs).toEqual(["d"]);
		expect(network.nodes[2]?.weights.kernel).toBe(network.nodes[1]?.weights.kernel);
	});

	it("warns where a layer is called with training=True", async () => {
		for (const inbound of [[[["in", 0, 0, { training: true }]]], kerasTensors(["in"], { training: true })]) {
			const network = await readTfjs(functional([input([3]), layer("Dropout", "out", { rate: 0.5 }, inbound)]));
			expect(network.warnings).toEqual([expect.stringContaining("Dropout 'out' is called with training=True")]);
		}
	});

	it("refuses arguments that are no outputs of layers", async () => {
		const constant = [{ args: [[kerasTensors(["in"]), 2]], kwargs: {} }];
		for (const inbound of [[[["in", 0, 0, { mask: ["m", 0, 0] }]]], constant, kerasTensors(["in"], { scale: 2 })])
			await expectRefusal(
				readTfjs(functional([input([3]), layer("Add", "out", {}, inbound)])),
				"unsupported-model",
				/Add 'out' is called with .* no output of a layer/,
			);
	});

	it("keeps names apart where a layer is called what another's activation is called", async () => {
		const network = await readTfjs(
			sequential([input([3]), layer("Dense", "d", { ...DENSE, activation: "relu" }), layer("ELU", "d/relu")]),
			{ "d/kernel": values([3, 3]) },
		);
		expect(network.nodes.map((node) => [node.name, node.layer])).toEqual([
			["in", "in"],
			["d", "d"],
			["d/relu", "d"],
			["d/relu#2", "d/relu"],
		]);
	});
});

describe("models within models", () => {
	const backbone = (name: string) =>
		functional([input([3], "inner_in"), layer("Dense", "d", DENSE, from("inner_in"))], {
			name,
			inputs: [["inner_in", 0, 0]],
			outputs: [["d", 0, 0]],
		});

	it("reads a nested Functional and a nested Sequential, their layers named after the model", async () => {
		const network = await readTfjs(
			functional(
				[
					input([3]),
					{ ...backbone("body"), name: "body", inbound_nodes: from("in") },
					{
						...sequential([layer("Dense", "d", DENSE), layer("Softmax", "s")]),
						name: "head",
						inbound_nodes: from("body"),
					},
				],
				{ outputs: [["head", 0, 0]] },
			),
			{ "body/d/kernel": values([3, 3]), "head/d/kernel": values([3, 3], 100) },
		);
		expect(network.nodes.map((node) => node.name)).toEqual(["in", "body/d", "head/d", "head/s"]);
		expect(network.nodes[1]?.weights.kernel?.data[0]).toBe(1 / 16);
		expect(network.nodes[2]?.weights.kernel?.data[0]).toBe(100 / 16);
	});

	it.each([0, 1])("finds the calls of a nested model counted from %i", async (first) => {
		const nested = { ...backbone("body"), name: "body", inbound_nodes: [[["in", 0, 0, {}]], [["body", first, 0, {}]]] };
		const network = await readTfjs(functional([input([3]), nested], { outputs: [["body", first + 1, 0]] }), {
			"d/kernel": values([3, 3]),
		});
		expect(network.nodes.map((node) => node.name)).toEqual(["in", "body/d", "body/call2/d"]);
		expect(network.nodes[2]?.inputs).toEqual(["body/d"]);
	});

	it("reads a Sequential that begins with a model", async () => {
		const network = await readTfjs(sequential([{ ...backbone("body"), name: "body" }, layer("Softmax", "s")]), {
			"d/kernel": values([3, 3]),
		});
		expect(network.nodes.map((node) => node.operation.op)).toEqual(["Input", "Dense", "Softmax"]);
		expect(network.nodes[0]?.outputShape).toEqual([3]);
	});
});

describe("the input", () => {
	const pooled = [layer("GlobalMaxPooling2D", "g")];

	it("takes its shape from the first layer of a Sequential without InputLayer, or from the built model", async () => {
		const first = await readTfjs(sequential([layer("Flatten", "f", { batch_input_shape: [1, 4, 5, 1] })]));
		expect(first.nodes[0]).toMatchObject({ name: "f_input", outputShape: [4, 5, 1] });
		const built = await readTfjs(sequential([layer("Flatten", "f")], { build_input_shape: [null, 4, 5, 1] }));
		expect(built.nodes[0]?.outputShape).toEqual([4, 5, 1]);
		await expectRefusal(readTfjs(sequential([layer("Flatten", "f")])), "unreadable-model", "doesn't say what shape");
	});

	it("reads a Sequential whose configuration is a bare list of layers, as old Keras wrote it", async () => {
		const network = await readTfjs({
			class_name: "Sequential",
			config: [layer("Flatten", "f", { batch_input_shape: [null, 4, 5, 1] })],
		});
		expect(network.nodes.at(-1)?.outputShape).toEqual([20]);
	});

	it("fills in open sizes: 224 with a warning, or what it is told", async () => {
		const topology = sequential([input([null, null, 3]), ...pooled]);
		const guessed = await readTfjs(topology);
		expect(guessed.nodes[0]?.outputShape).toEqual([224, 224, 3]);
		expect(guessed.warnings).toEqual([expect.stringContaining("224×224 is assumed")]);
		const told = await readTfjs(topology, {}, { inputSize: { width: 30, height: 20 } });
		expect(told.nodes[0]?.outputShape).toEqual([20, 30, 3]);
		expect(told.warnings).toEqual([]);
		const fixed = await readTfjs(
			sequential([input([8, 8, 3]), ...pooled]),
			{},
			{ inputSize: { width: 30, height: 20 } },
		);
		expect(fixed.nodes[0]?.outputShape).toEqual([8, 8, 3]);
	});

	it("refuses other open sizes and several inputs, naming them", async () => {
		await expectRefusal(readTfjs(sequential([input([8, 8, null]), ...pooled])), "unsupported-model", "8×8×?");
		const two = functional([input([3], "a"), input([3], "b"), layer("Add", "out", {}, from("a", "b"))], {
			inputs: [
				["a", 0, 0],
				["b", 0, 0],
			],
		});
		await expectRefusal(readTfjs(two), "unsupported-model", "several inputs");
	});
});

describe("the output", () => {
	const heads = functional(
		[
			input([3]),
			layer("Dense", "x", { ...DENSE, activation: "relu" }, from("in")),
			layer("ELU", "y", {}, from("in")),
			layer("Lambda", "z", {}, from("y")),
		],
		{
			outputs: [
				["x", 0, 0],
				["y", 0, 0],
				["z", 0, 0],
			],
		},
	);
	const weights = { "x/kernel": values([3, 3]) };
	const choose = (output: string) => readTfjs(heads, weights, { inputSize: null, output });

	it("is the first of several, with a warning that names the others; a class that it doesn't need is no matter", async () => {
		const network = await readTfjs(heads, weights);
		expect(network.output).toBe("x/relu");
		expect(network.warnings).toEqual([expect.stringMatching(/3 outputs; 'x' is used\..*'y', 'z'/)]);
		expect(network.outputChoice).toEqual({ taken: "x", others: ["y", "z"] });
	});

	it("is any layer or node that is asked for", async () => {
		expect((await choose("y")).nodes.map((node) => node.name)).toEqual(["in", "y"]);
		expect((await choose("x")).output).toBe("x/relu");
		const calls = [[["in", 0, 0, {}]], [["d", 0, 0, {}]]];
		const twice = functional([input([3]), layer("Dense", "d", DENSE, calls), layer("ELU", "out", {}, from("d"))]);
		const own = { "d/kernel": values([3, 3]) };
		expect((await readTfjs(twice, own, { inputSize: null, output: "d" })).output).toBe("d/call2");
		expect((await choose("y")).warnings).toEqual([]);
		await expectRefusal(choose("z"), "unsupported-model", "Unsupported layer 'Lambda' at 'z'");
		const known = functional([input([3]), layer("Dense", "out", { ...DENSE, activation: "relu" }, from("in"))]);
		const read = (output: string) => readTfjs(known, { "out/kernel": values([3, 3]) }, { inputSize: null, output });
		expect((await read("out/relu")).output).toBe("out/relu");
		await expectRefusal(read("w"), "bad-request", "no layer 'w'");
	});

	it.each([0, 1])("is a nested model whose calls count from %i", async (first) => {
		const inner = functional([input([3], "inner_in"), layer("ELU", "e", {}, from("inner_in"))], {
			name: "body",
			inputs: [["inner_in", 0, 0]],
			outputs: [["e", 0, 0]],
		});
		const body = { ...inner, name: "body", inbound_nodes: from("in") };
		const model = functional([input([3]), body, layer("ReLU", "out", {}, [[["body", first, 0, {}]]])]);
		expect((await readTfjs(model, {}, { inputSize: null, output: "body" })).output).toBe("body/e");
		expect((await readTfjs(model, {}, { inputSize: null, output: "body/e" })).output).toBe("body/e");
	});
});
