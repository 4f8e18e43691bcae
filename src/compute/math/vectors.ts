/** Lengths, distances and products of vectors, summed in double precision. */

/** Sum of squared differences. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) {
		const difference = a[i]! - b[i]!;
		sum += difference * difference;
	}
	return sum;
}

/** Euclidean distance. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Math.sqrt(squaredDistance(a, b));
}

/** sqrt(mean((a - b)²)) over all pixels and channels, the distortion of Szegedy et al. (2014). */
export function distortion(a: ArrayLike<number>, b: ArrayLike<number>): number {
	return Math.sqrt(squaredDistance(a, b) / a.length);
}

/** Euclidean length. */
export function norm(vector: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < vector.length; i++) sum += vector[i]! * vector[i]!;
	return Math.sqrt(sum);
}

/** Inner product. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
	let sum = 0;
	for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
	return sum;
}
