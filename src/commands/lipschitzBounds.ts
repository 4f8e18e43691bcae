import { trusted } from "../trust.js";
import { openLipschitz } from "../webviews/lipschitz/kind.js";
import type { Command } from "./command.js";
import { modelOf } from "./generateForModel.js";

/** Bounds of a model's layers: of the path that is given, the model pointed at in the view "Models", or the active one. */
export const lipschitzBounds: Command = {
	name: "lipschitzBounds",
	async run({ active, pages }, clicked) {
		if (!(await trusted())) return undefined;
		const given = typeof clicked === "string" ? clicked : modelOf(clicked);
		const model = given ?? (await active.resolve()) ?? (await active.choose());
		return model === null ? undefined : openLipschitz(pages, model);
	},
};
