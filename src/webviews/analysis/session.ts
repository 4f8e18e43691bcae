/** What the page of an analysis shows and does, without VS Code: asks, runs, keeps the report, tells the page. */
import { z } from "zod";
import type { Preprocessing } from "../../compute/data/types.js";
import { asBlindspotError, BlindspotError } from "../../compute/errors.js";
import type { StoredReport } from "../../compute/reports/storedReport.js";
import type { Phase } from "../messages.js";
import {
	type ExportedReport,
	INTERRUPTED,
	modelsWith,
	type PageKind,
	type PageSurroundings,
	phaseAfter,
	type Session,
} from "../pageKind.js";
import type { Analysis, AnalysisReport } from "./analysis.js";
import type { AnalysisExtensionMessage, AnalysisState } from "./messages.js";

/** A report so far is passed on this often: enough to watch, not enough to be busy with. */
const REPORT_PAUSE_MILLISECONDS = 300;
/** A run whose page stays as it is until the end is told of only where it takes longer. */
const QUIET_MILLISECONDS = 400;

/** What is stored of an analysis. */
export interface StoredAnalysis<Question, Report> {
	readonly asked: Question;
	readonly shown: Question | null;
	/** False where the run was stopped by something else than its end. */
	readonly complete: boolean;
	readonly report: Report | null;
}

/** The kind of page that an analysis has. */
export function analysisPage<Question, Report extends AnalysisReport>(analysis: Analysis<Question, Report>): PageKind {
	const { name, label } = analysis;
	return {
		name,
		label,
		restore: (id, content, around) => new AnalysisSession(id, analysis, storedAnalysis(content, analysis), around),
		empty: (id, around) => newSession(id, analysis, analysis.question(around.activeModel()), around),
	};
}

/** A session that has a question and no answer yet. */
export function newSession<Question, Report extends AnalysisReport>(
	id: string,
	analysis: Analysis<Question, Report>,
	asked: Question,
	around: PageSurroundings,
): AnalysisSession<Question, Report> {
	return new AnalysisSession(id, analysis, { asked, shown: null, complete: true, report: null }, around);
}

export class AnalysisSession<Question, Report extends AnalysisReport> implements Session {
	#asked: Question;
	#shown: Question | null;
	#report: Report | null;
	#phase: Phase;
	/** Of the run, as far as it came. */
	#share: number | null = null;
	#controller: AbortController | null = null;
	#sending: NodeJS.Timeout | null = null;
	#telling: NodeJS.Timeout | null = null;
	#modelChanged = false;
	#configurationChanged = false;

	constructor(
		readonly id: string,
		readonly analysis: Analysis<Question, Report>,
		start: StoredAnalysis<Question, Report>,
		readonly around: PageSurroundings,
	) {
		this.#asked = start.asked;
		this.#shown = start.shown;
		this.#report = start.report;
		this.#phase = start.shown === null ? { kind: "idle" } : start.complete ? { kind: "complete" } : INTERRUPTED;
	}

	get title(): string {
		return this.analysis.title(this.#shown ?? this.#asked);
	}

	get phase(): Phase {
		return this.#phase;
	}

	get asked(): Question {
		return this.#asked;
	}

	/** What the report answers; null before the first run. */
	get shown(): Question | null {
		return this.#shown;
	}

	/** The report, or what there is of it while a run goes on. */
	get report(): Report | null {
		return this.#report;
	}

	get models(): readonly string[] {
		return this.analysis.models(this.#asked);
	}

	get preprocessing(): Preprocessing | null {
		return this.#report === null ? null : this.analysis.preprocessing(this.#report);
	}

	get stored(): StoredReport | null {
		if (this.#shown === null) return null;
		const { name, models, reported } = this.analysis;
		const report = this.#report;
		const content: StoredAnalysis<Question, Report> = {
			asked: this.#asked,
			shown: this.#shown,
			complete: this.#phase.kind === "complete",
			report,
		};
		return {
			head: {
				kind: name,
				title: this.title,
				models: report === null ? models(this.#shown).map((path) => ({ path, sha256: null })) : reported(report),
				date: report?.run.date ?? null,
				complete: content.complete,
				words: this.#stopWords(),
			},
			content,
		};
	}

	get exported(): ExportedReport | null {
		const report = this.#report;
		if (report === null) return null;
		const messages: readonly AnalysisExtensionMessage<Question, Report>[] = [
			{ type: "state", state: this.#exportedState() },
			{ type: "report", report },
		];
		return { report: this.analysis.json(report), rows: this.analysis.rows(report), messages };
	}

	sendAll(): void {
		this.sendState();
		this.#sendReport();
	}

	sendState(): void {
		this.#post({ type: "state", state: this.#state() });
		this.lookAtModel();
	}

	configurationChanged(): void {
		if (this.#report === null || this.#phase.kind === "running") return;
		this.#configurationChanged = true;
		this.#post({ type: "state", state: this.#state() });
	}

	lookAtModel(): void {
		void this.#lookAtModel();
	}

	/** Looks for what the question lacks, and runs it where nothing is missing then. */
	async start(): Promise<void> {
		await this.#findData();
		if (this.analysis.missing(this.#asked) === null) await this.run(this.#asked);
	}

	async setModel(path: string): Promise<void> {
		this.#asked = this.analysis.withModel(this.#asked, path);
		await this.#findData();
		await this.#askedAnew();
	}

	async setData(path: string): Promise<void> {
		this.#asked = this.analysis.withData(this.#asked, path);
		await this.#askedAnew();
	}

	async run(question: Question): Promise<void> {
		this.#asked = question;
		if (this.analysis.missing(question) !== null) return this.sendState();
		this.#controller?.abort();
		const controller = new AbortController();
		this.#controller = controller;
		const previous = this.#report;
		const stays = previous !== null && this.#shown !== null && this.analysis.staysShown?.(this.#shown, question);
		this.#modelChanged = false;
		this.#configurationChanged = false;
		this.#share = null;
		this.#phase = { kind: "running", words: "Starting", share: null };
		if (stays) this.#tellLater();
		else {
			this.#dontTell();
			this.#shown = question;
			this.#report = null;
			this.sendAll();
			this.around.changed(true);
		}
		const current = () => this.#controller === controller;
		try {
			const { client, modelRequest } = this.around;
			const report = await this.analysis.run(question, {
				client,
				modelRequest,
				signal: controller.signal,
				previous,
				progress: (words, share) => current() && this.#progress(words, share),
				soFar: (soFar) => current() && this.#soFar(soFar, question),
			});
			if (!current()) return;
			this.#shown = question;
			this.#report = report;
			this.#end({ kind: "complete" });
		} catch (thrown) {
			if (!current()) return;
			const error = asBlindspotError(thrown);
			if (error.reason !== "cancelled") this.around.failed(error);
			else if (stays && this.#shown !== null && this.#shown !== question) {
				// What stayed is whole, and is asked about again.
				this.#asked = this.#shown;
				return this.#end({ kind: "complete" });
			}
			this.#end(phaseAfter(error));
		}
	}

	async receive(message: unknown): Promise<boolean> {
		const { questionSchema } = this.analysis;
		const own = z.discriminatedUnion("type", [
			z.strictObject({ type: z.literal("ask"), question: questionSchema }),
			z.strictObject({ type: z.literal("run"), question: questionSchema }),
		]);
		const { success, data } = own.safeParse(message);
		if (!success) return (await this.analysis.receive?.(message, this, this.around)) ?? false;
		if (data.type === "run") await this.run(data.question);
		else {
			this.#asked = data.question;
			this.sendState();
		}
		return true;
	}

	cancel(): void {
		this.#controller?.abort();
	}

	dispose(): void {
		this.cancel();
		this.#dontTell();
		if (this.#sending) clearTimeout(this.#sending);
	}

	/** With nothing to lose the answer is at once what was wanted. */
	async #askedAnew(): Promise<void> {
		if (this.#report === null && this.#phase.kind !== "running") await this.run(this.#asked);
		else this.sendState();
	}

	/** Where no data set is chosen, the one that `blindspot.json` names for the model. */
	async #findData(): Promise<void> {
		const [model] = this.models;
		if (model === undefined || this.analysis.data(this.#asked) !== null) return;
		const data = await this.around.dataOf(model);
		if (data !== null) this.#asked = this.analysis.withData(this.#asked, data);
	}

	/** Says so where the file of a reported model has changed, or is as it was again. */
	async #lookAtModel(): Promise<void> {
		const report = this.#report;
		if (report === null || this.#phase.kind === "running") return;
		const changed = await this.around.modelChanged(this.analysis.reported(report), new Date(report.run.date));
		if (changed === this.#modelChanged || report !== this.#report) return;
		this.#modelChanged = changed;
		this.#post({ type: "state", state: this.#state() });
	}

	/** How far a run came that did not come to its end. */
	#stopWords(): string {
		const at = this.#share === null ? "" : ` at ${Math.floor(this.#share * 100)}%`;
		switch (this.#phase.kind) {
			case "cancelled":
				return `cancelled${at}`;
			case "ended":
			case "failed":
				return `failed${at}`;
			default:
				return "";
		}
	}

	/** That it runs, unless it is over before anybody would see it. */
	#tellLater(): void {
		this.#dontTell();
		this.#telling = setTimeout(() => {
			this.#telling = null;
			this.sendState();
			this.around.changed(true);
		}, QUIET_MILLISECONDS);
	}

	#dontTell(): void {
		if (this.#telling) clearTimeout(this.#telling);
		this.#telling = null;
	}

	#progress(words: string, share: number | null): void {
		this.#share = share;
		this.#phase = { kind: "running", words, share };
		if (this.#telling) return;
		this.#post({ type: "phase", phase: this.#phase });
		this.around.changed(false);
	}

	#soFar(report: Report, question: Question): void {
		this.#shown = question;
		this.#report = report;
		this.around.changed(false);
		this.#sending ??= setTimeout(() => this.#sendReport(), REPORT_PAUSE_MILLISECONDS);
	}

	#end(phase: Phase): void {
		this.#controller = null;
		this.#dontTell();
		this.#phase = phase;
		this.#sendReport();
		this.sendState();
		this.around.changed(true);
	}

	#sendReport(): void {
		if (this.#sending) clearTimeout(this.#sending);
		this.#sending = null;
		this.#post({ type: "report", report: this.#report });
	}

	#post(message: AnalysisExtensionMessage<Question, Report>): void {
		this.around.post(message);
	}

	/** A run that goes on is shown as far as it is. */
	#exportedState(): AnalysisState<Question> {
		const state = this.#state();
		const phase: Phase = state.phase.kind === "running" ? { kind: "cancelled" } : state.phase;
		return { ...state, asked: this.#shown ?? this.#asked, phase };
	}

	#state(): AnalysisState<Question> {
		const { analysis } = this;
		return {
			report: this.id,
			asked: this.#asked,
			shown: this.#shown,
			models: modelsWith(this.around.models(), this.models),
			phase: this.#phase,
			modelChanged: this.#modelChanged,
			configurationChanged: this.#configurationChanged,
			missing: analysis.missing(this.#asked),
		};
	}
}

/** What was stored of an analysis. Throws `unreadable-data`. */
export function storedAnalysis<Question, Report extends AnalysisReport>(
	content: unknown,
	{ label, questionSchema, reportSchema }: Analysis<Question, Report>,
): StoredAnalysis<Question, Report> {
	const schema = z.object({
		asked: questionSchema,
		shown: questionSchema.nullable(),
		complete: z.boolean(),
		report: reportSchema.nullable(),
	});
	const { success, data, error } = schema.safeParse(content);
	if (success) return data;
	const [issue] = error.issues;
	throw new BlindspotError(
		"unreadable-data",
		`The stored report is none of ${label} of this version: ${issue?.path.join(".")}: ${issue?.message}.`,
	);
}
