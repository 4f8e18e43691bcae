import {
	BarController,
	BarElement,
	CategoryScale,
	Chart,
	type ChartConfiguration,
	type ChartDataset,
	LinearScale,
	LineController,
	LineElement,
	PointElement,
} from "chart.js";
import { customElement, property } from "lit/decorators.js";
import type { ChartInk } from "./canvasChart.js";
import { TabledChart } from "./tabledChart.js";
import { themeColour } from "./theme.js";

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

/** A chart over named steps. */
@customElement("blindspot-chart")
export class ChartElement extends TabledChart {
	@property({ attribute: false }) view: ChartView | null = null;

	protected override get words(): string {
		return this.view?.title ?? "";
	}

	protected override get across(): string {
		return this.view?.across ?? "";
	}

	protected override table(): readonly (readonly string[])[] {
		const { view } = this;
		if (view === null) return [];
		const figure = ({ kind, values }: Series, at: number): string => {
			if (kind === "ranges") return (values[at] ?? []).map(view.words).join(" to ");
			return view.words(values[at] ?? 0);
		};
		return [
			[view.across, ...view.series.map(({ name }) => name)],
			...view.steps.map((step, at) => [step, ...view.series.map((series) => figure(series, at))]),
		];
	}

	protected override configuration(ink: ChartInk): ChartConfiguration {
		const words = this.view?.words ?? String;
		return {
			type: "bar",
			data: { labels: [...(this.view?.steps ?? [])], datasets: (this.view?.series ?? []).map(dataset) },
			options: {
				animation: false,
				maintainAspectRatio: false,
				events: [],
				scales: {
					x: {
						type: "category",
						border: { color: ink.grid },
						grid: { display: false },
						ticks: {
							color: ink.text,
							font: ink.font,
							maxTicksLimit: MOST_NAMES,
							padding: 4,
							maxRotation: 0,
							callback(step) {
								return shortened(
									this.getLabelForValue(Number(step)),
									this.width / Math.min(MOST_NAMES, this.getLabels().length),
								);
							},
						},
					},
					y: {
						type: "linear",
						border: { color: ink.grid },
						grid: { color: ink.grid, drawTicks: false },
						ticks: {
							color: ink.text,
							font: ink.font,
							maxTicksLimit: 4,
							padding: 4,
							callback: (value) => words(Number(value)),
						},
					},
				},
			},
		};
	}
}

/** In pixels: a single bar doesn't become a wall. */
const WIDEST_BAR = 48;
/** Names of steps below a chart; of more steps some go without. */
const MOST_NAMES = 10;
/** About what a letter takes of a name, with the room between names. */
const LETTER_PIXELS = 7;

/**
 * As much of a name as has room in so many pixels: the chart would leave out the names beside a long one. Figures are whole, or
 * they are none.
 */
function shortened(name: string, pixels: number): string {
	if (name.trim() !== "" && Number.isFinite(Number(name))) return name;
	const letters = Math.max(2, Math.floor(pixels / LETTER_PIXELS));
	return name.length <= letters ? name : `${name.slice(0, letters - 1)}…`;
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
				maxBarThickness: WIDEST_BAR,
			};
		case "ranges":
			return {
				type: "bar",
				data: series.values.map(([low, high]): [number, number] => [low, high]),
				backgroundColor: colour,
				barPercentage: 0.6,
				maxBarThickness: WIDEST_BAR,
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
