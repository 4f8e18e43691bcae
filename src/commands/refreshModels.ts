import type { Command } from "./command.js";

/** Searches the workspace for models again. */
export const refreshModels: Command = {
	name: "refreshModels",
	run: ({ catalog }) => catalog.refresh(),
};
