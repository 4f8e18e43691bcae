import { Chart, type ChartConfiguration, LinearScale, LineElement, PointElement, ScatterController } from "chart.js";
import { color } from "chart.js/helpers";
import { customElement, property } from "lit/decorators.js";
import { type ChartInk, tickLabel } from "../ui/canvasChart.js";
import { distortion } from "../ui/format.js";
import { TabledChart } from "../ui/tabledChart.js";
import { themeColour } from "../ui/theme.js";
import type { Pair } from "./words.js";

Chart.register(LinearScale, LineElement, PointElement, ScatterController);

/** A dot is pointed at from this far, in CSS pixels. */
const REACH = 8;

/** Each image as a dot: its distortion in one model against that in the other. Tells which image is pointed at. */
@customElement("blindspot-pair-chart")
export class PairChart extends TabledChart {
	@property({ attribute: false }) pairs: readonly Pair[] = [];
	@property({ attribute: false }) names: readonly string[] = [];
	/** Names of the images, by their place in the report. */
	@property({ attribute: false }) sources: readonly string[] = [];

	protected override get words(): string {
		return `Distortion of each image in ${this.names.join(" and ")}`;
	}

	protected override get across(): string {
		return `distortion, ${this.names[0] ?? ""}; upwards ${this.names[1] ?? ""}`;
	}

	protected override table(): readonly (readonly string[])[] {
		return [
			["Image", ...this.names],
			...this.pairs.map(({ index, first, second }) => [
				this.sources[index] ?? String(index),
				distortion(first),
				distortion(second),
			]),
		];
	}

	protected override configuration(ink: ChartInk): ChartConfiguration {
		const far = roundEnd(Math.max(0, ...this.pairs.map(({ first }) => first)));
		const high = roundEnd(Math.max(0, ...this.pairs.map(({ second }) => second)));
		const equal = Math.min(far, high);
		const scale = (max: number, limit: number) => ({
			type: "linear" as const,
			min: 0,
			max,
			border: { color: ink.grid },
			grid: { color: ink.grid, drawTicks: false },
			ticks: {
				color: ink.text,
				font: ink.font,
				padding: 4,
				maxRotation: 0,
				maxTicksLimit: limit,
				callback: tickLabel,
			},
		});
		return {
			type: "scatter",
			data: {
				datasets: [
					{
						label: "images",
						data: this.pairs.map(({ first, second }) => ({ x: first, y: second })),
						pointRadius: 3,
						borderWidth: 0,
						backgroundColor: color(themeColour("--vscode-foreground")).alpha(0.5).rgbString(),
					},
					{
						label: "equal",
						data: [
							{ x: 0, y: 0 },
							{ x: equal, y: equal },
						],
						showLine: true,
						pointRadius: 0,
						borderColor: ink.text,
						borderWidth: 1,
						borderDash: [4, 4],
					},
				],
			},
			options: {
				animation: false,
				maintainAspectRatio: false,
				events: [],
				scales: { x: scale(far, 8), y: scale(high, 5) },
			},
		};
	}

	protected override pointed(place: { readonly x: number; readonly y: number } | null): void {
		const scales = this.chart?.scales;
		const [x, y] = [scales?.x, scales?.y];
		let nearest: { readonly index: number; readonly far: number } | null = null;
		if (place && x && y) {
			for (const { index, first, second } of this.pairs) {
				const far = Math.hypot(x.getPixelForValue(first) - place.x, y.getPixelForValue(second) - place.y);
				if (far <= REACH && far < (nearest?.far ?? Number.POSITIVE_INFINITY)) nearest = { index, far };
			}
		}
		this.dispatchEvent(new CustomEvent<number | null>("pointed", { detail: nearest?.index ?? null }));
	}
}

/** An end of an axis a little beyond the largest value, in tenths of its magnitude. */
function roundEnd(largest: number): number {
	if (!(largest > 0)) return 1;
	const unit = 10 ** Math.floor(Math.log10(largest)) / 2;
	return Math.ceil((largest * 1.02) / unit) * unit;
}
