/** The nets that `peers.py` trains, read into graphs. */
import { readNpz } from "../../src/compute/data/npz.js";
import { NetworkBuilder } from "../../src/compute/network/build.js";
import { NO_PADDING } from "../../src/compute/network/shapes.js";
import type { Network, NetworkNode, Operation, Weight } from "../../src/compute/network/types.js";

/** Name in the files, and how the table calls it. */
export const NETS = {
	linear: "linear softmax",
	fc100: "784-100-100-10 sigmoid",
	fc200: "784-200-200-10 sigmoid",
	relu: "784-256x4-10 ReLU",
	cnn: "CNN 16-32-100 ReLU, max pools",
} as const;
export type NetName = keyof typeof NETS;

const CONVOLUTION: Operation = { op: "Conv2D", strides: [1, 1], dilations: [1, 1], padding: NO_PADDING, groups: 1 };
const POOL: Operation = { op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: NO_PADDING };

/** Weights under PyTorch's names: layers numbered in order, `weight` [out, in, ...]. */
type Weights = ReadonlyMap<string, Weight>;

export async function readNet(folder: string, name: NetName): Promise<Network> {
	const weights = await readWeights(`${folder}/${name}.npz`, layerNumbers(name));
	const { add, build } = chain();
	const dense = (layer: number, matrix = transposed(weights.get(`${layer}_weight`) as Weight)) =>
		add({ op: "Dense" }, { kernel: matrix, bias: weights.get(`${layer}_bias`) as Weight });
	const relu = () => add({ op: "Pointwise", function: { fn: "relu" } });
	if (name === "cnn") {
		for (const layer of [0, 3]) {
			const kernel = asKernel(weights.get(`${layer}_weight`) as Weight);
			add(CONVOLUTION, { kernel, bias: weights.get(`${layer}_bias`) as Weight });
			relu();
			add(POOL);
		}
		add({ op: "Flatten" });
		dense(7, rowsByPlace(transposed(weights.get("7_weight") as Weight), 32));
		relu();
		dense(9);
		return build();
	}
	add({ op: "Flatten" });
	const layers = layerNumbers(name);
	for (const [i, layer] of layers.entries()) {
		dense(layer);
		if (i + 1 < layers.length) {
			if (name === "relu") relu();
			else add({ op: "Pointwise", function: { fn: "sigmoid" } });
		}
	}
	return build();
}

function layerNumbers(name: NetName): readonly number[] {
	return { linear: [1], fc100: [1, 3, 5], fc200: [1, 3, 5], relu: [1, 3, 5, 7, 9], cnn: [0, 3, 7, 9] }[name];
}

async function readWeights(file: string, layers: readonly number[]): Promise<Weights> {
	const names = layers.flatMap((layer) => [`${layer}_weight`, `${layer}_bias`]);
	const { arrays } = await readNpz(file, names);
	return new Map(
		names.map((name) => {
			const array = arrays.get(name);
			if (!(array?.data instanceof Float32Array)) throw new Error(`${file}: no float32 array ${name}`);
			return [name, { name, shape: array.shape, data: array.data }];
		}),
	);
}

/** Nodes one after the other, ended by a softmax. */
function chain() {
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("x", [28, 28, 1]).name;
	let count = 0;
	const add = (operation: Operation, weights: NetworkNode["weights"] = {}) => {
		const name = `${operation.op} ${++count}`;
		last = builder.add({ name, layer: name, layerType: operation.op, operation, inputs: [last], weights }).name;
	};
	const build = () => {
		add({ op: "Softmax" });
		return builder.build(last);
	};
	return { add, build };
}

function transposed({ name, shape, data }: Weight): Weight {
	const [rows, columns] = shape as [number, number];
	const turned = data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)] as number);
	return { name, shape: [columns, rows], data: turned };
}

/** [out, in, height, width] as [height, width, in, out]. */
function asKernel({ name, shape, data }: Weight): Weight {
	const [out, into, height, width] = shape as [number, number, number, number];
	const kernel = new Float32Array(data.length);
	let from = 0;
	for (let o = 0; o < out; o++)
		for (let i = 0; i < into; i++)
			for (let place = 0; place < height * width; place++)
				kernel[(place * into + i) * out + o] = data[from++] as number;
	return { name, shape: [height, width, into, out], data: kernel };
}

/** Rows that count places within channels, as counting channels within places. */
function rowsByPlace({ name, shape, data }: Weight, channels: number): Weight {
	const [rows, columns] = shape as [number, number];
	const places = rows / channels;
	const moved = new Float32Array(data.length);
	for (let row = 0; row < rows; row++) {
		const from = (row % channels) * places + Math.floor(row / channels);
		moved.set(data.subarray(from * columns, (from + 1) * columns), row * columns);
	}
	return { name, shape, data: moved };
}
