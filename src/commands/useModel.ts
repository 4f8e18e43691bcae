import type { Command } from "./command.js";
import { modelOf } from "./generateForModel.js";

/** From the view "Models": makes the model that was pointed at the active one. */
export const useModel: Command = {
	name: "useModel",
	async run({ active }, node) {
		const model = modelOf(node);
		if (model !== null) await active.set(model);
	},
};
