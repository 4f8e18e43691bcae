import { Chart, LinearScale, LineController, LineElement, PointElement } from "chart.js";
import { html, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { tickLabel } from "../ui/canvasChart.js";
import { count, distortion } from "../ui/format.js";
import { LightElement } from "../ui/lightElement.js";
import { onThemeChange, themeColour } from "../ui/theme.js";

Chart.register(LineController, LineElement, PointElement, LinearScale);

type History = readonly (readonly [evaluations: number, distortion: number])[];

/** The best distortion so far over evaluations, as a line of steps or as a table. */
@customElement("blindspot-distortion-chart")
export class DistortionChart extends LightElement {
	@property({ attribute: false }) history: History = [];
	/** Right end of the line: evaluations spent until now. */
	@property({ type: Number }) evaluations = 0;
	@property({ attribute: false }) budget: number | null = null;
	@property() file = "";
	@state() private asTable = false;
	@query("canvas") private readonly canvas!: HTMLCanvasElement | null;
	#chart: Chart<"line", { x: number; y: number }[]> | null = null;
	#stopWatching = (): void => {};

	override connectedCallback(): void {
		super.connectedCallback();
		this.#stopWatching = onThemeChange(() => this.#draw());
		if (this.hasUpdated) this.requestUpdate();
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#stopWatching();
		this.#chart?.destroy();
		this.#chart = null;
	}

	protected override render() {
		return html`
			<div class="chart" ?hidden=${this.asTable}>
				<canvas role="img" aria-label="Best distortion over evaluations for ${this.file}; the same is in the table"></canvas>
			</div>
			${
				this.asTable
					? html`<div class="chart-table" tabindex="0" role="region" aria-label="Best distortion over evaluations">
							<table>
								<thead><tr><th scope="col">Evaluations</th><th scope="col">Best distortion</th></tr></thead>
								<tbody>
									${this.history.map(([at, value]) => html`<tr><td>${count(at)}</td><td>${distortion(value)}</td></tr>`)}
								</tbody>
							</table>
						</div>`
					: null
			}
			<button type="button" class="link" aria-pressed=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
				${this.asTable ? "Show as chart" : "Show as table"}
			</button>
		`;
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.#draw();
	}

	#draw(): void {
		if (!this.canvas || this.asTable || !this.isConnected) return;
		const line = themeColour("--after");
		const ticks = themeColour("--vscode-descriptionForeground", "--vscode-foreground");
		const grid = themeColour("--vscode-contrastBorder", "--vscode-panel-border");
		const points = this.history.map(([x, y]) => ({ x, y }));
		const last = points.at(-1);
		if (last && this.evaluations > last.x) points.push({ x: this.evaluations, y: last.y });
		const font = { size: 11, family: themeColour("--vscode-font-family") };
		const scale = { border: { color: grid }, grid: { color: grid, drawTicks: false } };
		const ticksOf = (limit: number) => ({ color: ticks, font, maxTicksLimit: limit, padding: 4, maxRotation: 0 });
		this.#chart ??= new Chart<"line", { x: number; y: number }[]>(this.canvas, {
			type: "line",
			data: { datasets: [] },
		});
		this.#chart.data.datasets = [
			{ data: points, borderColor: line, borderWidth: 1.5, pointRadius: points.length === 1 ? 2 : 0, stepped: true },
		];
		this.#chart.options = {
			animation: false,
			maintainAspectRatio: false,
			events: [],
			scales: {
				x: {
					...scale,
					type: "linear",
					min: 0,
					...(this.budget === null ? {} : { max: this.budget }),
					grid: { display: false },
					ticks: ticksOf(6),
				},
				y: {
					...scale,
					type: "linear",
					min: 0,
					ticks: { ...ticksOf(3), display: points.length > 0, callback: tickLabel },
				},
			},
		};
		this.#chart.update();
	}
}
