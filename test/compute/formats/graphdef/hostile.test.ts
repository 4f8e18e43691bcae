/** TensorFlow graphs and checkpoints that nobody should trust. The rows are those of test/hostile.md. */
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { crc32c, maskedCrc32c } from "../../../../src/compute/formats/graphdef/bundle/crc32c.js";
import { readModel } from "../../../../src/compute/formats/read.js";
import { expectRefusal, readBytes } from "../reading.js";
import { withFolder } from "../writers.js";
import { type Container, read, relu } from "./reading.js";
import {
	type AttributeSpec,
	checkpointOf,
	constant,
	entryBytes,
	FLOAT,
	type GraphSpec,
	graphModel,
	headerBytes,
	INT32,
	type NodeSpec,
	node,
	placeholder,
	savedModelBytes,
	TEXT,
	tableBytes,
	writeCheckpoint,
	writeGraphModel,
	writeSavedModel,
} from "./writer.js";

const OPTIONS = { inputSize: null };
const CONTAINERS: readonly Container[] = ["GraphModel", "SavedModel"];
const x = placeholder("x", [-1, 3]);

/** `x·w` with w in the checkpoint. */
const scaled: GraphSpec = {
	nodes: [x, node("read", "ReadVariableOp", "w", { dtype: { type: FLOAT } }), node("y", "Mul", "x read")],
	variables: { w: [1, 2, 3] },
};

function refuseScaled(
	damage: (folder: string) => Promise<unknown>,
	says: string | RegExp,
	reason: "unreadable-model" | "unsupported-model" = "unreadable-model",
): Promise<void> {
	return withFolder(async (folder) => {
		await writeSavedModel(folder, scaled);
		await damage(folder);
		await expectRefusal(readModel(folder, OPTIONS), reason, says);
	});
}

/** An index with one entry for the variable. */
function indexOf(entry: Partial<Parameters<typeof entryBytes>[0]>, header = headerBytes()): Buffer {
	const { data } = checkpointOf({ w: [1, 2, 3] });
	const whole = { type: FLOAT, shape: [3], offset: 0, size: 12, checksum: maskedCrc32c(data), ...entry };
	return tableBytes([
		["", header],
		["saved/w", entryBytes(whole)],
	]);
}

const inVariables = (file: string, content: Uint8Array | string) => (folder: string) =>
	writeFile(join(folder, "variables", file), content);
const withIndex = (index: Buffer) => inVariables("variables.index", index);

describe("weight files (rows 1, 2, 3)", () => {
	it.each(["../w.bin", "/etc/hosts", "junk/../../w.bin", "file:///etc/hosts"])(
		"of a GraphModel outside of its folder are refused: %s",
		(path) =>
			withFolder(async (folder) => {
				const model = await writeGraphModel(folder, {
					nodes: [x, constant("w", [3], [1, 2, 3]), node("y", "Mul", "x w")],
				});
				const { json } = graphModel({ nodes: [x, constant("w", [3], [1, 2, 3]), node("y", "Mul", "x w")] });
				await writeFile(model, json.replace('"weights.bin"', JSON.stringify(path)));
				await expectRefusal(readModel(model, OPTIONS), "unreadable-model", path);
			}),
	);

	it.each(["variables.index", "variables.data-00000-of-00001"])(
		"of a SavedModel through a link are refused: %s",
		(file) =>
			withFolder(async (outside) => {
				await writeCheckpoint(outside, checkpointOf({ w: [1, 2, 3] }));
				await refuseScaled(async (folder) => {
					await rm(join(folder, "variables", file));
					await symlink(join(outside, "variables", file), join(folder, "variables", file));
				}, "a symbolic link leads out");
			}),
	);

	it("in a linked folder are refused", () =>
		withFolder(async (outside) => {
			await writeCheckpoint(outside, checkpointOf({ w: [1, 2, 3] }));
			await refuseScaled(async (folder) => {
				await rm(join(folder, "variables"), { recursive: true });
				await symlink(join(outside, "variables"), join(folder, "variables"));
			}, "a symbolic link leads out");
		}));
});

describe("sizes that a file claims (rows 6, 18)", () => {
	const read3 = (tensor: Extract<AttributeSpec, { tensor: unknown }>["tensor"]) =>
		read({
			nodes: [x, node("w", "Const", "", { dtype: { type: tensor.type }, value: { tensor } }), node("y", "Mul", "x w")],
		});

	it.each([
		[{ type: FLOAT, shape: [3], content: new Uint8Array(11) }, "has 11 bytes, its shape 3 needs 12"],
		[{ type: FLOAT, shape: [2 ** 40, 2 ** 12], content: new Uint8Array(8) }, "has 8 bytes"],
		[{ type: FLOAT, shape: [2 ** 40, 2 ** 40], values: [1] }, "its shape is"],
		[{ type: FLOAT, shape: [-3], values: [1] }, "its shape is -3"],
		[{ type: FLOAT, shape: [3], values: [1, 2, 3, 4] }, "has 4 values, its shape 3 needs 3"],
	])("in a constant are compared with what is there: %#", (tensor, says) =>
		expectRefusal(read3(tensor), "unreadable-model", says),
	);

	it("cost nothing where a value is only said to repeat", () =>
		expectRefusal(
			read3({ type: FLOAT, shape: [2 ** 27], values: [1] }),
			"unsupported-model",
			"repeats a value 134217728 times",
		));

	it("are counted where constants are computed of constants", async () => {
		const grown = Array.from({ length: 6 }, (_, i) => node(`c${i + 1}`, "Tile", `c${i} one`));
		const nodes: NodeSpec[] = [
			x,
			constant("s", [2], [8000, 8000], INT32),
			constant("v", [], [1]),
			node("c0", "Fill", "s v"),
			constant("one", [2], [1, 1], INT32),
			...grown,
			constant("axes", [2], [0, 1], INT32),
			node("total", "Sum", "c6 axes"),
			node("y", "Mul", "x total"),
		];
		await expectRefusal(read({ nodes }), "unsupported-model", "more than is read");
		const filled = [
			x,
			constant("s", [2], [1e6, 1e6], INT32),
			constant("v", [], [1]),
			node("w", "Fill", "s v"),
			node("y", "Mul", "x w"),
		];
		await expectRefusal(read({ nodes: filled }), "unsupported-model", "more than is read");
	});

	it.each([
		[{ size: 8 }, "has 8 bytes, its shape 3 needs 12"],
		[{ shape: [2 ** 30, 2 ** 20] }, "needs"],
		[{ shape: [-3] }, "its shape is -3"],
		[{ offset: 4 }, "lies at bytes 4 to 16 of a file of 12"],
		[{ offset: 2 ** 50 }, "of a file of 12"],
		[{ shard: 3 }, "lies in data file 3 of 1"],
		[{ checksum: 1 }, "its checksum is wrong"],
		[{ type: TEXT }, "element type 7"],
		[{ slices: 1 }, "saved in slices"],
	])("in a checkpoint are compared with its files: %j", (entry, says) =>
		refuseScaled(
			withIndex(indexOf(entry)),
			says,
			says.includes("type 7") || says.includes("slices") ? "unsupported-model" : "unreadable-model",
		),
	);

	it("in a GraphModel's weights are compared with its files", () =>
		withFolder(async (folder) => {
			const model = await writeGraphModel(folder, {
				nodes: [x, constant("w", [3], [1, 2, 3]), node("y", "Mul", "x w")],
			});
			for (const bytes of [11, 13, 0]) {
				await writeFile(join(folder, "weights.bin"), new Uint8Array(bytes));
				await expectRefusal(readModel(model, OPTIONS), "unreadable-model", `have ${bytes} bytes, 12 are expected`);
			}
		}));

	it("in a GraphModel without its weight are no zeros", () =>
		withFolder(async (folder) => {
			const spec = { nodes: [x, constant("w", [3], [1, 2, 3]), node("y", "Mul", "x w")] };
			const model = await writeGraphModel(folder, spec);
			const { json } = graphModel(spec);
			await writeFile(model, json.replace(/"weightsManifest":.*/, '"weightsManifest":[]}'));
			await expectRefusal(readModel(model, OPTIONS), "unreadable-model", "the weight 'w' is not in the manifest");
		}));

	it("of zero are refused", () =>
		expectRefusal(
			read({ nodes: [x, constant("w", [3, 0], []), node("y", "MatMul", "x w")] }, "SavedModel"),
			"unreadable-model",
			"would have the shape 0",
		));
});

describe("checkpoints (row 18)", () => {
	it("have sums by Castagnoli's polynomial", () => {
		// RFC 3720, appendix B.4.
		const range = Uint8Array.from({ length: 32 }, (_, i) => i);
		expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
		expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
		expect(crc32c(new Uint8Array(32).fill(255))).toBe(0x62a8ab43);
		expect(crc32c(range)).toBe(0x46dd794e);
		expect(crc32c(range.reverse())).toBe(0x113fdb5c);
	});

	it.each([0, 1, 47, 48, 60, -1])("whose index is cut off after %i bytes are refused", (length) =>
		refuseScaled(withIndex(indexOf({}).subarray(0, length)), "The index of the variables is damaged"),
	);

	it("of which a byte has changed are refused", async () => {
		const index = indexOf({});
		for (const at of [0, 5, 20, index.length - 60]) {
			const changed = Buffer.from(index);
			changed[at] = (changed[at] as number) ^ 1;
			await refuseScaled(withIndex(changed), /checksum of its block|damaged/);
		}
		await refuseScaled(inVariables("variables.data-00000-of-00001", Buffer.alloc(12)), "its checksum is wrong");
	});

	it("whose index lies about places and lengths are refused", async () => {
		const index = indexOf({});
		const footer = Buffer.alloc(48);
		footer.set([0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1]);
		index.copy(footer, 40, index.length - 8);
		await refuseScaled(withIndex(Buffer.concat([index.subarray(0, -48), footer])), "a block lies at bytes");
		footer.fill(0xff, 0, 40);
		await refuseScaled(withIndex(Buffer.concat([index.subarray(0, -48), footer])), "a number has too many bytes");
	});

	it("that are compressed, big-endian or of very many files are refused", async () => {
		await refuseScaled(withIndex(tableBytes([["", headerBytes()]], 1)), "it is compressed");
		await refuseScaled(withIndex(indexOf({}, headerBytes(1, 1))), "big-endian", "unsupported-model");
		await refuseScaled(withIndex(indexOf({}, headerBytes(100_000))), "100000 files; 1024 is the limit");
		await refuseScaled(
			withIndex(
				tableBytes([
					["", headerBytes()],
					["", headerBytes()],
				]),
			),
			"is in it twice",
		);
	});

	it("of which a part is missing are refused", async () => {
		await refuseScaled((folder) => rm(join(folder, "variables", "variables.data-00000-of-00001")), "no such file");
		await refuseScaled((folder) => rm(join(folder, "variables"), { recursive: true }), "folder 'variables'");
		await refuseScaled(withIndex(tableBytes([["", headerBytes()]])), "'w_shared' is not among the saved ones");
	});
});

describe.each(CONTAINERS)("a graph in a %s", (container) => {
	const refuse = (
		nodes: readonly NodeSpec[],
		says: string | RegExp,
		reason: "unreadable-model" | "unsupported-model",
	) => expectRefusal(read({ nodes }, container), reason, says);

	it.each([
		"ReadFile",
		"WriteFile",
		"PyFunc",
		"EagerPyFunc",
		"PyFuncStateless",
		"XlaCallModule",
		"Save",
		"LookupTableFindV2",
	])("with %s is refused, unseen (row 16)", (op) =>
		refuse(
			[
				x,
				node("name", "Const", "", {
					dtype: { type: TEXT },
					value: { tensor: { type: TEXT, shape: [], strings: ["/etc/hosts"] } },
				}),
				node("act", op, "name"),
				node("y", "Mul", "x act"),
			],
			`unsupported operation '${op}' at node 'act'`,
			"unsupported-model",
		),
	);

	it("with a file operation that the output doesn't need is read, the operation left alone (row 16)", async () => {
		const nodes = [x, node("act", "WriteFile", "x x"), { ...relu("y", "x"), inputs: ["x", "^act"] }];
		const network = await read({ nodes }, container);
		expect(network.nodes.map(({ name }) => name)).toEqual(["x", "y"]);
		expect(network.warnings.join()).toContain("reach out of the model (WriteFile)");
	});

	it.each(["ReadFile", "WriteFile", "PyFunc", "EagerPyFunc", "PrintV2"])(
		"in which %s reads the output is read all the same, and said to hold it (row 16)",
		async (op) => {
			const nodes = [x, relu("y", "x"), node("act", op, "y")];
			const network = await read({ nodes, signature: null }, container);
			expect(network.output).toBe("y");
			expect(network.warnings.join()).toContain(`(${op})`);
		},
	);

	it("whose function holds one that the output doesn't need is said to hold it (row 16)", async () => {
		const f = {
			name: "f",
			inputs: ["a"],
			nodes: [relu("r", "a"), node("act", "PyFunc", "a")],
			results: { b: "r:activations:0" },
		};
		const call = node("y", "PartitionedCall", "x", { f: { func: "f" } });
		const network = await read({ nodes: [x, call], functions: [f] }, container);
		expect(network.warnings.join()).toContain("(PyFunc)");
	});

	it("that saves its variables is nothing to speak of (row 16)", async () => {
		const nodes = [x, relu("y", "x"), node("save", "SaveV2", "x")];
		expect((await read({ nodes }, container)).warnings).toEqual([]);
	});

	it("with a cycle ends with an error (row 20)", async () => {
		await refuse([x, node("a", "Add", "x b"), relu("b", "a"), relu("y", "b")], "depends on itself", "unreadable-model");
		await refuse([x, relu("y", "y")], "doesn't depend on any input", "unsupported-model");
	});

	it("with 100,000 nodes ends with an error (row 20)", () =>
		refuse(
			[
				x,
				...Array.from({ length: 100_000 }, (_, i) => relu(i === 99_999 ? "y" : `n${i}`, i === 0 ? "x" : `n${i - 1}`)),
			],
			/limit|more than 80000/,
			"unreadable-model",
		));

	it("with a long chain is no deep recursion (row 20)", async () => {
		const chain = Array.from({ length: 15_000 }, (_, i) =>
			relu(i === 14_999 ? "y" : `n${i}`, i === 0 ? "x" : `n${i - 1}`),
		);
		expect((await read({ nodes: [x, ...chain] }, container)).nodes).toHaveLength(15_001);
		const more = Array.from({ length: 30_000 }, (_, i) =>
			relu(i === 29_999 ? "y" : `n${i}`, i === 0 ? "x" : `n${i - 1}`),
		);
		await refuse([x, ...more], "more than 20000 nodes", "unsupported-model");
	});

	it("with duplicate names is refused (row 20)", () =>
		refuse([x, relu("y", "x"), relu("y", "x")], "Two nodes are called 'y'", "unreadable-model"));

	it("that reads what isn't there is refused", async () => {
		await refuse([x, relu("y", "gone")], "'y' reads 'gone', which isn't there", "unreadable-model");
		await refuse([x, relu("y", "x:7")], "its output 7 is not read", "unsupported-model");
		await refuse([x, relu("y", "x:-1")], "has no output", "unreadable-model");
		await expectRefusal(
			read({ nodes: [x, relu("y", "x")], signature: { inputs: ["x"], outputs: ["gone"] } }, container),
			"unreadable-model",
			"'gone:0', which isn't there",
		);
	});

	it("with functions that call each other exponentially often ends with an error (row 20)", () => {
		const functions = Array.from({ length: 40 }, (_, i) => ({
			name: `f${i}`,
			inputs: ["a"],
			nodes:
				i === 0
					? [relu("r", "a")]
					: [
							node("p", "PartitionedCall", "a", { f: { func: `f${i - 1}` } }),
							node("q", "PartitionedCall", "p:output:0", { f: { func: `f${i - 1}` } }),
						],
			results: { r: i === 0 ? "r:activations:0" : "q:output:0" },
		}));
		const nodes = [x, node("y", "PartitionedCall", "x", { f: { func: "f39" } })];
		return expectRefusal(
			read({ nodes, functions }, container),
			"unsupported-model",
			"calls functions more than 5000 times",
		);
	});

	it.each(["__proto__", "constructor", "toString"])(
		"with the name '%s' anywhere is just a graph (row 22)",
		async (name) => {
			await refuse([x, node("y", name, "x")], `operation '${name}'`, "unsupported-model");
			const nodes = [x, node(name, "Relu", "x", { [name]: { int: 1 } }), relu("y", name)];
			expect((await read({ nodes }, container)).nodes[1]?.name).toBe(name);
		},
	);

	it("with names that are markup or control characters keeps them as text (row 22)", async () => {
		const name = "<img src=x onerror=alert(1)>\u202e\u001b[31m";
		const network = await read({ nodes: [x, relu(name, "x"), { ...relu("y", "x"), inputs: [name] }] }, container);
		expect(network.nodes[1]?.name).toBe(name);
	});

	it("with attributes of absurd values is refused", async () => {
		const k = constant("k", [3, 3, 3, 2], Array(54).fill(1));
		const conv = (attributes: NodeSpec["attributes"]) =>
			refuse(
				[placeholder("x", [-1, 8, 8, 3]), k, node("y", "Conv2D", "x k", { padding: { text: "SAME" }, ...attributes })],
				/damaged|not read|reach over/,
				"unreadable-model",
			);
		await conv({ strides: { ints: [1, 0, 1, 1] } });
		await conv({ strides: { ints: [1, -1, 1, 1] } });
		await conv({ strides: { ints: [1, 1] } });
		await conv({ padding: { text: "ODD" }, strides: { ints: [1, 1, 1, 1] } });
		await conv({ padding: { text: "EXPLICIT" }, explicit_paddings: { ints: [0, 0, -1, 0, 0, 0, 0, 0] } });
	});

	it("that makes absurdly large images is refused before they are made", () =>
		refuse(
			[placeholder("x", [-1, 8, 8, 3]), constant("s", [2], [1e6, 1e6], INT32), node("y", "ResizeBilinear", "x s")],
			/would have|makes an image/,
			"unsupported-model",
		));
});

describe("bytes (row 17)", () => {
	const whole = savedModelBytes({ nodes: [x, relu("y", "x")] });

	it.each([1, 10, 40, whole.length - 1])("cut off after %i are refused", (length) =>
		expectRefusal(readBytes(whole.subarray(0, length), "saved_model.pb"), "unreadable-model", "saved_model.pb"),
	);

	it("that nest deeply are refused", () => {
		const depth = 200_000;
		const groups = Buffer.concat([Buffer.alloc(depth, 0x1b), Buffer.alloc(depth, 0x1c)]);
		return expectRefusal(readBytes(Buffer.concat([whole, groups]), "saved_model.pb"), "unreadable-model", "damaged");
	});

	it("whose lengths overflow are refused", async () => {
		for (const length of [
			[0xff, 0xff, 0xff, 0xff, 0x0f],
			[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
		])
			await expectRefusal(
				readBytes(Buffer.concat([Buffer.from([0x12, ...length]), whole]), "saved_model.pb"),
				"unreadable-model",
				"damaged",
			);
	});

	it("of no graph are refused", async () => {
		await expectRefusal(readBytes(new Uint8Array(0), "saved_model.pb"), "unreadable-model", "has no graph");
		await expectRefusal(readBytes(whole, "other.pb"), "unsupported-model", "SavedModel");
		const empty = { format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] };
		await expectRefusal(readBytes(Buffer.from(JSON.stringify(empty)), "m.json"), "unreadable-model", "has no output");
		await expectRefusal(
			readBytes(Buffer.from('{"format":"graph-model","modelTopology":{"node":[[]]},"weightsManifest":[]}'), "m.json"),
			"unreadable-model",
			"a node is []",
		);
	});

	it("of a folder in place of a file are refused", () =>
		withFolder(async (folder) => {
			await mkdir(join(folder, "saved_model.pb"));
			await expectRefusal(readModel(folder, OPTIONS), "unreadable-model", "folder");
		}));
});
