/**
 * The table of attack methods: what there is to say of each. Pages, settings and the command line take names and words from here;
 * what runs a method stands in `adversarial/methods.ts`, so that none of them pulls in the search.
 */

/** How thorough a method is that knows efforts; the others take no notice. */
export const EFFORTS = ["quick", "normal", "thorough"] as const;
export type Effort = (typeof EFFORTS)[number];

/** What most images take, in evaluations (network passes, gradients and forwards), on the example models: the most where any label will do, and with ReLU. */
export type Evaluations = readonly [least: number, most: number];

export interface AttackMethodFacts {
	/** As people see it. */
	readonly label: string;
	/** What it does, in one line; the settings say the same. */
	readonly description: string;
	/** By effort, where the method is more or less thorough. */
	readonly cost: Evaluations | Readonly<Record<Effort, Evaluations>>;
}

/** In the order in which people see them. */
const TABLE = {
	closest: {
		label: "Closest",
		description:
			"Searches for the closest adversarial example: minimizes squared distance under a margin constraint, then finishes on the decision boundary.",
		cost: { quick: [70, 270], normal: [120, 350], thorough: [220, 800] },
	},
	szegedy: {
		label: "Szegedy et al.",
		description: "The method of Szegedy et al. (2014): distance plus cross-entropy, with a search over their weight.",
		cost: [50, 760],
	},
	fgsm: {
		label: "FGSM",
		description:
			"Baseline: one step along the sign of the gradient (Goodfellow et al. 2015), the smallest that succeeds.",
		cost: [12, 23],
	},
	pgd: {
		label: "PGD",
		description:
			"Baseline: projected gradient descent in a Euclidean ball (Madry et al. 2018), the smallest that succeeds.",
		cost: [820, 920],
	},
	ddn: {
		label: "DDN",
		description: "Baseline: decoupled direction and norm (Rony et al. 2019), 100 steps.",
		cost: [100, 100],
	},
} as const satisfies Readonly<Record<string, AttackMethodFacts>>;

export type AttackMethod = keyof typeof TABLE;

export const ATTACK_METHODS = Object.keys(TABLE) as readonly AttackMethod[];

export const METHODS: Readonly<Record<AttackMethod, AttackMethodFacts>> = TABLE;

/** Whether the method is more or less thorough. */
export function hasEfforts(method: AttackMethod): boolean {
	return "normal" in METHODS[method].cost;
}

/** What a method takes of an image, at an effort where it knows efforts. */
export function evaluationsOf(method: AttackMethod, effort: Effort): Evaluations {
	const { cost } = METHODS[method];
	return "normal" in cost ? cost[effort] : cost;
}

/** "70 to 270 evaluations per image" */
export function costWords(method: AttackMethod, effort: Effort): string {
	const [least, most] = evaluationsOf(method, effort);
	return `${least === most ? most : `${least} to ${most}`} evaluations per image`;
}

/** The methods by what they take at effort `normal`: the first answers come at once. */
export const QUICKEST_FIRST: readonly AttackMethod[] = ATTACK_METHODS.toSorted(
	(a, b) => evaluationsOf(a, "normal")[1] - evaluationsOf(b, "normal")[1],
);
