/** Estimates of the largest singular values of many maps at once, from below. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import type { Random } from "../math/random.js";

/**
 * The largest eigenvalues of `count` symmetric maps without negative ones, of `[count, size, 1]` onto itself, in the
 * Krylov space of `steps` products (Lanczos; Golub and Van Loan, "Matrix Computations", section 10.1): at most the
 * true ones, up to rounding, and close to them after some tens of steps.
 */
export async function largestEigenvalues(
	map: (x: tf.Tensor3D) => tf.Tensor,
	[count, size]: readonly [count: number, size: number],
	steps: number,
	random: Random,
	slices: Slices,
): Promise<Float64Array> {
	const start = Float32Array.from({ length: count * size }, () => random.normal());
	let present: tf.Tensor3D = tf.tidy(() => {
		const q = tf.tensor3d(start, [count, size, 1]);
		return tf.div(q, norms(q));
	});
	let previous: tf.Tensor3D = tf.zerosLike(present);
	let beta: tf.Tensor3D = tf.zeros<tf.Rank.R3>([count, 1, 1]);
	const alphas: tf.Tensor3D[] = [];
	const betas: tf.Tensor3D[] = [];
	try {
		for (let step = 0; step < Math.min(steps, size); step++) {
			const [alpha, nextBeta, next] = tf.tidy(() => {
				const product = map(present);
				const along = tf.sum(tf.mul(product, present), 1, true);
				const rest = tf.sub(product, tf.add(tf.mul(along, present), tf.mul(beta, previous)));
				const length = norms(rest);
				// Where nothing but rounding is left the space is complete: zeros decouple what follows.
				const isLeft = tf.greater(length, tf.mul(along, 1e-5));
				const kept = tf.where(isLeft, length, tf.zerosLike(length));
				const divisor = tf.where(isLeft, length, tf.onesLike(length));
				return [along, kept, tf.where(isLeft, tf.div(rest, divisor), tf.zerosLike(rest))] as [
					tf.Tensor3D,
					tf.Tensor3D,
					tf.Tensor3D,
				];
			});
			alphas.push(alpha);
			betas.push(nextBeta);
			previous.dispose();
			if (step === 0) beta.dispose();
			[previous, present, beta] = [present, next, nextBeta];
			// Reading makes the backend finish, so that slices mean something.
			if (step % 8 === 7) beta.dataSync();
			await slices.breathe();
		}
		const [a, b] = [valuesOf(alphas), valuesOf(betas)];
		const k = alphas.length;
		return Float64Array.from({ length: count }, (_, i) =>
			largestOfTridiagonal(a.subarray(i * k, (i + 1) * k), b.subarray(i * k, (i + 1) * k)),
		);
	} finally {
		tf.dispose([previous, present, beta, ...alphas, ...betas]);
	}
}

/** `[count, steps]` of one `[count, 1, 1]` for each step. */
function valuesOf(list: readonly tf.Tensor3D[]): Float32Array {
	const joined = tf.concat([...list], 1);
	const values = joined.dataSync() as Float32Array;
	joined.dispose();
	return values;
}

function norms(x: tf.Tensor): tf.Tensor {
	return tf.sqrt(tf.sum(tf.square(x), 1, true));
}

/** Largest eigenvalue of the symmetric tridiagonal matrix by bisection on the signs of its pivots. */
function largestOfTridiagonal(diagonal: Float32Array, beside: Float32Array): number {
	const besideOf = (i: number) => (i >= 0 && i + 1 < diagonal.length ? (beside[i] as number) : 0);
	let low = Math.max(...diagonal);
	let high = Math.max(...diagonal.map((d, i) => d + Math.abs(besideOf(i - 1)) + Math.abs(besideOf(i))));
	if (!(high > low)) return low;
	for (let round = 0; round < 60 && high - low > 1e-9 * high; round++) {
		const middle = (low + high) / 2;
		let pivot = 1;
		let isAbove = true;
		for (let i = 0; i < diagonal.length && isAbove; i++) {
			pivot = middle - (diagonal[i] as number) - (i === 0 ? 0 : besideOf(i - 1) ** 2 / pivot);
			isAbove = pivot > 0;
		}
		if (isAbove) high = middle;
		else low = middle;
	}
	return low;
}
