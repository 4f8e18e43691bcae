/** Writes small model files for tests, with what real Keras and TensorFlow.js put into them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { zipSync } from "fflate";
import { File, type Group, ready } from "h5wasm";

export interface Values {
	readonly shape: readonly number[];
	readonly data: readonly number[];
}

/** Small distinct values, so that mixed-up weights show: start, start + 1, ... over 16. */
export function values(shape: readonly number[], start = 1): Values {
	const size = shape.reduce((product, length) => product * length, 1);
	return { shape, data: Array.from({ length: size }, (_, i) => (start + i) / 16) };
}

/** A folder that is gone after `use`. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
	const folder = await mkdtemp(join(tmpdir(), "blindspot-formats-"));
	try {
		return await use(folder);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

export type Serialised = Record<string, unknown>;

/** A layer as Keras writes it; `inbound` for Functional models. */
export function layer(className: string, name: string, config: Serialised = {}, inbound?: unknown): Serialised {
	return {
		class_name: className,
		name,
		config: { name, ...config },
		...(inbound === undefined ? {} : { inbound_nodes: inbound }),
	};
}

export function input(shape: readonly (number | null)[], name = "in"): Serialised {
	return layer("InputLayer", name, { batch_input_shape: [null, ...shape] }, []);
}

export function sequential(layers: readonly Serialised[], extra: Serialised = {}): Serialised {
	return { class_name: "Sequential", config: { name: "net", layers, ...extra } };
}

/** From the layer `in` (or others) to the layer `out` (or others). */
export function functional(
	layers: readonly Serialised[],
	ends: { readonly inputs?: unknown; readonly outputs?: unknown; readonly name?: string } = {},
): Serialised {
	const { inputs = [["in", 0, 0]], outputs = [["out", 0, 0]], name = "net" } = ends;
	return { class_name: "Functional", config: { name, layers, input_layers: inputs, output_layers: outputs } };
}

/** An inbound node of Keras 2: one call that reads the first tensor of each layer. */
export function from(...names: readonly string[]): unknown {
	return [names.map((name) => [name, 0, 0, {}])];
}

/** The same as Keras 3 writes it; a list argument where a layer merges. */
export function kerasTensors(names: readonly string[], kwargs: Serialised = {}): unknown {
	const tensors = names.map((name) => ({
		class_name: "__keras_tensor__",
		config: { shape: [null, 1], dtype: "float32", keras_history: [name, 0, 0] },
	}));
	return [{ args: names.length === 1 ? tensors : [tensors], kwargs }];
}

export type NamedValues = Readonly<Record<string, Values>>;

/** Bytes of float32 values, little-endian. */
export function float32Bytes({ data }: Values): Buffer {
	return Buffer.from(Float32Array.from(data).buffer);
}

/** Writes `model.json` and one file of weights; returns the path of the former. */
export async function writeTfjs(
	folder: string,
	topology: Serialised,
	weights: NamedValues,
	extra: Serialised = {},
): Promise<string> {
	const entries = Object.entries(weights);
	const manifest = [
		{
			paths: ["weights.bin"],
			weights: entries.map(([name, { shape }]) => ({ name, shape, dtype: "float32" })),
		},
	];
	await writeFile(join(folder, "weights.bin"), Buffer.concat(entries.map(([, value]) => float32Bytes(value))));
	return writeModelJson(folder, { modelTopology: topology, weightsManifest: manifest, ...extra });
}

export async function writeModelJson(folder: string, content: Serialised | string): Promise<string> {
	const path = join(folder, "model.json");
	await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
	return path;
}

/** Bytes of an HDF5 file that `fill` writes. `modern`: version 2 object headers. */
export async function h5Bytes(fill: (file: File) => void, modern = false): Promise<Buffer> {
	const library = await ready;
	const path = "/written-by-a-test.h5";
	const file = new File(path, "w", { libver: modern ? ["v110", "latest"] : ["earliest", "latest"] });
	fill(file);
	file.close();
	const bytes = Buffer.from(library.FS.readFile(path));
	library.FS.unlink(path);
	return bytes;
}

/** The group at a path, made where it isn't there. */
export function groupAt(file: File, path: string): Group {
	let group: Group = file;
	for (const name of path.split("/").filter((part) => part !== "")) {
		const found = group.keys().includes(name) ? group.get(name) : group.create_group(name);
		group = found as Group;
	}
	return group;
}

/** Puts a dataset at a path, with the groups above it. */
export function put(file: File, path: string, value: Values): void {
	const cut = path.lastIndexOf("/");
	groupAt(file, path.slice(0, cut)).create_dataset({
		name: path.slice(cut + 1),
		data: Float32Array.from(value.data),
		shape: [...value.shape],
	});
}

export interface H5Model {
	readonly config: Serialised;
	/** Weights of each outermost layer by their paths in its group, in order: `conv/kernel:0`. */
	readonly weights: Readonly<Record<string, NamedValues>>;
	readonly kerasVersion?: string;
	/** Split `weight_names` into this many attributes, as Keras does with long lists. */
	readonly parts?: number;
	readonly also?: (file: File) => void;
}

/** A whole model as `model.save("x.h5")` writes it. */
export function h5Model({ config, weights, kerasVersion = "2.15.0", parts = 1, also }: H5Model): Promise<Buffer> {
	return h5Bytes((file) => {
		file.create_attribute("model_config", JSON.stringify(config));
		file.create_attribute("keras_version", kerasVersion);
		for (const [layerName, own] of Object.entries(weights)) {
			const group = groupAt(file, `model_weights/${layerName}`);
			const names = Object.keys(own);
			const size = Math.ceil(names.length / parts);
			for (let part = 0; part < parts; part++) {
				const attribute = parts === 1 ? "weight_names" : `weight_names${part}`;
				group.create_attribute(attribute, names.slice(part * size, (part + 1) * size), null, "S64");
			}
			for (const [name, value] of Object.entries(own)) put(file, `model_weights/${layerName}/${name}`, value);
		}
		also?.(file);
	});
}

/** A `.keras` archive; weights by their paths: `layers/dense/vars/0`. */
export async function kerasArchive(
	config: Serialised,
	weights: NamedValues,
	kerasVersion = "3.9.0",
	more: Readonly<Record<string, Uint8Array>> = {},
): Promise<Buffer> {
	const store = await h5Bytes((file) => {
		for (const [path, value] of Object.entries(weights)) put(file, path, value);
	});
	return Buffer.from(
		zipSync(
			{
				"metadata.json": Buffer.from(JSON.stringify({ keras_version: kerasVersion })),
				"config.json": Buffer.from(JSON.stringify(config)),
				"model.weights.h5": store,
				...more,
			},
			{ level: 6 },
		),
	);
}
