/**
 * What one page "Adversarial" shows and does, without VS Code: asks the compute process, keeps rows and pixels,
 * and tells the page. The panel owns one and gives it its surroundings.
 */

import type { AttackMethod } from "../../../compute/attack/methods.js";
import type { AttackParams } from "../../../compute/attack/requests.js";
import {
	type RunData,
	type RunQuestion,
	runHead,
	runTitle,
	type StoredRun,
} from "../../../compute/attack/storedRun.js";
import type { Preprocessing } from "../../../compute/data/types.js";
import type { PreprocessingTrial } from "../../../compute/predict/suggestion.js";
import type { AttackReport, Target } from "../../../compute/reports/report.js";
import type { DataRequest, ModelRequest } from "../../../compute/reports/request.js";
import type { StoredHead, StoredReport } from "../../../compute/reports/storedReport.js";
import type { ModelChoice, Phase } from "../../messages.js";
import { type ExportedReport, INTERRUPTED, modelsWith, type Session } from "../../pageKind.js";
import { comparable } from "../comparison.js";
import { type AttackSnapshot, attackState, exportedRun, storedRunOf } from "./attackState.js";
import { attackParams, pictureRequest } from "./requests.js";
import { RowList } from "./rowList.js";
import { newRow, reportOfRows, restoredRow, type SessionRow } from "./rows.js";
import { Runner, type RunnerSurroundings } from "./runner.js";

export interface SessionSurroundings extends RunnerSurroundings {
	readonly models: () => readonly ModelChoice[];
	readonly modelRequest: (path: string) => ModelRequest;
	/** Whether the file of one of the models is another than that which was reported at that time. */
	readonly modelChanged: (models: StoredHead["models"], reported: Date) => Promise<boolean>;
	/** What was asked for but left out, for people to read. */
	readonly skipped: string | null;
}

/** A page that has not been asked anything yet, or one that is shown again. */
export type SessionStart =
	| {
			readonly kind: "new";
			readonly question: RunQuestion;
			readonly data: RunData;
			readonly sources: readonly string[];
	  }
	| { readonly kind: "stored"; readonly run: StoredRun };

/** How many images of a data set that was chosen on the page. */
const IMAGES_OF_DATA = 100;

export class AttackSession implements Omit<Session, "receive"> {
	readonly #around: SessionSurroundings;
	#asked: RunQuestion;
	#data: RunData;
	/** What the rows answer. */
	#shown: RunQuestion | null = null;
	#modelChanged = false;
	#configurationChanged = false;
	readonly #rows: RowList;
	readonly #runner: Runner;

	constructor(
		readonly id: string,
		start: SessionStart,
		around: SessionSurroundings,
	) {
		this.#around = around;
		const sendState = () => this.sendState();
		if (start.kind === "new") {
			const { question, data, sources } = start;
			this.#asked = question;
			this.#data = data;
			this.#rows = new RowList(
				sources.map((source) => newRow(source, question.target)),
				around.post,
			);
			this.#runner = new Runner(this.#rows, { phase: { kind: "idle" }, report: null }, around, sendState);
			return;
		}
		const { asked, data, shown, rows, report, complete } = start.run;
		this.#asked = asked;
		this.#data = data;
		this.#shown = shown;
		this.#rows = new RowList(rows.map(restoredRow), around.post);
		const phase: Phase = complete ? { kind: "complete" } : INTERRUPTED;
		this.#runner = new Runner(this.#rows, { phase, report }, around, sendState);
	}

	get running(): boolean {
		return this.#runner.running;
	}

	get phase(): Phase {
		return this.#runner.phase;
	}

	get title(): string {
		return runTitle(this.sources);
	}

	get models(): readonly string[] {
		return this.#asked.model === null ? [] : [this.#asked.model];
	}

	get hasResults(): boolean {
		return this.#rows.all.some((row) => row.status === "done");
	}

	get sources(): readonly string[] {
		return this.#rows.sources;
	}

	get asked(): RunQuestion {
		return this.#asked;
	}

	get preprocessing(): Preprocessing | null {
		return this.#runner.report?.preprocessing ?? null;
	}

	/** The request for a model as it is asked now, with what was taken of what was tried. */
	request(model: string): ModelRequest {
		return this.#runner.offer.applied(this.#around.modelRequest(model));
	}

	/** The picture of a row as a request of its own; null where there is none. */
	pictureOf(index: number): DataRequest | null {
		const { seed } = this.#asked;
		if (this.sources[index] === undefined) return null;
		return pictureRequest({ data: this.#data, sources: this.sources, indices: [index] }, seed);
	}

	/** One of the ways that were tried, by its place in the list; null where there is none. */
	triedAt(index: number): PreprocessingTrial | null {
		return this.#runner.offer.trial(index);
	}

	/** What was tried no longer counts: the person has settled it. */
	forgetTried(): void {
		this.#runner.offer.forget();
	}

	/** Attacks with one of the ways that were tried, which is remembered for the model. */
	useTried(index: number): Promise<void> {
		this.#runner.offer.take(index);
		return this.run(this.#asked);
	}

	/** Attacks as the preprocessing is assumed, whatever was offered. */
	runAsAssumed(): Promise<void> {
		this.#runner.offer.keepAssumed();
		return this.run(this.#asked);
	}

	/** `blindspot.json` has changed: the results are of what it said before. */
	configurationChanged(): void {
		if (this.running || (!this.hasResults && this.#runner.offer.tried === null)) return;
		this.#runner.offer.forget();
		this.#configurationChanged = true;
		this.sendState();
	}

	row(index: number): SessionRow | null {
		return this.#rows.at(index);
	}

	/** The report of what is finished; null before the model was read or where nothing is finished. */
	get report(): AttackReport | null {
		const { report, seconds } = this.#runner;
		if (report === null || this.#shown === null || !this.hasResults) return null;
		return reportOfRows(report, this.#rows.all, this.#shown, seconds);
	}

	get storedRun(): StoredRun {
		return storedRunOf(this.#snapshot());
	}

	get stored(): StoredReport | null {
		if (this.#rows.all.length === 0) return null;
		const run = this.storedRun;
		return { head: runHead(run), content: run };
	}

	get exported(): ExportedReport | null {
		return exportedRun(this.#snapshot());
	}

	/** Everything that the page needs, pixels included. */
	sendAll(): void {
		this.sendState();
		this.#rows.sendPixels();
	}

	sendState(): void {
		this.#around.post({ type: "state", state: attackState(this.#snapshot()) });
		this.lookAtModel();
	}

	lookAtModel(): void {
		void this.#lookAtModel();
	}

	/** Says so where the file of the results' model has changed, or is as it was again. */
	async #lookAtModel(): Promise<void> {
		const { report } = this.#runner;
		if (report === null || this.running) return;
		const changed = await this.#around.modelChanged([report.model], new Date(report.run.date));
		if (changed === this.#modelChanged || report !== this.#runner.report) return;
		this.#modelChanged = changed;
		this.#around.post({ type: "state", state: attackState(this.#snapshot()) });
	}

	/** Other pictures; what was found for the former ones is let go. */
	setSources(sources: readonly string[]): void {
		this.#setRows(sources, { kind: "pictures" });
	}

	#setRows(sources: readonly string[], data: RunData): void {
		this.#runner.forget();
		this.#runner.offer.forget();
		this.#modelChanged = false;
		this.#data = data;
		this.#rows.replace(sources.map((source) => newRow(source, this.#asked.target)));
		this.#shown = null;
		this.sendState();
		this.#around.changed(true);
	}

	/** Another model for the toolbar; with nothing to lose the answer is at once what was wanted. */
	async setModel(model: string): Promise<void> {
		const question = { ...this.#asked, model };
		if (!this.hasResults && this.sources.length > 0) return this.run(question);
		this.#asked = question;
		this.sendState();
	}

	/** Images of a data set, as many as fit a page that one looks through. */
	async setData(path: string): Promise<void> {
		this.#setRows([], { kind: "dataset", path, take: IMAGES_OF_DATA });
		if (this.#asked.model !== null) await this.run(this.#asked);
	}

	/** Runs all images. */
	async run(question: RunQuestion): Promise<void> {
		this.#modelChanged = false;
		this.#configurationChanged = false;
		this.#asked = question;
		this.#shown = question;
		this.#runner.forget();
		this.#rows.replace(this.sources.map((source) => newRow(source, question.target)));
		await this.#attack(
			this.sources.map((_, at) => at),
			question,
			true,
		);
	}

	/** Runs one image again, with its own target; the others stay. */
	async runImage(index: number, target: Target, budget: number | null): Promise<void> {
		const row = this.#rows.at(index);
		if (!row || this.#shown === null || this.running) return;
		const pixels = { ...row.pixels, adversarial: null, stored: null };
		this.#rows.put(index, { ...newRow(row.image.source, target), pixels });
		await this.#attack([index], { ...this.#shown, target, budget });
	}

	/** Runs what has no result yet, each with the target that it was asked for. */
	async runOthers(): Promise<void> {
		if (this.running) return;
		const question = this.#shown ?? this.#asked;
		this.#shown = question;
		const left = this.#rows.unfinished.map((at) => ({ at, row: this.#rows.at(at) as SessionRow }));
		for (const { at, row } of left) this.#rows.put(at, newRow(row.image.source, row.target));
		const common = left.filter(({ row }) => sameTarget(row.target, question.target));
		const own = left.filter((one) => !common.includes(one));
		if (common.length > 0)
			await this.#attack(
				common.map(({ at }) => at),
				question,
			);
		for (const { at, row } of own) {
			if (this.phase.kind !== "complete" && common.length > 0) return;
			await this.#attack([at], { ...question, target: row.target });
		}
	}

	/** Runs further methods on one finished image; what it has stays, and what is found stands beside it. */
	async compareMethods(index: number, methods: readonly AttackMethod[]): Promise<void> {
		const row = this.#rows.at(index);
		const shown = this.#shown;
		const model = shown?.model ?? null;
		if (!row || !comparable(row) || shown === null || model === null || this.running) return;
		const others = methods.filter((method) => method !== shown.method);
		if (others.length === 0) return;
		await this.#runner.compare(index, others, (run, method) =>
			this.#params(run, model, [index], { ...shown, method, target: row.target }),
		);
	}

	cancel(): void {
		this.#runner.cancel();
	}

	/** Ends the search for one image; its best so far stands. */
	stopImage(index: number): Promise<void> {
		return this.#runner.stopImage(index);
	}

	/** Ends one further method; its best so far stands, and the next one's turn comes. */
	stopMethod(method: AttackMethod): Promise<void> {
		return this.#runner.stopMethod(method);
	}

	setFiles(index: number, files: AttackReport["images"][number]["files"]): void {
		const row = this.#rows.at(index);
		if (!row) return;
		this.#rows.put(index, { ...row, image: { ...row.image, files } });
		this.#around.post({ type: "files", index, files });
		this.#around.changed(true);
	}

	dispose(): void {
		this.cancel();
		this.#rows.dispose();
	}

	async #attack(indices: readonly number[], question: RunQuestion, first = false): Promise<void> {
		const { model } = question;
		// Which images a data set gives is known once the run has started.
		const unknown = this.#data.kind === "dataset" && this.sources.length === 0;
		if (model === null || (indices.length === 0 && !unknown)) return this.sendState();
		const words = `Reading ${this.#modelName(model)}`;
		await this.#runner.attack(indices, question.target, { words, first }, (run) =>
			this.#params(run, model, indices, question),
		);
	}

	#params(run: string, model: string, indices: readonly number[], question: RunQuestion): AttackParams {
		const subject = { data: this.#data, sources: this.sources, indices };
		return attackParams(run, this.request(model), subject, question);
	}

	#modelName(path: string): string {
		return this.#around.models().find((model) => model.path === path)?.name ?? path;
	}

	#snapshot(): AttackSnapshot {
		return {
			id: this.id,
			asked: this.#asked,
			shown: this.#shown,
			data: this.#data,
			models: modelsWith(this.#around.models(), this.models),
			rows: this.#rows.all,
			phase: this.phase,
			report: this.#runner.report,
			finished: this.report,
			tried: this.#runner.offer.tried,
			configurationChanged: this.#configurationChanged,
			modelChanged: this.#modelChanged,
			skipped: this.#around.skipped,
		};
	}
}

function sameTarget(a: Target, b: Target): boolean {
	return a.kind === b.kind && (a.kind !== "label" || b.kind !== "label" || a.index === b.index);
}
