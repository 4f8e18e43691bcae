import { html, nothing, type PropertyValues } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { Host } from "../host.js";
import "../ui/keyList.js";
import "../ui/pixelCanvas.js";
import type { Actions, Density } from "./actions.js";
import { noiseControl } from "./columnHeads.js";
import "./distortionChart.js";
import { emptyState } from "./emptyStates.js";
import { announcement, COPIED_HEADINGS, changed, copiedFigures, unreadable } from "./figures.js";
import { finding } from "./finding.js";
import { displayNames, NOISE_FACTORS } from "./format.js";
import type { GridView, ImageGrid } from "./imageGrid.js";
import "./imageGrid.js";
import { LightElement } from "../ui/lightElement.js";
import { KEYS } from "./keys.js";
import type { ExtensionMessage, KeyCommand, PageMessage } from "./messages.js";
import { type Popup, popupContent } from "./popups.js";
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

const NOTICE_MS = 6000;

/** The page "Adversarial". */
@customElement("blindspot-adversarial")
export class AdversarialPage extends LightElement {
	readonly #host = new Host<PageMessage, ExtensionMessage, Saved>();
	#saved: Saved = this.#host.saved({ report: null, selected: 0, scroll: 0, factor: null, density: null });
	@state() private received: Received | null = null;
	@state() private settings: Settings = { model: null, method: "closest", target: { kind: "any" }, budget: null };
	@state() private selected = 0;
	@state() private expanded: ReadonlySet<number> = new Set();
	@state() private sorting: Sorting | null = null;
	@state() private factor: number | null = this.#saved.factor;
	@state() private density: Density | null = this.#saved.density;
	@state() private swapped = false;
	@state() private popup: Popup | null = null;
	@state() private keysShown = false;
	@state() private notice: { readonly words: string; readonly severity: "info" | "error" } | null = null;
	@state() private announced = "";
	@query(".scroll") private readonly scroller!: HTMLElement | null;
	@query("blindspot-image-grid") private readonly grid!: ImageGrid | null;
	#sorted: { readonly sorting: Sorting | null; readonly order: readonly number[] } | null = null;
	readonly #results: Extract<ExtensionMessage, { type: "image" }>[] = [];
	#noticeTimer = 0;
	#scrollTo: number | null = null;

	constructor() {
		super();
		this.#host.onMessage((message) => this.#hear(message));
		document.addEventListener("keydown", this.#onKeyDown);
		document.addEventListener("keyup", () => (this.swapped = false));
		window.addEventListener("blur", () => (this.swapped = false));
		this.#host.send({ type: "ready", report: this.#saved.report });
	}

	readonly #actions: Actions = {
		send: (message) => this.#host.send(message),
		set: (settings) => (this.settings = { ...this.settings, ...settings }),
		run: () => this.#run(this.settings),
		pickTarget: (index, anchor) => this.#toggle({ kind: "target", index, anchor }),
		openMenu: (label, items, anchor) => this.#toggle({ kind: "menu", label, items, anchor }),
		runImage: (index, target, budget) => this.#host.send({ type: "runImage", index, target, budget }),
		save: (index, what) => this.#host.send({ type: "save", index, what, factor: this.#factor() }),
		saveAll: () => this.#host.send({ type: "saveAll", factor: this.#factor() }),
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
		showKeys: () => (this.keysShown = true),
	};

	#toggle(popup: Popup): void {
		this.popup = this.popup?.anchor === popup.anchor ? null : popup;
	}

	#run({ model, method, target, budget }: Settings): void {
		if (model !== null) this.#host.send({ type: "run", model, method, target, budget });
	}

	#copy(indices: readonly number[]): void {
		const rows = indices.flatMap((at) => this.received?.state.rows[at] ?? []);
		const lines = rows.map(copiedFigures);
		const text = rows.length > 1 ? [COPIED_HEADINGS.join("\t"), ...lines].join("\n") : lines.join("");
		if (text !== "") this.#host.send({ type: "copy", text });
	}

	#factor(): number {
		return this.factor ?? automaticFactor(this.received?.state.rows ?? []) ?? 32;
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
	#hear(message: ExtensionMessage): void {
		if (message.type === "image") {
			if (this.#results.push(message) === 1) requestAnimationFrame(this.#takeResults);
			return;
		}
		this.#takeResults();
		const before = this.received?.state ?? null;
		this.received = receive(this.received, message);
		if (message.type === "state") this.#onState(before?.report ?? null, before?.asked ?? null);
		if (message.type === "key") this.#onCommand(message.command);
		if (message.type === "notice") this.#notify(message);
		const phase = this.received?.state.phase;
		if (this.received && phase && before && phase.kind !== before.phase.kind && phase.kind !== "running") {
			const { headline, control } = finding(this.received.state);
			this.announced = phase.kind === "ended" || phase.kind === "failed" ? phase.message : `${headline} ${control}`;
		}
		this.#fitFactor();
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

	/** Pictures don't change their scale while results arrive: the first result decides. */
	#fitFactor(): void {
		const state = this.received?.state;
		if (this.factor === null && state?.phase.kind === "running") this.factor = automaticFactor(state.rows);
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

	#notify(notice: { readonly words: string; readonly severity: "info" | "error" }): void {
		this.notice = notice;
		this.announced = notice.words;
		clearTimeout(this.#noticeTimer);
		this.#noticeTimer = window.setTimeout(() => (this.notice = null), NOTICE_MS);
	}

	#files(): readonly string[] {
		return displayNames(this.received?.state.rows.map((row) => row.image.source) ?? []);
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

	/** A key that the editor's keybindings stand for. While something is open over the page, keys are its own. */
	#onCommand(command: KeyCommand): void {
		const state = this.received?.state;
		if (!state || this.popup !== null || this.keysShown) return;
		const row = state.rows[this.selected];
		const running = state.phase.kind === "running";
		const commands: Record<KeyCommand, () => void> = {
			rowUp: () => this.#move((at) => at - 1),
			rowDown: () => this.#move((at) => at + 1),
			rowFirst: () => this.#move(() => 0),
			rowLast: () => this.#move((_, last) => last),
			screenUp: () => this.#move((at) => at - (this.grid?.rowsPerScreen ?? 1)),
			screenDown: () => this.#move((at) => at + (this.grid?.rowsPerScreen ?? 1)),
			open: () => this.#density() === "compact" && this.#actions.toggle(this.selected),
			save: () => row && changed(row) && this.#actions.save(this.selected, "both"),
			copyFigures: () => {
				const selection = document.getSelection()?.toString() ?? "";
				if (selection === "") this.#actions.copyFigures(this.selected);
				else this.#host.send({ type: "copy", text: selection });
			},
			runAgain: () => !running && state.rows.length > 0 && this.#actions.run(),
			cancel: () => running && this.#host.send({ type: "cancel" }),
			target: () => row && !running && !unreadable(row) && this.#openTarget(),
			noiseMore: () => this.#stepFactor(1),
			noiseLess: () => this.#stepFactor(-1),
			compact: () => this.#actions.setDensity("compact"),
			detail: () => this.#actions.setDensity("detail"),
			keys: () => this.#actions.showKeys(),
		};
		commands[command]();
	}

	#openTarget(): void {
		const row = this.#rowElement(this.selected);
		const anchor = row?.querySelector<HTMLElement>(".field.target") ?? row;
		if (anchor) this.popup = { kind: "target", index: this.selected, anchor };
	}

	/** Keys of the list itself, handled here so that they neither scroll the page nor wait for the editor. */
	readonly #onKeyDown = (event: KeyboardEvent): void => {
		// In a browser F5 would reload the editor as well.
		if (event.key === "F5") event.preventDefault();
		const target = event.target as HTMLElement;
		const onList = target === document.body || target.matches("blindspot-image-row, .scroll");
		const onHead = target.matches(".sort") && event.key !== "Enter" && event.key !== " ";
		if (!(onList || onHead) || event.ctrlKey || event.metaKey || event.altKey) return;
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
		if (command === undefined && event.key !== " ") return;
		event.preventDefault();
		event.stopPropagation();
		if (command === undefined) this.swapped = true;
		else this.#onCommand(command);
	};

	readonly #closePopup = (): void => {
		this.popup = null;
	};

	readonly #onTarget = ({ target, all }: TargetChoice, index: number | null): void => {
		if (!all && index !== null) {
			this.#actions.runImage(index, target, this.settings.budget);
			return;
		}
		this.settings = { ...this.settings, target };
		if (index !== null) this.#run(this.settings);
	};

	readonly #keep = (): void => {
		this.#saved = {
			report: this.received?.state.report ?? null,
			selected: this.selected,
			scroll: this.scroller?.scrollTop ?? 0,
			factor: this.factor,
			density: this.density,
		};
		this.#host.save(this.#saved);
	};

	/** Rendered once its list is. */
	protected override async getUpdateComplete(): Promise<boolean> {
		const complete = await super.getUpdateComplete();
		await this.grid?.updateComplete;
		return complete;
	}

	protected override updated(_changed: PropertyValues<this>): void {
		if (this.received === null) return;
		if (this.#scrollTo === null) this.#keep();
		else void this.#restoreScroll(this.#scrollTo);
	}

	/** Rows have their height only after they have rendered. */
	async #restoreScroll(to: number): Promise<void> {
		this.#scrollTo = null;
		await this.updateComplete;
		await Promise.all([...this.querySelectorAll<LightElement>("blindspot-image-row")].map((row) => row.updateComplete));
		if (this.scroller) this.scroller.scrollTop = to;
		this.#keep();
	}

	protected override render() {
		return html`
			<div class="page">${this.received === null ? nothing : this.#page(this.received)}</div>
			<div class="sr" role="status" aria-live="polite">${this.announced}</div>
			${
				this.popup === null || this.received === null
					? nothing
					: popupContent(this.popup, this.received.state, this.settings, this.#closePopup, this.#onTarget)
			}
			${
				this.keysShown
					? html`<blindspot-keys .keys=${KEYS} @popup-close=${() => (this.keysShown = false)}></blindspot-keys>`
					: nothing
			}
		`;
	}

	#page(received: Received) {
		const { state } = received;
		const density = this.#density();
		const different = settingsChanged(this.settings, state) !== null;
		return html`
			${toolbar(state, this.settings, different, density, this.#actions)}
			<div class="progress ${state.phase.kind === "running" ? "running" : ""}"
				role="progressbar" aria-label="Run" ?hidden=${state.phase.kind !== "running"}></div>
			${
				emptyState(state, this.#actions) ??
				html`<div class="scroll" @scroll=${this.#keep}>
					${summary(state, this.settings, this.#noiseControl(density), this.#actions)}
					<blindspot-image-grid
						.received=${received}
						.view=${this.#gridView(density)}
						.actions=${this.#actions}
					></blindspot-image-grid>
					${runDetails(state)}
				</div>`
			}
			${this.notice === null ? nothing : html`<div class="notice ${this.notice.severity}">${this.notice.words}</div>`}
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
