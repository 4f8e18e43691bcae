import { describe, expect, it } from "vitest";
import { Random } from "../../../src/compute/math/random.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { type PixelBox, receptiveField } from "../../../src/compute/network/receptiveField.js";
import { sizeOf } from "../../../src/compute/network/shapes.js";
import type { Network, NetworkNode, Operation, Shape, Weight, WeightRole } from "../../../src/compute/network/types.js";
import { execute64 } from "../../reference/execute64.js";

const random = Random.stream(11, "receptiveField.test");
const pick = <T>(...values: readonly T[]) => values[random.integer(values.length)] as T;

/** Positive, so that no two paths from a pixel cancel out. */
function weight(...shape: number[]): Weight {
	return { name: "w", shape, data: Float32Array.from({ length: sizeOf(shape) }, () => 0.1 + random.uniform()) };
}

const SIDE = 13;

/** A net of operations that move, mix or leave out places, with branches that are added or joined. */
function randomNetwork(steps: number, dilated: boolean): Network {
	const builder = new NetworkBuilder("onnx");
	builder.input("x", [SIDE, SIDE, 2]);
	let [last, shape]: [string, Shape] = ["x", [SIDE, SIDE, 2]];
	let count = 0;
	const add = (operation: Operation, weights: Partial<Record<WeightRole, Weight>> = {}, inputs = [last]) => {
		const name = `n${count++}-${operation.op}`;
		const node = builder.add({ name, layer: name, layerType: operation.op, operation, inputs, weights });
		[last, shape] = [node.name, node.outputShape];
	};
	const padding = () => ({ top: pick(0, 1), bottom: pick(0, 1), left: pick(0, 1, 2), right: pick(0, 1) });
	while (count < steps) {
		const [h, w, c] = shape as [number, number, number];
		const dilations = dilated ? ([pick(1, 2), pick(1, 2)] as const) : ([1, 1] as const);
		const strides = [pick(1, 1, 2), pick(1, 1, 2)] as const;
		const choices: (() => void)[] = [
			() =>
				add(
					{ op: "Conv2D", strides, dilations, padding: padding(), groups: 1 },
					{ kernel: weight(pick(2, 3), pick(2, 3), c, 2) },
				),
			() =>
				add({ op: "DepthwiseConv2D", strides, dilations, padding: padding() }, { kernel: weight(pick(2, 3), 3, c, 1) }),
			() => add({ op: "AveragePool2D", size: [2, 3], strides, padding: { ...padding(), left: 1 }, countPadding: true }),
			() =>
				add(
					{
						op: "ConvTranspose2D",
						strides,
						dilations: [1, 1],
						padding: { top: 1, bottom: 0, left: 1, right: 1 },
						outputPadding: [0, 0],
						groups: 1,
					},
					{ kernel: weight(3, 2, 2, c) },
				),
			() => add({ op: "ZeroPad2D", padding: padding() }),
			() =>
				add({
					op: "Pad",
					before: [1, 2, 0],
					after: [2, 1, 0],
					mode: pick("edge", "reflect", "wrap", "constant"),
					value: 0,
				}),
			() => add({ op: "Transpose", order: [1, 0, 2] }),
			() => add({ op: "Slice", starts: [h - 1, 1, 0], sizes: [h - 1, w - 2, c], steps: [-1, 1, 1] }),
			() => add({ op: "Gather", axis: 0, indices: Array.from({ length: h }, () => random.integer(h)) }),
			() => add({ op: "Pointwise", function: { fn: "softplus" } }),
			() => {
				const before = last;
				add(
					{
						op: "Conv2D",
						strides: [1, 1],
						dilations: [1, 1],
						padding: { top: 1, bottom: 1, left: 2, right: 0 },
						groups: 1,
					},
					{ kernel: weight(3, 3, c, c) },
				);
				add(pick<Operation>({ op: "Add" }, { op: "Concatenate", axis: 2 }), {}, [last, before]);
				if (shape[2] !== 2) add({ op: "Dense" }, { kernel: weight(shape[2] as number, 2) });
			},
			() => {
				add({ op: "Resample2D", rows: nearest(h), columns: nearest(w) });
			},
		];
		if (h < 5 || w < 5) add({ op: "Pad", before: [2, 2, 0], after: [2, 2, 0], mode: "constant", value: 0 });
		else (choices[random.integer(choices.length)] as () => void)();
		if (sizeOf(shape) > 1200)
			add({ op: "MaxPool2D", size: [2, 2], strides: [2, 2], padding: { top: 0, bottom: 0, left: 0, right: 0 } });
	}
	return builder.build(last);
}

/** Half as large again, by repetition. */
function nearest(size: number) {
	const rows = Math.ceil(1.5 * size);
	const data = new Float32Array(rows * size);
	for (let row = 0; row < rows; row++) data[row * size + Math.floor(row / 1.5)] = 1;
	return { rows, columns: size, data };
}

function isInside({ top, left, height, width }: PixelBox, row: number, column: number): boolean {
	return row >= top && row < top + height && column >= left && column < left + width;
}

/** What one place of the output is when the pixels that `changes` names are others. */
function valueAt(
	network: Network,
	x: Float64Array,
	place: readonly number[],
	changes: (r: number, c: number) => boolean,
) {
	const changed = x.map((v, i) => (changes(Math.floor(i / (2 * SIDE)), Math.floor(i / 2) % SIDE) ? v + 1 : v));
	const [, w, c] = (network.nodes.at(-1) as NetworkNode).outputShape as [number, number, number];
	const start = ((place[0] as number) * w + (place[1] as number)) * c;
	return execute64(network, changed).slice(start, start + c);
}

describe("the receptive field in random networks", () => {
	const networks = Array.from({ length: 60 }, (_, i) => [i, randomNetwork(2 + (i % 5), i % 2 === 1)] as const);
	let within = 0;

	it.each(networks)("holds every pixel that moves a place of number %i, and only they move it", (_, network) => {
		const x = Float64Array.from({ length: SIDE * SIDE * 2 }, () => random.uniform());
		const [h, w] = (network.nodes.at(-1) as NetworkNode).outputShape as [number, number, number];
		const field = receptiveField(network, network.output);
		for (let trial = 0; trial < 4; trial++) {
			const place = trial === 0 ? [0, 0] : trial === 1 ? [h - 1, w - 1] : [random.integer(h), random.integer(w)];
			const box = field.boxAt(place);
			const before = valueAt(network, x, place, () => false);
			expect(valueAt(network, x, place, (r, c) => !box || !isInside(box, r, c))).toEqual(before);
			if (!box) continue;
			within++;
			expect(valueAt(network, x, place, (r, c) => isInside(box, r, c))).not.toEqual(before);
		}
	});

	it("was tried on places that read something", () => expect(within).toBeGreaterThan(150));

	it("is tight for convolutions, poolings and sums: each edge of the box moves the place", () => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [SIDE, SIDE, 2]);
		const pad = { top: 1, bottom: 1, left: 1, right: 1 };
		const conv = (name: string, from: string, kernel: number, stride: number, dilation: number) =>
			builder.add({
				name,
				layer: name,
				layerType: "Conv",
				operation: {
					op: "Conv2D",
					strides: [stride, stride],
					dilations: [dilation, dilation],
					padding: pad,
					groups: 1,
				},
				inputs: [from],
				weights: { kernel: weight(kernel, kernel, 2, 2) },
			});
		conv("a", "x", 3, 2, 1);
		conv("b", "a", 3, 1, 1);
		builder.add({ name: "sum", layer: "sum", layerType: "Add", operation: { op: "Add" }, inputs: ["a", "b"] });
		builder.add({
			name: "pool",
			layer: "pool",
			layerType: "AveragePool",
			operation: { op: "AveragePool2D", size: [2, 2], strides: [1, 1], padding: pad, countPadding: false },
			inputs: ["sum"],
		});
		const network = builder.build("pool");
		const x = Float64Array.from({ length: SIDE * SIDE * 2 }, () => random.uniform());
		const field = receptiveField(network, "pool");
		// 3, then 3 + 2·2, then one more step of 2.
		expect(field.size).toEqual([9, 9]);
		for (let row = 0; row < 8; row++)
			for (const column of [0, 3, 7]) {
				const { top, left, height, width } = field.boxAt([row, column]) as PixelBox;
				const before = valueAt(network, x, [row, column], () => false);
				const moves = (changes: (r: number, c: number) => boolean) =>
					expect(valueAt(network, x, [row, column], changes)).not.toEqual(before);
				const inside = (r: number, c: number) => isInside({ top, left, height, width }, r, c);
				moves((r, c) => inside(r, c) && r === top);
				moves((r, c) => inside(r, c) && r === top + height - 1);
				moves((r, c) => inside(r, c) && c === left);
				moves((r, c) => inside(r, c) && c === left + width - 1);
			}
	});

	it("takes a dilated window's first tap inside the picture", () => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [9, 9, 1]);
		builder.add({
			name: "y",
			layer: "y",
			layerType: "Conv",
			operation: {
				op: "Conv2D",
				strides: [1, 1],
				dilations: [3, 3],
				padding: { top: 2, bottom: 2, left: 2, right: 2 },
				groups: 1,
			},
			inputs: ["x"],
			weights: { kernel: weight(3, 3, 1, 1) },
		});
		const field = receptiveField(builder.build("y"), "y");
		expect(field.size).toEqual([7, 7]);
		expect(field.boxAt([0, 3])).toEqual({ top: 1, left: 1, height: 4, width: 7 });
		expect(() => field.boxAt([7, 0])).toThrow("'y' has no place 7, 0.");
	});
});

describe("the receptive field of other layers", () => {
	const builder = new NetworkBuilder("onnx");
	builder.input("x", [8, 6, 3]);
	const add = (name: string, operation: Operation, input: string, weights: NetworkNode["weights"] = {}) =>
		builder.add({ name, layer: name, layerType: operation.op, operation, inputs: [input], weights });
	// Patches of 4×2 pixels as six tokens: [8, 6, 3] → [2, 4, 3, 2, 3] → [2, 3, 4, 2, 3] → [6, 24].
	add("split", { op: "Reshape", shape: [2, 4, 3, 2, 3] }, "x");
	add("together", { op: "Transpose", order: [0, 2, 1, 3, 4] }, "split");
	add("tokens", { op: "Reshape", shape: [6, 24] }, "together");
	add("embedded", { op: "Dense" }, "tokens", { kernel: weight(24, 5) });
	add("attended", { op: "Softmax" }, "embedded");
	add("flat", { op: "Flatten" }, "attended");
	add("logits", { op: "Dense" }, "flat", { kernel: weight(30, 4) });
	const network = builder.build("logits");

	it("is a patch for a token, through reshapes and transpositions", () => {
		const field = receptiveField(network, "embedded");
		expect(field.boxAt([0])).toEqual({ top: 0, left: 0, height: 4, width: 2 });
		expect(field.boxAt([4])).toEqual({ top: 4, left: 2, height: 4, width: 2 });
		expect(field.size).toEqual([4, 2]);
	});

	it("is the whole picture for a dense layer and for all of an output", () => {
		const picture = { top: 0, left: 0, height: 8, width: 6 };
		expect(receptiveField(network, "logits").boxAt([])).toEqual(picture);
		expect(receptiveField(network, "logits").boxAt([3])).toEqual(picture);
		expect(receptiveField(network, "embedded").boxAt([])).toEqual(picture);
	});

	it("is a pixel at the input", () => {
		expect(receptiveField(network, "x").boxAt([2, 5])).toEqual({ top: 2, left: 5, height: 1, width: 1 });
	});

	it("refuses a node that isn't there", () => {
		expect(() => receptiveField(network, "nowhere")).toThrow("The model has no node 'nowhere'.");
	});
});
