/** The last touch of `closest`: the network made linear around the best point, and that problem solved exactly. */
import { solveBoxQp } from "./boxQp.js";
import { acceptedMargin } from "./goal.js";
import type { Adversarial, Search } from "./search.js";
import type { Steps } from "./steps.js";

export interface FinishOptions {
	/** How many of the classes next to the target to constrain. */
	readonly classes: number;
	readonly rounds: number;
}

/** Shares of the way to the linear problem's solution that are tried. */
const LENGTHS = [1, 0.5, 0.1];
/** The linear problem is asked for this many times the accepted margin, so that float32 keeps it. */
const MARGIN_FACTOR = 1.1;
/** Gains below this share of the distance end the rounds. */
const WORTHWHILE = 1e-4;

/** Improves the best point of the search, if there is one. A label with more constraints than `classes` allows is only approximated. */
export function* finishQuadratically(search: Search, { classes, rounds }: FinishOptions): Steps<void> {
	for (let round = 0; round < rounds; round++) {
		const best = search.best;
		if (best === null) return;
		const solution = yield* solveLinearised(search, best, classes);
		if (solution === null) return;
		for (const length of LENGTHS) {
			const x = new Float32Array(solution.length);
			for (let i = 0; i < x.length; i++) x[i] = best.pixels[i]! + length * (solution[i]! - best.pixels[i]!);
			yield* search.logits(x);
			if (search.best !== best) break;
		}
		if (search.best === null || search.best.squaredDistance > (1 - 2 * WORTHWHILE) * best.squaredDistance) return;
	}
}

function* solveLinearised(search: Search, best: Adversarial, classes: number): Steps<Float64Array | null> {
	const { label, logits, pixels } = best;
	const rivals = Array.from(logits, (_, j) => j)
		.filter((j) => j !== label)
		.sort((a, b) => logits[b]! - logits[a]!)
		.slice(0, classes);
	const rows = yield* search.gapGradients(
		pixels,
		rivals.map((rival) => [rival, label] as const),
	);
	const margin = MARGIN_FACTOR * acceptedMargin(logits[label]!, search.goal.rounding);
	const bounds = rivals.map((rival, k) => {
		let at = 0;
		const row = rows[k]!;
		for (let i = 0; i < row.length; i++) at += row[i]! * pixels[i]!;
		return at - (logits[rival]! - logits[label]! + margin);
	});
	const { x, violation } = solveBoxQp({ original: search.original, rows, bounds });
	return violation < 1e-6 ? x : null;
}
