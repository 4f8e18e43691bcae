import { Chart, type ChartConfiguration } from "chart.js";
import { html, type PropertyValues, type TemplateResult } from "lit";
import { query } from "lit/decorators.js";
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

/** A chart on a canvas that follows the theme. What it shows stands in a table as well: a canvas has no text. */
export abstract class CanvasChart extends LightElement {
	@query("canvas") private readonly canvas!: HTMLCanvasElement | null;
	protected chart: Chart | null = null;
	#stopWatching = (): void => {};

	/** What it shows and where the same can be read, for screen readers. */
	protected abstract readonly description: string;
	/** Null where there is nothing to draw. */
	protected abstract configuration(ink: ChartInk): ChartConfiguration | null;
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
		return html`<canvas
			role="img"
			aria-label=${this.description}
			@pointermove=${(event: PointerEvent) => this.pointed({ x: event.offsetX, y: event.offsetY })}
			@pointerleave=${() => this.pointed(null)}
		></canvas>`;
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.#draw();
	}

	#draw(): void {
		if (!this.canvas || !this.isConnected) return;
		const configuration = this.configuration({
			text: themeColour("--vscode-descriptionForeground", "--vscode-foreground"),
			grid: themeColour("--vscode-contrastBorder", "--vscode-panel-border"),
			font: { size: 11, family: themeColour("--vscode-font-family") },
		});
		if (configuration === null) return;
		if (this.chart === null) {
			this.chart = new Chart(this.canvas, configuration);
			return;
		}
		this.chart.data = configuration.data;
		this.chart.options = configuration.options ?? {};
		this.chart.update();
	}
}
