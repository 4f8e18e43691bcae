import { trusted } from "../trust.js";
import { openAdversarial } from "../webviews/adversarial/kind.js";
import type { Command } from "./command.js";
import { picturesFor } from "./selection.js";

/** Looks for the closest adversarials of the selected pictures, with the settings' method and target. */
export const generateAdversarial: Command = {
	name: "generateAdversarial",
	async run({ active, pages }, ...args) {
		if (!(await trusted())) return undefined;
		const choice = await picturesFor(args);
		if (choice === null) return undefined;
		const model = await active.resolve();
		// Several models and none picked: the person changed their mind. No model at all: the page asks for one.
		if (model === null && active.catalog.usable.length > 0) return undefined;
		return openAdversarial(pages, { model }, choice);
	},
};
