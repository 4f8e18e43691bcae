/** How the default method spends its evaluations: which runs from where, for each effort and kind of network. */
import type { Effort } from "../report.js";

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

/** A network without kinks between pixels and logits. */
const SMOOTH: Readonly<Record<Effort, Plan>> = {
	quick: { labels: 3, finish: false, first: [plain("original", 6, 10)], refine: [plain("best", 3, 10)] },
	normal: {
		labels: 3,
		finish: true,
		first: [plain("original", 6, 10)],
		refine: [plain("noisy original", 6, 10), plain("best", 3, 10)],
	},
	thorough: {
		labels: 5,
		finish: true,
		first: [plain("original", 6, 10)],
		refine: [
			plain("noisy original", 6, 10),
			plain("noisy original", 6, 10),
			plain("noisy original", 6, 10),
			plain("best", 4, 15),
		],
	},
};

/** A network with ReLU or its like, or max pools: without the smoothing a run stalls at a kink. */
const KINKED: Readonly<Record<Effort, Plan>> = {
	quick: { labels: 5, finish: false, first: [homotopy("original", 2, 8, 10, 2)], refine: [] },
	normal: {
		labels: 5,
		finish: false,
		first: [homotopy("original", 2, 6, 8, 1, { tolerance: 1e-5 })],
		refine: [
			homotopy("original", 0.5, 6, 10, 2, { poolWidth: 0.4 }),
			homotopy("best", 0.5, 6, 15, 2, { tolerance: 1e-7 }),
		],
	},
	thorough: {
		labels: 5,
		finish: false,
		first: [homotopy("original", 2, 8, 10, 2)],
		refine: [
			homotopy("original", 1, 7, 10, 2, { poolWidth: 0.1 }),
			homotopy("original", 0.5, 6, 10, 2, { poolWidth: 0.4 }),
			homotopy("noisy original", 1, 7, 10, 2),
			homotopy("best", 0.5, 6, 15, 2, { tolerance: 1e-7 }),
			homotopy("best", 0.25, 5, 15, 2, { tolerance: 1e-7 }),
			homotopy("best", 0.1, 4, 15, 2, { tolerance: 1e-7 }),
		],
	},
};

export function planFor(effort: Effort, hasKinks: boolean): Plan {
	return (hasKinks ? KINKED : SMOOTH)[effort];
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
