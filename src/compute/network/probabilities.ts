/** Probabilities from logits. */

/** Softmax of one row of logits, in float64. */
export function probabilities(logits: ArrayLike<number>): Float64Array {
	const z = Float64Array.from(logits);
	const highest = z.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
	const powers = z.map((v) => Math.exp(v - highest));
	const total = powers.reduce((a, b) => a + b, 0);
	return powers.map((v) => v / total);
}

/** The `count` most probable classes, the lower index first where they tie. */
export function mostProbable(
	shares: ArrayLike<number>,
	count: number,
	names: readonly string[],
): { readonly index: number; readonly name: string; readonly probability: number }[] {
	return Array.from(shares, (probability, index) => ({ index, name: names[index] ?? `class ${index}`, probability }))
		.sort((a, b) => b.probability - a.probability || a.index - b.index)
		.slice(0, count);
}
