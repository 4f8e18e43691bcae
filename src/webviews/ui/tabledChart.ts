import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { CanvasChart } from "./canvasChart.js";

/** A chart that is shown as a table instead where one wants to read it. */
export abstract class TabledChart extends CanvasChart {
	@state() private asTable = false;

	/** What it shows. */
	protected abstract readonly words: string;
	/** What goes from left to right. */
	protected abstract readonly across: string;
	/** Rows of the table, headings first. */
	protected abstract table(): readonly (readonly string[])[];

	protected override get description(): string {
		return `${this.words}; the same is in the table`;
	}

	protected override render(): TemplateResult {
		return html`
			<div class="chart" ?hidden=${this.asTable}>${super.render()}</div>
			${this.asTable ? this.#table() : nothing}
			<div class="chart-foot">
				<span>${this.across}</span>
				<button type="button" class="link" aria-pressed=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
					${this.asTable ? "Show as chart" : "Show as table"}
				</button>
			</div>
		`;
	}

	#table(): TemplateResult {
		const [headings = [], ...rows] = this.table();
		return html`<div class="chart-table" tabindex="0" role="region" aria-label=${this.words}>
			<table>
				<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
				<tbody>
					${rows.map(
						([first, ...cells]) =>
							html`<tr><th scope="row">${first}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
					)}
				</tbody>
			</table>
		</div>`;
	}
}
