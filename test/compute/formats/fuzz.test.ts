/**
 * Valid files, mutated at random from a fixed seed: read or refused with a typed error, nothing else.
 * BLINDSPOT_FUZZ is how many mutants of each format there are, BLINDSPOT_FUZZ_SEED another seed.
 */
import { unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asBlindspotError } from "../../../src/compute/errors.js";
import { Coverage } from "./coverage.js";
import {
	checkpointOf,
	constant,
	type GraphSpec,
	graphModel,
	INT32,
	node,
	placeholder,
	savedModelBytes,
	some,
} from "./graphdef/writer.js";
import { generator, mutateBytes, mutateJson, type Random } from "./mutation.js";
import {
	from,
	functional,
	h5Model,
	input,
	kerasArchive,
	layer,
	type NamedValues,
	type Values,
	values,
} from "./writers.js";

const MUTANTS = Number(process.env.BLINDSPOT_FUZZ ?? 150);
const SEED = Number(process.env.BLINDSPOT_FUZZ_SEED ?? 20_240_501);
/** Reading one takes milliseconds; a minute stands for a hang. */
const TIMEOUT = 60_000 + 100 * MUTANTS;

const config = functional([
	input([6, 6, 2]),
	layer(
		"Conv2D",
		"c",
		{ filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: "same", activation: "relu" },
		from("in"),
	),
	layer("BatchNormalization", "b", { axis: [3], epsilon: 1e-3 }, from("c")),
	layer("Resizing", "z", { height: 4, width: 4, interpolation: "bilinear" }, from("b")),
	layer(
		"Conv2DTranspose",
		"t",
		{ filters: 3, kernel_size: 2, strides: 1, padding: "same", use_bias: false },
		from("z"),
	),
	layer("Maximum", "x", {}, from("z", "t")),
	layer("MaxPooling2D", "m", { pool_size: [2, 2], padding: "same" }, from("x")),
	layer("LayerNormalization", "l", { axis: [-1], scale: false, center: false }, from("m")),
	layer("Flatten", "f", {}, from("l")),
	layer("Dense", "out", { units: 4, activation: "softmax" }, from("f")),
]);
const layers: Readonly<Record<string, Readonly<Record<string, Values>>>> = {
	c: { kernel: values([3, 3, 2, 3]), bias: values([3]) },
	b: { gamma: values([3]), beta: values([3], 4), moving_mean: values([3], 7), moving_variance: values([3], 10) },
	t: { kernel: values([2, 2, 3, 3]) },
	out: { kernel: values([12, 4]), bias: values([4]) },
};

const coverage = new Coverage();
const READERS = [
	"formats/keras/",
	"formats/hdf5/",
	"formats/tfjs/",
	"formats/zip",
	"formats/graphdef/",
	"graphdef/bundle/",
];
let readers: {
	readonly readBytes: typeof import("./reading.js").readBytes;
	readonly readFolder: (model: Uint8Array, weights: Uint8Array) => Promise<unknown>;
	readonly readSavedModel: (files: SavedModelFiles) => Promise<unknown>;
	readonly opensGraph: (bytes: Buffer) => Promise<boolean>;
	readonly opensTable: (bytes: Buffer) => Promise<boolean>;
	readonly opensH5: (bytes: Buffer) => Promise<boolean>;
	readonly opensZip: (bytes: Buffer) => Promise<boolean>;
};

beforeAll(async () => {
	await coverage.start();
	const { readBytes } = await import("./reading.js");
	const { readModel } = await import("../../../src/compute/formats/read.js");
	const { Hdf5File } = await import("../../../src/compute/formats/hdf5/file.js");
	const { ZipArchive } = await import("../../../src/compute/formats/zip.js");
	const { withFolder } = await import("./writers.js");
	const { mkdir, writeFile } = await import("node:fs/promises");
	const { decode } = await import("../../../src/compute/formats/protobuf.js");
	const { savedModel } = await import("../../../src/compute/formats/graphdef/schema.js");
	const { readTable } = await import("../../../src/compute/formats/graphdef/bundle/table.js");
	const succeeds = async (work: () => unknown) => {
		try {
			return Boolean(await work());
		} catch {
			return false;
		}
	};
	const opensH5 = (bytes: Buffer) =>
		succeeds(() => Hdf5File.use(bytes, (file) => file.text("/", "model_config") ?? file.kindOf("/layers") === "group"));
	readers = {
		readBytes,
		readFolder: (model, weights) =>
			withFolder(async (folder) => {
				await writeFile(`${folder}/weights.bin`, weights);
				await writeFile(`${folder}/model.json`, model);
				return readModel(`${folder}/model.json`, { inputSize: null });
			}),
		readSavedModel: ({ graph, index, data }) =>
			withFolder(async (folder) => {
				await mkdir(`${folder}/variables`);
				await writeFile(`${folder}/saved_model.pb`, graph);
				await writeFile(`${folder}/variables/variables.index`, index);
				await writeFile(`${folder}/variables/variables.data-00000-of-00001`, data);
				return readModel(folder, { inputSize: null });
			}),
		opensGraph: (bytes) => succeeds(() => decode(savedModel, bytes, "It").metaGraphs[0]?.graph),
		opensTable: (bytes) => succeeds(() => readTable(bytes)),
		opensH5,
		opensZip: (bytes) =>
			succeeds(() => {
				const archive = new ZipArchive(bytes);
				JSON.parse(archive.read("config.json").toString("utf8"));
				return opensH5(archive.read("model.weights.h5"));
			}),
	};
});

afterAll(async () => {
	const shares = await coverage.shares(READERS);
	const shown = [...shares].map(([part, share]) => `${part} ${(100 * share).toFixed(0)}%`).join(", ");
	console.info(`Code that mutants ran through: ${shown}`);
	for (const share of shares.values()) expect(share).toBeGreaterThan(0.3);
});

interface SavedModelFiles {
	readonly graph: Buffer;
	readonly index: Buffer;
	readonly data: Buffer;
}

interface Mutant {
	readonly read: () => Promise<unknown>;
	readonly opens: () => Promise<boolean>;
}

/** Reads mutants; those that open must be 30% at least, so that not the container alone is tested. */
async function survive(name: string, mutate: (random: Random) => Mutant | Promise<Mutant>): Promise<void> {
	const random = generator(SEED);
	let [opened, read] = [0, 0];
	for (let i = 0; i < MUTANTS; i++) {
		const mutant = await mutate(random);
		try {
			await mutant.read();
			read++;
			opened++;
		} catch (thrown) {
			const { reason, message } = asBlindspotError(thrown);
			expect(["unreadable-model", "unsupported-model"], `mutant ${i} of ${name}: ${message}`).toContain(reason);
			if (await mutant.opens()) opened++;
		}
	}
	console.info(`${name}: ${MUTANTS} mutants, ${opened} past the container, ${read} read`);
	expect(opened).toBeGreaterThanOrEqual(0.3 * MUTANTS);
}

const named = (layerName: string, own: Readonly<Record<string, Values>>, ending: string): NamedValues =>
	Object.fromEntries(Object.entries(own).map(([name, value]) => [`${layerName}/${name}${ending}`, value]));

describe("mutated files (rows 6, 8, 14 and 18)", { timeout: TIMEOUT }, () => {
	it("of .h5", async () => {
		const weights = Object.fromEntries(Object.entries(layers).map(([name, own]) => [name, named(name, own, ":0")]));
		const whole = await h5Model({ config, weights });
		await readers.readBytes(whole, "m.h5");
		const text = JSON.stringify(config);
		const at = whole.indexOf(text);
		expect(at).toBeGreaterThan(0);
		await survive("m.h5", (random) => {
			// Half of them with a changed configuration that has the length of the old one.
			let mutant = random(2) === 0 ? mutateBytes(whole, random) : Buffer.from(whole);
			if (mutant.equals(whole)) {
				const changed = mutateJson(text, random);
				mutant = Buffer.from(whole);
				mutant.write(changed.slice(0, text.length).padEnd(text.length, " "), at, "latin1");
			}
			return { read: () => readers.readBytes(mutant, "m.h5"), opens: () => readers.opensH5(mutant) };
		});
	});

	it("of .keras", async () => {
		const groups: Readonly<Record<string, string>> = {
			c: "conv2d",
			b: "batch_normalization",
			t: "conv2d_transpose",
			out: "dense",
		};
		const weights = Object.fromEntries(
			Object.entries(layers).flatMap(([name, own]) =>
				Object.values(own).map((value, i) => [`layers/${groups[name]}/vars/${i}`, value]),
			),
		);
		const whole = await kerasArchive(config, weights);
		await readers.readBytes(whole, "m.keras");
		const entries = unzipSync(whole);
		await survive("m.keras", (random) => {
			const kind = random(3);
			const mutant =
				kind === 0
					? mutateBytes(whole, random)
					: Buffer.from(
							zipSync(
								kind === 1
									? { ...entries, "config.json": Buffer.from(mutateJson(JSON.stringify(config), random)) }
									: { ...entries, "model.weights.h5": mutateBytes(entries["model.weights.h5"] as Uint8Array, random) },
							),
						);
			return { read: () => readers.readBytes(mutant, "m.keras"), opens: () => readers.opensZip(mutant) };
		});
	});

	it("of model.json and its weights", async () => {
		const weights = Object.entries(layers).flatMap(([name, own]) => Object.entries(named(name, own, "")));
		const text = JSON.stringify({
			format: "layers-model",
			modelTopology: config,
			weightsManifest: [
				{ paths: ["weights.bin"], weights: weights.map(([name, { shape }]) => ({ name, shape, dtype: "float32" })) },
			],
		});
		const binary = Buffer.from(Float32Array.from(weights.flatMap(([, { data }]) => [...data])).buffer);
		await readers.readFolder(Buffer.from(text), binary);
		await survive("model.json", (random) => {
			const content = random(5) === 0 ? text : mutateJson(text, random);
			const bytes = content === text || random(10) === 0 ? mutateBytes(binary, random) : binary;
			const opens = async () => {
				try {
					return typeof JSON.parse(content).modelTopology === "object";
				} catch {
					return false;
				}
			};
			return { read: () => readers.readFolder(Buffer.from(content), bytes), opens };
		});
	});

	/** A graph with functions, shape arithmetic, fused and plain operations; weights as constants or variables. */
	const graph = (isSaved: boolean): GraphSpec => {
		const weight = (name: string, shape: readonly number[]) =>
			isSaved
				? node(`${name}/read`, "ReadVariableOp", name, { dtype: { type: 1 } })
				: constant(`${name}/read`, shape, some(shape.reduce((a, b) => a * b, 1)));
		const spatial = { strides: { ints: [1, 2, 2, 1] }, padding: { text: "SAME" }, data_format: { text: "NHWC" } };
		const fused = { ...spatial, fused_ops: { texts: ["BiasAdd", "Relu"] } };
		const pool = { ...spatial, ksize: { ints: [1, 2, 2, 1] } };
		const ints = (name: string, values: readonly number[]) => constant(name, [values.length], values, INT32);
		return {
			nodes: [
				placeholder("x", [-1, 7, 7, 3]),
				weight("k", [3, 3, 3, 4]),
				weight("b", [4]),
				node("conv", "_FusedConv2D", "x k/read b/read", fused),
				node("pool", "MaxPool", "conv", pool),
				node("normal", "FusedBatchNormV3", "pool b/read b/read b/read v", { is_training: { flag: false } }),
				ints("v", [1, 2, 3, 4]),
				ints("pads", [0, 0, 1, 0, 0, 1, 0, 0]),
				ints("pads/shape", [4, 2]),
				node("pads/square", "Reshape", "pads pads/shape"),
				node("padded", "Pad", "normal pads/square"),
				node("shape", "Shape", "padded"),
				...[0, 1, -1].map((value) => ints(`i${value}`, [value])),
				node("batch", "StridedSlice", "shape i0 i1 i1", { shrink_axis_mask: { int: 1 } }),
				constant("rest", [], [-1], INT32),
				node("wanted", "Pack", "batch rest"),
				node("flat", "Reshape", "padded wanted"),
				node("call", "PartitionedCall", "flat w/read", { f: { func: "head" } }),
				weight("w", [36, 5]),
				node("y", "Softmax", "call"),
			],
			functions: [
				{
					name: "head",
					inputs: ["a", "w"],
					nodes: [node("product", "MatMul", "a w"), node("twice", "AddV2", "product:product:0 product:product:0")],
					results: { r: "twice:z:0" },
				},
			],
			...(isSaved && { variables: { k: some(108), b: some(4), w: some(180) } }),
		};
	};

	it("of a GraphModel and its weights", async () => {
		const { json, weights } = graphModel(graph(false));
		await readers.readFolder(Buffer.from(json), weights);
		await survive("GraphModel", (random) => {
			const content = random(5) === 0 ? json : mutateJson(json, random);
			const bytes = content === json ? mutateBytes(weights, random) : weights;
			const opens = async () => {
				try {
					return Array.isArray(JSON.parse(content).modelTopology.node);
				} catch {
					return false;
				}
			};
			return { read: () => readers.readFolder(Buffer.from(content), bytes), opens };
		});
	});

	it("of a SavedModel: graph, index and data", async () => {
		const spec = graph(true);
		const shapes = { k: [3, 3, 3, 4], w: [36, 5] };
		const whole: SavedModelFiles = { graph: savedModelBytes(spec), ...checkpointOf(spec.variables ?? {}, shapes) };
		await readers.readSavedModel(whole);
		await survive("SavedModel", (random) => {
			const part = (["graph", "graph", "index", "data"] as const)[random(4)] ?? "graph";
			const mutant = { ...whole, [part]: mutateBytes(whole[part], random) };
			return {
				read: () => readers.readSavedModel(mutant),
				opens: async () => (await readers.opensGraph(mutant.graph)) && readers.opensTable(mutant.index),
			};
		});
	});
});
