/** Products of many complex matrices of one size on the backend, by products of real ones. */
import * as tf from "@tensorflow/tfjs-core";

/** `[count, rows, columns]` each; real matrices have no imaginary part. */
export interface ComplexMatrices {
	readonly real: tf.Tensor3D;
	readonly imaginary: tf.Tensor3D | null;
}

/** `x·yᴴ` for each pair of the batch. */
export function timesAdjoint(x: ComplexMatrices, y: ComplexMatrices): ComplexMatrices {
	const product = (a: tf.Tensor3D, b: tf.Tensor3D) => tf.matMul(a, b, false, true) as tf.Tensor3D;
	if (!x.imaginary || !y.imaginary) return { real: product(x.real, y.real), imaginary: null };
	return {
		real: tf.add<tf.Tensor3D>(product(x.real, y.real), product(x.imaginary, y.imaginary)),
		imaginary: tf.sub<tf.Tensor3D>(product(x.imaginary, y.real), product(x.real, y.imaginary)),
	};
}

/** Does the same to both parts. */
export function eachPart(x: ComplexMatrices, work: (part: tf.Tensor3D) => tf.Tensor3D): ComplexMatrices {
	return { real: work(x.real), imaginary: x.imaginary && work(x.imaginary) };
}

/** Side by side. */
export function beside(all: readonly ComplexMatrices[]): ComplexMatrices {
	const imaginary = all.flatMap((x) => x.imaginary ?? []);
	return {
		real: tf.concat(
			all.map(({ real }) => real),
			2,
		),
		imaginary: imaginary.length > 0 ? tf.concat(imaginary, 2) : null,
	};
}

export function sum(x: ComplexMatrices, y: ComplexMatrices): ComplexMatrices {
	return {
		real: tf.add<tf.Tensor3D>(x.real, y.real),
		imaginary: x.imaginary && y.imaginary ? tf.add<tf.Tensor3D>(x.imaginary, y.imaginary) : null,
	};
}

export function disposeOf({ real, imaginary }: ComplexMatrices): void {
	real.dispose();
	imaginary?.dispose();
}
