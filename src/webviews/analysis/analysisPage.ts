import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import type { Phase } from "../messages.js";
import { failed, noData, noModel } from "../ui/emptyState.js";
import { CONFIGURATION_CHANGED, finding, info, MODEL_CHANGED, trouble, warning } from "../ui/finding.js";
import { icons } from "../ui/icons.js";
import type { KeyHelp } from "../ui/keyList.js";
import type { MenuItem } from "../ui/menu.js";
import { PageElement } from "../ui/pageElement.js";
import { commonItems, progressBar, runButton, toolbar } from "../ui/toolbar.js";
import type { AnalysisReport } from "./analysis.js";
import type { AnalysisExtensionMessage, AnalysisPageMessage, AnalysisState } from "./messages.js";

/** What outlives the page. */
export interface SavedAnalysis {
	readonly report: string | null;
	readonly scroll: number;
}

/** The sentence of a page, with the line below it. */
export interface Finding {
	/** Answers the page's question with its figures. */
	readonly headline: string;
	/** How it was measured, what differs, how many: sentences. */
	readonly conditions: readonly string[];
}

const COMMON_KEY_HELP: readonly KeyHelp[] = [
	{ keys: ["F5"], does: "Run again" },
	{ keys: ["Esc"], does: "Cancel the run" },
	{ keys: ["Ctrl+C"], does: "Copy the figures" },
	{ keys: ["?"], does: "This list" },
];

/**
 * The page of an analysis: toolbar, finding, conditions, results, and every state that has none. A page adds its
 * fields, its words and its results. `Own` and `Heard` are messages to and from the extension beside those of all analyses.
 */
export abstract class AnalysisPage<
	Question,
	Report extends AnalysisReport,
	Own extends { readonly type: string } = never,
	Heard extends { readonly type: string } = never,
> extends PageElement<
	AnalysisPageMessage<Question> | Own,
	AnalysisExtensionMessage<Question, Report> | Heard,
	SavedAnalysis
> {
	#saved = this.host.saved({ report: null, scroll: 0 });
	@state() protected state: AnalysisState<Question> | null = null;
	/** The report, or while a run goes on the report so far. */
	@state() protected report: Report | null = null;
	#scrollTo: number | null = null;

	/** What was asked: fields of the toolbar (`ui/toolbar.ts`), as `plainField`s where the page is `standalone`. */
	protected abstract fields(state: AnalysisState<Question>): TemplateResult;
	protected abstract finding(report: Report, state: AnalysisState<Question>): Finding;
	/** The evidence. */
	protected abstract results(report: Report, state: AnalysisState<Question>): TemplateResult;
	/** What the page copies on Ctrl+C: tab-separated figures. */
	protected abstract copied(report: Report): string;
	/** What to choose where there is no data set. */
	protected abstract readonly dataWords: string;

	/** Which settings differ from the shown report, in the words of that report ("norm: L2"); empty where none does. */
	protected changes(_asked: Question, _shown: Question): readonly string[] {
		return [];
	}

	/** Buttons at the right end of the toolbar. */
	protected tools(_report: Report | null): TemplateResult | typeof nothing {
		return nothing;
	}

	/** Items of the menu before those of every page. */
	protected items(_report: Report | null): readonly MenuItem[] {
		return [];
	}

	/** A message that is the page's own. */
	protected hearOwn(_message: Heard): void {}

	/** Commands beside those of every page. */
	protected ownCommands(): Readonly<Record<string, (() => unknown) | undefined>> {
		return {};
	}

	protected ownKeyHelp: readonly KeyHelp[] = [];

	/** Changes what is asked, without running. */
	protected ask(change: Partial<Question>): void {
		if (this.state === null) return;
		const question = { ...this.state.asked, ...change };
		this.state = { ...this.state, asked: question };
		this.send({ type: "ask", question });
	}

	protected run(): void {
		if (this.state !== null && this.state.missing === null) this.send({ type: "run", question: this.state.asked });
	}

	protected override get savedReport(): string | null {
		return this.#saved.report;
	}

	protected override get keyHelp(): readonly KeyHelp[] {
		return [...this.ownKeyHelp, ...COMMON_KEY_HELP];
	}

	protected override get toSave(): SavedAnalysis | null {
		if (this.state === null || this.#scrollTo !== null) return null;
		return { report: this.state.report, scroll: this.#scroller?.scrollTop ?? 0 };
	}

	protected override commands(): Readonly<Record<string, (() => unknown) | undefined>> {
		const running = this.state?.phase.kind === "running";
		const { report } = this;
		return {
			runAgain: running ? undefined : () => this.run(),
			cancel: running ? () => this.send({ type: "cancel" }) : undefined,
			copyFigures: report === null ? undefined : () => this.copy(this.copied(report)),
			keys: () => this.showKeys(),
			...this.ownCommands(),
		};
	}

	protected override hear(message: AnalysisExtensionMessage<Question, Report> | Heard): void {
		if (!isOfAnalysis<Question, Report>(message)) {
			this.hearOwn(message);
			return;
		}
		switch (message.type) {
			case "state":
				if (this.state === null && message.state.report === this.#saved.report) this.#scrollTo = this.#saved.scroll;
				this.#onPhase(message.state.phase);
				this.state = message.state;
				return;
			case "phase":
				this.#onPhase(message.phase);
				if (this.state !== null) this.state = { ...this.state, phase: message.phase };
				return;
			case "report":
				this.report = message.report;
				return;
		}
	}

	protected override page(): TemplateResult | typeof nothing {
		const { state, report } = this;
		if (state === null) return nothing;
		return html`
			${this.#toolbar(state)}
			${progressBar(state.phase)}
			${report === null ? this.#withoutReport(state) : this.#withReport(report, state)}
		`;
	}

	protected override updated(properties: PropertyValues<this>): void {
		super.updated(properties);
		if (this.#scrollTo !== null && this.report !== null) void this.#restoreScroll(this.#scrollTo);
	}

	get #scroller(): HTMLElement | null {
		return this.querySelector(".scroll");
	}

	/** Results have their height only after they have rendered. */
	async #restoreScroll(to: number): Promise<void> {
		this.#scrollTo = null;
		await new Promise((rendered) => requestAnimationFrame(rendered));
		this.#scroller?.scrollTo({ top: to });
	}

	#toolbar(state: AnalysisState<Question>): TemplateResult {
		if (this.standalone) return toolbar(this.fields(state), nothing, null);
		const send = (message: Parameters<typeof this.send>[0]) => this.send(message);
		const items = [...this.items(this.report), ...commonItems(send, () => this.showKeys(), this.report === null)];
		const button = runButton({
			phase: state.phase,
			different: this.#changed(state) !== null || state.modelChanged || state.configurationChanged === true,
			again: state.shown !== null,
			enabled: state.missing === null,
			start: () => this.run(),
			cancel: () => this.send({ type: "cancel" }),
		});
		return toolbar(html`${this.fields(state)}${button}`, this.tools(this.report), (anchor) =>
			this.openMenu("More actions", items, anchor),
		);
	}

	#withReport(report: Report, state: AnalysisState<Question>): TemplateResult {
		const { phase } = state;
		const different = this.#changed(state);
		const notes = html`
			${different === null ? nothing : info(different)}
			${state.modelChanged && !this.standalone ? info(MODEL_CHANGED) : nothing}
			${state.configurationChanged && !this.standalone ? info(`${CONFIGURATION_CHANGED} Run again to see what it is now.`) : nothing}
			${report.warnings.map((words) => warning(words))}`;
		const { headline, conditions } = this.finding(report, state);
		const top =
			phase.kind === "ended" || phase.kind === "failed"
				? trouble(
						phase,
						"What was found so far is kept below. The next run starts a new process.",
						this.#goOnButton(),
						(message) => this.send(message),
						notes,
						this.standalone,
					)
				: finding({ headline: [headline], conditions: [...phaseWords(phase), ...conditions], notes, phase });
		return html`<div class="scroll" @scroll=${() => this.keep()}>${top}${this.results(report, state)}</div>`;
	}

	#withoutReport(state: AnalysisState<Question>): TemplateResult {
		const { phase } = state;
		const send = (message: Parameters<typeof this.send>[0]) => this.send(message);
		if (phase.kind === "running") return html`<div class="empty"><p>${phase.words}…</p></div>`;
		if (state.missing === "model") return noModel(send);
		if (state.missing === "data") return noData(this.dataWords, send);
		if (phase.kind === "failed" || phase.kind === "ended") return failed(phase, null, send);
		return html`<div class="empty">
			<p>${phase.kind === "cancelled" ? "Cancelled before anything was found." : "Nothing has been run yet."}</p>
			<div class="buttons">${this.#goOnButton()}</div>
		</div>`;
	}

	#goOnButton(): TemplateResult {
		return html`<vscode-button appearance="primary" @click=${() => this.run()}>
			<span slot="start">${icons.run}</span>Run
		</vscode-button>`;
	}

	#changed({ asked, shown }: AnalysisState<Question>): string | null {
		if (shown === null || this.standalone) return null;
		const changes = this.changes(asked, shown);
		return changes.length === 0 ? null : `Settings changed. The results below are for ${changes.join(", ")}.`;
	}

	/** Reads the end of a run out. */
	#onPhase(phase: Phase): void {
		if (this.state?.phase.kind !== "running" || phase.kind === "running") return;
		if (phase.kind === "ended" || phase.kind === "failed") this.announced = phase.message;
		else this.announced = this.report === null ? "Cancelled." : this.finding(this.report, this.state).headline;
	}
}

function phaseWords(phase: Phase): readonly string[] {
	if (phase.kind === "running") return [`${phase.words}.`];
	return phase.kind === "cancelled" ? ["Cancelled."] : [];
}

function isOfAnalysis<Question, Report>(message: {
	readonly type: string;
}): message is AnalysisExtensionMessage<Question, Report> {
	return ["state", "phase", "report"].includes(message.type);
}
