import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import { foundPreprocessing } from "../analysis/foundPreprocessing.js";
import type { AnalysisState } from "../analysis/messages.js";
import { effortField, effortItems } from "../ui/attackFields.js";
import { EFFORT_NAMES } from "../ui/attackNames.js";
import { count, distortion, indexFirst } from "../ui/format.js";
import "../ui/chart.js";
import type { ChartView } from "../ui/chart.js";
import type { MenuItem } from "../ui/menu.js";
import { dataField, dataName, field, modelField, modelName, plainField } from "../ui/toolbar.js";
import "./curveChart.js";
import { outstandingImages } from "./outstandingImages.js";
import "./pairChart.js";
import { ATTACK_METHODS, type AttackMethod, hasEfforts, METHODS } from "../../compute/attack/methods.js";
import { shortPath } from "../../compute/data/pathNames.js";
import type { OpenAdversarials, RobustnessQuestion, ShownRobustness } from "./question.js";
import { copiedFigures, type FigureRow, figureRows, histogram, modelNames, pairs } from "./words.js";

const TARGETS = [
	{ value: "any", name: "Any other label" },
	{ value: "second", name: "Second most probable" },
	{ value: "next", name: "Next label" },
	{ value: "random", name: "Random label" },
] as const;

/** The page "Robustness": how many images are still right as they are changed ever more, in one model or two. */
@customElement("blindspot-robustness")
export class RobustnessPage extends AnalysisPage<RobustnessQuestion, ShownRobustness, OpenAdversarials> {
	/** The distortion that is pointed at on the curve. */
	@state() private pointedAt: number | null = null;
	/** The image that is pointed at among the dots. */
	@state() private pointedImage: number | null = null;

	protected override readonly dataWords =
		"Choose the images on which the model is tried: a folder of class folders, an IDX or CIFAR file, or an .npz.";

	protected override fields(state: AnalysisState<RobustnessQuestion>): TemplateResult {
		const { asked, models } = state;
		const { options } = asked;
		const target = TARGETS.find(({ value }) => value === options.target.kind)?.name ?? "One label";
		if (this.standalone) {
			return html`${plainField("Model", modelName(asked.model, models))}
				${asked.against === null ? nothing : plainField("Against", modelName(asked.against, models))}
				${plainField("Data", dataName(asked.data))} ${plainField("Method", METHODS[options.method].label)}
				${plainField("Target", target)} ${hasEfforts(options.method) ? plainField("Effort", EFFORT_NAMES[options.effort]) : nothing}`;
		}
		const set = (change: Partial<RobustnessQuestion["options"]>) => this.ask({ options: { ...options, ...change } });
		const others = models.filter(({ path }) => path !== asked.model);
		return html`
			${modelField(
				asked.model,
				models,
				(model) => this.ask({ model, against: asked.against === model ? null : asked.against }),
				(message) => this.send(message),
			)}
			${field(
				"Against",
				"against",
				asked.against ?? "",
				[{ value: "", name: "No other" }, ...others.map(({ path, name }) => ({ value: path, name }))],
				(path) => this.ask({ against: path === "" ? null : path }),
			)}
			${dataField(
				asked.data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => asked.data !== null && this.ask({ data: { ...asked.data, take } }),
				(message) => this.send(message),
			)}
			${field(
				"Method",
				"method",
				options.method,
				ATTACK_METHODS.map((method) => ({ value: method, name: METHODS[method].label })),
				(method) => set({ method: method as AttackMethod }),
			)}
			${field("Target", "target", options.target.kind, TARGETS, (kind) =>
				set({ target: { kind: kind as (typeof TARGETS)[number]["value"] } }),
			)}
			${effortField(
				options,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(effort) => set({ effort }),
			)}`;
	}

	protected override changes(asked: RobustnessQuestion, shown: RobustnessQuestion): readonly string[] {
		const name = (path: string | null) => modelName(path, this.state?.models ?? []);
		const target = TARGETS.find(({ value }) => value === shown.options.target.kind)?.name.toLowerCase() ?? "one label";
		const words: [string, unknown, unknown, string][] = [
			["model", asked.model, shown.model, name(shown.model)],
			["against", asked.against, shown.against, shown.against === null ? "no other model" : name(shown.against)],
			["data", dataName(asked.data), dataName(shown.data), dataName(shown.data)],
			["method", asked.options.method, shown.options.method, METHODS[shown.options.method].label],
			["target", asked.options.target.kind, shown.options.target.kind, target],
			["effort", asked.options.effort, shown.options.effort, shown.options.effort],
		];
		return words.flatMap(([name, now, then, said]) => (now === then ? [] : [`${name}: ${said}`]));
	}

	/** What the toolbar has no room for. */
	protected override items(): readonly MenuItem[] {
		const question = this.state?.asked;
		if (question === undefined) return [];
		const { options } = question;
		const set = (change: Partial<RobustnessQuestion["options"]>) => this.ask({ options: { ...options, ...change } });
		const efforts = effortItems(options, (effort) => set({ effort }));
		return [
			...(efforts.length === 0 ? [] : [{ label: "Effort", items: efforts }]),
			{
				label: "Method",
				items: ATTACK_METHODS.map((method) => ({
					label: METHODS[method].label,
					checked: method === options.method,
					run: () => set({ method }),
				})),
			},
			{
				label: "Target",
				items: TARGETS.map(({ value, name }) => ({
					label: name,
					checked: value === options.target.kind,
					run: () => set({ target: { kind: value } }),
				})),
			},
		];
	}

	protected override finding({ finding, conditions, data, models }: ShownRobustness): Finding {
		const unreadable = data.unreadable === 0 ? [] : [`${count(data.unreadable)} unreadable, left out.`];
		return { headline: finding, conditions: [conditions, ...unreadable, ...models.flatMap(foundPreprocessing)] };
	}

	protected override copied(report: ShownRobustness): string {
		return copiedFigures(report);
	}

	protected override results(report: ShownRobustness): TemplateResult {
		return html`<div class="results ${report.models.length === 1 ? "one" : "two"}">
			${this.#curve(report)} ${this.#figures(report)} ${this.#images(report)}
			${outstandingImages(
				report,
				(source) => this.send({ type: "openSource", source }),
				this.standalone
					? null
					: (sources) => this.send({ type: "openAdversarials", model: report.models[0].model.path, sources }),
			)}
		</div>`;
	}

	#curve(report: ShownRobustness): TemplateResult {
		const names = modelNames(report.models);
		const noise = report.models.some(({ noise }) => noise.length > 0);
		return html`<section class="figure curve">
			<h2 title="An upper estimate: adversarials that are closer may exist">
				Share of images still correct under the adversarials found
				<span class="legend">
					${names.map((name, m) => html`<span><i class=${m === 0 ? "first" : "second"}></i>${name}</span>`)}
					${noise ? html`<span><i class="noise"></i>Gaussian noise</span>` : nothing}
					<span><i class="band"></i>pointwise 95% band</span>
				</span>
			</h2>
			<blindspot-robustness-curve
				.models=${report.models}
				@pointed=${(event: CustomEvent<number | null>) => (this.pointedAt = event.detail)}
			></blindspot-robustness-curve>
		</section>`;
	}

	#figures(report: ShownRobustness): TemplateResult {
		const names = modelNames(report.models);
		const cell = ({ value, interval }: FigureRow["values"][number]) =>
			html`<td>${value}${interval === null ? nothing : html` <span class="interval">${interval}</span>`}</td>`;
		return html`<section class="figure figures-table">
			<h2>Figures</h2>
			<table>
				<thead>
					<tr>
						<td></td>
						${names.map((name, m) => html`<th scope="col"><i class=${m === 0 ? "first" : "second"}></i>${name}</th>`)}
					</tr>
				</thead>
				<tbody>
					${figureRows(report, this.pointedAt).map(
						({
							name,
							values,
							leading,
							pointed,
						}) => html`<tr class="${leading ? "leading" : ""} ${pointed ? "pointed" : ""}">
							<th scope="row">${name}</th>
							${values.map(cell)}
						</tr>`,
					)}
				</tbody>
			</table>
			<p class="footnote">
				Intervals: 95%, Wilson's for shares, Student's for the mean, by bootstrap for the median. Distortion is the root mean square change of the
				pixels, which are in 0 to 1. Images that are wrong from the start count as such at every distortion.
			</p>
		</section>`;
	}

	/** Each image: of two models as a dot, of one in a histogram. */
	#images(report: ShownRobustness): TemplateResult | typeof nothing {
		const [first, second] = report.models;
		if (second === undefined) {
			const bins = histogram(first.images.flatMap(({ distortion }) => distortion ?? []));
			if (bins.length === 0) return nothing;
			const view: ChartView = {
				title: "Distortions of the closest adversarials",
				across: "distortion",
				steps: bins.map(({ from }) => distortion(from)),
				series: [{ name: "Images", kind: "bars", colour: "--first", values: bins.map((bin) => bin.count) }],
				words: (value) => (Number.isInteger(value) ? count(value) : ""),
			};
			return html`<section class="figure images">
				<h2>Distortions of the closest adversarials</h2>
				<blindspot-chart .view=${view}></blindspot-chart>
			</section>`;
		}
		const both = pairs(report);
		if (both.length === 0) return nothing;
		const names = modelNames(report.models);
		const further = both.filter((pair) => pair.second > pair.first).length;
		const pointed = both.find(({ index }) => index === this.pointedImage);
		const words =
			pointed === undefined
				? `${count(further)} of ${count(both.length)} need more distortion in ${names[1]}`
				: `${indexFirst(shortPath(report.images[pointed.index]?.source ?? ""))}: ${distortion(pointed.first)} and ${distortion(pointed.second)}`;
		return html`<section class="figure images">
			<h2>Each image in both models <span>${words}</span></h2>
			<blindspot-pair-chart
				.pairs=${both}
				.names=${names}
				.sources=${report.images.map(({ source }) => indexFirst(shortPath(source)))}
				@pointed=${(event: CustomEvent<number | null>) => (this.pointedImage = event.detail)}
			></blindspot-pair-chart>
		</section>`;
	}
}
