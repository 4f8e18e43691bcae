/** ONNX files that mean harm or are broken: each a clear, typed error in bounded time, or read safely. */
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import protobuf from "protobufjs/minimal.js";
import { describe, expect, it } from "vitest";
import { asBlindspotError } from "../../../../src/compute/errors.js";
import { readModel } from "../../../../src/compute/formats/read.js";
import { Random } from "../../../../src/compute/math/random.js";
import { expectRefusal, readBytes } from "../reading.js";
import { withFolder } from "../writers.js";
import { floats, int64s, type ModelSpec, node, onnxModel } from "./writer.js";

const OPTIONS = { inputSize: null };
const read = (spec: ModelSpec) => readBytes(onnxModel(spec), "m.onnx");
const product = (weight: ModelSpec["initializers"]): ModelSpec => ({
	nodes: [node("MatMul", "x w", "y")],
	input: [1, 2],
	...(weight && { initializers: weight }),
});

describe("external data", () => {
	/** A folder `model` with the model in it and a secret beside it. */
	function withModel(external: Record<string, string>, work: (path: string, secret: string) => Promise<void>) {
		return withFolder(async (outside) => {
			const folder = join(outside, "model");
			await mkdir(join(folder, "junk"), { recursive: true });
			const secret = join(outside, "secret.bin");
			await writeFile(secret, Buffer.alloc(64));
			await writeFile(join(folder, "weights.bin"), Buffer.alloc(16));
			const path = join(folder, "m.onnx");
			await writeFile(path, onnxModel(product([{ name: "w", dims: [2, 1], external }])));
			await work(path, secret);
		});
	}

	it.each(["../secret.bin", "junk/../../secret.bin", "..\\secret.bin", "/etc/hostname", "file:///etc/hostname", ""])(
		"is refused at '%s'",
		(location) =>
			withModel({ location }, (path) =>
				expectRefusal(readModel(path, OPTIONS), "unreadable-model", `'${location}' is refused`),
			),
	);

	it("is refused through a symbolic link, of the file or of a folder above it", () =>
		withModel({ location: "link/secret.bin" }, async (path, secret) => {
			await symlink(join(secret, ".."), join(path, "..", "link"));
			await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "symbolic link");
		}));

	it.each([
		[{ offset: "12" }, "has 4 bytes"],
		[{ offset: "12", length: "8" }, "bytes 12 to 20"],
		[{ offset: "999999999999", length: "8" }, "which has 16"],
		[{ offset: "-1" }, "its 'offset' is '-1'"],
		[{ length: "1e99" }, "its 'length' is '1e99'"],
		[{ length: "16" }, "has 16 bytes"],
	])("is compared with the file: %o", (place, says) =>
		withModel({ location: "weights.bin", ...place } as Record<string, string>, (path) =>
			expectRefusal(readModel(path, OPTIONS), "unreadable-model", says),
		),
	);

	it("is compared for tensors that nothing needs too", () =>
		withModel({ location: "weights.bin" }, async (path) => {
			const far = { name: "unused", dims: [2], external: { location: "weights.bin", offset: "1000", length: "8" } };
			await writeFile(path, onnxModel(product([floats("w", [2, 1]), far])));
			await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "'unused'");
		}));

	it("that is missing is named", () =>
		withModel({ location: "gone.bin" }, (path) =>
			expectRefusal(readModel(path, OPTIONS), "unreadable-model", "gone.bin"),
		));
});

describe("sizes", () => {
	it.each([
		[{ name: "w", dims: [2, 1], raw: new Uint8Array(7) }, "has 7 bytes, its shape 2×1 needs 8"],
		[{ name: "w", dims: [2, 1], raw: new Uint8Array(12) }, "has 12 bytes"],
		[{ name: "w", dims: [2 ** 40, 2 ** 12], raw: new Uint8Array(8) }, "has 8 bytes"],
		[{ name: "w", dims: [2 ** 40, 2 ** 40], raw: new Uint8Array(8) }, "its shape is"],
		[{ name: "w", dims: [-2, -1], raw: new Uint8Array(8) }, "its shape is -2×-1"],
		[{ name: "w", dims: [2, 1], floats: [1] }, "has 1 values"],
	])("of a tensor are compared with what is there: %#", (tensor, says) =>
		expectRefusal(read(product([tensor])), "unreadable-model", says),
	);

	it("that a file only claims cost nothing", async () => {
		const spec: ModelSpec = {
			nodes: [node("ConstantOfShape", "s", "c"), node("Add", "x c", "y")],
			initializers: [int64s("s", [1_000_000, 1_000_000])],
		};
		await expectRefusal(read(spec), "unsupported-model", "more than is read");
	});

	it("that add up are counted", async () => {
		const spec: ModelSpec = {
			nodes: [
				node("ConstantOfShape", "s", "c0"),
				...Array.from({ length: 6 }, (_, i) => node("Expand", `c${i} s`, `c${i + 1}`)),
				node("ReduceSum", "c6", "total", { keepdims: 0 }),
				node("Add", "x total", "y"),
			],
			initializers: [int64s("s", [8000, 8000])],
		};
		await expectRefusal(read(spec), "unsupported-model", "more than is read");
	});

	it("of zero are refused", () =>
		expectRefusal(
			read({ nodes: [node("MatMul", "x w", "y")], initializers: [{ name: "w", dims: [3, 0], floats: [] }] }),
			"unreadable-model",
			"would have the shape 0",
		));

	it("of windows larger than the image are refused", () =>
		expectRefusal(
			read({ nodes: [node("MaxPool", "x", "y", { kernel_shape: [9, 9] })], input: [1, 3, 4, 4] }),
			"unreadable-model",
			"doesn't fit into 4 rows",
		));
});

describe("structure", () => {
	it("with a cycle ends with an error", () =>
		expectRefusal(
			read({ nodes: [node("Add", "x b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y")] }),
			"unreadable-model",
			"reads 'b', which nothing before it computes",
		));

	it("with too many nodes ends with an error", () => {
		const chain = Array.from({ length: 100_000 }, (_, i) => node("Relu", i === 0 ? "x" : `v${i}`, `v${i + 1}`));
		return expectRefusal(read({ nodes: chain, output: "v100000" }), "unreadable-model", "more than 80000 entries");
	});

	it("with values computed twice is refused, with names taken twice is not", async () => {
		await expectRefusal(
			read({ nodes: [node("Relu", "x", "a"), node("Tanh", "a", "y"), node("Relu", "x", "y")] }),
			"unreadable-model",
			"computed twice",
		);
		const twins = [
			{ ...node("Relu", "x", "a"), name: "same" },
			{ ...node("Tanh", "a", "y"), name: "same" },
		];
		expect((await read({ nodes: twins })).nodes.map(({ name }) => name)).toEqual(["x", "same", "same#2"]);
	});

	it.each(["__proto__", "constructor", "toString"])("with the name '%s' anywhere is just a name", async (name) => {
		await expectRefusal(read({ nodes: [node(name, "x", "y")] }), "unsupported-model", `operation '${name}'`);
		const network = await read({
			nodes: [{ op: "Relu", inputs: ["x"], outputs: [name], name, attributes: { [name]: 1 } }],
			output: name,
		});
		expect(network.output).toBe(name);
	});

	it("with odd weights is read and says so", async () => {
		const network = await read(product([{ name: "w", dims: [2, 1], floats: [Number.NaN, Number.POSITIVE_INFINITY] }]));
		expect(network.warnings.join()).toContain("Weight 'w' holds 2 values that are NaN or infinite");
	});
});

describe("bytes", () => {
	const whole = onnxModel(product([floats("w", [2, 1])]));

	it("that nest deeply are refused", () => {
		const depth = 200_000;
		const groups = Buffer.concat([Buffer.alloc(depth, 0x1b | 0), Buffer.alloc(depth, 0x1c | 0)]);
		return expectRefusal(readBytes(Buffer.concat([whole, groups]), "m.onnx"), "unreadable-model", "damaged");
	});

	it("whose lengths overflow are refused", async () => {
		const graph = (length: number[]) => Buffer.concat([Buffer.from([0x08, 8, 0x3a, ...length]), whole]);
		for (const length of [
			[0xff, 0xff, 0xff, 0xff, 0x0f],
			[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
		])
			await expectRefusal(readBytes(graph(length), "m.onnx"), "unreadable-model", "damaged");
	});

	it("of a message that runs over the one around it are refused", () => {
		const writer = protobuf.Writer.create();
		writer.uint32((7 << 3) | 2).uint32(2);
		writer.uint32((1 << 3) | 2).uint32(40);
		return expectRefusal(
			readBytes(Buffer.concat([writer.finish(), Buffer.alloc(60)]), "m.onnx"),
			"unreadable-model",
			"a length of 40 where 0 bytes are left",
		);
	});

	it.each([0, 1, 10, 40, whole.length - 1])("cut off after %i are refused", async (length) => {
		const error = await readBytes(whole.subarray(0, length), "m.onnx").catch(asBlindspotError);
		expect(error).toMatchObject({ reason: expect.stringMatching(/^un(readable|supported)-model$/) });
	});
});

describe("mutated files", { timeout: 60_000 }, () => {
	const whole = onnxModel({
		nodes: [
			node("Conv", "x k b", "c", { pads: [1, 1, 1, 1], strides: [2, 2] }),
			node("BatchNormalization", "c gamma beta mean var", "n"),
			node("Relu", "n", "r"),
			node("MaxPool", "r", "p", { kernel_shape: [2, 2], ceil_mode: 1 }),
			node("Shape", "p", "s"),
			node("Slice", "s zero one", "batch"),
			node("Concat", "batch minus", "shape", { axis: 0 }),
			node("Reshape", "p shape", "f"),
			node("Gemm", "f w v", "g", { transB: 1 }),
			node("Softmax", "g", "y"),
		],
		initializers: [
			floats("k", [4, 3, 3, 3]),
			floats("b", [4]),
			floats("gamma", [4]),
			floats("beta", [4], 3),
			floats("mean", [4], 5),
			{ name: "var", dims: [4], floats: [1, 2, 3, 4] },
			int64s("zero", [0]),
			int64s("one", [1]),
			int64s("minus", [-1]),
			floats("w", [5, 36]),
			floats("v", [5]),
		],
		input: ["N", 3, 7, 7],
	});

	it("are read or refused, nothing else", async () => {
		const random = Random.stream(11, "onnx fuzz");
		const below = (n: number) => Math.floor(random.uniform() * n);
		const changes: ((mutant: Buffer, at: number) => void)[] = [
			(mutant, at) => mutant.writeUInt8(below(256), at),
			(mutant, at) => mutant.writeUInt8((mutant[at] as number) ^ (1 << below(8)), at),
			(mutant, at) => mutant.fill(255 * below(2), at, Math.min(mutant.length, at + 1 + below(8))),
			(mutant, at) => mutant.copy(mutant, at, below(mutant.length), mutant.length),
		];
		await readBytes(whole, "m.onnx");
		let [readable, refused] = [0, 0];
		for (let i = 0; i < 400; i++) {
			const mutant = Buffer.from(whole);
			for (let times = 1 + below(3); times > 0; times--)
				(changes[below(changes.length)] as (typeof changes)[number])(mutant, below(mutant.length));
			try {
				await readBytes(below(10) === 0 ? mutant.subarray(0, below(mutant.length)) : mutant, "m.onnx");
				readable++;
			} catch (thrown) {
				const { reason, message } = asBlindspotError(thrown);
				expect(["unreadable-model", "unsupported-model"], `mutant ${i}: ${message}`).toContain(reason);
				refused++;
			}
		}
		// Both must happen, or the mutations test nothing.
		expect(readable).toBeGreaterThan(50);
		expect(refused).toBeGreaterThan(50);
	});
});
