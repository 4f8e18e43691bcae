/** The images of a page, and what the page is told of them as they change. */
import { methodsOf } from "../../../compute/attack/methodComparison.js";
import type { AttackMethod } from "../../../compute/attack/methods.js";
import type { AttackPixels } from "../../../compute/reports/report.js";
import type { ExtensionMessage } from "../messages.js";
import { RowSender } from "./rowSender.js";
import { atRest, mergedPixels, pageMethod, type SessionMethod, type SessionRow } from "./rows.js";

export class RowList {
	#rows: readonly SessionRow[];
	readonly #sender: RowSender;

	constructor(
		rows: readonly SessionRow[],
		private readonly post: (message: ExtensionMessage) => void,
	) {
		this.#rows = rows;
		this.#sender = new RowSender((index) => this.at(index), post);
	}

	get all(): readonly SessionRow[] {
		return this.#rows;
	}

	get sources(): readonly string[] {
		return this.#rows.map((row) => row.image.source);
	}

	at(index: number): SessionRow | null {
		return this.#rows[index] ?? null;
	}

	/** Where no result is yet. */
	get unfinished(): readonly number[] {
		return this.#rows.flatMap((row, at) => (row.status === "done" ? [] : [at]));
	}

	/** Other rows in place of these; the page is told by its whole state. */
	replace(rows: readonly SessionRow[]): void {
		this.#sender.clear();
		this.#rows = rows;
	}

	/** Another row in its place; the page is told by its whole state. */
	put(index: number, row: SessionRow): void {
		if (index < this.#rows.length) this.#rows = this.#rows.with(index, row);
	}

	/** A row's new state; `pixels` null where they are as before. The page is told. */
	change(index: number, change: Pick<SessionRow, "image" | "status" | "seconds">, pixels: AttackPixels | null): void {
		const row = this.at(index);
		if (row === null) return;
		this.put(index, { ...row, ...change, pixels: pixels ? mergedPixels(row.pixels, pixels) : row.pixels });
		this.#sender.changed(index, pixels !== null);
	}

	/** What a further method makes of an image; the page is told at once, as there is one of them at a time. */
	changeMethod(index: number, method: AttackMethod, result: SessionMethod): void {
		const row = this.at(index);
		if (row === null) return;
		this.put(index, { ...row, methods: { ...row.methods, [method]: result } });
		this.#postMethod(index, method, result);
	}

	/** Nothing runs any more; whatever the page has not been told yet is told. */
	rest(): void {
		this.#sender.finish();
		this.#rows = this.#rows.map(atRest);
	}

	/** Sends all pixels to a page that has the state already. */
	sendPixels(): void {
		this.#sender.clear();
		for (const [index, { pixels, methods }] of this.#rows.entries()) {
			if (pixels.original) this.#sender.changed(index, true);
			for (const [method, result] of methodsOf(methods)) this.#postMethod(index, method, result);
		}
		this.#sender.begin();
	}

	dispose(): void {
		this.#sender.dispose();
	}

	#postMethod(index: number, method: AttackMethod, result: SessionMethod): void {
		const { adversarial } = result.pixels;
		this.post({ type: "method", index, method, row: pageMethod(result), adversarial });
	}
}
