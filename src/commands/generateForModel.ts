import { trusted } from "../trust.js";
import { openAdversarial } from "../webviews/adversarial/kind.js";
import { choosePictures } from "../webviews/pictureChoice.js";
import type { Command } from "./command.js";

/** From the view "Models": asks for pictures and looks for adversarials of the model that was pointed at. */
export const generateForModel: Command = {
	name: "generateForModel",
	async run({ pages }, node) {
		const model = modelOf(node);
		if (model === null || !(await trusted())) return undefined;
		const choice = await choosePictures();
		return choice === null ? undefined : openAdversarial(pages, { model }, choice);
	},
};

/** The path of a node of the view. */
export function modelOf(node: unknown): string | null {
	const path = typeof node === "object" && node !== null && "path" in node ? node.path : null;
	return typeof path === "string" ? path : null;
}
