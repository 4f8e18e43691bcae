/** What goes on for a page: one run at a time, over its images or of further methods on one of them. */

import type { AttackMethod } from "../../../compute/attack/methods.js";
import type { AttackParams, AttackProgress } from "../../../compute/attack/requests.js";
import { asBlindspotError, type BlindspotError } from "../../../compute/errors.js";
import type { ComputeClient } from "../../../compute/process/client.js";
import type { AttackReport, Target } from "../../../compute/reports/report.js";
import type { ImagesProgress } from "../../../compute/reports/request.js";
import type { Phase } from "../../messages.js";
import { phaseAfter } from "../../pageKind.js";
import type { ExtensionMessage } from "../messages.js";
import { type MethodRequest, MethodsRun } from "./methodsRun.js";
import { PreprocessingOffer } from "./preprocessingOffer.js";
import type { RowList } from "./rowList.js";
import { newRow } from "./rows.js";
import { RowsRun } from "./rowsRun.js";

export interface RunnerSurroundings {
	readonly client: Pick<ComputeClient, "attack" | "stop" | "suggestPreprocessing">;
	/** Tells the page; messages to a page that isn't there are lost, it asks for everything when it comes back. */
	readonly post: (message: ExtensionMessage) => void;
	/** Called when something worth storing has changed; `urgent` when a run came to an end. */
	readonly changed: (urgent: boolean) => void;
	/** Shows a sentence on the page for some seconds. */
	readonly notice: (words: string, severity?: "info" | "error") => void;
	/** What stopped a run, for the log. */
	readonly failed: (error: BlindspotError) => void;
}

export class Runner {
	readonly offer: PreprocessingOffer;
	#phase: Phase;
	#report: AttackReport | null;
	#seconds: number;
	#run: RowsRun | MethodsRun | null = null;

	constructor(
		private readonly rows: RowList,
		/** Where a stored run stood, or that nothing has been run. */
		before: { readonly phase: Phase; readonly report: AttackReport | null },
		private readonly around: RunnerSurroundings,
		/** Tells the page its whole state. */
		private readonly sendState: () => void,
	) {
		this.offer = new PreprocessingOffer(around.client, (error) => around.failed(error));
		this.#phase = before.phase;
		this.#report = before.report;
		this.#seconds = before.report?.run.seconds ?? 0;
	}

	get running(): boolean {
		return this.#run !== null;
	}

	get phase(): Phase {
		return this.#phase;
	}

	/** Of the rows' last run, as far as it is known; null before the model was read. */
	get report(): AttackReport | null {
		return this.#report;
	}

	/** Of all runs that the rows come from. */
	get seconds(): number {
		return this.#seconds;
	}

	/** Nothing has been run: the rows are others. */
	forget(): void {
		this.cancel();
		this.#run = null;
		this.#report = null;
		this.#seconds = 0;
		this.#phase = { kind: "idle" };
	}

	cancel(): void {
		this.#run?.cancel();
	}

	/** Ends the search for one image; its best so far stands. */
	async stopImage(index: number): Promise<void> {
		const run = this.#run instanceof RowsRun ? this.#run : null;
		const place = run?.placeOf(index) ?? null;
		if (run && place !== null) await this.around.client.stop({ run: run.id, image: place });
	}

	/** Ends one further method; its best so far stands, and the next one's turn comes. */
	async stopMethod(method: AttackMethod): Promise<void> {
		const request = this.#run instanceof MethodsRun ? this.#run.requestOf(method) : null;
		if (request !== null) await this.around.client.stop({ run: request, image: 0 });
	}

	/**
	 * Runs the rows at `indices`; `words` say what happens until they are known. With `first` other preprocessings are tried before, and
	 * nothing is run where one is to be offered.
	 */
	async attack(
		indices: readonly number[],
		target: Target,
		{ words, first }: { readonly words: string; readonly first: boolean },
		params: (run: string) => AttackParams,
	): Promise<void> {
		const began = performance.now();
		const run = new RowsRun(this.rows, indices);
		this.#run?.cancel();
		this.#begin(run, { kind: "running", words, share: null });
		try {
			const asked = params(run.id);
			if (first) {
				const hear = ({ done, total }: ImagesProgress) => this.#hearTried(run, done, total);
				const offered = await this.offer.look(asked, hear, run.signal);
				if (this.#run !== run) return;
				if (offered) return this.#end({ kind: "idle" });
			}
			const hear = (event: AttackProgress) => this.#run === run && this.#hear(run, event, target);
			const record = await this.around.client.attack(asked, hear, run.signal);
			if (this.#run !== run) return;
			this.#report = record.report;
			run.complete(record);
			this.#seconds += record.report.run.seconds;
			// After one image was run again the others may still lack a result.
			this.#end(this.rows.unfinished.length > 0 ? { kind: "cancelled" } : { kind: "complete" });
		} catch (thrown) {
			if (this.#run !== run) return;
			const error = asBlindspotError(thrown);
			if (error.reason !== "cancelled") this.around.failed(error);
			this.#seconds += (performance.now() - began) / 1000;
			this.#end(phaseAfter(error));
		}
	}

	/** Runs further methods on one finished row, one after the other; what is found stands beside the row's own result. */
	async compare(
		index: number,
		methods: readonly AttackMethod[],
		params: (run: string, method: AttackMethod) => AttackParams,
	): Promise<void> {
		const before = this.#phase;
		const run = new MethodsRun(this.rows, index, methods);
		run.start();
		this.#begin(run, run.phase);
		try {
			await run.complete(
				({ id, method, hear, signal }) =>
					this.around.client.attack(
						params(id, method),
						(event) => this.#run === run && this.#hearMethod(run, hear, event),
						signal,
					),
				() => this.#tellPhase(run),
			);
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			if (error.reason !== "cancelled" && this.#run === run) {
				this.around.failed(error);
				this.around.notice(error.message, "error");
			}
		}
		if (this.#run === run) this.#end(before);
	}

	#begin(run: RowsRun | MethodsRun, phase: Phase): void {
		this.#run = run;
		this.#phase = phase;
		this.sendState();
		this.around.changed(true);
	}

	#end(phase: Phase): void {
		this.#run = null;
		this.#phase = phase;
		this.rows.rest();
		this.sendState();
		this.around.changed(true);
	}

	#hear(run: RowsRun, event: AttackProgress, target: Target): void {
		if (event.kind === "started") {
			this.#report = event.report;
			if (this.rows.all.length === 0) {
				this.rows.replace(event.report.images.map(({ source }) => newRow(source, target)));
				this.around.changed(true);
			}
			run.start(event.report);
			this.#phase = run.phase;
			this.sendState();
		} else if (run.hear(event)) {
			this.#tellPhase(run);
			this.around.changed(false);
		}
	}

	#hearTried(run: RowsRun, done: number, total: number): void {
		if (this.#run !== run) return;
		this.#phase = { kind: "running", words: `Trying preprocessings on ${done} of ${total} pictures`, share: null };
		this.around.post({ type: "phase", phase: this.#phase, facts: null });
	}

	/** A method of another model than the shown results' would be no comparison. */
	#hearMethod(run: MethodsRun, hear: MethodRequest["hear"], event: AttackProgress): void {
		if (event.kind === "started" && event.report.model.sha256 !== this.#report?.model.sha256) {
			this.around.notice("The model has changed since. Run again before comparing methods.", "error");
			run.cancel();
		} else hear(event);
	}

	#tellPhase(run: RowsRun | MethodsRun): void {
		if (this.#run !== run) return;
		this.#phase = run.phase;
		this.around.post({ type: "phase", phase: this.#phase, facts: null });
	}
}
