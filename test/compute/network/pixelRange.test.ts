import { describe, expect, it } from "vitest";
import { readModel } from "../../../src/compute/formats/read.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { pixelRangeOf } from "../../../src/compute/network/pixelRange.js";
import { samePadding } from "../../../src/compute/network/shapes.js";
import type { Network, Operation, Shape, Weight, WeightRole } from "../../../src/compute/network/types.js";
import { isAbsent, sharedPath } from "../../sharedData.js";

type Step = readonly [name: string, operation: Operation, weights?: Partial<Record<WeightRole, Weight>>];

const weight = (values: readonly number[], shape: Shape = [values.length]): Weight => {
	return { name: "w", shape, data: Float32Array.from(values) };
};
const scaling = (name: string, scale: readonly number[] | null, offset: readonly number[] | null = null): Step => [
	name,
	{ op: "Affine" },
	{ ...(scale && { scale: weight(scale) }), ...(offset && { offset: weight(offset) }) },
];
const normalization = (name: string, mean: readonly number[], variance: readonly number[]): Step => [
	name,
	{ op: "BatchNormalization", epsilon: 1e-3 },
	{ mean: weight(mean), variance: weight(variance) },
];
const padding = { top: 1, bottom: 0, left: 1, right: 0 };

/** A chain of steps between a picture and a convolution with weights. */
function chain(steps: readonly Step[], input: Shape = [8, 8, 3]): Network {
	const builder = new NetworkBuilder("keras-v3");
	let last = builder.input("x", input);
	for (const [name, operation, weights = {}] of steps) {
		last = builder.add({ name, layer: name, layerType: name, operation, inputs: [last.name], weights });
	}
	if (last.outputShape.length === 3) {
		const channels = last.outputShape[2] as number;
		const kernel = weight(
			Array.from({ length: channels * 2 }, (_, i) => i - 1),
			[1, 1, channels, 2],
		);
		const plain = { strides: [1, 1], dilations: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } } as const;
		last = builder.add({
			name: "conv",
			layer: "conv",
			layerType: "Conv2D",
			operation: { op: "Conv2D", ...plain, groups: 1 },
			inputs: [last.name],
			weights: { kernel },
		});
	}
	return builder.build(last.name);
}

const found = (...steps: readonly Step[]) => {
	const evidence = pixelRangeOf(chain(steps));
	return evidence && [evidence.range, evidence.because];
};

describe("a scaling or a shift before the first weights", () => {
	it("tells the range and says how", () => {
		expect(found(scaling("a", [1 / 255]))).toEqual([[0, 255], "the model divides by 255 first ('a')"]);
		expect(found(scaling("a", [1 / 127.5], [-1]))).toEqual([[0, 255], "the model turns 0..255 into -1..1 first ('a')"]);
		expect(found(scaling("a", [2], [-1]))).toEqual([[0, 1], "the model turns 0..1 into -1..1 first ('a')"]);
		expect(found(scaling("a", [0.5], [0.5]))).toEqual([[-1, 1], "the model turns -1..1 into 0..1 first ('a')"]);
		expect(found(scaling("a", [255]))).toEqual([[0, 1], "the model multiplies by 255 first ('a')"]);
	});

	it("a mean alone is that of bytes or of fractions", () => {
		const bytes = found(scaling("a", null, [-123.68, -116.779, -103.939]));
		expect(bytes).toEqual([[0, 255], "the model subtracts a mean near 114.8 first ('a')"]);
		expect(found(scaling("a", null, [-0.485, -0.456, -0.406]))).toEqual([
			[0, 1],
			"the model subtracts a mean near 0.449 first ('a')",
		]);
	});

	it("mean and standard deviation in one layer or two", () => {
		const std = [0.229, 0.224, 0.225];
		const mean = [0.485, 0.456, 0.406];
		const both = scaling(
			"a",
			std.map((s) => 1 / s),
			std.map((s, c) => -(mean[c] as number) / s),
		);
		expect(found(both)?.[0]).toEqual([0, 1]);
		const words = "the model subtracts a mean near 114.4 and divides by about 57.6 first ('c')";
		const apart = [
			scaling("a", [1 / 255]),
			scaling(
				"b",
				null,
				mean.map((m) => -m),
			),
			scaling(
				"c",
				std.map((s) => 1 / s),
			),
		];
		expect(found(...apart)).toEqual([[0, 255], words]);
		// Not standardised, as Caffe's nets: (x - mean)·0.017.
		expect(found(scaling("a", null, [-103.94, -116.78, -123.68]), scaling("b", [0.017]))?.[0]).toEqual([0, 255]);
	});

	it("ImageNet's normalisation undone, as torchvision's Inception has it", () => {
		const scale = [0.229 / 0.5, 0.224 / 0.5, 0.225 / 0.5];
		const offset = [(0.485 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.406 - 0.5) / 0.5];
		expect(pixelRangeOf(chain([scaling("a", scale, offset)]))).toEqual({
			range: [0, 1],
			normalization: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
			strength: "implied",
			because: "the model undoes ImageNet's mean and standard deviation first ('a')",
		});
	});

	it("nothing where nothing is done, or next to nothing", () => {
		expect(found()).toBeNull();
		expect(found(scaling("a", [1]))).toBeNull();
		expect(found(scaling("a", [1, 1.01, 0.99], [0, 0, 0]))).toBeNull();
		expect(found(normalization("never trained", [0, 0, 0], [1, 1, 1]))).toBeNull();
	});
});

describe("what leaves values as they are, or moves them about", () => {
	const divide = scaling("divide", [1 / 255]);
	const rows = { rows: 4, columns: 8, data: new Float32Array(32).fill(1 / 8) };
	const steps: readonly (readonly [string, readonly Step[]])[] = [
		["a resize", [["s", { op: "Resample2D", rows, columns: rows }]]],
		["a crop", [["s", { op: "Slice", starts: [1, 1, 0], sizes: [4, 4, 3], steps: [1, 1, 1] }]]],
		["padding", [["s", { op: "ZeroPad2D", padding }]]],
		["reflection", [["s", { op: "Pad", before: [1, 1, 0], after: [0, 0, 0], mode: "reflect", value: 0 }]]],
		["a cast or an augmentation", [["s", { op: "Identity" }]]],
		["a clip", [["s", { op: "Pointwise", function: { fn: "clip", low: 0, high: 255 } }]]],
		[
			"a transposition and back",
			[
				["s", { op: "Transpose", order: [2, 0, 1] }],
				["t", { op: "Transpose", order: [1, 2, 0] }],
			],
		],
		[
			"a reshape",
			[
				["s", { op: "Flatten" }],
				["t", { op: "Reshape", shape: [4, 16, 3] }],
			],
		],
		["BGR", [["s", { op: "ReverseChannels" }]]],
	];

	it.each(steps)("%s, before and after", (_, moved) => {
		expect(found(...moved, divide)?.[0]).toEqual([0, 255]);
		expect(found(divide, ...moved)?.[0]).toEqual([0, 255]);
		expect(found(...moved)).toBeNull();
	});

	it("not an activation", () => {
		expect(found(["s", { op: "Pointwise", function: { fn: "relu" } }], divide)).toBeNull();
	});

	it("keeps channels with their own shifts apart", () => {
		// Only in this order is what arrives undone: the shift is on blue, green, red.
		const scale = [0.225 / 0.5, 0.224 / 0.5, 0.229 / 0.5];
		const offset = [(0.406 - 0.5) / 0.5, (0.456 - 0.5) / 0.5, (0.485 - 0.5) / 0.5];
		const swap: Step = ["bgr", { op: "ReverseChannels" }];
		const gather: Step = ["bgr", { op: "Gather", axis: 2, indices: [2, 1, 0] }];
		const slice: Step = ["bgr", { op: "Slice", starts: [0, 0, 2], sizes: [8, 8, 3], steps: [1, 1, -1] }];
		for (const there of [swap, gather, slice]) {
			const evidence = pixelRangeOf(chain([there, scaling("a", scale, offset), ["rgb", { op: "ReverseChannels" }]]));
			expect(evidence?.normalization?.mean).toEqual([0.485, 0.456, 0.406]);
		}
	});
});

describe("channels taken apart and put together, as exporters write it", () => {
	const apart = (scales: readonly number[], offsets: readonly number[]) => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [8, 8, 3]);
		const add = (name: string, operation: Operation, inputs: readonly string[], weights = {}) =>
			builder.add({ name, layer: name, layerType: name, operation, inputs, weights });
		const parts = scales.map((scale, c) => {
			add(`part${c}`, { op: "Slice", starts: [0, 0, c], sizes: [8, 8, 1], steps: [1, 1, 1] }, ["x"]);
			add(`constant${c}`, { op: "Constant" }, [], { value: weight([scale]) });
			add(`times${c}`, { op: "Multiply" }, [`part${c}`, `constant${c}`]);
			return add(`plus${c}`, { op: "Affine" }, [`times${c}`], { offset: weight([offsets[c] as number]) }).name;
		});
		add("joined", { op: "Concatenate", axis: 2 }, parts);
		return builder.build("joined");
	};

	it("is followed", () => {
		expect(pixelRangeOf(apart([1 / 255, 1 / 255, 1 / 255], [0, 0, 0]))?.range).toEqual([0, 255]);
		const evidence = pixelRangeOf(apart([0.458, 0.448, 0.45], [-0.03, -0.088, -0.188]));
		expect(evidence?.normalization?.std).toEqual([0.229, 0.224, 0.225]);
	});
});

describe("a constant on either side of an operation", () => {
	const withConstant = (operation: Operation, value: number, isFirst = false) => {
		const builder = new NetworkBuilder("onnx");
		builder.input("x", [8, 8, 3]);
		const node = { layer: "c", layerType: "c" };
		builder.add({ name: "c", ...node, operation: { op: "Constant" }, inputs: [], weights: { value: weight([value]) } });
		builder.add({ name: "y", ...node, operation, inputs: isFirst ? ["c", "x"] : ["x", "c"] });
		return pixelRangeOf(builder.build("y"))?.range;
	};

	it("scales and shifts", () => {
		expect(withConstant({ op: "Binary", function: "divide" }, 255)).toEqual([0, 255]);
		expect(withConstant({ op: "Multiply" }, 1 / 255, true)).toEqual([0, 255]);
		expect(withConstant({ op: "Binary", function: "subtract" }, 127.5)).toEqual([0, 255]);
		expect(withConstant({ op: "Add" }, -0.5)).toEqual([0, 1]);
		// 255 - x, for pictures that are inverted: no mean, but no value of 0..1 either.
		expect(withConstant({ op: "Binary", function: "subtract" }, 127.5, true)).toEqual([0, 255]);
		expect(withConstant({ op: "Binary", function: "maximum" }, 0)).toBeUndefined();
	});
});

describe("two ways into the network", () => {
	const branches = (first: readonly number[] | null, second: readonly number[] | null) => {
		const builder = new NetworkBuilder("keras-v3");
		builder.input("x", [8, 8, 3]);
		const inputs = [first, second].map((scale, i) => {
			const weights = scale ? { scale: weight(scale) } : {};
			const name = `s${i}`;
			builder.add({ name, layer: name, layerType: "Rescaling", operation: { op: "Affine" }, inputs: ["x"], weights });
			const kernel = weight([1, 2, 3], [3, 1]);
			return builder.add({
				name: `d${i}`,
				layer: `d${i}`,
				layerType: "Dense",
				operation: { op: "Dense" },
				inputs: [name],
				weights: { kernel },
			}).name;
		});
		builder.add({ name: "y", layer: "y", layerType: "Add", operation: { op: "Add" }, inputs });
		return pixelRangeOf(builder.build("y"))?.range ?? null;
	};

	it("count where they agree", () => {
		expect(branches([1 / 255], [1 / 127.5])).toEqual([0, 255]);
		expect(branches([1 / 255], null)).toBeNull();
		expect(branches([1 / 255], [2])).toBeNull();
	});
});

describe("a first batch normalisation", () => {
	it("has the pixels' mean and variance", () => {
		const bytes = normalization("bn", [123, 116, 104], [3400, 3300, 3400]);
		expect(found(bytes)).toEqual([[0, 255], "the model's first normalization has a mean near 114.3 ('bn')"]);
		expect(found(normalization("bn", [0.48, 0.46, 0.41], [0.06, 0.06, 0.07]))?.[0]).toEqual([0, 1]);
		expect(found(normalization("bn", [-0.05, -0.08, -0.19], [0.25, 0.24, 0.25]))?.[0]).toEqual([-1, 1]);
		// MNIST's.
		expect(found(normalization("bn", [33.3, 33.3, 33.3], [6200, 6200, 6200]))?.[0]).toEqual([0, 255]);
		expect(found(normalization("bn", [0.13, 0.13, 0.13], [0.095, 0.095, 0.095]))?.[0]).toEqual([0, 1]);
	});

	it("says nothing of pixels that were normalised", () => {
		expect(found(normalization("bn", [0.01, -0.02, 0.03], [1.1, 0.9, 1]))).toBeNull();
	});

	it("is undone through a scaling and padding before it", () => {
		const steps = [
			scaling("half", [0.5], [10]),
			["pad", { op: "ZeroPad2D", padding }] as const,
			normalization("bn", [67, 67, 67], [900, 900, 900]),
		];
		expect(found(...steps)).toEqual([[0, 255], "the model's first normalization has a mean near 114 ('bn')"]);
	});
});

describe("a batch normalisation behind the first convolution", () => {
	/** Filters of seeded values and the moments that they give on white noise around a mean, which any filter multiplies. */
	function trained(mean: number, deviation: number): Network {
		const filters = 6;
		const size = 27;
		const kernel = Array.from({ length: size * filters }, (_, i) => Math.sin(3 * i + 1) + 0.2 * (i % filters));
		const of = (filter: number) => kernel.filter((_, i) => i % filters === filter);
		const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
		const means = Array.from({ length: filters }, (_, f) => mean * sum(of(f)) + 0.5);
		// Pixels that are all alike: the variance is that of the filter's sum.
		const variances = Array.from({ length: filters }, (_, f) => (deviation * sum(of(f))) ** 2);
		const builder = new NetworkBuilder("keras-h5");
		builder.input("x", [8, 8, 3]);
		const conv = {
			op: "Conv2D",
			strides: [1, 1],
			dilations: [1, 1],
			padding: samePadding([8, 8], [3, 3], [1, 1], [1, 1]),
			groups: 1,
		} as const;
		const weights = { kernel: weight(kernel, [3, 3, 3, filters]), bias: weight(Array(filters).fill(0.5)) };
		builder.add({ name: "c", layer: "c", layerType: "Conv2D", operation: conv, inputs: ["x"], weights });
		builder.add({
			name: "bn",
			layer: "bn",
			layerType: "BatchNormalization",
			operation: { op: "BatchNormalization", epsilon: 1e-3 },
			inputs: ["c"],
			weights: { mean: weight(means), variance: weight(variances) },
		});
		return builder.build("bn");
	}

	it("makes a range likely, no more", () => {
		expect(pixelRangeOf(trained(116, 60))).toMatchObject({ range: [0, 255], strength: "likely" });
		expect(pixelRangeOf(trained(0.45, 0.27))).toMatchObject({ range: [0, 1], strength: "likely" });
		expect(pixelRangeOf(trained(0.45, 0.27))?.because).toMatch(/pixels with a mean near 0.45 and a standard deviation/);
		expect(pixelRangeOf(trained(-0.1, 0.5))).toMatchObject({ range: [-1, 1], strength: "likely" });
		expect(pixelRangeOf(trained(0.01, 1))).toBeNull();
	});

	describe.each([
		["h5-resnet8-cifar10", "model.h5", [0, 255]],
		["h5-vww96", "model.h5", [0, 1]],
		["tfjs-layers-darknet-tiny", "model.json", [0, 1]],
	] as const)("of the real net %s", (folder, file, range) => {
		const path = sharedPath("models", folder, file);
		it.skipIf(isAbsent(path))("is right", async () => {
			const { network } = await readModel(path, { inputSize: null });
			expect(pixelRangeOf(network)).toMatchObject({ range, strength: "likely" });
		});
	});
});
