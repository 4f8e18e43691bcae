/** How people see an attack's efforts; methods are called as `attack/methods.ts` says. */
import type { Effort } from "../../compute/attack/methods.js";

export const EFFORT_NAMES: Readonly<Record<Effort, string>> = {
	quick: "Quick",
	normal: "Normal",
	thorough: "Thorough",
};
