/** What is made of a run: what the page is told, pictures apart, what is stored, what leaves it. Pure functions of what its session keeps. */

import { methodsOf } from "../../../compute/attack/methodComparison.js";
import type { RunData, RunQuestion, StoredRun } from "../../../compute/attack/storedRun.js";
import { outputsWords } from "../../../compute/network/outputs.js";
import { plain } from "../../../compute/plainText.js";
import type { SuggestResult } from "../../../compute/predict/suggestion.js";
import type { AttackReport } from "../../../compute/reports/report.js";
import type { ModelChoice, Phase } from "../../messages.js";
import type { ExportedReport } from "../../pageKind.js";
import { attackTable } from "../attackTable.js";
import type { AdversarialState, ExtensionMessage, PreprocessingNote, RunFacts } from "../messages.js";
import { exportedNoise, exportedPixels } from "./pictures.js";
import { atRest, furtherMethods, pageMethod, pageRow, printedReport, type SessionRow, storedRow } from "./rows.js";

export interface AttackSnapshot {
	readonly id: string;
	readonly asked: RunQuestion;
	readonly shown: RunQuestion | null;
	readonly data: RunData;
	readonly models: readonly ModelChoice[];
	readonly rows: readonly SessionRow[];
	readonly phase: Phase;
	/** As far as it is known; null before the model was read. */
	readonly report: AttackReport | null;
	/** The report of what is finished; null where nothing is. */
	readonly finished: AttackReport | null;
	/** What was tried on labelled pictures before the attack. */
	readonly tried: SuggestResult | null;
	readonly configurationChanged: boolean;
	readonly modelChanged: boolean;
	/** What was asked for but left out, for people to read. */
	readonly skipped: string | null;
}

export function attackState(run: AttackSnapshot): AdversarialState {
	const {
		id,
		asked,
		shown,
		models,
		rows,
		phase,
		report,
		finished,
		tried,
		modelChanged,
		configurationChanged,
		skipped,
	} = run;
	const modelTrouble = phase.kind === "failed" && report === null;
	return {
		report: id,
		asked,
		shown,
		models: models.map(({ name, path }) => ({ name: plain(name), path })),
		classNames: (report?.model.classNames ?? []).map(plain),
		// A model that can't be read has no results; the page then says so in their place.
		rows: modelTrouble ? [] : rows.map(pageRow),
		phase,
		preprocessing: preprocessingNote(report),
		tried,
		modelChanged,
		configurationChanged,
		outputChoice: report?.model.outputChoice ?? null,
		warnings: warnings(report, skipped),
		facts: finished === null || phase.kind === "running" ? null : runFacts(finished),
	};
}

export function storedRunOf({ asked, shown, data, rows, phase, report, finished }: AttackSnapshot): StoredRun {
	const complete = phase.kind === "complete" || phase.kind === "idle";
	return { asked, shown, data, rows: rows.map(storedRow), complete, report: finished ?? report };
}

/** What leaves the page; null while nothing is finished. */
export function exportedRun(run: AttackSnapshot): ExportedReport | null {
	const { finished } = run;
	if (finished === null) return null;
	const further = furtherMethods(run.rows);
	const messages: readonly ExtensionMessage[] = [
		{ type: "state", state: exportedAttackState(run) },
		...run.rows.flatMap((row, index) => exportedRow(atRest(row), index)),
	];
	return { report: printedReport(finished, further), rows: attackTable(finished, further), messages };
}

function exportedRow(row: SessionRow, index: number): readonly ExtensionMessage[] {
	const { pixels, methods } = row;
	return [
		{ type: "exportedImage", index, row: pageRow(row), pixels: exportedPixels(pixels) },
		...methodsOf(methods).map(([method, of]) => {
			const noise = exportedNoise({ ...of.pixels, original: pixels.original });
			return { type: "exportedMethod", index, method, row: pageMethod(of), noise } as const;
		}),
	];
}

/** The state for a page that is a file of its own: a run that goes on is shown as far as it is. */
function exportedAttackState(run: AttackSnapshot): AdversarialState {
	const phase: Phase = run.phase.kind === "running" ? { kind: "cancelled" } : run.phase;
	return attackState({
		...run,
		asked: run.shown ?? run.asked,
		rows: run.rows.map(atRest),
		phase,
		modelChanged: false,
		configurationChanged: false,
	});
}

function preprocessingNote(report: AttackReport | null): PreprocessingNote | null {
	if (report === null) return null;
	const { origin, because } = report.preprocessing.provenance;
	return { state: origin === "assumed" || origin === "checked" ? origin : "settled", because: plain(because) };
}

function runFacts({ model, backend, run, labels }: AttackReport): RunFacts {
	const native = backend.name === "native" ? "native " : "";
	return {
		modelPath: plain(model.path),
		sha256: model.sha256,
		labels: labels === null ? null : plain(labels),
		backend: `${native}${backend.version}`,
		seconds: run.seconds,
		date: run.date,
	};
}

/** What was left out, and the report's warnings; the page says in its own words that a preprocessing was assumed and an output taken. */
function warnings(report: AttackReport | null, skipped: string | null): readonly string[] {
	const { warnings = [], preprocessing, model } = report ?? {};
	const because = preprocessing?.provenance.origin === "assumed" ? preprocessing.provenance.because : null;
	const outputs = model?.outputChoice === undefined ? null : outputsWords(model.outputChoice);
	const own = [because, outputs].filter((words) => words !== null);
	const others = warnings.filter((warning) => !own.some((words) => warning.includes(words)));
	return (skipped === null ? others : [skipped, ...others]).map(plain);
}
