/** Passes rows on to the page as they change: now and then, a few at once, what is finished first. */
import type { ExtensionMessage } from "../adversarial/messages.js";
import { pageRow, type SessionRow } from "./rows.js";

/** Better results are passed on this often, and so many at once: enough to watch, not enough to be busy with. */
const PAUSE_MILLISECONDS = 150;
const MOST_AT_ONCE = 8;

export class RowSender {
	/** What has changed, by the rows' places. */
	readonly #unsent = new Map<number, "row" | "pixels">();
	#timer: NodeJS.Timeout | null = null;

	constructor(
		/** The row as it is by then; null where there is none any more. */
		readonly row: (index: number) => SessionRow | null,
		readonly post: (message: ExtensionMessage) => void,
	) {}

	/** A row has changed; `pixels` where its pictures have too. */
	changed(index: number, pixels: boolean): void {
		this.#unsent.set(index, pixels || this.#unsent.get(index) === "pixels" ? "pixels" : "row");
		this.#timer ??= setTimeout(() => this.#send(MOST_AT_ONCE), PAUSE_MILLISECONDS);
	}

	/** The first of what has changed goes at once. */
	begin(): void {
		this.#send(MOST_AT_ONCE);
	}

	/** All that has changed goes at once. */
	finish(): void {
		this.#send(Number.POSITIVE_INFINITY);
	}

	/** The rows are others now. */
	clear(): void {
		this.#unsent.clear();
	}

	dispose(): void {
		if (this.#timer) clearTimeout(this.#timer);
	}

	#send(most: number): void {
		this.dispose();
		this.#timer = null;
		// What is finished first; a better result can wait.
		const urgency = ([index]: [number, unknown]) => (this.row(index)?.status === "done" ? 0 : 1);
		const next = [...this.#unsent].sort((a, b) => urgency(a) - urgency(b)).slice(0, most);
		for (const [index, what] of next) {
			this.#unsent.delete(index);
			const row = this.row(index);
			if (row) this.post({ type: "image", index, row: pageRow(row), pixels: what === "pixels" ? row.pixels : null });
		}
		if (this.#unsent.size > 0) this.#timer = setTimeout(() => this.#send(MOST_AT_ONCE), PAUSE_MILLISECONDS);
	}
}
