import type { Command } from "./command.js";

/** Brings a page with a run to the front. */
export const showRunning: Command = {
	name: "showRunning",
	run({ pages }) {
		const running = pages.all.find(({ phase }) => phase.kind === "running");
		if (running) pages.reveal(running.id);
	},
};
