/** How much the images of one list have in common. */
import type { CommonestLabel } from "./probe/report.js";

/** Label that most images have; of several the lowest. Null where no image has one (-1: not known). */
export function commonestLabel(labels: ArrayLike<number>): CommonestLabel | null {
	const counts = new Map<number, number>();
	let best: CommonestLabel | null = null;
	for (let i = 0; i < labels.length; i++) {
		const label = labels[i] as number;
		if (label < 0) continue;
		const count = (counts.get(label) ?? 0) + 1;
		counts.set(label, count);
		if (best === null || count > best.count || (count === best.count && label < best.label)) best = { label, count };
	}
	return best;
}

/** Whether purity says anything: there are two labels at least, and one of them on more than one image. */
export function purityCounts(perClass: readonly number[]): boolean {
	return perClass.filter((count) => count > 0).length >= 2 && perClass.some((count) => count >= 2);
}

/**
 * Expected purity of `top` images drawn at random without replacement: the mean of the commonest label's count over
 * `top`. Exact: P(no label more than m times) is a coefficient of a product of polynomials with binomial coefficients.
 *
 * @param perClass images of each class
 * @param unlabelled images without a label, which never count
 */
export function chancePurity(perClass: readonly number[], unlabelled: number, top: number): number {
	const total = perClass.reduce((sum, count) => sum + count, unlabelled);
	if (top > total) throw new RangeError(`${top} images can't be drawn from ${total}`);
	// Ways are counted relative to total^j / j!, so that they stay in range.
	const ways = (count: number, drawn: number): number => {
		let product = 1;
		for (let j = 0; j < drawn; j++) product *= (count - j) / (total * (j + 1));
		return product;
	};
	const all = ways(total, top);
	let expected = 0;
	for (let most = 0; most < top; most++) {
		let polynomial = [1];
		for (const count of perClass) polynomial = times(polynomial, count, Math.min(most, count), top, ways);
		polynomial = times(polynomial, unlabelled, Math.min(top, unlabelled), top, ways);
		// E[max] = Σ P(max > m)
		expected += 1 - (polynomial[top] ?? 0) / all;
	}
	return expected / top;
}

function times(
	polynomial: readonly number[],
	count: number,
	most: number,
	degree: number,
	ways: (count: number, drawn: number) => number,
): number[] {
	if (count === 0) return [...polynomial];
	const product = new Array<number>(Math.min(degree + 1, polynomial.length + most)).fill(0);
	for (let j = 0; j <= most; j++) {
		const factor = ways(count, j);
		for (let i = 0; i < polynomial.length && i + j <= degree; i++)
			product[i + j] = (product[i + j] as number) + factor * (polynomial[i] as number);
	}
	return product;
}

/**
 * Mean cosine of all pairs of the vectors, given at length 1 (or all zeros, whose cosine counts as 0): from the length of their
 * sum, `(|Σu|² - Σ|u|²) / (n(n - 1))`. Null for fewer than two.
 */
export function meanCosine(vectors: readonly ArrayLike<number>[], scratch?: Float64Array): number | null {
	const [first] = vectors;
	if (!first || vectors.length < 2) return null;
	const sum = scratch ?? new Float64Array(first.length);
	sum.fill(0);
	let own = 0;
	for (const vector of vectors) {
		for (let i = 0; i < vector.length; i++) {
			const value = vector[i] as number;
			sum[i] = (sum[i] as number) + value;
			own += value * value;
		}
	}
	let squares = 0;
	for (const value of sum) squares += value * value;
	return (squares - own) / (vectors.length * (vectors.length - 1));
}
