import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { AttackMethod } from "../../compute/attack/methods.js";
import type { Phase } from "../messages.js";
import { icons } from "../ui/icons.js";
import { LightElement } from "../ui/lightElement.js";
import type { Actions } from "./actions.js";
import { type CompactScale, compactCells } from "./compactRow.js";
import { hasComparison } from "./comparison.js";
import { changed, failed, figures, suggestions, type Verdict, verdict, wantedLabel } from "./figures.js";
import type { Row, RowPixels } from "./messages.js";
import "./methodComparison.js";
import { predictions } from "./predictions.js";
import { furtherMethods, type RowContext, rowActions } from "./rowActions.js";
import { NO_PIXELS, type ReceivedPixels } from "./view.js";

/** What stands where a picture will be. */
function pendingWords(row: Row): string {
	switch (row.status) {
		case "waiting":
			return "Waiting";
		case "running":
			return row.image.predicted === null ? "Waiting" : "Searching";
		case "unfinished":
			return "Not finished";
		case "done":
			return "";
	}
}

/** One image of the page: a row of its grid, compact or in detail. */
@customElement("blindspot-image-row")
export class ImageRow extends LightElement {
	@property({ attribute: false }) row: Row | null = null;
	@property({ attribute: false }) pixels: ReceivedPixels = NO_PIXELS;
	@property({ type: Number }) index = 0;
	@property() file = "";
	@property({ attribute: false }) classNames: readonly string[] = [];
	@property({ attribute: false }) phase: Phase = { kind: "idle" };
	/** The run's own method and most evaluations. */
	@property() method: AttackMethod = "closest";
	@property({ attribute: false }) budget: number | null = null;
	@property({ type: Number }) factor = 1;
	/** Original and adversarial trade places while it is true. */
	@property({ type: Boolean }) swapped = false;
	/** The columns' common scale; null for the row in detail. */
	@property({ attribute: false }) compact: CompactScale | null = null;
	@property({ attribute: false }) actions: Actions | null = null;
	@state() private showsChart = false;

	protected override render() {
		const { row, actions } = this;
		if (row === null || actions === null) return nothing;
		const said = verdict(row, this.phase, { classNames: this.classNames, file: this.file });
		const pictures = this.#pictures(row, said);
		if (this.compact !== null) return compactCells(row, said, this.file, pictures, this.compact);
		const context: RowContext = {
			row,
			index: this.index,
			file: this.file,
			classNames: this.classNames,
			running: this.phase.kind === "running",
			method: this.method,
			budget: this.budget,
			actions,
		};
		return html`
			<div class="row-top">
				<div class="row-head" role="rowheader">
					<span class="file" title=${row.image.source}>${this.file}</span>${this.#verdict(said)}
				</div>
				${rowActions(context)}
			</div>
			${pictures}
			${predictions(row, this.classNames.length, this.file)}
			${this.#figures(context)}
			${this.#comparison(context)}
		`;
	}

	#comparison({ row, actions, running }: RowContext): TemplateResult | typeof nothing {
		if (!hasComparison(row)) return nothing;
		return html`<div class="comparison" role="gridcell">
			<blindspot-method-comparison
				.row=${row}
				.pixels=${this.pixels}
				.index=${this.index}
				.file=${this.file}
				.method=${this.method}
				.classNames=${this.classNames}
				.running=${running}
				.factor=${this.factor}
				.actions=${actions}
			></blindspot-method-comparison>
		</div>`;
	}

	#verdict(said: Verdict): TemplateResult {
		switch (said.kind) {
			case "unreadable":
				return html`<span class="state error">${icons.error}<span>Cannot be read: ${said.words}</span></span>`;
			case "changed":
				return html`<span class="verdict">${said.before} ${icons.arrow}<span class="sr">changed to</span> ${said.after}</span>
					${said.note === "" ? nothing : html`<span class="state note" title=${said.note}>${said.note}</span>`}`;
			case "none":
				return html`<span class="verdict">${said.before}</span>
					<span class="state error">${icons.error}<span>${said.words}</span></span>`;
			case "open":
				return html`<span class="verdict">${said.before}</span> <span class="state">${said.words}</span>`;
		}
	}

	/** Three cells that keep their size whatever is in them. */
	#pictures(row: Row, said: Verdict): TemplateResult {
		const { original, adversarial } = this.pixels;
		const wanted = row.target.kind === "any" ? "another label" : `“${wantedLabel(row, this.classNames)}”`;
		const best = row.status !== "done" && adversarial !== null;
		const none = failed(row);
		const pending = pendingWords(row);
		const missing = {
			original: said.kind === "unreadable" ? icons.broken : pending,
			noise: none ? "No noise" : pending,
			adversarial: none ? `No image was labelled ${wanted}` : pending,
		};
		const cell = (picture: TemplateResult | null, instead: TemplateResult | string, caption: string) => html`
			<div class="picture" role="gridcell">
				${picture ?? html`<div class="place">${instead}</div>`}
				${caption === "" ? nothing : html`<div class="caption">${caption}</div>`}
			</div>`;
		const shown = (pixels: RowPixels["original"], words: string): TemplateResult | null =>
			pixels && html`<blindspot-pixels .pixels=${pixels} description="${words} of ${this.file}"></blindspot-pixels>`;
		const noise =
			original &&
			adversarial &&
			html`<blindspot-pixels
				.pixels=${adversarial}
				.reference=${original}
				.factor=${this.factor}
				description="Noise of ${this.file}, times ${this.factor}"
			></blindspot-pixels>`;
		const swap = this.swapped && original !== null && adversarial !== null;
		const bestLabel = row.image.adversarial === null ? "Best so far" : `Best so far: ${row.image.adversarial.name}`;
		return html`
			${cell(shown(swap ? adversarial : original, swap ? "Adversarial" : "Original"), missing.original, swap ? "Adversarial" : "")}
			${cell(noise, missing.noise, best ? "Best so far" : "")}
			${cell(shown(swap ? original : adversarial, swap ? "Original" : "Adversarial"), missing.adversarial, swap ? "Original" : best ? bestLabel : "")}
		`;
	}

	#figures(context: RowContext): TemplateResult {
		const { row, actions, index } = context;
		const further = hasComparison(row) ? [] : furtherMethods(context);
		const list = figures(row, this.budget);
		const cost = list.filter((figure) => figure.name === "Cost");
		const others = list.filter((figure) => figure.name !== "Cost");
		const running = row.status === "running";
		const line = (figure: (typeof list)[number]) => html`
			<dt>${figure.name}</dt>
			<dd><span class=${figure.leading ? "leading" : ""}>${figure.value}</span>${figure.note ? html` <span class="weak">${figure.note}</span>` : nothing}</dd>`;
		const chart = html`<blindspot-distortion-chart
			.history=${row.image.history}
			.evaluations=${row.image.evaluations}
			.budget=${this.budget}
			file=${this.file}
		></blindspot-distortion-chart>`;
		if (running) {
			return html`<div class="figures" role="gridcell">
				<dl>${others.length > 0 ? others.map(line) : html`<dt>Distortion</dt><dd class="weak">none yet</dd>`}</dl>
				${chart}
				<dl>${cost.map(line)}</dl>
			</div>`;
		}
		return html`<div class="figures" role="gridcell">
			<dl>
				${list.map(line)}
				${this.#suggestions(row, actions)}
			</dl>
			${
				changed(row) && row.image.history.length > 1
					? html`<button
								type="button"
								class="link"
								aria-expanded=${this.showsChart}
								@click=${() => (this.showsChart = !this.showsChart)}
							>
								${this.showsChart ? "Hide" : "Show"} distortion over evaluations</button
							>${this.showsChart ? chart : nothing}`
					: nothing
			}
			${
				further.length > 0
					? html`<div><button type="button" class="link" @click=${() => actions.compare(index, further)}>Compare methods</button></div>`
					: nothing
			}
		</div>`;
	}

	#suggestions(row: Row, actions: Actions): TemplateResult | typeof nothing {
		const list = suggestions(row, this.budget);
		if (list.length === 0 || this.phase.kind === "running" || actions.standalone) return nothing;
		const run = (suggestion: (typeof list)[number]): void => {
			if (suggestion.kind === "evaluations") actions.runImage(this.index, row.target, suggestion.budget);
			else actions.runImage(this.index, { kind: "any" }, this.budget);
		};
		return html`<dt>Try</dt>
			<dd class="try">
				${list.map((suggestion) => html`<button type="button" class="link" @click=${() => run(suggestion)}>${suggestion.words}</button>`)}
			</dd>`;
	}
}
