/** Passes rows on to the page as they change: now and then, a few at once, what is finished first. */
import type { ExtensionMessage } from "../messages.js";
import { pageRow, type SessionRow } from "./rows.js";

/** Better results are passed on this often, and so much at once: enough to watch, not enough to be busy with. */
const PAUSE_MILLISECONDS = 150;
/** Pixels: eight photographs, or hundreds of small pictures. A row without pixels counts as a small one. */
const MOST_BYTES_AT_ONCE = 10 * 2 ** 20;
const LEAST_BYTES_OF_ROW = 2 ** 16;

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
		this.#timer ??= setTimeout(() => this.#send(MOST_BYTES_AT_ONCE), PAUSE_MILLISECONDS);
	}

	/** The first of what has changed goes at once. */
	begin(): void {
		this.#send(MOST_BYTES_AT_ONCE);
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

	#send(mostBytes: number): void {
		this.dispose();
		this.#timer = null;
		// What is finished first; a better result can wait.
		const urgency = ([index]: [number, unknown]) => (this.row(index)?.status === "done" ? 0 : 1);
		let bytes = 0;
		for (const [index, what] of [...this.#unsent].sort((a, b) => urgency(a) - urgency(b))) {
			if (bytes >= mostBytes) break;
			this.#unsent.delete(index);
			const row = this.row(index);
			bytes += Math.max(LEAST_BYTES_OF_ROW, row && what === "pixels" ? bytesOf(row) : 0);
			if (row) this.post({ type: "image", index, row: pageRow(row), pixels: what === "pixels" ? row.pixels : null });
		}
		if (this.#unsent.size > 0) this.#timer = setTimeout(() => this.#send(MOST_BYTES_AT_ONCE), PAUSE_MILLISECONDS);
	}
}

function bytesOf({ pixels }: SessionRow): number {
	return (pixels.original?.data.byteLength ?? 0) + (pixels.adversarial?.data.byteLength ?? 0);
}
