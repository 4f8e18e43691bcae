/** How far a network stretches the distance of pictures that were run: a lower end for its bound. */
import { norm } from "../math/vectors.js";
import type { TensorClassifier } from "../network/tensorClassifier.js";

export interface ObservedLipschitz {
	/** Largest norm of an input gradient of a unit combination of the logits. */
	gradient: number;
	/** Largest quotient of distances between logits and between pictures. */
	quotient: number;
}

/** Rounds of the power iteration on the Jacobian at each picture. */
const ROUNDS = 4;
/** L2 distance of the second picture: far enough that float32 logits tell the two apart to some digits. */
const STEP = 0.1;

/** Follows, from each of `count` pictures, the direction that moves the logits furthest. */
export function observe(
	classifier: TensorClassifier,
	pixels: Float32Array,
	count: number,
	observed: ObservedLipschitz,
): void {
	const size = pixels.length / count;
	const single = classifier.head.single;
	let combination: Float32Array | null = null;
	for (let round = 0; round < ROUNDS; round++) {
		const { logits, gradient } = classifier.logitsAndGradient(pixels, count, (z) => {
			combination ??= leadingTwo(z, classifier.classes, single);
			return combination;
		});
		const moved = pixels.slice();
		const lengths = Array.from({ length: count }, (_, i) => {
			const own = gradient.subarray(i * size, (i + 1) * size);
			const length = norm(own);
			if (length > 0)
				own.forEach((g, k) => {
					moved[i * size + k]! += (STEP * g) / length;
				});
			return length;
		});
		const there = classifier.logits(moved, count);
		const rises = there.map((z, k) => z - (logits[k] as number));
		const classes = classifier.classes;
		for (let i = 0; i < count; i++) {
			const rise = rises.subarray(i * classes, (i + 1) * classes);
			const length = norm(rise);
			observed.gradient = Math.max(observed.gradient, lengths[i] as number);
			observed.quotient = Math.max(observed.quotient, quotient(pixels, moved, i * size, size, length));
			rise.forEach((r, k) => {
				rise[k] = length > 0 ? r / length : 0;
			});
		}
		combination = rises;
	}
}

/** Two pictures and their logits, such as an original and its adversarial. */
export function observePair(
	[a, b]: readonly [Float32Array, Float32Array],
	[za, zb]: readonly [Float32Array, Float32Array],
	observed: ObservedLipschitz,
): void {
	observed.quotient = Math.max(
		observed.quotient,
		quotient(a, b, 0, a.length, norm(zb.map((z, j) => z - (za[j] as number)))),
	);
}

/** The difference of the two highest logits, as a combination of length 1. */
function leadingTwo(logits: Float32Array, classes: number, single: boolean): Float32Array {
	const weights = new Float32Array(logits.length);
	for (let at = 0; at < logits.length; at += classes) {
		if (single) {
			weights[at + 1] = 1;
			continue;
		}
		const order = [...logits.subarray(at, at + classes).keys()].sort(
			(i, j) => (logits[at + j] as number) - (logits[at + i] as number),
		);
		weights[at + (order[0] as number)] = Math.SQRT1_2;
		weights[at + (order[1] as number)] = -Math.SQRT1_2;
	}
	return weights;
}

function quotient(a: Float32Array, b: Float32Array, from: number, size: number, rise: number): number {
	let squares = 0;
	for (let i = from; i < from + size; i++) squares += ((b[i] as number) - (a[i] as number)) ** 2;
	return squares > 0 ? rise / Math.sqrt(squares) : 0;
}
