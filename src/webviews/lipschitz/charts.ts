/** Charts of the page "Lipschitz": brackets of the images, shares by distance. */
import {
	Chart,
	type ChartConfiguration,
	type ChartDataset,
	Filler,
	LinearScale,
	LineController,
	LineElement,
	LogarithmicScale,
	PointElement,
	ScatterController,
} from "chart.js";
import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { isWrong } from "../../compute/lipschitz/certifiedShares.js";
import { CanvasChart, type ChartInk } from "../ui/canvasChart.js";
import { themeColour } from "../ui/theme.js";
import { brackets, figure } from "./figures.js";
import type { LipschitzResults } from "./results.js";

Chart.register(LineController, ScatterController, LineElement, PointElement, LinearScale, LogarithmicScale, Filler);

interface Point {
	readonly x: number;
	readonly y: number;
}

interface Drawing {
	readonly datasets: readonly ChartDataset<"line", Point[]>[];
	readonly x: { readonly title: string; readonly logarithmic: boolean; readonly min?: number; readonly max?: number };
	readonly y: {
		readonly title: string;
		readonly logarithmic: boolean;
		readonly max?: number;
		readonly percent?: boolean;
	};
}

/** A chart of the results over a logarithmic axis. */
abstract class ResultsChart extends CanvasChart {
	@property({ attribute: false }) results: LipschitzResults | null = null;

	protected abstract drawing(results: LipschitzResults): Drawing;

	protected override render(): TemplateResult {
		return html`<div class="plot">${super.render()}</div>`;
	}

	protected override configuration({ text, grid, font }: ChartInk): ChartConfiguration | null {
		if (this.results === null) return null;
		const { datasets, x, y } = this.drawing(this.results);
		const axis = (title: string) => ({
			border: { color: grid },
			grid: { color: grid, drawTicks: false },
			title: { display: title !== "", text: title, color: text, font },
		});
		const powers = (value: string | number) => (isPower(Number(value)) ? figure(Number(value), 1) : null);
		return {
			type: "line",
			data: { datasets: [...datasets] },
			options: {
				animation: false,
				maintainAspectRatio: false,
				events: [],
				scales: {
					x: {
						...axis(x.title),
						type: x.logarithmic ? "logarithmic" : "linear",
						...(x.min === undefined ? {} : { min: x.min }),
						...(x.max === undefined ? {} : { max: x.max }),
						ticks: {
							color: text,
							font,
							maxRotation: 0,
							padding: 4,
							maxTicksLimit: 7,
							callback: x.logarithmic ? powers : (value) => value,
						},
					},
					y: {
						...axis(y.title),
						type: y.logarithmic ? "logarithmic" : "linear",
						...(y.max === undefined ? {} : { min: 0, max: y.max }),
						ticks: {
							color: text,
							font,
							padding: 4,
							maxTicksLimit: 6,
							callback: y.percent ? (value) => `${Math.round(100 * Number(value))}%` : powers,
						},
					},
				},
			},
		};
	}
}

function isPower(value: number): boolean {
	return Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
}

/** Found and certified distance of each image, the nearest adversarial first. */
@customElement("blindspot-bracket-chart")
export class BracketChart extends ResultsChart {
	protected override readonly description =
		"Certified and found distance of each image; the same is in the table of images";

	protected override drawing(results: LipschitzResults): Drawing {
		const both = brackets(results).toSorted((a, b) => a.found - b.found);
		const radii = results.certificates.flatMap(({ radius }) => radius ?? []).toSorted((a, b) => a - b);
		const certified = both.length > 0 ? both.map(({ radius }) => radius) : radii;
		const points = (values: readonly number[]) => values.flatMap((y, i): Point[] => (y > 0 ? [{ x: i + 1, y }] : []));
		const blue = themeColour("--vscode-charts-blue");
		const orange = themeColour("--vscode-charts-orange");
		return {
			datasets: [
				{
					data: points(both.map(({ found }) => found)),
					borderColor: orange,
					backgroundColor: orange,
					borderWidth: 1.5,
					pointRadius: both.length > 60 ? 0 : 1.5,
				},
				{ data: points(certified), showLine: false, backgroundColor: blue, borderColor: blue, pointRadius: 1.5 },
			],
			x: {
				title: both.length > 0 ? "images, nearest adversarial first" : "images, smallest radius first",
				logarithmic: false,
				min: 1,
				max: Math.max(2, certified.length),
			},
			y: { title: "L2 distance", logarithmic: true },
		};
	}
}

/** Which share of the images is certified and right, and which is wrong or has an adversarial, at each distance. */
@customElement("blindspot-shares-chart")
export class SharesChart extends ResultsChart {
	protected override readonly description = "Shares of images by distance; the same is in the table beside it";

	protected override drawing(results: LipschitzResults): Drawing {
		const readable = results.certificates.filter(({ error, margin }) => error === null && margin !== null);
		const right = readable.filter((certificate) => !isWrong(certificate));
		const wrong = readable.length - right.length;
		const radii = right.flatMap(({ radius }) => radius ?? []).filter((d) => d > 0);
		const found = right.flatMap((certificate) => certificate.found ?? []).filter((d) => d > 0);
		const marks = [...radii, ...found].toSorted((a, b) => a - b);
		const low = 10 ** Math.floor(Math.log10(marks[0] ?? 0.01));
		const high = 10 ** Math.ceil(Math.log10(marks.at(-1) ?? 1));
		const share = (count: number) => count / Math.max(1, readable.length);
		const at = (x: number, beyond: boolean): Point =>
			beyond
				? { x, y: 1 - share(wrong + found.filter((d) => d <= x).length) }
				: { x, y: share(radii.filter((d) => d >= x).length) };
		const xs = [low, ...new Set(marks), high];
		const [blue, orange] = [themeColour("--vscode-charts-blue"), themeColour("--vscode-charts-orange")];
		const line = { borderWidth: 1.5, pointRadius: 0, stepped: true } as const;
		return {
			datasets: [
				{ ...line, data: xs.map((x) => at(x, false)), borderColor: blue, backgroundColor: faint(blue), fill: "origin" },
				...(found.length + wrong === 0
					? []
					: [
							{
								...line,
								data: xs.map((x) => at(x, true)),
								borderColor: orange,
								backgroundColor: faint(orange),
								fill: "end",
							} as const,
						]),
			],
			x: { title: "L2 distance", logarithmic: true, min: low, max: high },
			y: { title: "", logarithmic: false, max: 1, percent: true },
		};
	}
}

function faint(colour: string): string {
	return /^#[0-9a-f]{6}$/i.test(colour) ? `${colour}59` : colour;
}
