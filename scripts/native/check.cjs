// Whether a native build works: loads it by its path, differentiates sum((a b)^2) and compares with the known result.
// Prints TensorFlow's version on the last line.
const util = require("node:util");
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
const tf = require(process.argv[2]);

const a = tf.tensor2d([1, 2, 3, 4], [2, 2]);
const b = tf.tensor2d([5, 6, 7, 8], [2, 2]);
const gradient = tf
	.grad((x) => tf.sum(tf.square(tf.matMul(x, b))))(a)
	.dataSync();
// 2 (a b) bᵀ by hand: a b = [[19, 22], [43, 50]].
const expected = [454, 618, 1030, 1402];
if (tf.getBackend() !== "tensorflow" || !expected.every((value, index) => value === gradient[index])) {
	throw new Error(`backend ${tf.getBackend()} gave ${gradient}, not ${expected}`);
}
console.log(tf.backend().binding.TF_Version);
