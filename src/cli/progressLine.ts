/** One line on standard error that says how far it is, where that is a terminal. */
export class ProgressLine {
	show(words: string): void {
		if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${words}`);
	}

	clear(): void {
		this.show("");
	}
}
