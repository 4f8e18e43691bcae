/** How pages call an attack's methods and efforts, and what these cost. */
import type { AttackMethod, Effort } from "../../compute/report.js";

export const METHOD_NAMES: Readonly<Record<AttackMethod, string>> = {
	closest: "Closest",
	szegedy: "Szegedy et al.",
	fgsm: "FGSM",
	pgd: "PGD",
	ddn: "DDN",
};

export const EFFORT_NAMES: Readonly<Record<Effort, string>> = {
	quick: "Quick",
	normal: "Normal",
	thorough: "Thorough",
};

/** Evaluations of an image by the method `closest`, as the example models take them: more with ReLU, or where any label will do. */
export const EFFORT_COSTS: Readonly<Record<Effort, string>> = {
	quick: "some 70 to 270 evaluations an image",
	normal: "120 to 350",
	thorough: "220 to 800",
};
