import { Chart, type ChartConfiguration } from "chart.js";
import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { query, state } from "lit/decorators.js";
import { LightElement } from "./lightElement.js";
import { onThemeChange, themeColour } from "./theme.js";

/** What lines and letters of charts are drawn with, by the editor's theme. */
export interface ChartInk {
	readonly text: string;
	readonly grid: string;
	readonly font: { readonly size: number; readonly family: string };
}

/** A tick's figure with as many decimals as the finest tick of its axis needs. */
export function tickLabel(value: string | number, _at: number, ticks: readonly { value: number }[]): string {
	const decimals = ticks.map((tick) => String(Number(tick.value.toPrecision(6))).split(".")[1]?.length ?? 0);
	return Number(value).toFixed(Math.max(0, ...decimals));
}

/** A chart on a canvas, with the same as a table: nothing of the canvas is needed to read it. */
export abstract class CanvasChart extends LightElement {
	@state() private asTable = false;
	@query("canvas") private readonly canvas!: HTMLCanvasElement | null;
	protected chart: Chart | null = null;
	#stopWatching = (): void => {};

	/** What it shows, for screen readers. */
	protected abstract readonly words: string;
	/** What goes from left to right. */
	protected abstract readonly across: string;
	/** Rows of the table, headings first. */
	protected abstract table(): readonly (readonly string[])[];
	protected abstract configuration(ink: ChartInk): ChartConfiguration;
	/** Where the pointer is on the canvas, in CSS pixels; null when it has left. */
	protected pointed(_place: { readonly x: number; readonly y: number } | null): void {}

	override connectedCallback(): void {
		super.connectedCallback();
		this.#stopWatching = onThemeChange(() => this.#draw());
		if (this.hasUpdated) this.requestUpdate();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#stopWatching();
		this.chart?.destroy();
		this.chart = null;
	}

	protected override render(): TemplateResult {
		return html`
			<div class="chart" ?hidden=${this.asTable}>
				<canvas
					role="img"
					aria-label="${this.words}; the same is in the table"
					@pointermove=${(event: PointerEvent) => this.pointed({ x: event.offsetX, y: event.offsetY })}
					@pointerleave=${() => this.pointed(null)}
				></canvas>
			</div>
			${this.asTable ? this.#table() : nothing}
			<div class="chart-foot">
				<span>${this.across}</span>
				<button type="button" class="link" aria-pressed=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
					${this.asTable ? "Show as chart" : "Show as table"}
				</button>
			</div>
		`;
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.#draw();
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

	#draw(): void {
		if (!this.canvas || this.asTable || !this.isConnected) return;
		const configuration = this.configuration({
			text: themeColour("--vscode-descriptionForeground", "--vscode-foreground"),
			grid: themeColour("--vscode-contrastBorder", "--vscode-panel-border"),
			font: { size: 11, family: themeColour("--vscode-font-family") },
		});
		if (this.chart === null) {
			this.chart = new Chart(this.canvas, configuration);
			return;
		}
		this.chart.data = configuration.data;
		this.chart.options = configuration.options ?? {};
		this.chart.update();
	}
}
