/** What runs each method of the table in `attack/methods.ts`. */
import type { AttackMethod } from "../attack/methods.js";
import type { AttackFailure } from "../reports/report.js";
import { ddn } from "./baselines/ddn.js";
import { fgsm } from "./baselines/fgsm.js";
import { pgd } from "./baselines/pgd.js";
import { type ClosestOptions, closest } from "./closest.js";
import type { Search } from "./search.js";
import type { Steps } from "./steps.js";
import { szegedy } from "./szegedy.js";

/** What a method may want to know beside its search. */
export interface Circumstances extends ClosestOptions {
	/** At the original. */
	readonly logits: Float32Array;
}

/** Leaves what it finds in the search. Returns what it knows of a failure; null where it knows nothing. */
type Run = (search: Search, circumstances: Circumstances) => Steps<AttackFailure | null>;

export const RUNS = {
	closest: (search, { logits, ...options }) => closest(search, logits, options),
	szegedy: (search, { logits, noise }) => szegedy(search, logits, noise),
	fgsm: (search) => fgsm(search),
	pgd: (search) => pgd(search),
	ddn: (search) => ddn(search),
} as const satisfies Readonly<Record<AttackMethod, Run>>;
