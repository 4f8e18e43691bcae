import type { Command } from "./command.js";

/** Saves the report of the page in front as JSON. */
export const exportReport: Command = {
	name: "exportReport",
	run: ({ pages }) => pages.front?.exportJson(),
};
