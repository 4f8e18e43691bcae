import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import type { LayerReport } from "../../compute/modelDetails/report.js";
import type { AnalysisState } from "../analysis/messages.js";
import { emptyState, failed, noModel } from "../ui/emptyState.js";
import { finding, info, warning } from "../ui/finding.js";
import { icons } from "../ui/icons.js";
import type { KeyHelp } from "../ui/keyList.js";
import type { MenuItem } from "../ui/menu.js";
import { PageElement } from "../ui/pageElement.js";
import { commonItems, progressBar, toolbar } from "../ui/toolbar.js";
import { comparisonTable, copiedComparison } from "./comparisonTable.js";
import { comparisonConditions, comparisonFinding } from "./comparisonWords.js";
import { facts } from "./facts.js";
import { comparedFields, findField, leadButtons, type ModelView, viewSwitch } from "./fields.js";
import "./graphView.js";
import type { GraphView } from "./graphView.js";
import "./layerTable.js";
import type { LayerTable } from "./layerTable.js";
import type { ExtensionMessage, Lead, PageMessage } from "./messages.js";
import type { ModelPageReport, ModelQuestion } from "./report.js";
import "./weightGallery.js";
import { plain } from "../../compute/plainText.js";
import { assumedPreprocessing, copiedLayer, matches, modelConditions, modelFinding } from "./words.js";

/** What outlives the page. */
interface Saved {
	readonly report: string | null;
	readonly selected: number;
	readonly view: ModelView;
	readonly zoom: number;
}

type ModelContent = Extract<ModelPageReport["content"], { readonly kind: "model" }>;

const KEYS: readonly KeyHelp[] = [
	{ keys: ["/"], does: "Find a layer or an operation; Enter goes to the next" },
	{ keys: ["↑", "↓"], does: "In the table: the layer before or after" },
	{ keys: ["↑", "↓", "←", "→"], does: "In the graph: follow a connection" },
	{ keys: ["+", "−", "0"], does: "Zoom the graph" },
	{ keys: ["F5"], does: "Read the file again" },
	{ keys: ["Ctrl+C"], does: "Copy the layer's figures" },
	{ keys: ["?"], does: "This list" },
];

/** The page "Model". */
@customElement("blindspot-model")
export class ModelPage extends PageElement<PageMessage, ExtensionMessage, Saved> {
	#saved: Saved = this.host.saved({ report: null, selected: 0, view: "table", zoom: 1 });
	@state() private state: AnalysisState<ModelQuestion> | null = null;
	@state() private report: ModelPageReport | null = null;
	@state() private selected = this.#saved.selected;
	@state() private view = this.#saved.view;
	@state() private zoom = this.#saved.zoom;
	@state() private wanted = "";
	@state() private galleryShown = false;
	@query("blindspot-layers") private readonly table!: LayerTable | null;
	@query("blindspot-graph") private readonly graph!: GraphView | null;
	@query(".find input") private readonly finder!: HTMLInputElement | null;
	protected override readonly keyHelp = KEYS;

	protected override get savedReport(): string | null {
		return this.#saved.report;
	}

	protected override get toSave(): Saved | null {
		if (this.state === null) return null;
		const { selected, view, zoom } = this;
		return { report: this.state.report, selected, view, zoom };
	}

	protected override hear(message: ExtensionMessage): void {
		if (message.type === "state") this.state = message.state;
		else if (message.type === "phase" && this.state !== null) this.state = { ...this.state, phase: message.phase };
		else if (message.type === "report") this.#show(message.report);
	}

	#show(report: ModelPageReport | null): void {
		this.report = report;
		if (report?.content.kind === "model")
			this.selected = Math.min(this.selected, report.content.report.layers.length - 1);
		if (report !== null) this.announced = this.#headline(report);
	}

	protected override commands(): Readonly<Record<string, (() => unknown) | undefined>> {
		const { report } = this;
		const running = this.state?.phase.kind === "running";
		return {
			runAgain: running ? undefined : () => this.#readAgain(),
			cancel: running ? () => this.send({ type: "cancel" }) : undefined,
			copyFigures: report === null ? undefined : () => this.copy(this.#copied(report)),
			keys: () => this.showKeys(),
		};
	}

	protected override handleKey(event: KeyboardEvent): boolean {
		const target = event.target as HTMLElement;
		if (target === this.finder || this.galleryShown) return false;
		const inGraph = target.classList.contains("graph-scroll");
		const step = inGraph ? (this.graph?.step(event.key) ?? null) : null;
		if (step !== null) {
			this.#select(step);
			return true;
		}
		switch (event.key) {
			case "/":
				this.finder?.focus();
				this.finder?.select();
				return true;
			case "+":
			case "=":
				this.graph?.zoomBy(1);
				return true;
			case "-":
				this.graph?.zoomBy(-1);
				return true;
			case "0":
				this.zoom = 1;
				return true;
			default:
				return false;
		}
	}

	protected override page(): TemplateResult | typeof nothing {
		const { state, report } = this;
		if (state === null) return nothing;
		return html`
			${this.#toolbar(state)}
			${progressBar(state.phase)}
			${report === null ? this.#withoutReport(state) : this.#withReport(report, state)}
		`;
	}

	#toolbar({ asked, phase, models }: AnalysisState<ModelQuestion>): TemplateResult {
		const content = this.report?.content;
		const find = (wanted: string) => (this.wanted = wanted);
		const left =
			content?.kind === "model"
				? html`
					${findField(this.wanted, find, this.#findKey)}
					${viewSwitch(this.view, (view) => (this.view = view))}
					${this.standalone ? nothing : leadButtons((to, ofLayer) => this.#lead(to, ofLayer))}`
				: html`${asked.against === null ? nothing : comparedFields(asked, models)}`;
		if (this.standalone) return toolbar(left, nothing, null);
		const send = (message: PageMessage) => this.send(message);
		const items: readonly MenuItem[] = [
			{ label: "Compare With…", disabled: asked.model === null, run: () => send({ type: "compareWith" }) },
			{
				label: "Read Again",
				key: "F5",
				disabled: phase.kind === "running" || asked.model === null,
				run: () => this.#readAgain(),
			},
			...commonItems(send, () => this.showKeys(), this.report === null),
		];
		const right =
			phase.kind === "running"
				? html`<vscode-button appearance="secondary" @click=${() => send({ type: "cancel" })}>
						<span slot="start">${icons.stop}</span>Cancel
					</vscode-button>`
				: nothing;
		return toolbar(left, right, (anchor) => this.openMenu("More actions", items, anchor));
	}

	#withoutReport({ phase, missing, asked }: AnalysisState<ModelQuestion>): TemplateResult {
		const send = (message: PageMessage) => this.send(message);
		if (phase.kind === "running") return html`<div class="empty"><p>${phase.words}…</p></div>`;
		if (missing === "model") return noModel(send);
		if (phase.kind === "failed" || phase.kind === "ended") return failed(phase, asked.model, send);
		return emptyState(
			null,
			phase.kind === "cancelled" ? "Cancelled before the model was read." : "The model has not been read yet.",
			html`<vscode-button appearance="primary" @click=${() => this.#readAgain()}>Read the Model</vscode-button>`,
		);
	}

	#withReport(report: ModelPageReport, { phase, modelChanged }: AnalysisState<ModelQuestion>): TemplateResult {
		const { content } = report;
		const assumed = content.kind === "model" ? assumedPreprocessing(content.report) : null;
		const notes = html`
			${modelChanged && !this.standalone ? this.#changedNote(content.kind) : nothing}
			${assumed === null ? nothing : warning(html`${assumed} ${this.standalone ? nothing : this.#configurationLink()}`)}
			${report.warnings.map((words) => warning(plain(words)))}`;
		const conditions =
			content.kind === "model" ? modelConditions(content.report) : comparisonConditions(content.comparison);
		return html`
			${finding({ headline: [this.#headline(report)], conditions, notes, phase })}
			${content.kind === "model" ? this.#model(content) : comparisonTable(content.comparison)}
		`;
	}

	#changedNote(kind: ModelPageReport["content"]["kind"]): TemplateResult {
		const words =
			kind === "model"
				? "The file has changed since it was read. Read it again to see whether it still can be."
				: "A file has changed since both were read.";
		return info(
			html`${words} <button type="button" class="link" @click=${() => this.#readAgain()}>Read Again</button>`,
		);
	}

	#headline({ content }: ModelPageReport): string {
		return content.kind === "model" ? modelFinding(content.report) : comparisonFinding(content.comparison);
	}

	#configurationLink(): TemplateResult {
		return html`<button type="button" class="link" @click=${() => this.send({ type: "openConfiguration" })}>
			Set it in blindspot.json
		</button>`;
	}

	#model({ report: { layers }, layout, pictures }: ModelContent): TemplateResult {
		const layer = layers[this.selected];
		const found = this.#found(layers);
		const own = layer ? (pictures.find((of) => of.layer === layer.name) ?? null) : null;
		const select = ({ detail }: CustomEvent<number>) => this.#select(detail);
		// Layers of a chain stand beside their rows: they are scrolled together.
		const isColumn = layout.nodes.every(([, y], i) => Math.abs(y - (layout.nodes[0]?.[1] ?? 0) - i * 26) < 1);
		const together =
			(move: (top: number) => void) =>
			({ detail }: CustomEvent<number>) => {
				if (isColumn && this.zoom === 1) move(detail);
			};
		return html`
			<div class="panes ${this.view}" @layer-selected=${select}>
				<blindspot-layers
					.layers=${layers}
					.selected=${this.selected}
					.found=${found}
					@table-scrolled=${together((top) => this.graph?.scrollToTop(top))}
				></blindspot-layers>
				<div class="graph-pane">
					<div class="graph-head">
						<span>Graph</span>
						<span class="spring"></span>
						<button type="button" class="more" aria-label="Zoom out" @click=${() => this.graph?.zoomBy(-1)}>−</button>
						<span class="zoom">${Math.round(100 * this.zoom)}%</span>
						<button type="button" class="more" aria-label="Zoom in" @click=${() => this.graph?.zoomBy(1)}>+</button>
						<button type="button" class="more fit" aria-label="Show all of the graph" @click=${() => this.graph?.fit()}>Fit</button>
					</div>
					<blindspot-graph
						.layers=${layers}
						.layout=${layout}
						.selected=${this.selected}
						.found=${found}
						.zoom=${this.zoom}
						@zoomed=${({ detail }: CustomEvent<number>) => (this.zoom = detail)}
						@graph-scrolled=${together((top) => this.table?.scrollToTop(top))}
					></blindspot-graph>
				</div>
			</div>
			${
				layer
					? facts({
							layer,
							pictures: own,
							standalone: this.standalone,
							lead: (to) => this.#lead(to, true),
							showPictures: () => (this.galleryShown = true),
						})
					: nothing
			}
			${
				this.galleryShown && own
					? html`<blindspot-weight-gallery
							.pictures=${own}
							@gallery-closed=${() => (this.galleryShown = false)}
						></blindspot-weight-gallery>`
					: nothing
			}`;
	}

	#found(layers: readonly LayerReport[]): ReadonlySet<number> {
		return new Set(layers.flatMap((layer, i) => (matches(layer, this.wanted) ? [i] : [])));
	}

	readonly #findKey = (event: KeyboardEvent): void => {
		if (event.key === "Escape") {
			this.wanted = "";
			this.table?.focus();
		} else if (event.key === "Enter") this.#next(event.shiftKey);
		else if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
		else return;
		if (event.key === "Escape" || event.key === "Enter") {
			event.preventDefault();
			event.stopPropagation();
		}
	};

	/** Selects the next match after the selected layer, round the end. */
	#next(backwards: boolean): void {
		const content = this.report?.content;
		if (content?.kind !== "model") return;
		const found = [...this.#found(content.report.layers)];
		const next = backwards
			? (found.findLast((at) => at < this.selected) ?? found.at(-1))
			: (found.find((at) => at > this.selected) ?? found[0]);
		if (next === undefined) this.announced = "No layer found.";
		else this.#select(next);
	}

	#select(layer: number): void {
		this.selected = layer;
		const content = this.report?.content;
		const chosen = content?.kind === "model" ? content.report.layers[layer] : undefined;
		if (chosen) this.announced = `${plain(chosen.name).slice(0, 200)}, ${chosen.operation}`;
	}

	#copied({ content }: ModelPageReport): string {
		if (content.kind === "comparison") return copiedComparison(content.comparison);
		const layer = content.report.layers[this.selected];
		return layer ? copiedLayer(layer) : "";
	}

	#readAgain(): void {
		if (this.state !== null && this.state.missing === null) this.send({ type: "run", question: this.state.asked });
	}

	#lead(to: Lead, ofLayer: boolean): void {
		const content = this.report?.content;
		const layer = content?.kind === "model" ? content.report.layers[this.selected] : undefined;
		this.send({ type: "lead", to, layer: ofLayer ? (layer?.name ?? null) : null });
	}
}
