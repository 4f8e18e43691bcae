import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { checkText } from "../../compute/modelDetails/checkText.js";
import { LAYER_BOX, type LayerReport } from "../../compute/modelDetails/report.js";
import { plain } from "../../compute/plainText.js";
import { icons } from "../ui/icons.js";
import { LightElement } from "../ui/lightElement.js";
import { weightHistogram } from "./histogram.js";
import { isWeighted, shapeText, whole } from "./words.js";

/** Rows are as far apart as layers of a chain in the graph, so that they stand beside each other. */
const ROW = LAYER_BOX.pitch;
/** Rows beyond the visible ones, so that a scroll of a few lines shows no gap. */
const SPARE = 12;

/**
 * The layers, a row each; only rows near the visible part are in the document. Sends `layer-selected` with the layer's
 * number and `table-scrolled` with the scroll position.
 */
@customElement("blindspot-layers")
export class LayerTable extends LightElement {
	@property({ attribute: false }) layers: readonly LayerReport[] = [];
	@property({ attribute: false }) selected = 0;
	/** Layers that are looked for. */
	@property({ attribute: false }) found: ReadonlySet<number> = new Set();
	@state() private first = 0;
	@state() private visible = 40;
	readonly #resized = new ResizeObserver(() => this.#measure());
	#focusRow = false;

	get #scroller(): HTMLElement | null {
		return this.querySelector(".layer-rows");
	}

	/** Scrolls as the graph does, where layers and rows stand beside each other. */
	scrollToTop(top: number): void {
		const scroller = this.#scroller;
		if (scroller && Math.abs(scroller.scrollTop - top) > 1) scroller.scrollTop = top;
	}

	/** Brings a row into view. */
	reveal(layer: number): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		const top = layer * ROW;
		if (top < scroller.scrollTop) scroller.scrollTop = top;
		else if (top + ROW > scroller.scrollTop + scroller.clientHeight)
			scroller.scrollTop = top + ROW - scroller.clientHeight;
	}

	override focus(): void {
		this.#focusRow = true;
		this.requestUpdate();
	}

	protected override render(): TemplateResult {
		const end = Math.min(this.layers.length, this.first + this.visible + 2 * SPARE);
		const rows = this.layers.slice(this.first, end);
		return html`<div role="grid" aria-label="Layers" aria-rowcount=${this.layers.length + 1}>
			<div role="row" class="layer-row heads" aria-rowindex="1">
				<span role="columnheader">Layer</span>
				<span role="columnheader">Operation</span>
				<span role="columnheader">Output</span>
				<span role="columnheader" class="figures">Parameters</span>
				<span role="columnheader" class="figures costs">Multiply-adds</span>
				<span role="columnheader" class="weights">Weights</span>
				<span role="columnheader" class="checks">Checks</span>
			</div>
			<div class="layer-rows" @scroll=${this.#scrolled} @keydown=${this.#onKey}>
				<div .style=${`height: ${this.first * ROW}px`}></div>
				${rows.map((layer, at) => this.#row(layer, this.first + at))}
				<div .style=${`height: ${(this.layers.length - end) * ROW}px`}></div>
			</div>
		</div>`;
	}

	protected override firstUpdated(): void {
		const scroller = this.#scroller;
		if (scroller) this.#resized.observe(scroller);
	}

	protected override updated(changed: PropertyValues<this>): void {
		if (changed.has("selected")) this.reveal(this.selected);
		if (!this.#focusRow) return;
		const row = this.querySelector<HTMLElement>('[aria-selected="true"]');
		// It may first have to come into the document.
		if (!row) return;
		this.#focusRow = false;
		row.focus({ preventScroll: true });
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#resized.disconnect();
	}

	#row(layer: LayerReport, at: number): TemplateResult {
		const { name, operation, outputShape, parameters, multiplyAdds, weights, checks } = layer;
		const isSelected = at === this.selected;
		const checked = checks.map(checkText).join(", ");
		const kind = `${isWeighted(layer) ? "" : "weak"} ${isSelected ? "selected" : ""} ${this.found.has(at) ? "found" : ""}`;
		return html`<div
			role="row"
			class="layer-row ${kind}"
			tabindex=${isSelected ? 0 : -1}
			aria-selected=${isSelected}
			aria-rowindex=${at + 2}
			@click=${() => this.#select(at)}
		>
			<span role="rowheader" class="name" title=${plain(name)}
				><bdi>${plain(name)}</bdi>${checks.length > 0 ? html`<span class="warning" title=${checked}>${icons.warning}</span>` : nothing}</span
			>
			<span role="gridcell">${operation}</span>
			<span role="gridcell">${shapeText(outputShape)}</span>
			<span role="gridcell" class="figures">${parameters > 0 ? whole(parameters) : ""}</span>
			<span role="gridcell" class="figures costs">${multiplyAdds > 0 ? whole(multiplyAdds) : ""}</span>
			<span role="gridcell" class="weights">${isWeighted(layer) ? weightHistogram(weights) : nothing}</span>
			<span role="gridcell" class="checks ${checks.length > 0 ? "warning" : ""}" title=${checked}
				>${checks.length > 0 ? html`${icons.warning} <span>${checked}</span>` : nothing}</span
			>
		</div>`;
	}

	#select(layer: number): void {
		this.#focusRow = true;
		this.dispatchEvent(new CustomEvent<number>("layer-selected", { detail: layer, bubbles: true }));
	}

	readonly #scrolled = (): void => {
		this.#measure();
		this.dispatchEvent(new CustomEvent<number>("table-scrolled", { detail: this.#scroller?.scrollTop ?? 0 }));
	};

	#measure(): void {
		const scroller = this.#scroller;
		if (!scroller) return;
		this.first = Math.max(0, Math.floor(scroller.scrollTop / ROW) - SPARE);
		this.visible = Math.ceil(scroller.clientHeight / ROW);
	}

	readonly #onKey = (event: KeyboardEvent): void => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const page = Math.max(1, this.visible - 1);
		const to: Record<string, number> = {
			ArrowUp: this.selected - 1,
			ArrowDown: this.selected + 1,
			PageUp: this.selected - page,
			PageDown: this.selected + page,
			Home: 0,
			End: this.layers.length - 1,
		};
		const layer = to[event.key];
		if (layer === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		this.#select(Math.min(this.layers.length - 1, Math.max(0, layer)));
	};
}
