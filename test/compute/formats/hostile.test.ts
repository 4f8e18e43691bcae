/**
 * Files that mean harm or are broken: each a clear, typed error in bounded time, or read safely. "row N" in a name is
 * the row of the table of hostile files; test/hostile.md says where each of them is tested.
 */
import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { readModel } from "../../../src/compute/formats/read.js";
import { findHead } from "../../../src/compute/network/head.js";
import { expectRefusal, readBytes, readTfjs } from "./reading.js";
import {
	from,
	functional,
	groupAt,
	h5Model,
	input,
	kerasArchive,
	kerasTensors,
	layer,
	put,
	type Serialised,
	sequential,
	values,
	withFolder,
	writeModelJson,
	writeTfjs,
} from "./writers.js";

const OPTIONS = { inputSize: null };
const DENSE = { units: 3, use_bias: false };
const topology = sequential([input([3]), layer("Dense", "d", DENSE)]);
const kernel = { name: "d/kernel", shape: [3, 3], dtype: "float32" };
const weights = { "d/kernel": values([3, 3]) };

function manifest(group: Serialised): Serialised {
	return { modelTopology: topology, weightsManifest: [{ paths: ["weights.bin"], weights: [kernel], ...group }] };
}

describe("weight files of model.json", () => {
	/** A folder `model` with the model in it and a secret beside it. */
	function withSecret(work: (folder: string, secret: string) => Promise<void>): Promise<void> {
		return withFolder(async (outside) => {
			const folder = join(outside, "model");
			await mkdir(join(folder, "junk"), { recursive: true });
			const secret = join(outside, "secret.bin");
			await writeFile(secret, Buffer.alloc(36));
			await work(folder, secret);
		});
	}

	it.each(["../secret.bin", "junk/../../secret.bin", "./../secret.bin", "..\\secret.bin", "..", ""])(
		"refuses the path '%s' (rows 1 and 3)",
		(reference) =>
			withSecret(async (folder) => {
				const path = await writeModelJson(folder, manifest({ paths: [reference] }));
				await expectRefusal(readModel(path, OPTIONS), "unreadable-model", `The weight file '${reference}'`);
			}),
	);

	it.each(["file:///etc/hostname", "http://127.0.0.1:9/x.bin", "C:\\x.bin", "\\\\host\\share\\x.bin"])(
		"refuses the address '%s' (row 1)",
		(reference) =>
			withSecret(async (folder) => {
				const path = await writeModelJson(folder, manifest({ paths: [reference] }));
				await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "only files in the model's own folder");
			}),
	);

	it("refuses an absolute path and a path with a zero byte (row 1)", () =>
		withSecret(async (folder, secret) => {
			const absolute = await writeModelJson(folder, manifest({ paths: [secret] }));
			await expectRefusal(readModel(absolute, OPTIONS), "unreadable-model", "only files in the model's own folder");
			const cut = await writeModelJson(folder, manifest({ paths: ["weights.bin\0.png"] }));
			await expectRefusal(readModel(cut, OPTIONS), "unreadable-model", "no file name");
		}));

	it("refuses a symbolic link and a linked folder that lead outside, and follows one that stays inside (row 2)", () =>
		withSecret(async (folder, secret) => {
			await symlink(secret, join(folder, "link.bin"));
			await symlink(join(folder, ".."), join(folder, "up"));
			for (const reference of ["link.bin", "up/secret.bin"]) {
				const path = await writeModelJson(folder, manifest({ paths: [reference] }));
				await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "a symbolic link leads out");
			}
			const inside = await writeTfjs(folder, topology, weights);
			await symlink(join(folder, "weights.bin"), join(folder, "junk", "again.bin"));
			await writeModelJson(folder, manifest({ paths: ["junk/again.bin"] }));
			expect((await readModel(inside, OPTIONS)).network.nodes).toHaveLength(2);
		}));

	it("says which weight a short, a long or a missing file leaves out, expected and found (row 18)", () =>
		withFolder(async (folder) => {
			const path = await writeModelJson(folder, manifest({}));
			await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "'weights.bin': there is no such file");
			for (const [size, says] of [
				[35, "have 35 bytes, 36 are expected: weight 'd/kernel' needs bytes 0 to 36"],
				[0, "have 0 bytes, 36 are expected"],
				[40, "have 40 bytes, 36 are expected: 4 bytes follow the last weight 'd/kernel'"],
			] as const) {
				await writeFile(join(folder, "weights.bin"), Buffer.alloc(size));
				await expectRefusal(readModel(path, OPTIONS), "unreadable-model", says);
			}
		}));

	it("compares declared shapes with the bytes before allocating (row 6)", () =>
		withFolder(async (folder) => {
			await writeFile(join(folder, "weights.bin"), Buffer.alloc(36));
			for (const shape of [
				[2 ** 30, 2 ** 30],
				[2 ** 15, 2 ** 13],
			]) {
				const path = await writeModelJson(folder, manifest({ weights: [{ ...kernel, shape }] }));
				await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "d/kernel");
			}
			const sparse = await writeModelJson(folder, manifest({ weights: [{ ...kernel, shape: [2 ** 11, 2 ** 11] }] }));
			await truncate(join(folder, "weights.bin"), 2 ** 24);
			await expectRefusal(readModel(sparse, OPTIONS), "unreadable-model", /shape 2048×2048; its layer needs 3×3/);
		}));

	it.each([
		["a negative size", { weights: [{ ...kernel, shape: [-3, 3] }] }],
		["a fraction", { weights: [{ ...kernel, shape: [1.5, 6] }] }],
		["a text for a shape", { weights: [{ ...kernel, shape: "3,3" }] }],
		["no name", { weights: [{ ...kernel, name: 7 }] }],
		["paths that are no texts", { paths: [{}] }],
		["no weights", { weights: null }],
	])("names %s in the manifest", (_, group) =>
		withFolder(async (folder) => {
			const path = await writeModelJson(folder, manifest(group));
			await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "malformed");
		}),
	);

	it("refuses types that are no numbers, also those an object inherits", () =>
		withFolder(async (folder) => {
			for (const dtype of ["string", "complex64", "constructor", "__proto__"]) {
				const path = await writeModelJson(folder, manifest({ weights: [{ ...kernel, dtype }] }));
				await expectRefusal(readModel(path, OPTIONS), "unsupported-model", "which is not read");
			}
		}));

	it("reports a file that isn't there", () =>
		withFolder(async (folder) => {
			await expectRefusal(readModel(join(folder, "gone.keras"), OPTIONS), "unreadable-model", "there is no such file");
		}));
});

describe("graphs", () => {
	it("ends at cycles, through one layer or many, in either form of inbound_nodes (rows 5 and 20)", async () => {
		for (const write of [
			(names: readonly string[]) => from(...names),
			(names: readonly string[]) => kerasTensors(names),
		]) {
			const self = functional([input([3]), layer("Add", "out", {}, write(["in", "out"]))]);
			await expectRefusal(readTfjs(self), "unreadable-model", "go round in a circle");
			const far = functional([
				input([3]),
				layer("Add", "a", {}, write(["in", "out"])),
				layer("ReLU", "b", {}, write(["a"])),
				layer("ReLU", "out", {}, write(["b"])),
			]);
			await expectRefusal(readTfjs(far), "unreadable-model", "go round in a circle");
		}
	});

	it.each([
		["a text", "in"],
		["a number", 3],
		["a triple of numbers", [[[1, 2, 3]]]],
		["a negative call", [[["in", -1, 0]]]],
		["a fraction of a call", [[["in", 0.5, 0]]]],
		["an endless nest", [[[[[["in", 0, 0]]]]]]],
		["no arguments", [{ kwargs: {} }]],
		["a tensor without history", [{ args: [{ class_name: "__keras_tensor__", config: {} }], kwargs: {} }]],
	])("names inbound_nodes that are %s (row 5)", async (_, inbound) => {
		const work = readTfjs(functional([input([3]), layer("ReLU", "out", {}, inbound)]));
		await expectRefusal(work, "unreadable-model", "'inbound_nodes' of ReLU 'out' is malformed");
	});

	it("names a reader of a layer, a call or an output that isn't there", async () => {
		const reads = (reference: unknown) => readTfjs(functional([input([3]), layer("ReLU", "out", {}, [[reference]])]));
		await expectRefusal(reads(["ghost", 0, 0, {}]), "unreadable-model", "refers to 'ghost'");
		await expectRefusal(reads(["in", 7, 0, {}]), "unreadable-model", "refers to call 7 of 'in'");
		await expectRefusal(reads(["in", 0, 3, {}]), "unreadable-model", "'in' has no output 3");
		const nowhere = functional([input([3])], { outputs: [["nowhere", 0, 0]] });
		await expectRefusal(readTfjs(nowhere), "unreadable-model", "refers to 'nowhere'");
	});

	it("refuses two layers of one name and more layers than any model has (row 20)", async () => {
		const twice = sequential([input([3]), layer("ReLU", "r"), layer("ReLU", "r")]);
		await expectRefusal(readTfjs(twice), "unreadable-model", "Two layers are called 'r'");
		const many = sequential([input([3]), ...Array.from({ length: 100_000 }, (_, i) => layer("ReLU", `r${i}`))]);
		await expectRefusal(readTfjs(many), "unsupported-model", "100001 layers");
	});

	it("reads thousands of layers in a chain without running out of stack (row 20)", async () => {
		const chain = Array.from({ length: 15_000 }, (_, i) => layer("ReLU", `r${i}`));
		expect((await readTfjs(sequential([input([3]), ...chain]))).nodes).toHaveLength(15_001);
	});

	it("stops at models nested too deep or calling each other too often", async () => {
		let deep = sequential([layer("ReLU", "r")]);
		for (let i = 0; i < 50; i++) deep = sequential([{ ...deep, name: "m" }]);
		await expectRefusal(readTfjs(deep), "unsupported-model", "nested more than");
		// Each level calls the one below it ten times: ten billion calls from a few kilobytes.
		let wide = functional([input([3]), layer("ReLU", "out", {}, from("in"))]);
		for (let i = 0; i < 10; i++) {
			const calls = Array.from({ length: 10 }, (_, call) =>
				call === 0 ? [["in", 0, 0, {}]] : [["m", call - 1, 0, {}]],
			);
			wide = functional([input([3]), { ...wide, name: "m", inbound_nodes: calls }], { outputs: [["m", 9, 0]] });
		}
		await expectRefusal(readTfjs(wide), "unsupported-model", /more than \d+ (nodes|layer calls)/);
	});

	it("refuses shapes with zeros and images beyond all memory (row 19)", async () => {
		await expectRefusal(readTfjs(sequential([input([0, 3]), layer("Flatten", "f")])), "unreadable-model", "[null,0,3]");
		await expectRefusal(
			readTfjs(sequential([input([2 ** 20, 2 ** 20, 3]), layer("Flatten", "f")])),
			"unsupported-model",
			"values per picture",
		);
		const padded = sequential([input([4, 4, 1]), layer("ZeroPadding2D", "z", { padding: 2 ** 28 })]);
		await expectRefusal(readTfjs(padded), "unsupported-model", "values per picture");
		const units = sequential([input([3]), layer("Dense", "d", { units: 0 })]);
		await expectRefusal(readTfjs(units), "unreadable-model", "'units' of Dense 'd' is 0");
	});

	it("compares the sizes that a configuration asks for with what there is to be had, before allocating (row 6)", async () => {
		const huge = 2 ** 30;
		const refused = (className: string, config: Serialised, shape: readonly number[] = [4, 4, 1]) =>
			expectRefusal(
				readTfjs(sequential([input(shape), layer(className, "x", config)])),
				"unsupported-model",
				/values per picture|resizing \d+×\d+ to/,
			);
		const before = process.memoryUsage().arrayBuffers;
		await refused("Resizing", { height: huge, width: huge });
		await refused("UpSampling2D", { size: [huge, 1] });
		await refused("RepeatVector", { n: huge }, [4]);
		await refused("Resizing", { height: 2 ** 27, width: 1, crop_to_aspect_ratio: true });
		await refused("Resizing", { height: 1, width: huge, pad_to_aspect_ratio: true });
		expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 26);
		const filters = sequential([input([4, 4, 1]), layer("Conv2D", "c", { filters: huge, kernel_size: huge })]);
		await expectRefusal(readTfjs(filters, { "c/kernel": values([1, 1, 1, 1]) }), "unreadable-model", "its layer needs");
	});

	it("reads a model whose last layer has one value or no classes that could be told apart (row 19)", async () => {
		const one = await readTfjs(sequential([input([3]), layer("Dense", "d", { units: 1, use_bias: false })]), {
			"d/kernel": values([3, 1]),
		});
		expect(one.nodes.at(-1)?.outputShape).toEqual([1]);
		const places = await readTfjs(sequential([input([2, 3]), layer("Softmax", "s")]));
		expect(() => findHead(places)).toThrow("one prediction per picture");
	});

	it("reports NaN and infinite weights as a warning (row 19)", async () => {
		const odd = { shape: [3, 3], data: [Number.NaN, Number.POSITIVE_INFINITY, ...values([7]).data] };
		const network = await readTfjs(topology, { "d/kernel": odd });
		expect(network.warnings).toEqual(["Weight 'd/kernel' holds 2 values that are NaN or infinite."]);
	});
});

describe("code and names", () => {
	const lambda = layer("Lambda", "lambda_1", {
		function: { class_name: "__lambda__", config: { code: "4wEAAAAAAAAA" } },
	});

	it("never runs a Lambda, in any container (rows 9 and 11)", async () => {
		const config = sequential([input([3]), lambda]);
		const says = "Unsupported layer 'Lambda' at 'lambda_1': it is opaque";
		await expectRefusal(readTfjs(config), "unsupported-model", says);
		await expectRefusal(readBytes(await h5Model({ config, weights: {} }), "m.h5"), "unsupported-model", says);
		await expectRefusal(readBytes(await kerasArchive(config, {}), "m.keras"), "unsupported-model", says);
	});

	it.each([
		["StringLookup", { vocabulary: "/etc/passwd" }],
		["Evil>Layer", {}],
		["__proto__", {}],
		["constructor", {}],
	])("names the unknown class %s (rows 10 and 12)", async (className, more) => {
		const config = { name: "s", ...more };
		const work = readTfjs(
			functional([input([3]), layer(className, "s", config, [["in", 0, 0, { y: 2 }]])], { outputs: [["s", 0, 0]] }),
		);
		await expectRefusal(work, "unsupported-model", `Unsupported layer '${className}' at 's'`);
	});

	it.each([
		["TFOpLambda", { function: "py_function" }, "tf.py_function"],
		["TFOpLambda", { function: "__proto__" }, "tf.__proto__"],
		["TFOpLambda", {}, "tf.undefined"],
		["SlicingOpLambda", { function: "constructor" }, "tf.constructor"],
		["TensorFlowOpLayer", { node_def: { name: "n", op: "PyFunc" } }, "PyFunc"],
	])("names a function that %s with %j would call (rows 10 and 12)", async (className, config, name) => {
		const work = readTfjs(
			functional([input([3]), layer(className, "s", config, [["in", 0, 0, {}]])], { outputs: [["s", 0, 0]] }),
		);
		await expectRefusal(work, "unsupported-model", `${name}`);
	});

	it("refuses a custom class that bears a known name (row 10)", async () => {
		for (const more of [{ module: "os.path" }, { module: "kerasevil" }, { registered_name: "my_package>Dense" }]) {
			const work = readTfjs(sequential([input([3]), { ...layer("Dense", "d", DENSE), ...more }]));
			await expectRefusal(work, "unsupported-model", "a custom class is opaque");
		}
		const known = { ...layer("ReLU", "r"), module: "keras.layers", registered_name: null };
		expect((await readTfjs(sequential([input([3]), known]))).nodes).toHaveLength(2);
	});

	it("refuses subclassed models, whose graph is code", async () => {
		await expectRefusal(readTfjs({ class_name: "MyModel", config: {} }), "unsupported-model", "'MyModel'");
	});

	it("takes names as text: paths, markup, prototypes (rows 13 and 22)", async () => {
		for (const name of [
			"../../x",
			"/etc/x",
			"<img onerror=alert(1)>",
			"__proto__",
			"toString",
			"\u202egnp.exe",
			"a\u001b[31m",
		]) {
			const config = sequential([input([3]), layer("ReLU", name)]);
			expect((await readTfjs(config)).output).toBe(name);
			expect((await readBytes(await kerasArchive(config, {}), "m.keras")).output).toBe(name);
		}
		expect(Object.prototype).not.toHaveProperty("polluted");
	});

	it("isn't misled by __proto__ keys in the configuration (row 22)", async () => {
		const text = JSON.stringify({ modelTopology: topology, weightsManifest: [] }).replace(
			'"units":3',
			'"__proto__":{"units":3,"polluted":true}',
		);
		await withFolder(async (folder) => {
			const path = await writeModelJson(folder, text);
			await expectRefusal(readModel(path, OPTIONS), "unreadable-model", "'units' of Dense 'd' is nothing");
		});
		expect({}).not.toHaveProperty("polluted");
	});
});

describe("HDF5", () => {
	const config = topology;
	const withKernel = (link: (file: Parameters<typeof put>[0]) => void) =>
		h5Model({
			config,
			weights: {},
			also: (file) => {
				groupAt(file, "model_weights/d").create_attribute("weight_names", ["kernel"]);
				link(file);
			},
		});

	it("refuses links to other files, of datasets and of groups, and soft links (row 7)", async () => {
		const dataset = await withKernel((file) =>
			file.create_external_link("/etc/x.h5", "/kernel", "model_weights/d/kernel"),
		);
		await expectRefusal(readBytes(dataset, "m.h5"), "unreadable-model", "link to another file");
		const group = await h5Model({
			config,
			weights: {},
			also: (file) => {
				groupAt(file, "model_weights");
				file.create_external_link("/etc/x.h5", "/", "model_weights/d");
			},
		});
		await expectRefusal(readBytes(group, "m.h5"), "unreadable-model", "'/model_weights/d' is a link to another file");
		const circle = await withKernel((file) =>
			file.create_soft_link("/model_weights/d/kernel", "model_weights/d/kernel"),
		);
		await expectRefusal(readBytes(circle, "m.h5"), "unreadable-model", "link");
		const soft = await withKernel((file) => {
			put(file, "elsewhere", values([3, 3]));
			file.create_soft_link("/elsewhere", "model_weights/d/kernel");
		});
		await expectRefusal(readBytes(soft, "m.h5"), "unreadable-model", "links in HDF5 files are refused");
	});

	it("refuses a shape beyond the bytes there are, before the library allocates (row 6)", async () => {
		const big = sequential([input([4096]), layer("Dense", "d", { units: 4096, use_bias: false })]);
		const bytes = await h5Model({
			config: big,
			weights: {},
			also: (file) => {
				const group = groupAt(file, "model_weights/d");
				group.create_attribute("weight_names", ["kernel"]);
				// 64 MiB of zeros that deflate to some 64 KiB: a thousandfold.
				group.create_dataset({
					name: "kernel",
					data: new Float32Array(2 ** 24),
					shape: [4096, 4096],
					chunks: [4096, 4096],
					compression: 9,
				});
			},
		});
		expect(bytes.length).toBeLessThan(2 ** 18);
		await expectRefusal(readBytes(bytes, "m.h5"), "unreadable-model", "should have 67108864 bytes");
	});

	it("refuses types that aren't floating point", async () => {
		const bytes = await withKernel((file) =>
			groupAt(file, "model_weights/d").create_dataset({ name: "kernel", data: new Int8Array(9), shape: [3, 3] }),
		);
		await expectRefusal(readBytes(bytes, "m.h5"), "unsupported-model", "floating point");
	});

	it("ends where a heap of texts has an object of size zero, at which the library goes round for ever (row 8)", async () => {
		const bytes = await h5Model({ config, weights: { d: { "d/kernel:0": values([3, 3]) } } });
		const heap = bytes.indexOf("GCOL");
		let object = heap + 16;
		while (bytes.readUInt16LE(object) !== 0)
			object += 16 + Math.ceil(Number(bytes.readBigUInt64LE(object + 8)) / 8) * 8;
		bytes.writeBigUInt64LE(0n, object + 8);
		await expectRefusal(readBytes(bytes, "m.h5"), "unreadable-model", `the heap at byte ${heap} contradicts itself`);
	});

	it("reports a file cut off anywhere, or filled with zeros from anywhere (row 8)", async () => {
		const whole = await h5Model({ config, weights: { d: { "d/kernel:0": values([3, 3]) } } });
		expect((await readBytes(whole, "m.h5")).nodes).toHaveLength(2);
		for (let part = 1; part < 8; part++) {
			const length = Math.floor((whole.length * part) / 8);
			await expectRefusal(readBytes(whole.subarray(0, length), "m.h5"), "unreadable-model", /HDF5 file/);
		}
		for (const at of [16, 40, 96, 200]) {
			const zeroed = Buffer.from(whole);
			zeroed.fill(0, at);
			await expectRefusal(readBytes(zeroed, "m.h5"), "unreadable-model", /HDF5 file|weights only/);
		}
	});
});

describe("zip", () => {
	const config = sequential([input([3]), layer("ReLU", "r")]);
	const patched = (bytes: Buffer, change: (directory: number, copy: Buffer) => void): Buffer => {
		const copy = Buffer.from(bytes);
		change(copy.indexOf(Buffer.from([0x50, 0x4b, 1, 2])), copy);
		return copy;
	};

	it("refuses a bomb by ratio, by total and by what it really unpacks to (row 14)", async () => {
		const bomb = await kerasArchive(config, {}, "3.0.0", { "x.bin": new Uint8Array(2 ** 24) });
		await expectRefusal(readBytes(bomb, "m.keras"), "unreadable-model", "would unpack from");
		const honest = await kerasArchive(config, {});
		const lying = patched(honest, (at, copy) => copy.writeUInt32LE(5, at + 24));
		await expectRefusal(
			readBytes(lying, "m.keras"),
			"unreadable-model",
			/inflated to its 5 bytes|5 by the directory|checksum/,
		);
		const huge = patched(honest, (at, copy) => {
			copy.writeUInt32LE(0xfffffff0, at + 24);
			copy.writeUInt32LE(0xfffffff0, at + 20);
		});
		await expectRefusal(readBytes(huge, "m.keras"), "unreadable-model", "would unpack to more than");
	});

	it("refuses encrypted entries, unknown methods, and entries that lead outside the file (row 14)", async () => {
		const good = await kerasArchive(config, {});
		const encrypted = patched(good, (at, copy) => copy.writeUInt16LE(1, at + 8));
		await expectRefusal(readBytes(encrypted, "m.keras"), "unreadable-model", "is encrypted");
		const odd = patched(good, (at, copy) => copy.writeUInt16LE(99, at + 10));
		await expectRefusal(readBytes(odd, "m.keras"), "unreadable-model", "packed by method 99");
		const astray = patched(good, (at, copy) => copy.writeUInt32LE(0x7fffffff, at + 42));
		await expectRefusal(readBytes(astray, "m.keras"), "unreadable-model", "is not where the directory says");
	});

	it("refuses two entries of one name, too many entries, and a wrong checksum (row 14)", async () => {
		const twin = await kerasArchive(config, {}, "3.0.0", { "config.jsoX": Buffer.from("{}") });
		const doubled = Buffer.from(twin.toString("latin1").replaceAll("config.jsoX", "config.json"), "latin1");
		await expectRefusal(readBytes(doubled, "m.keras"), "unreadable-model", "two entries are called 'config.json'");
		const many = zipSync(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`${i}`, new Uint8Array(0)])));
		await expectRefusal(readBytes(many, "m.keras"), "unreadable-model", "1001 entries");
		const good = await kerasArchive(config, {});
		const wrong = patched(good, (at, copy) => copy.writeUInt32LE(1, at + 16));
		await expectRefusal(readBytes(wrong, "m.keras"), "unreadable-model", "checksum of 'metadata.json' is wrong");
	});

	it("reports an archive that is cut off, or has no weights or configuration", async () => {
		const good = await kerasArchive(config, {});
		await expectRefusal(readBytes(good.subarray(0, good.length - 30), "m.keras"), "unreadable-model", "cut off");
		await expectRefusal(readBytes(zipSync({ a: new Uint8Array(1) }), "m.keras"), "unsupported-model", "no .keras file");
		const bare = zipSync({ "config.json": Buffer.from(JSON.stringify(config)) });
		await expectRefusal(readBytes(bare, "m.keras"), "unsupported-model", "no 'model.weights.h5'");
	});
});

describe("what is no model of this family", () => {
	it.each([".pt", ".pth", ".pkl", ".safetensors", ".tflite", ".mlmodel"])(
		"gives one line of advice for %s (row 15)",
		async (extension) => {
			await expectRefusal(
				readBytes(Buffer.from("\x80\x02}q\x00."), `m${extension}`),
				"unsupported-model",
				/\.keras|\.onnx/,
			);
		},
	);

	it("never unpickles a PyTorch file, which is a zip archive (row 15)", async () => {
		const torch = zipSync({ "archive/data.pkl": Buffer.from("\x80\x02cos\nsystem\n") });
		await expectRefusal(readBytes(torch, "m.bin"), "unsupported-model", "pickled code, which is never run");
	});

	it("says what is wrong with JSON", async () => {
		await expectRefusal(readBytes(Buffer.from('{"a": '), "m.json"), "unreadable-model", "not valid JSON");
		await expectRefusal(
			readBytes(Buffer.from('{"a": 1}'), "m.json"),
			"unsupported-model",
			"'modelTopology' is missing",
		);
		const deep = `{"modelTopology":${'{"config":'.repeat(200_000)}1${"}".repeat(200_000)}}`;
		await expectRefusal(readBytes(Buffer.from(deep), "m.json"), "unreadable-model", "class of the model");
	});

	it("says of a web page and of a Git LFS pointer what they are", async () => {
		const page = Buffer.from("\n<!DOCTYPE html><html><body>Sign in</body></html>");
		await expectRefusal(readBytes(page, "m.h5"), "unsupported-model", "web page");
		const pointer = Buffer.from("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 98\n");
		await expectRefusal(readBytes(pointer, "m.onnx"), "unsupported-model", "git lfs pull");
	});

	it("refuses folders and empty files", () =>
		withFolder(async (folder) => {
			await expectRefusal(readModel(folder, OPTIONS), "unreadable-model", "this is a folder");
			await writeFile(join(folder, "empty.h5"), "");
			await expectRefusal(
				readModel(join(folder, "empty.h5"), OPTIONS),
				"unsupported-model",
				"no model of a format that is read",
			);
		}));
});
