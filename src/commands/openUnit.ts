import { BlindspotError } from "../compute/errors.js";
import { trusted } from "../trust.js";
import { unitQuestionSchema } from "../webviews/unit/analysis.js";
import { openUnitPage } from "../webviews/unit/kind.js";
import type { Command } from "./command.js";

/** For pages: opens the page of the unit that is asked about. */
export const openUnit: Command = {
	name: "openUnit",
	async run({ pages }, question) {
		if (!(await trusted())) return;
		const { success, data } = unitQuestionSchema.safeParse(question);
		if (!success) throw new BlindspotError("bad-request", "There is no unit to open.");
		await openUnitPage(pages, data);
	},
};
