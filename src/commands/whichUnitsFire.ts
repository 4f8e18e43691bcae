import * as vscode from "vscode";
import { trusted } from "../trust.js";
import { openFiring } from "../webviews/firing/kind.js";
import type { Command } from "./command.js";
import { picturesFor } from "./selection.js";

/** Pages opened for one selection. */
const MOST_PICTURES = 4;

/** Which units of each layer the selected pictures drive most, a page for each. */
export const whichUnitsFire: Command = {
	name: "whichUnitsFire",
	async run({ active, pages }, ...args) {
		if (!(await trusted())) return;
		const choice = await picturesFor(args);
		if (choice === null) return;
		const model = await active.resolve();
		// Several models and none picked: the person changed their mind. No model at all: the page asks for one.
		if (model === null && active.catalog.usable.length > 0) return;
		const { length } = choice.pictures;
		if (length > MOST_PICTURES)
			void vscode.window.showInformationMessage(
				vscode.l10n.t("Only the first {0} of {1} images are shown.", MOST_PICTURES, length),
			);
		await Promise.all(choice.pictures.slice(0, MOST_PICTURES).map((picture) => openFiring(pages, model, picture)));
	},
};
