import {
	Chart,
	type ChartConfiguration,
	type ChartDataset,
	Filler,
	LinearScale,
	LineController,
	LineElement,
	type Plugin,
	PointElement,
} from "chart.js";
import { color } from "chart.js/helpers";
import { customElement, property } from "lit/decorators.js";
import { heldAt } from "../../compute/robustness/curve.js";
import type { CurvePoint, RobustnessOfModel, RobustnessReport } from "../../compute/robustness/report.js";
import { type ChartInk, tickLabel } from "../ui/canvasChart.js";
import { distortion } from "../ui/format.js";
import { TabledChart } from "../ui/tabledChart.js";
import { highContrast, themeColour } from "../ui/theme.js";
import { modelNames, shareWords } from "./words.js";

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement);

/** Variables of the style sheet, by the model's place. */
export const MODEL_COLOURS = ["--first", "--second"] as const;

const BAND_OPACITY = 0.22;

/** The share of images that are still right, against distortion: a line with its band for each model, noise dashed. */
@customElement("blindspot-robustness-curve")
export class RobustnessCurve extends TabledChart {
	@property({ attribute: false }) models: RobustnessReport["models"] | null = null;

	protected override readonly words = "Share of images still correct under the adversarials found, by distortion";
	protected override readonly across = "distortion";

	protected override table(): readonly (readonly string[])[] {
		const { models } = this;
		if (models === null) return [];
		const names = modelNames(models);
		const shown = (point: CurvePoint | undefined): string =>
			point === undefined
				? ""
				: `${shareWords(point.share.value)} [${point.share.interval.map(shareWords).join(", ")}]`;
		return [
			["Distortion", ...names, ...names.map((name) => `${name}, noise`)],
			...models[0].curve.map((point) => [
				distortion(point.distortion),
				...models.map(({ curve }) => shown(curve.find(at(point.distortion)))),
				...models.map(({ noise }) => shown(noise.find(at(point.distortion)))),
			]),
		];
	}

	protected override configuration(ink: ChartInk): ChartConfiguration {
		const models = this.models ?? [];
		const names = this.models === null ? [] : modelNames(this.models);
		const end = models[0]?.curve.at(-1)?.distortion ?? 1;
		const ticks = { color: ink.text, font: ink.font, padding: 4, maxRotation: 0 };
		return {
			type: "line",
			data: { datasets: models.flatMap((model, m) => datasets(model, names[m] ?? "", m)) },
			options: {
				animation: false,
				maintainAspectRatio: false,
				events: [],
				layout: { padding: { top: 6, right: 8 } },
				scales: {
					x: {
						type: "linear",
						min: 0,
						max: end,
						border: { color: ink.grid },
						grid: { color: ink.grid, drawTicks: false },
						ticks: { ...ticks, maxTicksLimit: 8, callback: tickLabel },
					},
					y: {
						type: "linear",
						min: 0,
						max: 1,
						border: { color: ink.grid },
						grid: { color: ink.grid, drawTicks: false },
						ticks: { ...ticks, stepSize: 0.25, callback: (value) => `${Math.round(Number(value) * 100)}%` },
					},
				},
			},
			plugins: [medians(() => this.models, names, ink)],
		};
	}

	/** Tells which distortion is pointed at. */
	protected override pointed(place: { readonly x: number; readonly y: number } | null): void {
		const value = place === null ? undefined : this.chart?.scales.x?.getValueForPixel(place.x);
		const end = this.models?.[0].curve.at(-1)?.distortion ?? 0;
		const detail = value === undefined || value < 0 || value > end ? null : value;
		this.dispatchEvent(new CustomEvent<number | null>("pointed", { detail }));
	}
}

const at =
	(distortion: number) =>
	(point: CurvePoint): boolean =>
		Math.abs(point.distortion - distortion) <= distortion * 1e-9;

function datasets({ curve, noise }: RobustnessOfModel, name: string, m: number): ChartDataset<"line">[] {
	const colour = themeColour(MODEL_COLOURS[m] ?? MODEL_COLOURS[0]);
	const line = (points: readonly CurvePoint[], y: (point: CurvePoint) => number) =>
		points.map((point) => ({ x: point.distortion, y: y(point) }));
	const common = { borderColor: colour, pointRadius: 0 };
	return [
		{ ...common, label: name, data: line(curve, ({ share }) => share.value), borderWidth: 2 },
		{
			...common,
			label: `${name}, low`,
			data: line(curve, ({ share }) => share.interval[0]),
			borderWidth: 0,
			fill: "+1",
			backgroundColor: color(colour).alpha(BAND_OPACITY).rgbString(),
		},
		{ ...common, label: `${name}, high`, data: line(curve, ({ share }) => share.interval[1]), borderWidth: 0 },
		{
			...common,
			label: `${name}, noise`,
			data: line(noise, ({ share }) => share.value),
			borderWidth: 1.5,
			borderDash: [4, 4],
		},
	];
}

/** A ring where each curve passes its median distortion, with the figure, and a line down to the axis. */
function medians(models: () => RobustnessReport["models"] | null, names: readonly string[], ink: ChartInk): Plugin {
	return {
		id: "medians",
		afterDatasetsDraw({ ctx, scales: { x, y } }) {
			if (!x || !y) return;
			for (const [m, { median, images }] of (models() ?? []).entries()) {
				const share = median === null ? null : heldAt(images, median.value);
				if (median === null || share === null) continue;
				const [left, top] = [x.getPixelForValue(median.value), y.getPixelForValue(share.value)];
				ctx.save();
				ctx.strokeStyle = themeColour(MODEL_COLOURS[m] ?? MODEL_COLOURS[0]);
				ctx.lineWidth = 1;
				ctx.setLineDash([2, 3]);
				ctx.beginPath();
				ctx.moveTo(left, top);
				ctx.lineTo(left, y.bottom);
				ctx.stroke();
				ctx.setLineDash([]);
				ctx.lineWidth = 2;
				ctx.fillStyle = themeColour("--vscode-editor-background");
				ctx.beginPath();
				ctx.arc(left, top, 4, 0, 2 * Math.PI);
				ctx.fill();
				ctx.stroke();
				// In high contrast colours alone don't tell the lines apart.
				const whose = highContrast() ? `${names[m]}, ` : "";
				const words = `${whose}median ${distortion(median.value)}`;
				ctx.font = `${ink.font.size}px ${ink.font.family}`;
				ctx.fillStyle = themeColour("--vscode-foreground");
				ctx.textBaseline = "bottom";
				// Of two the first stands to the left, where there is room.
				const width = ctx.measureText(words).width + 9;
				const isRight = (m > 0 || models()?.length === 1 || left - width < x.left) && left + width < x.right;
				ctx.textAlign = isRight ? "left" : "right";
				ctx.fillText(words, left + (isRight ? 9 : -9), top - 3);
				ctx.restore();
			}
		},
	};
}
