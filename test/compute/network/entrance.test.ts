import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import type { Preprocessing } from "../../../src/compute/data/types.js";
import { NetworkBuilder } from "../../../src/compute/network/build.js";
import { pictureInput, withPictureInput } from "../../../src/compute/network/entrance.js";
import { Executor } from "../../../src/compute/network/execute.js";
import type { Shape } from "../../../src/compute/network/types.js";

const plain: Preprocessing = { fit: "resize", range: [0, 1], bgr: false, mean: null, std: null };

function passing(input: Shape) {
	const builder = new NetworkBuilder("keras-v3");
	builder.input("x", input);
	builder.add({ name: "y", layer: "y", layerType: "Dropout", operation: { op: "Identity" }, inputs: ["x"] });
	return builder.build("y");
}

describe("the picture that an input takes", () => {
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
		[
			[224, 224, 4],
			[224, 224, 4],
		],
		[
			[64, 64, 12],
			[64, 64, 12],
		],
		[
			[1, 1, 16],
			[1, 1, 16],
		],
	] as const)("of %j is %j, as it stands", (input, shape) => {
		expect(pictureInput(input)).toEqual({ shape, assumed: null, refusal: null });
	});

	it.each([[[784]], [[1, 784]], [[784, 1]], [[1, 784, 1]], [[784, 1, 1]]])("of %j is 28×28 gray, assumed", (input) => {
		expect(pictureInput(input)).toMatchObject({ shape: [28, 28, 1], assumed: "784 values as 28×28 pixels, gray" });
	});

	it("of three squares is RGB, channels last, assumed", () => {
		expect(pictureInput([3072])).toMatchObject({
			shape: [32, 32, 3],
			assumed: "3072 values as 32×32 pixels, RGB, channels last",
		});
	});

	it("is what a person says where the values make it up", () => {
		const given = (width: number, height: number, channels: number | null = null) => ({
			size: { width, height },
			channels,
		});
		expect(pictureInput([784], given(14, 56))).toMatchObject({ shape: [56, 14, 1], assumed: null });
		expect(pictureInput([1, 784, 1], given(14, 14))).toMatchObject({ shape: [14, 14, 4], assumed: null });
		expect(pictureInput([24], given(4, 3, 2))).toMatchObject({ shape: [3, 4, 2], assumed: null });
		expect(pictureInput([800], { size: null, channels: 2 })).toMatchObject({ shape: [20, 20, 2] });
		expect(() => pictureInput([784], given(30, 30))).toThrow("takes 784 values; 30×30 pixels don't make up as many");
		// A size that the file leaves open is the reader's business.
		expect(pictureInput([32, 32, 3], given(30, 30)).shape).toEqual([32, 32, 3]);
	});

	it.each([[[10]], [[2, 3, 4, 5]]])("of %j is none", (input) => {
		const { shape, refusal } = pictureInput(input);
		expect(refusal).toMatch(/Blindspot takes images, height × width × channels/);
		expect(shape).toEqual([1, input.reduce((product, size) => product * size, 1), 1]);
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

	it("reads a column of values from a picture of the size that is given, with any channels", () => {
		const network = withPictureInput(passing([8, 1]), plain, { size: { width: 2, height: 2 }, channels: null });
		expect(network.nodes[0]?.outputShape).toEqual([2, 2, 2]);
		expect(network.nodes.at(-1)?.outputShape).toEqual([8, 1]);
	});

	it("refuses as many means as the picture has no channels", () => {
		expect(() => withPictureInput(passing([28, 28, 1]), { ...plain, mean: [1, 2, 3] })).toThrow(
			"preprocessing.mean has 3 values, the model's pictures have 1 channel.",
		);
	});
});
