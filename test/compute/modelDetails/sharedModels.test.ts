import { beforeAll, describe, expect, it } from "vitest";
import { readModel } from "../../../src/compute/formats/read.js";
import { describeNetwork, type NetworkDescription } from "../../../src/compute/modelDetails/describe.js";
import { totalMultiplyAdds } from "../../../src/compute/network/cost.js";
import { isAbsent, sharedPath } from "../../sharedData.js";
import { unhurried } from "./nets.js";

interface Expected {
	readonly model: readonly [folder: string, file: string];
	/**
	 * Half of what TensorFlow 2.21's profiler counts for Conv2D, DepthwiseConv2dNative and MatMul in the model that Keras
	 * loads; for ONNX the sum over Conv, Gemm and MatMul of the shapes that onnx 1.23 infers.
	 */
	readonly multiplyAdds: number;
	/** Keras' `count_params()`; for ONNX the floats in initializers that a node reads. */
	readonly parameters: number;
	/** How wide and high the filters of the first layer are, and in how many channels. */
	readonly filters: readonly [count: number, height: number, width: number, channels: number] | null;
}

const MODELS: readonly Expected[] = [
	{
		model: ["h5-resnet8-cifar10", "model.h5"],
		multiplyAdds: 12_501_632,
		parameters: 78_666,
		filters: [16, 3, 3, 3],
	},
	{ model: ["h5-vww96", "model.h5"], multiplyAdds: 7_489_664, parameters: 221_794, filters: [8, 3, 3, 3] },
	{
		model: ["keras3-mobilenet_v1_025_224", "model.keras"],
		multiplyAdds: 41_030_272,
		parameters: 467_336,
		filters: [8, 3, 3, 3],
	},
	{
		model: ["tfjs-layers-darknet-tiny", "model.json"],
		multiplyAdds: 491_524_096,
		parameters: 1_046_488,
		filters: [16, 3, 3, 3],
	},
	{
		model: ["tfjs-layers-doodlenet", "model.json"],
		multiplyAdds: 7_809_792,
		parameters: 544_201,
		filters: [16, 3, 3, 1],
	},
	{ model: ["onnx-cifar10-winml", "model.onnx"], multiplyAdds: 6_133_200, parameters: 50_182, filters: [12, 5, 5, 3] },
	{ model: ["onnx-mnist-8", "model.onnx"], multiplyAdds: 786_560, parameters: 5_994, filters: [8, 5, 5, 1] },
	{
		model: ["onnx-resnet8-cifar10", "model.onnx"],
		multiplyAdds: 12_501_632,
		parameters: 77_706,
		filters: [16, 3, 3, 3],
	},
	{
		model: ["onnx-squeezenet1.1", "model.onnx"],
		multiplyAdds: 349_151_936,
		parameters: 1_235_496,
		filters: [64, 3, 3, 3],
	},
];

describe.each(MODELS)("$model", ({ model, multiplyAdds, parameters, filters }) => {
	const path = sharedPath("models", ...model);
	const absent = isAbsent(path);
	let described: NetworkDescription;
	let total: number;

	beforeAll(async () => {
		const { network } = await readModel(path, { inputSize: null });
		described = await describeNetwork(network, false, unhurried());
		total = totalMultiplyAdds(network);
	});

	it.skipIf(absent)("costs what the runtime's own figures say", () => {
		expect(described.multiplyAdds).toBe(multiplyAdds);
		expect(total).toBe(multiplyAdds);
		expect(described.parameters).toBe(parameters);
	});

	it.skipIf(absent)("shows the first layer's filters", () => {
		const [first] = described.pictures;
		expect(first && [first.of, first.height, first.width, first.channels]).toEqual(filters);
	});

	it.skipIf(absent)("says where each weight stands, and that no value is odd", () => {
		for (const { weights, checks } of described.layers) {
			for (const { place, nan, infinite } of weights) {
				expect(place).not.toBe("");
				expect(nan + infinite).toBe(0);
			}
			expect(checks.filter(({ kind }) => kind === "nan" || kind === "infinite")).toEqual([]);
		}
	});
});
