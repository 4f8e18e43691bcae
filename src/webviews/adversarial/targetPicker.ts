import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { LabelChange, Target } from "../../compute/reports/report.js";
import { count } from "../ui/format.js";
import { PopupElement } from "../ui/popup.js";
import { matches, type TargetOption, targetOptions } from "./targets.js";

/** So many labels are listed at once; typing finds the others. */
const LISTED = 200;

export interface TargetChoice {
	readonly target: Target;
	/** Asked for all images, by Shift+Enter. */
	readonly all: boolean;
}

/** Choose a target: type to filter, special ones first. Sends `target-chosen` with a `TargetChoice`. */
@customElement("blindspot-target-picker")
export class TargetPicker extends PopupElement {
	@property({ attribute: false }) classNames: readonly string[] = [];
	/** What the model says of the picture at present; empty for all pictures together. */
	@property({ attribute: false }) labels: readonly LabelChange[] = [];
	@property({ attribute: false }) predicted: number | null = null;
	@property({ attribute: false }) trueLabel: number | null = null;
	@property({ type: Number }) seed = 0;
	/** Whether one image is meant or all of them. */
	@property({ type: Boolean }) single = false;
	@state() private filter = "";
	@state() private active = 0;
	@query("input") private readonly input!: HTMLInputElement;

	protected override firstUpdated(): void {
		super.firstUpdated();
		this.input.focus();
	}

	#found(): { special: readonly TargetOption[]; labels: readonly TargetOption[]; total: number } {
		const { special, labels } = targetOptions(this);
		const found = labels.filter((option) => matches(option.name, this.filter) !== null);
		return { special, labels: found.slice(0, LISTED), total: found.length };
	}

	protected override render() {
		const { special, labels, total } = this.#found();
		const options = [...special, ...labels];
		const active = Math.min(this.active, options.length - 1);
		const option = (item: TargetOption, at: number) => this.#option(item, at, at === active);
		return html`
			<div class="picker">
				<div class="picker-filter">
					<input
						type="text"
						role="combobox"
						aria-label="Filter labels"
						aria-expanded="true"
						aria-controls="target-options"
						aria-activedescendant="target-${active}"
						autocomplete="off"
						spellcheck="false"
						placeholder="Type to filter"
						.value=${this.filter}
						@input=${this.#onInput}
					/>
					<span class="picker-count">${count(total)} of ${count(this.classNames.length)} labels</span>
				</div>
				<div id="target-options" class="picker-list" role="listbox" aria-label="Targets">
					${special.map((item, at) => option(item, at))}
					${labels.length > 0 ? html`<div class="picker-line" role="presentation"></div>` : nothing}
					${labels.map((item, at) => option(item, special.length + at))}
				</div>
				<p class="picker-hint">
					${
						this.single
							? "Enter: run this image again. Shift+Enter: this target for all images."
							: "Enter: this target for all images at the next run."
					}
				</p>
			</div>
		`;
	}

	#option(item: TargetOption, at: number, active: boolean): TemplateResult {
		return html`<div
			id="target-${at}"
			class="picker-option ${active ? "active" : ""}"
			role="option"
			aria-selected=${active}
			@pointermove=${() => (this.active = at)}
			@click=${(event: MouseEvent) => this.#choose(item, event.shiftKey)}
		><span class="picker-name">${this.#marked(item)}</span><span class="picker-note">${item.note}</span></div>`;
	}

	/** The name with the part that was typed in bold. */
	#marked(item: TargetOption): TemplateResult | string {
		const at = item.target.kind === "label" && this.filter !== "" ? matches(item.name, this.filter) : null;
		if (at === null) return item.name;
		const end = at + this.filter.trim().length;
		return html`${item.name.slice(0, at)}<b>${item.name.slice(at, end)}</b>${item.name.slice(end)}`;
	}

	#onInput(): void {
		this.filter = this.input.value;
		const { special, labels } = this.#found();
		this.active = this.filter.trim() !== "" && labels.length > 0 ? special.length : 0;
	}

	protected override handleKey(event: KeyboardEvent): boolean {
		const { special, labels } = this.#found();
		const options = [...special, ...labels];
		const last = options.length - 1;
		const to: Record<string, number> = {
			ArrowDown: Math.min(this.active + 1, last),
			ArrowUp: Math.max(this.active - 1, 0),
			PageDown: Math.min(this.active + 8, last),
			PageUp: Math.max(this.active - 8, 0),
		};
		if (event.key === "Enter") {
			const option = options[Math.min(this.active, last)];
			if (option) this.#choose(option, event.shiftKey);
			return true;
		}
		const next = to[event.key];
		if (next === undefined) return false;
		this.active = next;
		void this.updateComplete.then(() =>
			this.querySelector(".picker-option.active")?.scrollIntoView({ block: "nearest" }),
		);
		return true;
	}

	#choose(option: TargetOption, shift: boolean): void {
		const detail: TargetChoice = { target: option.target, all: shift || !this.single };
		this.close(true);
		this.dispatchEvent(new CustomEvent("target-chosen", { detail }));
	}
}
