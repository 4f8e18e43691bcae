import {
	BarController,
	BarElement,
	CategoryScale,
	Chart,
	type ChartDataset,
	LinearScale,
	LineController,
	LineElement,
	PointElement,
} from "chart.js";
import { html, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { LightElement } from "./lightElement.js";
import { onThemeChange, themeColour } from "./theme.js";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, PointElement);

/** One series of a chart. `bars` from zero, `steps` as a line, `ranges` as bars from low to high, `points` as dots. */
export type Series = {
	readonly name: string;
	/** A variable of the style sheet: `--units`. */
	readonly colour: string;
	/** Striped where colours alone can't be told apart. */
	readonly striped?: boolean;
} & (
	| { readonly kind: "bars" | "steps" | "points"; readonly values: readonly number[] }
	| { readonly kind: "ranges"; readonly values: readonly (readonly [low: number, high: number])[] }
);

export interface ChartView {
	/** What it shows, for screen readers and the table's caption. */
	readonly title: string;
	/** What the steps from left to right are: the table's first heading. */
	readonly across: string;
	readonly steps: readonly string[];
	readonly series: readonly Series[];
	/** A value as ticks and the table show it. */
	readonly words: (value: number) => string;
}

type AnyDataset = ChartDataset<"bar", (number | [number, number])[]> | ChartDataset<"line", number[]>;

/** A chart over named steps, with the same as a table. Nothing of the canvas is needed to read it. */
@customElement("blindspot-chart")
export class ChartElement extends LightElement {
	@property({ attribute: false }) view: ChartView | null = null;
	@state() private asTable = false;
	@query("canvas") private readonly canvas!: HTMLCanvasElement | null;
	#chart: Chart<"bar" | "line", (number | [number, number])[]> | null = null;
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
		const { view } = this;
		if (view === null) return null;
		const figure = ({ kind, values }: Series, at: number): string => {
			if (kind === "ranges") return (values[at] ?? []).map(view.words).join(" to ");
			return view.words(values[at] ?? 0);
		};
		return html`
			<div class="chart" ?hidden=${this.asTable}>
				<canvas role="img" aria-label="${view.title}; the same is in the table"></canvas>
			</div>
			${
				this.asTable
					? html`<div class="chart-table" tabindex="0" role="region" aria-label=${view.title}>
							<table>
								<thead><tr>
									<th scope="col">${view.across}</th>
									${view.series.map(({ name }) => html`<th scope="col">${name}</th>`)}
								</tr></thead>
								<tbody>
									${view.steps.map(
										(step, at) => html`<tr>
											<th scope="row">${step}</th>
											${view.series.map((series) => html`<td>${figure(series, at)}</td>`)}
										</tr>`,
									)}
								</tbody>
							</table>
						</div>`
					: null
			}
			<div class="chart-foot">
				<span>${view.across}</span>
				<button type="button" class="link" aria-pressed=${this.asTable} @click=${() => (this.asTable = !this.asTable)}>
					${this.asTable ? "Show as chart" : "Show as table"}
				</button>
			</div>
		`;
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.#draw();
	}

	#draw(): void {
		const { view } = this;
		if (view === null || !this.canvas || this.asTable || !this.isConnected) return;
		const ticks = themeColour("--vscode-descriptionForeground", "--vscode-foreground");
		const grid = themeColour("--vscode-contrastBorder", "--vscode-panel-border");
		const font = { size: 11, family: themeColour("--vscode-font-family") };
		this.#chart ??= new Chart<"bar" | "line", (number | [number, number])[]>(this.canvas, {
			type: "bar",
			data: { datasets: [] },
		});
		this.#chart.data.labels = [...view.steps];
		this.#chart.data.datasets = view.series.map(dataset);
		this.#chart.options = {
			animation: false,
			maintainAspectRatio: false,
			events: [],
			scales: {
				x: {
					type: "category",
					border: { color: grid },
					grid: { display: false },
					ticks: { color: ticks, font, maxTicksLimit: 10, padding: 4, maxRotation: 0 },
				},
				y: {
					type: "linear",
					border: { color: grid },
					grid: { color: grid, drawTicks: false },
					ticks: {
						color: ticks,
						font,
						maxTicksLimit: 4,
						padding: 4,
						callback: (value) => view.words(Number(value)),
					},
				},
			},
		};
		this.#chart.update();
	}
}

function dataset(series: Series): AnyDataset {
	const colour = themeColour(series.colour);
	switch (series.kind) {
		case "bars":
			return {
				type: "bar",
				data: [...series.values],
				backgroundColor: series.striped ? stripes(colour) : colour,
				borderColor: colour,
				borderWidth: series.striped ? 1 : 0,
				categoryPercentage: 0.9,
				barPercentage: 0.95,
			};
		case "ranges":
			return {
				type: "bar",
				data: series.values.map(([low, high]): [number, number] => [low, high]),
				backgroundColor: colour,
				barPercentage: 0.6,
			};
		case "steps":
			return {
				type: "line",
				data: [...series.values],
				borderColor: colour,
				borderWidth: 1.5,
				pointRadius: 0,
				stepped: "middle",
				...(series.striped ? { borderDash: [4, 2] } : {}),
			};
		case "points":
			return {
				type: "line",
				data: [...series.values],
				showLine: false,
				pointRadius: 3,
				borderColor: colour,
				backgroundColor: colour,
				order: -1,
			};
	}
}

/** Slanted stripes, for themes in which colours alone say nothing. */
function stripes(colour: string): CanvasPattern | string {
	const tile = document.createElement("canvas");
	tile.width = 6;
	tile.height = 6;
	const context = tile.getContext("2d");
	if (context === null) return colour;
	context.strokeStyle = colour;
	context.lineWidth = 1.5;
	context.beginPath();
	for (const shift of [-6, 0, 6]) {
		context.moveTo(shift, 6);
		context.lineTo(shift + 6, 0);
	}
	context.stroke();
	return context.createPattern(tile, "repeat") ?? colour;
}

/** True where colours alone say nothing. */
export function highContrast(): boolean {
	return document.body.className.includes("high-contrast");
}
