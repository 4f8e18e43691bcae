/** How pages call an attack's methods and efforts, and what these cost. */
import type { AttackMethod, Effort } from "../../compute/reports/report.js";

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

/** What most images take of the method `closest`, in evaluations, on the example models: the most where any label will do, and with ReLU. */
export const EFFORT_EVALUATIONS: Readonly<Record<Effort, readonly [least: number, most: number]>> = {
	quick: [70, 270],
	normal: [120, 350],
	thorough: [220, 800],
};

/** "70 to 270 evaluations an image" */
export function effortCost(effort: Effort): string {
	const [least, most] = EFFORT_EVALUATIONS[effort];
	return `${least} to ${most} evaluations an image`;
}
