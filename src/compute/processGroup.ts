/** What keeps a terminal's Ctrl+C from the processes that compute and read: whoever started them decides what ends. */

/**
 * Whether a child gets a group of its own, which no signal of the terminal reaches, from its first moment. It still ends when its
 * channel closes. Windows would open a window for it; there `ignoreInterrupts` has to do.
 */
export const OWN_GROUP = process.platform !== "win32";

/** For the child's own code. */
export function ignoreInterrupts(): void {
	process.on("SIGINT", () => undefined);
}
