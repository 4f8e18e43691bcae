import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { Preprocessing } from "../../../src/compute/data/types.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { pictureShape, withPictureInput } from "../../../src/compute/network/entrance.js";
import { Executor } from "../../../src/compute/network/execute.js";
import type { Shape } from "../../../src/compute/network/types.js";

const plain: Preprocessing = { fit: "resize", range: [0, 1], bgr: false, mean: null, std: null };

function passing(input: Shape) {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("x", input);
	builder.add({ name: "y", layer: "y", layerType: "Dropout", operation: { op: "Identity" }, inputs: ["x"] });
	return builder.build("y");
}

describe("pictureShape", () => {
	it.each([
		[
			[28, 28, 1],
			[28, 28, 1],
		],
		[
			[32, 48, 3],
			[32, 48, 3],
		],
		[
			[28, 28],
			[28, 28, 1],
		],
		[[784], [28, 28, 1]],
		[[3072], [32, 32, 3]],
	] as const)("of the input %j is %j", (input, expected) => {
		expect(pictureShape(input)).toEqual(expected);
	});

	it.each([[[224, 224, 4]], [[10]], [[2, 3, 4, 5]]])("of the input %j is an error", (input) => {
		expect(() => pictureShape(input)).toThrow(/Blindspot takes grey or RGB pictures/);
	});
});

describe("withPictureInput", () => {
	beforeAll(async () => {
		await startBackend("js", null);
	});

	const seen = (preprocessing: Preprocessing, input: Shape, pixels: readonly number[]) => {
		const network = withPictureInput(passing(input), preprocessing);
		const shape = network.nodes[0]?.outputShape as Shape;
		return Array.from(tf.tidy(() => new Executor(network).run(tf.tensor([...pixels], [1, ...shape])).dataSync()));
	};

	it("changes nothing where nothing is asked", () => {
		expect(withPictureInput(passing([1, 1, 3]), plain).nodes).toHaveLength(2);
		expect(seen(plain, [1, 1, 3], [0, 0.5, 1])).toEqual([0, 0.5, 1]);
	});

	it("scales, swaps to BGR, then takes mean and std in the order that the model sees", () => {
		const caffe: Preprocessing = { ...plain, range: [0, 255], bgr: true, mean: [1, 2, 3], std: [2, 4, 5] };
		// BGR of (.2, .4, .6) in 0..255 is (153, 102, 51).
		const found = seen(caffe, [1, 1, 3], [0.2, 0.4, 0.6]);
		[(153 - 1) / 2, (102 - 2) / 4, (51 - 3) / 5].forEach((v, i) => {
			expect(found[i]).toBeCloseTo(v, 4);
		});
	});

	it("brings pixels to -1..1 and flattens them where the model wants that", () => {
		expect(seen({ ...plain, range: [-1, 1] }, [4], [0, 0.25, 0.5, 1])).toEqual([-1, -0.5, 0, 1]);
	});

	it("refuses as many means as the picture has no channels", () => {
		expect(() => withPictureInput(passing([28, 28, 1]), { ...plain, mean: [1, 2, 3] })).toThrow(
			"preprocessing.mean has 3 values, the model's pictures have 1 channel.",
		);
	});
});
