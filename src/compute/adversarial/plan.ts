/** How the default method spends its evaluations: which runs from where, for each effort and kind of network. */

import type { Effort } from "../attack/methods.js";
import type { KinkKind } from "../network/classifier.js";

/** One run of the augmented Lagrangian. */
export interface Pass {
	readonly from: "original" | "noisy original" | "best";
	/** Rounds with the kinks rounded off, before those on the network itself; null for none. */
	readonly smoothed: {
		/** Width of the first round, in standard deviations of what goes into the kink; each round halves it. */
		readonly width: number;
		/** That of max pools, relative to the others. */
		readonly poolWidth: number;
		readonly rounds: number;
		/** L-BFGS iterations a round. */
		readonly iterations: number;
	} | null;
	readonly rounds: number;
	readonly iterations: number;
	/** A round ends where a step's relative decrease is below this. */
	readonly tolerance: number;
}

export interface Plan {
	/** For every label that is tried. */
	readonly first: readonly Pass[];
	/** For the label that is nearest after those. */
	readonly refine: readonly Pass[];
	/** How many labels are tried where any will do. */
	readonly labels: number;
	/** Whether the best point is refined by solving the network's linearisation, which takes a network without kinks. */
	readonly finish: boolean;
}

type Plans = Readonly<Record<Effort, Plan>>;

/*
 * An effort begins with the passes of the one below it and goes on from there, so that it ends no further away. Widths and lengths were
 * chosen on MNIST's test images 0 to 299, with the networks of `bench/closest`.
 */

/** A network without kinks between pixels and logits. */
const SMOOTH_FIRST = [plain("original", 6, 10)];
const SMOOTH_NORMAL = [plain("best", 3, 10), plain("noisy original", 6, 10)];
const SMOOTH: Plans = {
	quick: { labels: 5, finish: false, first: SMOOTH_FIRST, refine: [plain("best", 3, 10)] },
	normal: { labels: 9, finish: true, first: SMOOTH_FIRST, refine: SMOOTH_NORMAL },
	thorough: {
		labels: 9,
		finish: true,
		first: SMOOTH_FIRST,
		refine: [...SMOOTH_NORMAL, plain("noisy original", 6, 10), plain("noisy original", 6, 10), plain("best", 4, 15)],
	},
};

/** A network with ReLU or its like: without the smoothing a run stalls at a kink. */
const HINGED_FIRST = [homotopy("original", 2, 8, 10, 2)];
const HINGED_NORMAL = [homotopy("best", 1, 7, 8, 1), homotopy("best", 0.5, 6, 10, 2)];
const HINGED: Plans = {
	quick: { labels: 5, finish: false, first: HINGED_FIRST, refine: [] },
	normal: { labels: 9, finish: false, first: HINGED_FIRST, refine: HINGED_NORMAL },
	thorough: {
		labels: 9,
		finish: false,
		first: HINGED_FIRST,
		refine: [
			...HINGED_NORMAL,
			homotopy("original", 1, 7, 10, 2),
			homotopy("noisy original", 1, 7, 10, 2),
			homotopy("best", 0.5, 6, 15, 2, { tolerance: 1e-7 }),
			homotopy("best", 0.1, 4, 15, 2, { tolerance: 1e-7 }),
		],
	},
};

/** One with max pools, whose widths matter more than those of the ReLUs. */
const POOLED_FIRST = [homotopy("original", 0.5, 4, 10, 2, { poolWidth: 0.8 })];
const POOLED_NORMAL = [
	homotopy("original", 1, 6, 8, 1, { poolWidth: 0.4 }),
	homotopy("best", 0.25, 3, 10, 1, { poolWidth: 0.8 }),
];
const POOLED: Plans = {
	quick: { labels: 5, finish: false, first: POOLED_FIRST, refine: [] },
	normal: {
		labels: 9,
		finish: false,
		first: POOLED_FIRST,
		refine: POOLED_NORMAL,
	},
	thorough: {
		labels: 9,
		finish: false,
		first: POOLED_FIRST,
		refine: [
			...POOLED_NORMAL,
			homotopy("original", 2, 8, 10, 2),
			homotopy("noisy original", 1, 7, 10, 2, { poolWidth: 0.4 }),
			homotopy("best", 0.5, 6, 15, 2, { tolerance: 1e-7 }),
			homotopy("best", 0.25, 5, 15, 2, { tolerance: 1e-7 }),
			homotopy("best", 0.1, 4, 15, 2, { tolerance: 1e-7 }),
		],
	},
};

/** `kinks` are those of the network between pixels and logits. */
export function planFor(effort: Effort, kinks: readonly KinkKind[]): Plan {
	const plans = kinks.includes("pool") ? POOLED : kinks.length > 0 ? HINGED : SMOOTH;
	return plans[effort];
}

function plain(from: Pass["from"], rounds: number, iterations: number): Pass {
	return { from, smoothed: null, rounds, iterations, tolerance: 1e-6 };
}

/** Rounds with ever smaller widths, then some of ten iterations on the network itself. */
function homotopy(
	from: Pass["from"],
	width: number,
	rounds: number,
	iterations: number,
	sharpRounds: number,
	{ poolWidth = 0.2, tolerance = 1e-6 } = {},
): Pass {
	return { from, smoothed: { width, poolWidth, rounds, iterations }, rounds: sharpRounds, iterations: 10, tolerance };
}
