import { Chart, type ChartConfiguration, LinearScale, LineController, LineElement, PointElement } from "chart.js";
import { customElement, property } from "lit/decorators.js";
import { type ChartInk, tickLabel } from "../ui/canvasChart.js";
import { count, distortion } from "../ui/format.js";
import { TabledChart } from "../ui/tabledChart.js";
import { themeColour } from "../ui/theme.js";

Chart.register(LineController, LineElement, PointElement, LinearScale);

type History = readonly (readonly [evaluations: number, distortion: number])[];

/** The best distortion so far over evaluations, as a line of steps or as a table. */
@customElement("blindspot-distortion-chart")
export class DistortionChart extends TabledChart {
	@property({ attribute: false }) history: History = [];
	/** Right end of the line: evaluations spent until now. */
	@property({ type: Number }) evaluations = 0;
	@property({ attribute: false }) budget: number | null = null;
	@property() file = "";

	protected override get words(): string {
		return `Best distortion over evaluations for ${this.file}`;
	}

	protected override get across(): string {
		return "Evaluations";
	}

	protected override table(): readonly (readonly string[])[] {
		return [["Evaluations", "Best distortion"], ...this.history.map(([at, value]) => [count(at), distortion(value)])];
	}

	protected override configuration({ text, grid, font }: ChartInk): ChartConfiguration {
		const points = this.history.map(([x, y]) => ({ x, y }));
		const last = points.at(-1);
		if (last && this.evaluations > last.x) points.push({ x: this.evaluations, y: last.y });
		const scale = { type: "linear", border: { color: grid }, grid: { color: grid, drawTicks: false }, min: 0 } as const;
		const ticks = (limit: number) => ({ color: text, font, maxTicksLimit: limit, padding: 4, maxRotation: 0 });
		return {
			type: "line",
			data: {
				datasets: [
					{
						data: points,
						borderColor: themeColour("--after"),
						borderWidth: 1.5,
						pointRadius: points.length === 1 ? 2 : 0,
						stepped: true,
					},
				],
			},
			options: {
				animation: false,
				maintainAspectRatio: false,
				events: [],
				scales: {
					x: {
						...scale,
						...(this.budget === null ? {} : { max: this.budget }),
						grid: { display: false },
						ticks: ticks(6),
					},
					y: { ...scale, ticks: { ...ticks(3), display: points.length > 0, callback: tickLabel } },
				},
			},
		};
	}
}
