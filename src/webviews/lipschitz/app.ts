import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { shortPath } from "../../compute/data/pathNames.js";
import type { Certificate, LayerOutline } from "../../compute/lipschitz/report.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import { foundPreprocessing } from "../analysis/foundPreprocessing.js";
import type { AnalysisState } from "../analysis/messages.js";
import { icons } from "../ui/icons.js";
import type { MenuItem } from "../ui/menu.js";
import type { Column } from "../ui/table.js";
import "../ui/table.js";
import { dataField, dataName, modelField, modelName, plainField } from "../ui/toolbar.js";
import "./charts.js";
import { copied, figure, finding, gapWords, KIND_WORDS, layerName, operationWords } from "./figures.js";
import type { LipschitzQuestion, LipschitzResults } from "./results.js";
import { bar, place, type Scale, scaleOf } from "./waterfall.js";

/** The page "Lipschitz": how far each layer and the network can stretch, and what that certifies. */
@customElement("blindspot-lipschitz")
export class LipschitzPage extends AnalysisPage<LipschitzQuestion, LipschitzResults> {
	@state() private selected: number | null = null;
	/** The paper's value as a column. */
	@state() private withCircular = false;
	/** Layers of bound 1 are left out. */
	@state() private onlyAboveOne = false;
	@state() private withImages = false;
	protected override readonly dataWords = "Choose images to see certified radii.";

	protected override fields({ asked, models }: AnalysisState<LipschitzQuestion>): TemplateResult {
		const { model, data } = asked;
		if (this.standalone)
			return html`${plainField("Model", modelName(model, models))}${plainField("Norm", "L2")}${plainField("Data", dataName(data))}`;
		const send = (message: Parameters<typeof this.send>[0]) => this.send(message);
		return html`
			${modelField(model, models, (path) => this.ask({ model: path }), send)}
			${dataField(
				data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => data && this.ask({ data: { ...data, take } }),
				send,
			)}`;
	}

	protected override tools(results: LipschitzResults | null): TemplateResult | typeof nothing {
		if (results === null) return nothing;
		return html`<vscode-button class="copy-table" appearance="secondary" @click=${() => this.copy(copied(results))}>
			<span slot="start">${icons.copy}</span>Copy Table
		</vscode-button>`;
	}

	protected override items(results: LipschitzResults | null): readonly MenuItem[] {
		const { asked } = this.state ?? {};
		const flip = (checked: boolean, label: string, run: () => void): MenuItem => ({ label, checked, run });
		return [
			...(results === null
				? []
				: [
						flip(this.withCircular, "Column: Circular, Not a Bound", () => (this.withCircular = !this.withCircular)),
						flip(this.onlyAboveOne, "Without Layers of Bound 1", () => (this.onlyAboveOne = !this.onlyAboveOne)),
					]),
			...(asked
				? [
						flip(asked.adversarials, "Search Adversarials of the Images", () =>
							this.ask({ adversarials: !asked.adversarials }),
						),
					]
				: []),
		];
	}

	protected override changes(asked: LipschitzQuestion, shown: LipschitzQuestion): readonly string[] {
		return [
			...(asked.model === shown.model ? [] : [`model: ${modelName(shown.model, this.state?.models ?? [])}`]),
			...(asked.data?.path === shown.data?.path && asked.data?.take === shown.data?.take
				? []
				: [`data: ${dataName(shown.data)}`]),
			...(asked.adversarials === shown.adversarials
				? []
				: [shown.adversarials ? "brackets with adversarials" : "radii without adversarials"]),
		];
	}

	protected override finding(results: LipschitzResults): Finding {
		const { headline, conditions } = finding(results);
		const { circumstances } = results;
		return { headline, conditions: [...conditions, ...(circumstances ? foundPreprocessing(circumstances) : [])] };
	}

	protected override copied(results: LipschitzResults): string {
		return copied(results);
	}

	protected override results(results: LipschitzResults): TemplateResult {
		const scale = scaleOf(results);
		const shown = results.outlines.flatMap((_, at) => (this.#isShown(results, at) ? [at] : []));
		return html`
			<blindspot-table
				class="layers"
				label="Bounds of the layers"
				.columns=${this.#columns(results, scale)}
				.rows=${shown}
				.selected=${this.selected === null ? null : shown.indexOf(this.selected)}
				.rowKind=${(at: number) => (isWeak(results, at) ? "weak" : "")}
				@row-selected=${({ detail }: CustomEvent<number>) => (this.selected = shown[detail] ?? null)}
			></blindspot-table>
			${this.#network(results)} ${below(results, scale)} ${this.#images(results)}`;
	}

	#isShown({ layers }: LipschitzResults, at: number): boolean {
		return !this.onlyAboveOne || layers[at]?.upper !== 1;
	}

	#columns(results: LipschitzResults, scale: Scale): readonly Column<number>[] {
		const outline = (at: number) => results.outlines[at] as LayerOutline;
		const layer = (at: number) => results.layers[at];
		const figures = (
			name: string,
			value: (at: number) => number | null | undefined,
			title: string,
			kind = "",
		): Column<number> => ({
			name,
			figures: true,
			kind,
			title,
			cell: (at) => (layer(at) ? figure(value(at)) : ""),
			sort: (at) => value(at) ?? null,
		});
		return [
			{
				name: "Layer",
				header: true,
				kind: "name",
				cell: (at) =>
					html`<span class="layer-name" title=${layerName(outline(at))}><bdi>${outline(at).name}</bdi></span>`,
				sort: (at) => at,
				title: "In the order in which they run; pointing at one names what was folded into it",
			},
			{ name: "Operation", kind: "operation", cell: (at) => operationWords(outline(at)), sort: (at) => outline(at).op },
			{ name: "Output", kind: "output", cell: (at) => outline(at).outputShape.join("×") },
			figures(
				"Bound",
				(at) => layer(at)?.upper,
				"No two inputs are moved further apart than this times their distance",
			),
			figures("Lower estimate", (at) => layer(at)?.lower, "The largest stretch found by running the layer"),
			{
				name: "Gap",
				figures: true,
				kind: "gap",
				cell: (at) => gapWords(layer(at)?.upper ?? null, layer(at)?.lower ?? null),
				sort: (at) => (layer(at)?.upper ?? Number.NaN) / (layer(at)?.lower ?? Number.NaN),
			},
			...(this.withCircular
				? [
						figures(
							"Circular, not a bound",
							(at) => layer(at)?.circular,
							"The paper's value for a convolution",
							"circular",
						),
					]
				: []),
			{
				name: "Kind",
				kind: "kind",
				cell: (at) => {
					const known = layer(at);
					if (!known) return "";
					return html`<span title=${known.because ?? EXACT}>${KIND_WORDS[known.kind]}</span>`;
				},
				sort: (at) => layer(at)?.kind ?? null,
			},
			figures("Product", (at) => layer(at)?.product, "From the pixels to here"),
			{
				name: "From 1 on, log scale",
				kind: "log",
				title: "The product from layer to layer, log scale",
				heading: axis(scale),
				cell: (at) => bar(results, at, scale),
			},
		];
	}

	#network({ network, earlier }: LipschitzResults): TemplateResult | typeof nothing {
		if (network === null) return nothing;
		const was =
			earlier === null ? nothing : html`<span class="was">before the change: ${figure(earlier.network)}</span>`;
		return html`<div class="network" role="group" aria-label="Network, to logits">
			<dl>
				<div><dt>Network, to logits</dt><dd>${KIND_WORDS[network.kind]} ${was}</dd></div>
				<div><dt>Bound</dt><dd class="figure">${figure(network.upper)}</dd></div>
				<div><dt>Largest stretch seen</dt><dd class="figure">${figure(network.lower)}</dd></div>
				<div><dt>Gap</dt><dd class="figure">${gapWords(network.upper, network.lower)}</dd></div>
			</dl>
			<p class="legend">
				Product, log scale: <span class="key estimate"></span>lower estimate <span class="key gap"></span>gap to bound
				<span class="key seen"></span>largest stretch seen
				${earlier === null ? nothing : html`<span class="key earlier"></span>the model before it changed`}
			</p>
		</div>`;
	}

	#images(results: LipschitzResults): TemplateResult {
		if (results.certificates.length === 0)
			return html`<section class="evidence"><div class="choose">
				<p>${this.standalone ? "No images were certified." : this.dataWords}</p>
				${
					this.standalone
						? nothing
						: html`<vscode-button
								appearance="secondary"
								@click=${() => this.send({ type: "chooseData", from: "folder" })}
							>Choose Folder…</vscode-button>
							<vscode-button
								appearance="secondary"
								@click=${() => this.send({ type: "chooseData", from: "file" })}
							>Choose Data File…</vscode-button>`
				}
			</div>${terms()}</section>`;
		const isBounded = results.network?.upper !== null;
		return html`
			<section class="evidence">
				<div class="chart">
					<h2>Bracket of each image</h2>
					${legend([
						["found", "found"],
						["certified", "certified"],
					])}
					<blindspot-bracket-chart .results=${results}></blindspot-bracket-chart>
				</div>
				<div class="chart">
					<h2>Share of images</h2>
					${legend([
						["certified", "certified and right"],
						["unknown", "unknown"],
						["found", "wrong or found"],
					])}
					<blindspot-shares-chart .results=${results}></blindspot-shares-chart>
				</div>
				<div class="words">
					${isBounded ? nothing : html`<p><b>Certified</b>: none, since the network has no bound.</p>`}
					${terms()} ${sharesTable(results)}
				</div>
			</section>
			<section class="images">
				<button
					type="button"
					class="link"
					aria-expanded=${this.withImages}
					@click=${() => (this.withImages = !this.withImages)}
				>${this.withImages ? "Hide the table of images" : "Show the images as table"}</button>
				${
					this.withImages
						? html`<blindspot-table
								label="Images"
								.columns=${IMAGE_COLUMNS}
								.rows=${results.certificates}
							></blindspot-table>`
						: nothing
				}
			</section>`;
	}
}

const EXACT = "proved to 0.1%, no smaller bound holds";

const IMAGE_COLUMNS: readonly Column<Certificate>[] = [
	{
		name: "Image",
		header: true,
		cell: ({ source }) => shortPath(source),
		sort: ({ source }) => source,
	},
	{
		name: "Predicted",
		cell: ({ predicted, error }) => error ?? predicted?.name ?? "",
		sort: ({ predicted }) => predicted?.name ?? null,
	},
	{ name: "Margin", figures: true, cell: ({ margin }) => figure(margin), sort: ({ margin }) => margin },
	{ name: "Certified", figures: true, cell: ({ radius }) => figure(radius), sort: ({ radius }) => radius },
	{ name: "Found", figures: true, cell: ({ found }) => figure(found), sort: ({ found }) => found },
];

function isWeak({ layers }: LipschitzResults, at: number): boolean {
	const layer = layers[at];
	return layer === undefined || layer.upper === 1;
}

/** The waterfall once more, for narrow pages: only what is above or below 1. */
function below(results: LipschitzResults, scale: Scale): TemplateResult {
	const changing = results.layers.flatMap(({ before, product }, at) => (before === product ? [] : [at]));
	return html`<section class="below" aria-hidden="true">
		<h2>Product by layer, log scale</h2>
		<div class="line"><span></span>${axis(scale)}</div>
		${changing.map(
			(at) =>
				html`<div class="line"><span class="layer-name"><bdi>${results.outlines[at]?.name}</bdi></span>${bar(results, at, scale)}</div>`,
		)}
	</section>`;
}

function axis(scale: Scale): TemplateResult {
	return html`<div class="axis">
		${scale.ticks.map((tick) => html`<span .style=${`left: ${place(tick, scale)}%`}>${figure(tick, 1)}</span>`)}
	</div>`;
}

function legend(entries: readonly (readonly [kind: string, words: string])[]): TemplateResult {
	return html`<p class="legend">${entries.map(([kind, words]) => html`<span class="key ${kind}"></span>${words} `)}</p>`;
}

function terms(): TemplateResult {
	return html`<div class="terms">
		<p><b>Bound</b>: no two inputs move this layer’s output further apart than the bound times their distance.</p>
		<p><b>Exact</b>: ${EXACT}. <b>Upper bound</b>: the least bound may be smaller.</p>
		<p><b>Lower estimate</b>: the largest stretch found by running the layer.</p>
		<p><b>Product</b>: the layers so far, one after the other; branches that meet are added.</p>
		<p><b>Certified</b>: no adversarial is nearer than this. <b>Found</b>: one is at this distance (Closest, L2 over the
		pixels, 0 to 1).</p>
	</div>`;
}

function sharesTable({ shares }: LipschitzResults): TemplateResult | typeof nothing {
	if (shares.length === 0) return nothing;
	const percent = (share: number) => `${Math.round(100 * share)}%`;
	return html`<table class="shares">
		<thead><tr><th scope="col">L2 distance</th><th scope="col">Certified and right</th><th scope="col">Unknown</th><th scope="col">Wrong or found</th></tr></thead>
		<tbody>
			${shares.map(
				({ distance, certified, unknown, found }) =>
					html`<tr>
						<th scope="row">${distance}</th><td>${percent(certified)}</td><td>${percent(unknown)}</td><td>${percent(found)}</td>
					</tr>`,
			)}
		</tbody>
	</table>`;
}
