/** Files of kinds that people were seen to be stuck with and that have no reference values; the others are in `cases.test.ts`. */
import { describe, expect, it } from "vitest";
import { readModel } from "../../../../src/compute/formats/read.js";
import { casePath, isAbsent } from "../../../sharedData.js";

describe.each([
	["15-keras2-tfoplambda", "tfop_caffe.h5", ["Slice", "Affine", "Conv2D"]],
	["15-keras2-tfoplambda", "tfop_mnv2.h5", ["Affine", "Affine", "Conv2D"]],
	["17-keras-channels-first", "cf.keras", ["Conv2D", "Pointwise", "GlobalAveragePool2D"]],
])("%s: %s", (name, file, operations) => {
	const path = casePath(name, file);
	it.skipIf(isAbsent(path))("begins with plain operations on a picture with channels last", async () => {
		const { network } = await readModel(path, { inputSize: null });
		expect(network.nodes[0]?.outputShape.at(-1)).toBe(3);
		expect(network.nodes.slice(1, 1 + operations.length).map((node) => node.operation.op)).toEqual(operations);
	});
});
