import type { Command } from "./command.js";

export const showLog: Command = {
	name: "showLog",
	run: ({ log }) => log.show(),
};
