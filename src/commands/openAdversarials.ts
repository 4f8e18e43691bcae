import { z } from "zod";
import { trusted } from "../trust.js";
import { openAdversarialDataset } from "../webviews/adversarial/kind.js";
import type { Command } from "./command.js";

const path = z.string().min(1);
const asked = z.tuple([path, path, z.array(path).min(1)]);

/** Looks for adversarials of some images of a data set; for pages: `(model, data set, sources)`. */
export const openAdversarials: Command = {
	name: "openAdversarials",
	async run({ pages }, ...args) {
		if (!(await trusted())) return undefined;
		const [model, data, sources] = asked.parse(args);
		return openAdversarialDataset(pages, model, data, null, sources);
	},
};
