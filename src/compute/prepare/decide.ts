/**
 * Whether another way of reading the pictures (a preprocessing, an order of the class folders) is shown to be better than the
 * present one, by labelled pictures. Looked at up to three times as pictures come in; the chance of offering one that is not better
 * is at most .05 over all ways and all looks (Bonferroni's inequality: exact tests at .05 divided by their number).
 */
import { leastPairs, mcnemarBetter } from "../math/mcnemar.js";

/** How many pictures have been judged when it is looked at, as far as there are so many. */
export const LOOKS = [64, 256, 1000] as const;
const LEVEL = 0.05;

/** Which pictures one way gets right: 1 or 0, one per picture, in the same order for all ways. */
export type Judged = ArrayLike<number>;

export interface Standing {
	/** How many it gets right that the present way gets wrong, and the other way round. */
	readonly better: number;
	readonly worse: number;
	/** That it is no better than the present one: one-sided, corrected for all ways tried and for the looks; at most 1. */
	readonly p: number;
}

export interface Decision {
	/** One per way; the present one's is null. Null for one that was given up at an earlier look. */
	readonly standings: readonly (Standing | null)[];
	/**
	 * The ways to offer: shown to be better than the present one and not shown to be worse than the best of these, best first. With
	 * more than one it is open which is right.
	 */
	readonly offers: readonly number[];
	/** Ways that may still be shown to be better with more pictures; empty where nothing is gained by another look. */
	readonly open: readonly number[];
}

/**
 * Decides on the pictures judged so far. `ways[w]` is null where way w was given up before. `ways[present]` is what the
 * others are held against.
 */
export function decide(ways: readonly (Judged | null)[], present: number): Decision {
	const now = ways[present];
	if (!now) throw new Error("the present way is judged on every picture");
	const tests = (ways.length - 1) * LOOKS.length;
	const held = (way: Judged, against: Judged): Standing => {
		let better = 0;
		let worse = 0;
		for (let i = 0; i < way.length; i++) {
			if (way[i] && !against[i]) better++;
			if (!way[i] && against[i]) worse++;
		}
		return { better, worse, p: Math.min(1, tests * mcnemarBetter(better, worse)) };
	};
	const standings = ways.map((way, w) => (way && w !== present ? held(way, now) : null));
	const places = ways.map((_, w) => w);
	const shown = places
		.filter((w) => (standings[w]?.p ?? 1) <= LEVEL)
		.sort((a, b) => rights(ways[b]) - rights(ways[a]) || a - b);
	const best = shown[0] === undefined ? null : (ways[shown[0]] as Judged);
	const offers = shown.filter((w, rank) => rank === 0 || held(best as Judged, ways[w] as Judged).p > LEVEL);
	const leading = places.filter((w) => (standings[w]?.better ?? 0) > (standings[w]?.worse ?? 0));
	const isOpen = offers.length === 0 ? canStillBeShown(ways.length, now) : offers.length > 1;
	return { standings, offers, open: isOpen ? leading : [] };
}

/**
 * Whether any other way could be shown to be better on these pictures: the present one has to get enough of them wrong. Where it
 * doesn't, more pictures are not looked at.
 */
export function canStillBeShown(ways: number, present: Judged): boolean {
	const wrong = present.length - rights(present);
	return ways > 1 && wrong >= leastPairs(LEVEL / ((ways - 1) * LOOKS.length));
}

export function rights(way: Judged | null | undefined): number {
	let sum = 0;
	for (let i = 0; i < (way?.length ?? 0); i++) sum += way?.[i] ? 1 : 0;
	return sum;
}

/**
 * How many pictures are right by the way that the other pictures choose (the most of them right, the first among equals): the accuracy of
 * what is chosen, from pictures that didn't choose it.
 */
export function rightByOthers(ways: readonly (Judged | null)[]): number {
	const judged = ways.flatMap((way) => (way ? [{ way, total: rights(way) }] : []));
	const count = judged[0]?.way.length ?? 0;
	let right = 0;
	for (let i = 0; i < count; i++) {
		let best = -1;
		let chosen = 0;
		for (const { way, total } of judged) {
			const others = total - (way[i] ? 1 : 0);
			if (others <= best) continue;
			best = others;
			chosen = way[i] ? 1 : 0;
		}
		right += chosen;
	}
	return right;
}
