/** What the command line writes: all of it passes here. */
import { describeSystemError, systemErrorCode } from "../compute/data/files.js";
import { plain } from "../compute/plainText.js";

// Whoever reads may have gone. `print` hears of it; without listeners the stream would end the program with a stack trace.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

/** A message, as one line of standard error. */
export function say(message: string): void {
	process.stderr.write(`blindspot: ${plain(message)}\n`);
}

/**
 * Writes to standard output what is clean already: the usage, or what `shown` gives. False where it could not be written, which is
 * said. A reader that has gone had enough, as `head` has.
 */
export function print(text: string): Promise<boolean> {
	return new Promise((resolve) => {
		process.stdout.write(`${text}\n`, (error) => {
			const isWritten = !error || systemErrorCode(error) === "EPIPE";
			if (!isWritten) say(`standard output cannot be written: ${describeSystemError(error)}`);
			resolve(isWritten);
		});
	});
}

/** Shows how far it is, on one line of standard error that the next words replace, where that is a terminal. */
export function showProgress(words: string): void {
	if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${plain(words)}`);
}
