/** What the processes that compute and read owe whoever started them: they outlive no one, and leave Ctrl+C to them. */
import { Worker } from "node:worker_threads";

/**
 * Whether a child gets a group of its own, which no signal of the terminal reaches, from its first moment. Windows would open a
 * window for it; there `ignoreInterrupts` has to do.
 */
export const OWN_GROUP = process.platform !== "win32";

/** For the child's own code. */
export function ignoreInterrupts(): void {
	process.on("SIGINT", () => undefined);
}

const LOOK_MILLISECONDS = 500;

/** In a thread of its own, which runs on where the main one is busy for ever. Only a signal can end the other one. */
const WATCH = `
const { workerData: { parent, mostMilliseconds, lookMilliseconds } } = require("node:worker_threads");
const end = () => process.kill(process.pid, "SIGKILL");
const isGone = () => {
	if (process.ppid !== parent) return true;
	try {
		process.kill(parent, 0);
		return false;
	} catch (thrown) {
		return thrown.code === "ESRCH";
	}
};
setInterval(() => isGone() && end(), lookMilliseconds);
if (mostMilliseconds !== null) setTimeout(end, mostMilliseconds);
`;

/**
 * Ends this process within a second of the end of the one that started it, and after `mostMilliseconds` in any case (null: never),
 * whatever it is doing: the end of its channel is noticed between two pieces of work only, and a file may keep it at one.
 */
export function endWithParent(mostMilliseconds: number | null): void {
	const workerData = { parent: process.ppid, mostMilliseconds, lookMilliseconds: LOOK_MILLISECONDS };
	const watch = new Worker(WATCH, {
		eval: true,
		workerData,
		execArgv: [],
		resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
	});
	// Without it the process is as it was: whoever started it kills it, and its channel ends.
	watch.on("error", () => undefined);
	watch.unref();
	process.once("disconnect", () => process.exit(0));
}
