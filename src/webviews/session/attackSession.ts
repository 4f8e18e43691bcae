/**
 * What one page "Adversarial" shows and does, without VS Code: asks the compute process, keeps rows and pixels,
 * and tells the page. The panel owns one and gives it its surroundings.
 */
import { randomUUID } from "node:crypto";
import { type RunData, type RunQuestion, runHead, runTitle, type StoredRun } from "../../compute/attackRun.js";
import type { ComputeClient } from "../../compute/client.js";
import type { Preprocessing } from "../../compute/data/types.js";
import { asBlindspotError, type BlindspotError } from "../../compute/errors.js";
import type { AttackProgress, DataRequest, ModelRequest, PreprocessingTrial } from "../../compute/protocol.js";
import type { AttackPixels, AttackReport, Target } from "../../compute/report.js";
import type { StoredReport } from "../../compute/storedReport.js";
import { attackTable } from "../adversarial/attackTable.js";
import type { ExtensionMessage } from "../adversarial/messages.js";
import type { ModelChoice, Phase } from "../messages.js";
import { type ExportedReport, INTERRUPTED, modelsWith, phaseAfter, type Session } from "../pageKind.js";
import { type AttackSnapshot, attackState, exportedAttackState, preprocessingNote } from "./attackState.js";
import { exportedPixels } from "./pictures.js";
import { betterPreprocessing } from "./preprocessingOffer.js";
import { RowSender } from "./rowSender.js";
import { atRest, newRow, pageRow, reportOfRows, restoredRow, type SessionRow, storedRow } from "./rows.js";

export interface SessionSurroundings {
	readonly client: Pick<ComputeClient, "attack" | "stopImage" | "suggestPreprocessing">;
	readonly models: () => readonly ModelChoice[];
	readonly modelRequest: (path: string) => ModelRequest;
	/** Tells the page; messages to a page that isn't there are lost, it asks for everything when it comes back. */
	readonly post: (message: ExtensionMessage) => void;
	/** Called when something worth storing has changed; `urgent` when a run came to an end. */
	readonly changed: (urgent: boolean) => void;
	/** What was asked for but left out, for people to read. */
	readonly skipped: string | null;
	/** What stopped a run, for the log. */
	readonly failed: (error: BlindspotError) => void;
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

interface Run {
	readonly id: string;
	readonly controller: AbortController;
	/** Rows of this run by their position in it. */
	indices: readonly number[];
	readonly started: number;
}

export class AttackSession implements Omit<Session, "receive"> {
	readonly #around: SessionSurroundings;
	#asked: RunQuestion;
	#data: RunData;
	#shown: RunQuestion | null = null;
	#rows: SessionRow[];
	#phase: Phase = { kind: "idle" };
	#report: AttackReport | null = null;
	/** Seconds of all runs that the rows come from. */
	#seconds = 0;
	#run: Run | null = null;
	#trial: PreprocessingTrial | null = null;
	#suggesting: AbortController | null = null;
	readonly #sender: RowSender;

	constructor(
		readonly id: string,
		start: SessionStart,
		around: SessionSurroundings,
	) {
		this.#around = around;
		this.#sender = new RowSender((index) => this.row(index), around.post);
		if (start.kind === "new") {
			this.#asked = start.question;
			this.#data = start.data;
			this.#rows = start.sources.map((source) => newRow(source, start.question.target));
			return;
		}
		const { run } = start;
		this.#asked = run.asked;
		this.#data = run.data;
		this.#shown = run.shown;
		this.#rows = run.rows.map(restoredRow);
		this.#report = run.report;
		this.#seconds = run.report?.run.seconds ?? 0;
		this.#phase = run.complete ? { kind: "complete" } : INTERRUPTED;
	}

	get running(): boolean {
		return this.#run !== null;
	}

	get phase(): Phase {
		return this.#phase;
	}

	get title(): string {
		return runTitle(this.sources);
	}

	get models(): readonly string[] {
		return this.#asked.model === null ? [] : [this.#asked.model];
	}

	get hasResults(): boolean {
		return this.#rows.some((row) => row.status === "done");
	}

	get sources(): readonly string[] {
		return this.#rows.map((row) => row.image.source);
	}

	get asked(): RunQuestion {
		return this.#asked;
	}

	get preprocessing(): Preprocessing | null {
		return this.#report?.preprocessing ?? null;
	}

	/** The preprocessing that is offered in place of the assumed one; null where there is none. */
	get offered(): Preprocessing | null {
		return this.#trial?.preprocessing ?? null;
	}

	row(index: number): SessionRow | null {
		return this.#rows[index] ?? null;
	}

	/** The report of what is finished; null before the model was read or where nothing is finished. */
	get report(): AttackReport | null {
		if (this.#report === null || this.#shown === null) return null;
		if (!this.#rows.some((row) => row.status === "done")) return null;
		return reportOfRows(this.#report, this.#rows, this.#shown, this.#seconds);
	}

	get storedRun(): StoredRun {
		return {
			asked: this.#asked,
			shown: this.#shown,
			data: this.#data,
			rows: this.#rows.map(storedRow),
			complete: this.#phase.kind === "complete" || this.#phase.kind === "idle",
			report: this.report ?? this.#report,
		};
	}

	get stored(): StoredReport | null {
		if (this.#rows.length === 0) return null;
		const run = this.storedRun;
		return { head: runHead(run), content: run };
	}

	get exported(): ExportedReport | null {
		const { report } = this;
		if (report === null) return null;
		const messages: readonly ExtensionMessage[] = [
			{ type: "state", state: exportedAttackState(this.#snapshot()) },
			...this.#rows.map((row, index) => ({
				type: "exportedImage" as const,
				index,
				row: pageRow(atRest(row)),
				pixels: exportedPixels(row.pixels),
			})),
		];
		return { report, rows: attackTable(report), messages };
	}

	/** Everything that the page needs, pixels included. */
	sendAll(): void {
		this.#sender.clear();
		this.sendState();
		this.#rows.forEach((row, index) => {
			if (row.pixels.original) this.#sender.changed(index, true);
		});
		this.#sender.begin();
	}

	sendState(): void {
		this.#around.post({ type: "state", state: attackState(this.#snapshot()) });
	}

	/** Other pictures; what was found for the former ones is let go. */
	setSources(sources: readonly string[]): void {
		this.#setRows(sources, { kind: "pictures" });
	}

	#setRows(sources: readonly string[], data: RunData): void {
		this.cancel();
		this.#run = null;
		this.#sender.clear();
		this.#data = data;
		this.#rows = sources.map((source) => newRow(source, this.#asked.target));
		this.#shown = null;
		this.#report = null;
		this.#trial = null;
		this.#phase = { kind: "idle" };
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
		this.#asked = question;
		this.#shown = question;
		this.#report = null;
		this.#trial = null;
		this.#seconds = 0;
		this.#rows = this.#rows.map((row) => newRow(row.image.source, question.target));
		await this.#attack(
			this.#rows.map((_, at) => at),
			question,
		);
	}

	/** Runs one image again, with its own target; the others stay. */
	async runImage(index: number, target: Target, budget: number | null): Promise<void> {
		const row = this.#rows[index];
		if (!row || this.#shown === null || this.running) return;
		this.#rows[index] = {
			...newRow(row.image.source, target),
			pixels: { ...row.pixels, adversarial: null, stored: null },
		};
		await this.#attack([index], { ...this.#shown, target, budget });
	}

	/** Runs what has no result yet, each with the target that it was asked for. */
	async runOthers(): Promise<void> {
		if (this.running) return;
		const question = this.#shown ?? this.#asked;
		this.#shown = question;
		const left = this.#rows.flatMap((row, at) => (row.status === "done" ? [] : [at]));
		for (const at of left) {
			const row = this.#rows[at] as SessionRow;
			this.#rows[at] = newRow(row.image.source, row.target);
		}
		const own = left.filter((at) => !sameTarget((this.#rows[at] as SessionRow).target, question.target));
		const common = left.filter((at) => !own.includes(at));
		if (common.length > 0) await this.#attack(common, question);
		for (const at of own) {
			if (this.#phase.kind !== "complete" && common.length > 0) return;
			await this.#attack([at], { ...question, target: (this.#rows[at] as SessionRow).target });
		}
	}

	cancel(): void {
		this.#run?.controller.abort();
		this.#suggesting?.abort();
	}

	/** Ends the search for one image; its best so far stands. */
	async stopImage(index: number): Promise<void> {
		const position = this.#run?.indices.indexOf(index) ?? -1;
		if (this.#run && position >= 0) await this.#around.client.stopImage({ run: this.#run.id, index: position });
	}

	setFiles(index: number, files: AttackReport["images"][number]["files"]): void {
		const row = this.#rows[index];
		if (!row) return;
		this.#rows[index] = { ...row, image: { ...row.image, files } };
		this.#around.post({ type: "files", index, files });
		this.#around.changed(true);
	}

	dispose(): void {
		this.cancel();
		this.#sender.dispose();
	}

	async #attack(indices: readonly number[], question: RunQuestion): Promise<void> {
		const { model } = question;
		// Which images a data set gives is known once the run has started.
		const unknown = this.#data.kind === "dataset" && this.#rows.length === 0;
		if (model === null || (indices.length === 0 && !unknown)) return this.sendState();
		const run: Run = { id: randomUUID(), controller: new AbortController(), indices, started: performance.now() };
		this.#run?.controller.abort();
		this.#run = run;
		this.#phase = { kind: "running", words: `Reading ${this.#modelName(model)}`, share: null };
		this.sendState();
		this.#around.changed(true);
		try {
			const { method, target, effort, budget, seed } = question;
			const record = await this.#around.client.attack(
				{
					run: run.id,
					model: this.#around.modelRequest(model),
					data: this.#request(indices),
					options: { method, target, effort, budget },
					seed,
					npz: null,
					out: null,
					keepPixels: true,
				},
				(event) => this.#run === run && this.#hear(run, event, question),
				run.controller.signal,
			);
			if (this.#run !== run) return;
			this.#report = record.report;
			record.report.images.forEach((image, position) => {
				const seconds = record.report.run.imageSeconds[position] ?? null;
				this.#set(run, position, { image, status: "done", seconds }, record.pixels[position] ?? null);
			});
			this.#end({ kind: "complete" }, record.report.run.seconds);
		} catch (thrown) {
			if (this.#run !== run) return;
			const error = asBlindspotError(thrown);
			if (error.reason !== "cancelled") this.#around.failed(error);
			this.#end(phaseAfter(error), (performance.now() - run.started) / 1000);
		}
	}

	/** What of the pictures or the data set a run is about. */
	#request(indices: readonly number[]): DataRequest {
		const sources = indices.map((at) => (this.#rows[at] as SessionRow).image.source);
		if (this.#data.kind === "pictures") return { kind: "pictures", paths: sources };
		const { path, take } = this.#data;
		const whole = { kind: "dataset", path, take, skip: 0 } as const;
		return this.#rows.length === 0 ? { ...whole, seed: this.#asked.seed } : { ...whole, only: sources };
	}

	/** The images that a data set gave. */
	#listed(run: Run, images: AttackReport["images"], target: Target): void {
		this.#rows = images.map(({ source }) => newRow(source, target));
		run.indices = images.map((_, at) => at);
		this.#around.changed(true);
	}

	#hear(run: Run, event: AttackProgress, question: RunQuestion): void {
		if (event.kind === "started") {
			this.#report = event.report;
			if (this.#rows.length === 0) this.#listed(run, event.report.images, question.target);
			this.#phase = this.#countPhase(run);
			event.report.images.forEach((image, position) => {
				const row = this.#rows[run.indices[position] ?? -1];
				// The process may have been started again; what was found before is found again.
				if (row) this.#rows[run.indices[position] as number] = { ...row, image, status: "waiting", seconds: null };
			});
			this.sendState();
			return;
		}
		const finished = event.kind === "finished";
		const status = finished || event.image.error !== null ? "done" : "running";
		this.#set(run, event.index, { image: event.image, status, seconds: finished ? event.seconds : null }, event.pixels);
		if (status === "done") {
			this.#phase = this.#countPhase(run);
			this.#around.post({ type: "phase", phase: this.#phase, facts: null });
			this.#around.changed(false);
		}
	}

	/** A row's new state. */
	#set(
		run: Run,
		position: number,
		change: Pick<SessionRow, "image" | "status" | "seconds">,
		pixels: AttackPixels | null,
	): void {
		const index = run.indices[position];
		const row = index === undefined ? undefined : this.#rows[index];
		if (index === undefined || row === undefined) return;
		this.#rows[index] = { ...row, ...change, pixels: pixels ? mergedPixels(row.pixels, pixels) : row.pixels };
		this.#sender.changed(index, pixels !== null);
	}

	#end(phase: Phase, seconds: number): void {
		this.#sender.finish();
		this.#run = null;
		this.#seconds += seconds;
		this.#rows = this.#rows.map(atRest);
		// After one image was run again the others may still lack a result.
		const left = this.#rows.some((row) => row.status !== "done");
		this.#phase = phase.kind === "complete" && left ? { kind: "cancelled" } : phase;
		this.sendState();
		this.#around.changed(true);
		if (this.#phase.kind === "complete") void this.#suggest();
	}

	async #suggest(): Promise<void> {
		const report = this.#report;
		const model = this.#shown?.model ?? null;
		if (report === null || model === null || this.#suggesting || this.#trial) return;
		this.#suggesting = new AbortController();
		try {
			const { client, modelRequest, post } = this.#around;
			const better = await betterPreprocessing(client, modelRequest(model), report, this.#suggesting.signal);
			if (this.#shown?.model !== model || better === undefined) return;
			this.#trial = better;
			post({ type: "preprocessing", preprocessing: preprocessingNote(this.#report, better) });
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			if (error.reason !== "cancelled") this.#around.failed(error);
		} finally {
			this.#suggesting = null;
		}
	}

	#modelName(path: string): string {
		return this.#around.models().find((model) => model.path === path)?.name ?? path;
	}

	#countPhase(run: Run): Phase {
		const of = run.indices.length;
		const done = run.indices.filter((at) => this.#rows[at]?.status === "done").length;
		return {
			kind: "running",
			words: `${done} of ${of} ${of === 1 ? "image" : "images"}`,
			share: of === 0 ? null : done / of,
		};
	}

	#snapshot(): AttackSnapshot {
		return {
			id: this.id,
			asked: this.#asked,
			shown: this.#shown,
			models: modelsWith(this.#around.models(), this.models),
			rows: this.#rows,
			phase: this.#phase,
			report: this.#report,
			finished: this.report,
			trial: this.#trial,
			skipped: this.#around.skipped,
		};
	}
}

function sameTarget(a: Target, b: Target): boolean {
	return a.kind === b.kind && (a.kind !== "label" || b.kind !== "label" || a.index === b.index);
}

/** Progress may leave out pixels that haven't changed. */
function mergedPixels(before: AttackPixels, now: AttackPixels): AttackPixels {
	return { original: now.original ?? before.original, adversarial: now.adversarial, stored: now.stored };
}
