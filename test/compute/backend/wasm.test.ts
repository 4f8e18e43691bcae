import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { Random } from "../../../src/compute/math/random.js";

const random = Random.stream(1, "wasm.test");
const normal = (shape: number[]) =>
	tf.tensor(
		Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
		shape,
	);

function backend(): BackendWasm {
	const present = tf.backend();
	if (!(present instanceof BackendWasm)) throw new Error("not on WebAssembly");
	return present;
}

beforeAll(async () => {
	await startBackend("wasm", null);
});

describe("the WebAssembly backend", () => {
	it("leaves unhandled errors to whoever listened before", async () => {
		const listeners = () => [process.listeners("uncaughtException"), process.listeners("unhandledRejection")].flat();
		const sources = listeners().map(String);
		expect(sources.filter((source) => /ExitStatus|throw reason/.test(source))).toEqual([]);
	});

	it("refuses what its memory can't hold, and computes on", () => {
		const before = backend().numDataIds();
		const values = 2 ** 29 - 2 ** 14;
		const held = [backend().makeOutput([values], "float32")];
		// Not enough left; more than the allocator's integers; more than 32 bits, which would wrap to a few bytes.
		expect(() => {
			while (held.length < 3) held.push(backend().makeOutput([values], "float32"));
		}).toThrow(/memory is full/);
		for (const tensor of held) backend().disposeData(tensor.dataId);
		for (const count of [2 ** 29, 2 ** 30 + 4]) {
			expect(() => backend().makeOutput([count], "float32")).toThrow(/memory is full/);
		}
		expect(backend().numDataIds()).toBe(before);
		expect(Array.from(tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 1).dataSync()))).toEqual([2, 3]);
	});

	it("keeps what it derives from a weight for as long as the weight", () => {
		const [x, kernel] = [normal([4, 6]), normal([6, 3])];
		const [image, filter] = [normal([1, 5, 5, 2]) as tf.Tensor4D, normal([3, 3, 2, 4]) as tf.Tensor4D];
		const before = backend().numDataIds();
		const gradients = () =>
			tf.tidy(() => {
				tf.grad((v: tf.Tensor) => tf.sum(tf.matMul(v, kernel)))(x);
				tf.grad((v: tf.Tensor) => tf.sum(tf.conv2d(v as tf.Tensor4D, filter, 1, "same")))(image);
				tf.grad((v: tf.Tensor) => tf.sum(tf.depthwiseConv2d(v as tf.Tensor4D, filter, 1, "same")))(image);
			});
		gradients();
		// Besides a number or two of the gradients' own: the kernel transposed, and the filter turned in two ways.
		const once = backend().numDataIds();
		expect(once).toBe(before + 3);
		gradients();
		expect(backend().numDataIds()).toBe(once);
		tf.dispose([x, kernel, image, filter]);
		expect(backend().numDataIds()).toBe(before - 4);
	});

	it("takes the first of equal maxima, as TensorFlow does", () => {
		const x = tf.tensor4d([-1, -1, -2, -1], [1, 2, 2, 1]);
		const gradient = tf.tidy(() =>
			tf
				.grad((v: tf.Tensor) => tf.sum(tf.maxPool(v as tf.Tensor4D, 2, 2, "valid")))(x)
				.dataSync(),
		);
		x.dispose();
		expect(Array.from(gradient)).toEqual([1, 0, 0, 0]);
	});

	it.each([
		[false, true],
		[true, false],
		[true, true],
	])("multiplies matrices transposed %s, %s: alone, and many at once", (transposeA, transposeB) => {
		for (const outer of [[], [3]]) {
			const a = normal([...outer, ...(transposeA ? [4, 5] : [5, 4])]);
			const b = normal([...outer, ...(transposeB ? [2, 4] : [4, 2])]);
			const found = tf.tidy(() => tf.matMul(a, b, transposeA, transposeB).dataSync());
			const [left, right] = [a.dataSync(), b.dataSync()];
			const expected = Array.from({ length: found.length }, (_, i) => {
				const [image, row, column] = [Math.floor(i / 10), Math.floor((i % 10) / 2), i % 2];
				return Array.from({ length: 4 }, (_, k) => {
					const l = left[20 * image + (transposeA ? 5 * k + row : 4 * row + k)] as number;
					return l * (right[8 * image + (transposeB ? 4 * column + k : 2 * k + column)] as number);
				}).reduce((sum, v) => sum + v);
			});
			// Four products in float32.
			expected.forEach((value, i) => {
				expect(found[i]).toBeCloseTo(value, 5);
			});
			tf.dispose([a, b]);
		}
	});

	it("multiplies many large matrices", () => {
		const [a, b] = [normal([2, 3, 40, 60]), normal([2, 3, 50, 60])];
		const products = tf.tidy(() => tf.matMul(a, b, false, true).dataSync());
		const [left, right] = [a.dataSync(), b.dataSync()];
		for (const at of [0, 1999, 2000, 7777, 11_999]) {
			const [image, row, column] = [Math.floor(at / 2000), Math.floor((at % 2000) / 50), at % 50];
			let sum = 0;
			for (let k = 0; k < 60; k++)
				sum += (left[(image * 40 + row) * 60 + k] as number) * (right[(image * 50 + column) * 60 + k] as number);
			// Sixty products of the order of 1 in float32.
			expect(products[at]).toBeCloseTo(sum, 4);
		}
		expect(products).toHaveLength(12_000);
		tf.dispose([a, b]);
	});

	it.each([
		{ begin: [0, 0, 0, 0], size: [2, 3, 4, 5] },
		{ begin: [1, 0, 0, 0], size: [1, 3, 4, 5] },
		{ begin: [0, 1, 0, 0], size: [2, 2, 4, 5] },
		{ begin: [0, 1, 2, 3], size: [2, 2, 1, 2] },
		{ begin: [1, 2, 3, 4], size: [1, 1, 1, 1] },
		{ begin: [0, 0, 1, 0], size: [-1, -1, -1, -1] },
		{ begin: [0, 0, 4, 0], size: [2, 3, 0, 5] },
	])("cuts from $begin the size $size", ({ begin, size }) => {
		const x = tf.tensor4d(
			Array.from({ length: 120 }, (_, i) => i),
			[2, 3, 4, 5],
			"int32",
		);
		const part = tf.slice(x, begin, size);
		const expected: number[] = [];
		const shape = size.map((length, axis) =>
			length < 0 ? (x.shape[axis] as number) - (begin[axis] as number) : length,
		);
		for (let i = 0; i < (shape[0] as number); i++)
			for (let j = 0; j < (shape[1] as number); j++)
				for (let k = 0; k < (shape[2] as number); k++)
					for (let l = 0; l < (shape[3] as number); l++) {
						const [a, b, c, d] = begin as [number, number, number, number];
						expected.push((a + i) * 60 + (b + j) * 20 + (c + k) * 5 + d + l);
					}
		expect(part.shape).toEqual(shape);
		expect(Array.from(part.dataSync())).toEqual(expected);
		tf.dispose([x, part]);
	});
});
