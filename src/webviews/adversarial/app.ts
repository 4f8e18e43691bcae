import { html, nothing, type PropertyValues } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { LightElement } from "../ui/lightElement.js";
import { PageElement } from "../ui/pageElement.js";
import "../ui/pixelCanvas.js";
import { progressBar } from "../ui/toolbar.js";
import type { Actions, Density } from "./actions.js";
import { noiseControl } from "./columnHeads.js";
import { comparable, comparedMethods, comparisonWords, untried } from "./comparison.js";
import "./distortionChart.js";
import { arePlaceholders, displayNames, NOISE_FACTORS } from "../ui/format.js";
import { distribution } from "./distribution.js";
import { withoutRows } from "./emptyStates.js";
import { announcement, COPIED_HEADINGS, changed, copiedFigures, unreadable } from "./figures.js";
import { finding } from "./finding.js";
import type { GridView, ImageGrid } from "./imageGrid.js";
import "./imageGrid.js";
import { KEYS } from "./keys.js";
import type { ExtensionMessage, KeyCommand, PageMessage } from "./messages.js";
import { targetPicker } from "./popups.js";
import { runDetails } from "./runDetails.js";
import { summary } from "./summary.js";
import type { TargetChoice } from "./targetPicker.js";
import { toolbar } from "./toolbar.js";
import {
	automaticFactor,
	COMPACT_ABOVE,
	order,
	type Received,
	receive,
	type Settings,
	type Sorting,
	settingsChanged,
	settingsOf,
} from "./view.js";

/** What outlives the page. */
interface Saved {
	readonly report: string | null;
	readonly selected: number;
	readonly scroll: number;
	readonly factor: number | null;
	readonly density: Density | null;
}

/** The page "Adversarial". */
@customElement("blindspot-adversarial")
export class AdversarialPage extends PageElement<PageMessage, ExtensionMessage, Saved> {
	#saved: Saved = this.host.saved({ report: null, selected: 0, scroll: 0, factor: null, density: null });
	@state() private received: Received | null = null;
	@state() private settings: Settings = {
		model: null,
		method: "closest",
		target: { kind: "any" },
		effort: "normal",
		budget: null,
	};
	@state() private selected = 0;
	@state() private expanded: ReadonlySet<number> = new Set();
	@state() private sorting: Sorting | null = null;
	/** As the person set it. */
	@state() private factor: number | null = this.#saved.factor;
	/** As it suits the first result of the run that goes on. */
	@state() private fitted: number | null = null;
	@state() private density: Density | null = this.#saved.density;
	@state() private swapped = false;
	@query(".scroll") private readonly scroller!: HTMLElement | null;
	@query("blindspot-image-grid") private readonly grid!: ImageGrid | null;
	#sorted: { readonly sorting: Sorting | null; readonly order: readonly number[] } | null = null;
	readonly #results: Extract<ExtensionMessage, { type: "image" }>[] = [];
	#scrollTo: number | null = null;
	/** The row on which methods are compared. */
	#compared: number | null = null;

	constructor() {
		super();
		document.addEventListener("keyup", () => (this.swapped = false));
		window.addEventListener("blur", () => (this.swapped = false));
	}

	protected override readonly keyHelp = KEYS;

	protected override get savedReport(): string | null {
		return this.#saved.report;
	}

	readonly #actions: Actions = {
		standalone: this.standalone,
		send: (message) => this.send(message),
		set: (settings) => (this.settings = { ...this.settings, ...settings }),
		run: () => this.#run(this.settings),
		pickTarget: (index, anchor) => this.#pickTarget(index, anchor),
		openMenu: (label, items, anchor) => this.openMenu(label, items, anchor),
		runImage: (index, target, budget) => this.send({ type: "runImage", index, target, budget }),
		compare: (index, methods) => {
			if (this.#density() === "compact") this.expanded = new Set([...this.expanded, index]);
			this.send({ type: "compareMethods", index, methods });
		},
		save: (index, what) => this.send({ type: "save", index, what, factor: this.#factor() }),
		saveAll: () => this.send({ type: "saveAll", factor: this.#factor() }),
		copyFigures: (index) => this.#copy([index]),
		copyAll: () => this.#copy(this.#order()),
		select: (index) => (this.selected = index),
		toggle: (index) => {
			const expanded = new Set(this.expanded);
			if (!expanded.delete(index)) expanded.add(index);
			this.expanded = expanded;
		},
		setDensity: (density) => {
			this.density = density;
			this.expanded = new Set();
		},
		setFactor: (factor) => (this.factor = factor),
		sort: (column) => {
			const again = this.sorting?.column === column;
			this.sorting = again && this.sorting?.descending ? null : { column, descending: again };
		},
		showKeys: () => this.showKeys(),
	};

	#pickTarget(index: number | null, anchor: HTMLElement): void {
		this.openPopup(anchor, (close) => {
			const state = this.received?.state;
			if (!state) return html``;
			return targetPicker(index, anchor, state, this.settings, close, (choice) => this.#onTarget(choice, index));
		});
	}

	#run({ model, method, target, effort, budget }: Settings): void {
		if (model !== null) this.send({ type: "run", model, method, target, effort, budget });
	}

	#copy(indices: readonly number[]): void {
		const rows = indices.flatMap((at) => this.received?.state.rows[at] ?? []);
		const lines = rows.map(copiedFigures);
		const text = rows.length > 1 ? [COPIED_HEADINGS.join("\t"), ...lines].join("\n") : lines.join("");
		if (text !== "") this.send({ type: "copy", text });
	}

	#factor(): number {
		return this.factor ?? this.fitted ?? automaticFactor(this.received?.state.rows ?? []) ?? 32;
	}

	#density(): Density {
		return this.density ?? ((this.received?.state.rows.length ?? 0) > COMPACT_ABOVE ? "compact" : "detail");
	}

	/** Results that arrive move no row: a list that was sorted while a run goes on is sorted again at its end. */
	#order(): readonly number[] {
		const { rows = [], phase } = this.received?.state ?? {};
		const sorting = this.#density() === "compact" ? this.sorting : null;
		const before = this.#sorted;
		if (phase?.kind === "running" && before?.sorting === sorting && before.order.length === rows.length)
			return before.order;
		this.#sorted = { sorting, order: order(rows, sorting) };
		return this.#sorted.order;
	}

	/** Results wait for the next frame and are taken together: a thousand of them are no thousand renderings. */
	protected override hear(message: ExtensionMessage): void {
		if (message.type === "image") {
			if (this.#results.push(message) === 1) requestAnimationFrame(this.#takeResults);
			return;
		}
		this.#takeResults();
		const before = this.received?.state ?? null;
		this.received = receive(this.received, message);
		if (message.type === "method") this.#compared = message.index;
		if (message.type === "state") this.#onState(before?.report ?? null, before?.asked ?? null);
		const phase = this.received?.state.phase;
		if (this.received && phase && before && phase.kind !== before.phase.kind && phase.kind !== "running") {
			this.announced = phase.kind === "ended" || phase.kind === "failed" ? phase.message : this.#endWords();
			this.#compared = null;
		}
		this.#fitFactor();
	}

	/** What a comparison has come to, once it ends; otherwise what the page has found. */
	#endWords(): string {
		const { state } = this.received ?? {};
		if (!state) return "";
		const compared = this.#compared === null ? undefined : state.rows[this.#compared];
		if (compared && state.shown) return comparisonWords(comparedMethods(compared, state.shown.method));
		const { headline, control } = finding(state);
		return `${headline} ${control}`;
	}

	readonly #takeResults = (): void => {
		const before = this.received?.state.rows ?? [];
		const results = this.#results.splice(0);
		this.received = results.reduce(receive, this.received);
		const done = results.findLast(({ index, row }) => row.status === "done" && before[index]?.status !== "done");
		if (done) {
			const file = this.#files()[done.index] ?? "";
			this.announced = announcement(done.row, { file, classNames: this.received?.state.classNames ?? [] });
		}
		this.#fitFactor();
	};

	/** Pictures don't change their scale while results arrive: the first result decides, and at the end all of them. */
	#fitFactor(): void {
		const state = this.received?.state;
		this.fitted = state?.phase.kind === "running" ? (this.fitted ?? automaticFactor(state.rows)) : null;
	}

	#onState(report: string | null, asked: Received["state"]["asked"] | null): void {
		const state = this.received?.state;
		if (!state) return;
		if (asked === null || JSON.stringify(asked) !== JSON.stringify(state.asked))
			this.settings = settingsOf(state.asked);
		if (report === state.report) return;
		const same = this.#saved.report === state.report;
		this.selected = same ? this.#saved.selected : 0;
		this.#scrollTo = same ? this.#saved.scroll : 0;
		this.expanded = new Set();
		if (!same) this.factor = null;
	}

	#files(): readonly string[] {
		const { rows, classNames } = this.received?.state ?? { rows: [], classNames: [] };
		// Beside "class 145" the folder is the only word for what is seen.
		return displayNames(
			rows.map((row) => row.image.source),
			arePlaceholders(classNames),
		);
	}

	#move(to: (at: number, last: number) => number): void {
		const shown = this.#order();
		const at = shown.indexOf(this.selected);
		this.selected = shown[Math.min(shown.length - 1, Math.max(0, to(at, shown.length - 1)))] ?? 0;
		void this.updateComplete.then(() => {
			const row = this.#rowElement(this.selected);
			row?.focus();
			row?.scrollIntoView({ block: "nearest" });
		});
	}

	#rowElement(index: number): HTMLElement | null {
		return this.querySelector(`blindspot-image-row[data-index="${index}"]`);
	}

	#stepFactor(by: number): void {
		const at = NOISE_FACTORS.indexOf(this.#factor()) + by;
		this.factor = NOISE_FACTORS[Math.min(NOISE_FACTORS.length - 1, Math.max(0, at))] ?? 1;
	}

	protected override commands(): Readonly<Record<KeyCommand, (() => unknown) | undefined>> {
		const state = this.received?.state;
		const row = state?.rows[this.selected];
		const running = state?.phase.kind === "running";
		const when = (possible: unknown, run: () => unknown) => (possible ? run : undefined);
		const editor = state !== undefined && !this.standalone;
		return {
			rowUp: () => this.#move((at) => at - 1),
			rowDown: () => this.#move((at) => at + 1),
			rowFirst: () => this.#move(() => 0),
			rowLast: () => this.#move((_, last) => last),
			screenUp: () => this.#move((at) => at - (this.grid?.rowsPerScreen ?? 1)),
			screenDown: () => this.#move((at) => at + (this.grid?.rowsPerScreen ?? 1)),
			open: when(this.#density() === "compact", () => this.#actions.toggle(this.selected)),
			save: when(editor && row && changed(row), () => this.#actions.save(this.selected, "both")),
			copyFigures: when(row, () => row && this.copy(copiedFigures(row))),
			runAgain: when(editor && !running && state.rows.length > 0, () => this.#actions.run()),
			cancel: when(running, () => this.send({ type: "cancel" })),
			target: when(editor && row && !running && !unreadable(row), () => this.#openTarget()),
			compare: when(editor && !running && row && comparable(row), () => this.#compare()),
			noiseMore: () => this.#stepFactor(1),
			noiseLess: () => this.#stepFactor(-1),
			compact: () => this.#actions.setDensity("compact"),
			detail: () => this.#actions.setDensity("detail"),
			keys: () => this.showKeys(),
		};
	}

	#compare(): void {
		const { rows = [], shown } = this.received?.state ?? {};
		const row = rows[this.selected];
		const further = row && shown ? untried(row, shown.method) : [];
		if (further.length > 0) this.#actions.compare(this.selected, further);
	}

	#openTarget(): void {
		const row = this.#rowElement(this.selected);
		const anchor = row?.querySelector<HTMLElement>(".field.target") ?? row;
		if (anchor) this.#pickTarget(this.selected, anchor);
	}

	/** Keys of the list itself, handled here so that they neither scroll the page nor wait for the editor. */
	protected override handleKey(event: KeyboardEvent): boolean {
		const target = event.target as HTMLElement;
		const onList = target === document.body || target.matches("blindspot-image-row, .scroll");
		const onHead = target.matches(".sort") && event.key !== "Enter" && event.key !== " ";
		if (!(onList || onHead)) return false;
		const commands: Record<string, KeyCommand> = {
			ArrowUp: "rowUp",
			ArrowDown: "rowDown",
			Home: "rowFirst",
			End: "rowLast",
			PageUp: "screenUp",
			PageDown: "screenDown",
			Enter: "open",
		};
		const command = commands[event.key];
		if (command === undefined && event.key !== " ") return false;
		if (command === undefined) this.swapped = true;
		else this.command(command);
		return true;
	}

	readonly #onTarget = ({ target, all }: TargetChoice, index: number | null): void => {
		if (!all && index !== null) {
			this.#actions.runImage(index, target, this.settings.budget);
			return;
		}
		this.settings = { ...this.settings, target };
		if (index !== null) this.#run(this.settings);
	};

	protected override get toSave(): Saved | null {
		if (this.received === null || this.#scrollTo !== null) return null;
		this.#saved = {
			report: this.received.state.report,
			selected: this.selected,
			scroll: this.scroller?.scrollTop ?? 0,
			factor: this.factor,
			density: this.density,
		};
		return this.#saved;
	}

	/** Rendered once its list is. */
	protected override async getUpdateComplete(): Promise<boolean> {
		const complete = await super.getUpdateComplete();
		await this.grid?.updateComplete;
		return complete;
	}

	protected override updated(properties: PropertyValues<this>): void {
		super.updated(properties);
		if (this.#scrollTo !== null) void this.#restoreScroll(this.#scrollTo);
	}

	/** Rows have their height only after they have rendered. */
	async #restoreScroll(to: number): Promise<void> {
		this.#scrollTo = null;
		await this.updateComplete;
		await Promise.all([...this.querySelectorAll<LightElement>("blindspot-image-row")].map((row) => row.updateComplete));
		if (this.scroller) this.scroller.scrollTop = to;
		this.keep();
	}

	protected override page() {
		return this.received === null ? nothing : this.#page(this.received);
	}

	#page(received: Received) {
		const { state } = received;
		const density = this.#density();
		const different = settingsChanged(this.settings, state) !== null || state.modelChanged;
		return html`
			${toolbar(state, this.settings, different, density, this.#actions)}
			${progressBar(state.phase)}
			${
				withoutRows(state, this.#actions) ??
				html`<div class="with-distribution">
					<div class="scroll" @scroll=${() => this.keep()}>
						${summary(state, this.settings, this.#noiseControl(density), this.#actions)}
						<blindspot-image-grid
							.received=${received}
							.view=${this.#gridView(density)}
							.actions=${this.#actions}
						></blindspot-image-grid>
						${runDetails(state)}
					</div>
					${density === "compact" ? distribution(state.rows) : nothing}
				</div>`
			}
		`;
	}

	#gridView(density: Density): GridView {
		const { sorting, selected, expanded, swapped } = this;
		const common = { density, sorting, selected, expanded, swapped };
		return { ...common, order: this.#order(), files: this.#files(), factor: this.#factor() };
	}

	/** The compact list's columns are too narrow for it. */
	#noiseControl(density: Density) {
		if (density === "detail") return nothing;
		const factor = this.#factor();
		return html`<div class="noise-control"><span>Noise × ${factor}</span>${noiseControl(factor, this.#actions)}</div>`;
	}
}
