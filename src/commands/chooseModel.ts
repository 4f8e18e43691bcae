import { trusted } from "../trust.js";
import type { Command } from "./command.js";

/** Lets the person pick the active model. */
export const chooseModel: Command = {
	name: "chooseModel",
	async run({ active }) {
		if (await trusted()) return active.choose();
		return undefined;
	},
};
