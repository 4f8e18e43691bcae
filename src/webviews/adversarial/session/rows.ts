/** One image of a run as the extension keeps it, and what a run's rows add up to. */

import { NO_PIXELS, summarise, waitingImage } from "../../../compute/attack/attackedImages.js";
import {
	type ByMethod,
	type ComparedReport,
	type FurtherMethod,
	mapMethods,
	withMethods,
} from "../../../compute/attack/methodComparison.js";
import type { RunMethod, RunQuestion, RunRow } from "../../../compute/attack/storedRun.js";
import { plain } from "../../../compute/plainText.js";
import type { AttackedImage, AttackPixels, AttackReport, Target } from "../../../compute/reports/report.js";
import type { MethodRow, Row, RowStatus } from "../messages.js";

/** What one method made of an image. */
export interface SessionMethod {
	readonly image: AttackedImage;
	readonly status: RowStatus;
	readonly seconds: number | null;
	readonly pixels: AttackPixels;
}

export interface SessionRow extends SessionMethod {
	readonly target: Target;
	/** What further methods made of it; their originals are the row's. */
	readonly methods: ByMethod<SessionMethod>;
}

/** A picture of which nothing but its path is known. */
export function newRow(source: string, target: Target): SessionRow {
	const image = waitingImage(source, null);
	return { image, status: "waiting", target, seconds: null, pixels: NO_PIXELS, methods: {} };
}

/** What the page is told of a method's result; its pixels travel apart. */
export function pageMethod({ image, status, seconds }: SessionMethod): MethodRow {
	return { image: shownImage(image), status, seconds };
}

/** With names as they may be shown: a report may come from anywhere. */
function shownImage(image: AttackedImage): AttackedImage {
	const named = <T extends { readonly name: string }>(of: T): T => ({ ...of, name: plain(of.name) });
	const { source, error, predicted, adversarial, labels } = image;
	return {
		...image,
		source: plain(source),
		error: error === null ? null : plain(error),
		predicted: predicted && named(predicted),
		adversarial: adversarial && named(adversarial),
		labels: labels.map(named),
	};
}

/** What the page is told of a row; its pixels travel apart. */
export function pageRow(row: SessionRow): Row {
	return { ...pageMethod(row), target: row.target, methods: mapMethods(row.methods, pageMethod) };
}

/** A row when nothing runs. */
export function atRest(row: SessionRow): SessionRow {
	return { ...row, ...restingMethod(row), methods: mapMethods(row.methods, restingMethod) };
}

function restingMethod(method: SessionMethod): SessionMethod {
	const open = method.status === "waiting" || method.status === "running";
	return { ...method, status: open ? "unfinished" : method.status };
}

export function storedRow(row: SessionRow): RunRow {
	return { ...storedMethod(row), target: row.target, methods: mapMethods(row.methods, storedMethod) };
}

function storedMethod({ image, status, seconds, pixels }: SessionMethod): RunMethod {
	return { image, done: status === "done", seconds, pixels };
}

export function restoredRow(row: RunRow): SessionRow {
	return { ...restoredMethod(row), target: row.target, methods: mapMethods(row.methods, restoredMethod) };
}

function restoredMethod({ image, done, seconds, pixels }: RunMethod): SessionMethod {
	return { image, status: done ? "done" : "unfinished", seconds, pixels };
}

/** Progress may leave out pixels that haven't changed. */
export function mergedPixels(before: AttackPixels, now: AttackPixels): AttackPixels {
	return { original: now.original ?? before.original, adversarial: now.adversarial, stored: now.stored };
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
	const done = finishedRows(rows);
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

/** What further methods made of the images of `reportOfRows`, as far as they are finished. */
export function furtherMethods(rows: readonly SessionRow[]): readonly ByMethod<FurtherMethod>[] {
	return finishedRows(rows).map(({ methods }) =>
		mapMethods(methods, ({ image, status, seconds }) => (status === "done" ? { image, seconds } : null)),
	);
}

/** As the command line prints it: with the methods where several were tried. */
export function printedReport(
	report: AttackReport,
	further: readonly ByMethod<FurtherMethod>[],
): AttackReport | ComparedReport {
	return further.some((methods) => Object.keys(methods).length > 0) ? withMethods(report, further) : report;
}

function finishedRows(rows: readonly SessionRow[]): readonly SessionRow[] {
	return rows.filter((row) => row.status === "done");
}
