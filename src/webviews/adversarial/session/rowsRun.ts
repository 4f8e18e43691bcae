/** One run of the search over some of a page's images. */
import { randomUUID } from "node:crypto";
import type { AttackProgress } from "../../../compute/attack/requests.js";
import type { AttackRecord, AttackReport } from "../../../compute/reports/report.js";
import type { Phase } from "../../messages.js";
import type { RowList } from "./rowList.js";

export class RowsRun {
	readonly id = randomUUID();
	readonly #controller = new AbortController();
	readonly #rows: RowList;
	/** The rows that it is about, by their places in the run. */
	#indices: readonly number[];

	constructor(rows: RowList, indices: readonly number[]) {
		this.#rows = rows;
		this.#indices = indices;
	}

	get signal(): AbortSignal {
		return this.#controller.signal;
	}

	cancel(): void {
		this.#controller.abort();
	}

	/** The place of a row in the run; null where the run isn't about it. */
	placeOf(index: number): number | null {
		const place = this.#indices.indexOf(index);
		return place < 0 ? null : place;
	}

	/** "3 of 40 images" */
	get phase(): Phase {
		const of = this.#indices.length;
		const done = this.#indices.filter((at) => this.#rows.at(at)?.status === "done").length;
		const words = `${done} of ${of} ${of === 1 ? "image" : "images"}`;
		return { kind: "running", words, share: of === 0 ? null : done / of };
	}

	/** The images are known; with those of a data set the rows are. */
	start({ images }: AttackReport): void {
		if (this.#indices.length === 0) this.#indices = images.map((_, at) => at);
		for (const [place, image] of images.entries()) {
			const index = this.#indices[place];
			const row = index === undefined ? null : this.#rows.at(index);
			// The process may have been started again; what was found before is found again.
			if (index !== undefined && row) this.#rows.put(index, { ...row, image, status: "waiting", seconds: null });
		}
	}

	/** Takes what is told of one image; true where it is done by that. */
	hear(event: Exclude<AttackProgress, { readonly kind: "started" }>): boolean {
		const finished = event.kind === "finished";
		const done = finished || event.image.error !== null;
		const { image, pixels } = event;
		const seconds = finished ? event.seconds : null;
		this.#change(event.index, { image, status: done ? "done" : "running", seconds }, pixels);
		return done;
	}

	/** Takes the final results. */
	complete({ report, pixels }: AttackRecord): void {
		for (const [place, image] of report.images.entries()) {
			const seconds = report.run.imageSeconds[place] ?? null;
			this.#change(place, { image, status: "done", seconds }, pixels[place] ?? null);
		}
	}

	#change(
		place: number,
		...change: Parameters<RowList["change"]> extends [number, ...infer Rest] ? Rest : never
	): void {
		const index = this.#indices[place];
		if (index !== undefined) this.#rows.change(index, ...change);
	}
}
