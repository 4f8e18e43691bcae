/** One line on standard error that says how far it is, where that is a terminal. */
import { showProgress } from "./terminal.js";

export class ProgressLine {
	show(words: string): void {
		showProgress(words);
	}

	clear(): void {
		this.show("");
	}
}
