/** One image of a run as the extension keeps it, and what a run's rows add up to. */

import { NO_PIXELS, summarise, waitingImage } from "../../compute/attackedImages.js";
import type { RunQuestion, RunRow } from "../../compute/attackRun.js";
import type { AttackedImage, AttackPixels, AttackReport, Target } from "../../compute/report.js";
import type { Row, RowStatus } from "../adversarial/messages.js";

export interface SessionRow {
	readonly image: AttackedImage;
	readonly status: RowStatus;
	readonly target: Target;
	readonly seconds: number | null;
	readonly pixels: AttackPixels;
}

/** A picture of which nothing but its path is known. */
export function newRow(source: string, target: Target): SessionRow {
	return { image: waitingImage(source, null), status: "waiting", target, seconds: null, pixels: NO_PIXELS };
}

/** What the page is told of a row; its pixels travel apart. */
export function pageRow({ image, status, target, seconds }: SessionRow): Row {
	return { image, status, target, seconds };
}

/** A row when nothing runs. */
export function atRest(row: SessionRow): SessionRow {
	return row.status === "waiting" || row.status === "running" ? { ...row, status: "unfinished" } : row;
}

export function storedRow({ image, status, target, seconds, pixels }: SessionRow): RunRow {
	return { image, done: status === "done", target, seconds, pixels };
}

export function restoredRow({ image, done, target, seconds, pixels }: RunRow): SessionRow {
	return { image, status: done ? "done" : "unfinished", target, seconds, pixels };
}

/**
 * The report of what is finished: `report`'s model, data and options with the rows' own results. Rows that came from
 * several runs (the others after a cancel, one image again) are in it together; `seconds` is the time of all of them.
 */
export function reportOfRows(
	report: AttackReport,
	rows: readonly SessionRow[],
	question: RunQuestion,
	seconds: number,
): AttackReport {
	const done = rows.filter((row) => row.status === "done");
	const images = done.map((row) => row.image);
	const { method, target, effort, budget, seed } = question;
	return {
		...report,
		options: { method, target, effort, budget },
		seed,
		images,
		summary: summarise(images),
		run: { ...report.run, seconds, imageSeconds: done.map((row) => row.seconds) },
	};
}
