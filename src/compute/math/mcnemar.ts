/** McNemar's exact test: two ways of judging the same cases, of which only those count that they judge differently. */

/**
 * One-sided p that `better` or more of `better + worse` discordant pairs favour one side where each is a fair coin: P(X >= better),
 * X binomial with 1/2 (McNemar 1947, in the exact form). 1 where there is no discordant pair. Both are whole numbers from 0.
 */
export function mcnemarBetter(better: number, worse: number): number {
	const pairs = better + worse;
	if (better === 0) return 1;
	// From the smaller tail: P(X >= better) = P(X <= worse).
	if (better <= worse) return 1 - tail(pairs, better - 1);
	return tail(pairs, worse);
}

/** P(X <= upTo) of `trials` fair coins. Terms grow with k up to the middle, so they are summed from the smallest. */
function tail(trials: number, upTo: number): number {
	let logTerm = -trials * Math.LN2;
	let sum = 0;
	for (let k = 0; k <= upTo; k++) {
		sum += Math.exp(logTerm);
		logTerm += Math.log((trials - k) / (k + 1));
	}
	return Math.min(1, sum);
}

/** The fewest discordant pairs, all in favour of one side, that make p at most `level`. */
export function leastPairs(level: number): number {
	return Math.ceil(-Math.log2(level) - 1e-9);
}
