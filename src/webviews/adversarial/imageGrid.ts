import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { LightElement } from "../ui/lightElement.js";
import { type Piece, pieces, type Stretch, touched } from "../ui/rowWindow.js";
import type { Actions, Density } from "./actions.js";
import { columnHeads } from "./columnHeads.js";
import { type CompactScale, compactScale, sameScale } from "./compactRow.js";
import { unreadable } from "./figures.js";
import "./imageRow.js";
import type { Received, Sorting } from "./view.js";

/** What the person set for the list. */
export interface GridView {
	readonly density: Density;
	readonly sorting: Sorting | null;
	/** Indices of the rows as they are shown. */
	readonly order: readonly number[];
	readonly files: readonly string[];
	readonly selected: number;
	/** Rows of the compact list that show their detail. */
	readonly expanded: ReadonlySet<number>;
	readonly factor: number;
	/** True while original and adversarial of the selected row trade places. */
	readonly swapped: boolean;
}

/** Up to here all rows are in the document; it costs nothing that a person could feel. */
const WHOLE_UP_TO = 40;
/** Rows in the document before their place is known. */
const FIRST_STRETCH: Stretch = { first: 0, end: WHOLE_UP_TO };
/** Pixels above and below the visible part whose rows are in the document, and the least that must be left of them. */
const AROUND = 800;
const LEAST_AROUND = 200;
/** Heights until one was measured. */
const USUAL_HEIGHTS: Readonly<Record<Density, number>> = { compact: 48, detail: 240 };

interface Measured {
	readonly density: Density;
	readonly height: number;
}

/** The images: column heads and one row each, of which one is selected and in the tab order. */
@customElement("blindspot-image-grid")
export class ImageGrid extends LightElement {
	@property({ attribute: false }) received: Received | null = null;
	@property({ attribute: false }) view: GridView | null = null;
	@property({ attribute: false }) actions: Actions | null = null;
	@state() private stretch = FIRST_STRETCH;
	@query(".rows") private readonly rows!: HTMLElement | null;
	#scale: CompactScale | null = null;
	#scroller: HTMLElement | null = null;
	#width = 0;
	/** By row. */
	readonly #measured = new Map<number, Measured>();
	readonly #usual = new Map<Density, number>();
	readonly #observed = new Set<HTMLElement>();
	readonly #rowSizes = new ResizeObserver((entries) => this.#measure(entries));
	readonly #scrollerSize = new ResizeObserver(() => {
		const width = this.#scroller?.clientWidth ?? 0;
		if (width !== this.#width) this.#forgetHeights();
		this.#width = width;
		this.#look();
	});
	readonly #look = (): void => {
		const { rows, view } = this;
		const scroller = this.#scroller;
		if (!rows || !scroller || !view || view.order.length <= WHOLE_UP_TO) return;
		const heights = this.#heights(view);
		const top = scroller.getBoundingClientRect().top - rows.getBoundingClientRect().top;
		const bottom = top + scroller.clientHeight;
		const needed = touched(heights, top - LEAST_AROUND, bottom + LEAST_AROUND);
		const { first, end } = this.stretch;
		if (needed.first < first || needed.end > end) this.stretch = touched(heights, top - AROUND, bottom + AROUND);
	};

	override connectedCallback(): void {
		super.connectedCallback();
		this.#scroller = this.closest<HTMLElement>(".scroll");
		this.#scroller?.addEventListener("scroll", this.#look, { passive: true });
		if (this.#scroller) this.#scrollerSize.observe(this.#scroller);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#scroller?.removeEventListener("scroll", this.#look);
		this.#scrollerSize.disconnect();
		this.#rowSizes.disconnect();
		this.#observed.clear();
	}

	/** Rows that fit on the screen; at least one. */
	get rowsPerScreen(): number {
		const { rows, view } = this;
		const height = (view && this.#heights(view)[view.order.indexOf(view.selected)]) ?? USUAL_HEIGHTS.compact;
		const heads = rows?.previousElementSibling?.clientHeight ?? 0;
		return Math.max(1, Math.floor(((this.#scroller?.clientHeight ?? 0) - heads) / height));
	}

	protected override willUpdate(changed: PropertyValues): void {
		const { received, view } = this;
		if (received === null || view === null) return;
		const before = changed.get("received") as Received | null | undefined;
		if (before && before.state.report !== received.state.report) this.#forgetHeights();
		// An equal scale stays the same object, so that no row is rendered for it.
		const scale = view.density === "compact" ? compactScale(received.state.rows) : null;
		if (this.#scale === null || scale === null || !sameScale(this.#scale, scale)) this.#scale = scale;
	}

	protected override updated(): void {
		for (const row of this.#observed) {
			if (row.isConnected) continue;
			this.#rowSizes.unobserve(row);
			this.#observed.delete(row);
		}
		for (const row of this.querySelectorAll<HTMLElement>("blindspot-image-row")) {
			if (this.#observed.has(row)) continue;
			this.#observed.add(row);
			this.#rowSizes.observe(row);
		}
		this.#look();
	}

	protected override render() {
		const { received, view, actions } = this;
		if (received === null || view === null || actions === null) return nothing;
		const { order } = view;
		const heights = this.#heights(view);
		const whole = order.length <= WHOLE_UP_TO;
		// The selected row keeps the focus though it is scrolled out of sight.
		const list = pieces(heights, whole ? { first: 0, end: order.length } : this.stretch, order.indexOf(view.selected));
		const key = (piece: Piece): string => (piece.kind === "row" ? `row ${order[piece.at]}` : `gap ${piece.at}`);
		return html`<div class="grid" role="grid" aria-label="Images" aria-rowcount=${order.length + 1}>
			${columnHeads(view.density, view.factor, view.sorting, actions)}
			<div class="rows" role="rowgroup">
				${repeat(list, key, (piece) =>
					piece.kind === "row"
						? this.#row(received, view, actions, piece.at)
						: html`<div class="gap" role="presentation" .style=${`height: ${piece.height}px`}></div>`,
				)}
			</div>
		</div>`;
	}

	#row({ state: page, pixels }: Received, view: GridView, actions: Actions, at: number): TemplateResult {
		const index = view.order[at]!;
		const detail = densityOf(view, index) === "detail";
		const selected = index === view.selected;
		const row = page.rows[index]!;
		const open = (event: MouseEvent): void => {
			const onControl =
				(event.target as HTMLElement).closest("button, vscode-button, .figures, .prediction, .comparison") !== null;
			if (view.density === "compact" && !onControl) actions.toggle(index);
		};
		return html`<blindspot-image-row
			class="${detail ? "detail" : "compact"} ${selected ? "selected" : ""} ${unreadable(row) ? "unreadable" : ""}"
			role="row"
			tabindex=${selected ? 0 : -1}
			aria-selected=${selected}
			aria-rowindex=${at + 2}
			data-index=${index}
			.row=${row}
			.pixels=${pixels[index]!}
			.index=${index}
			.file=${view.files[index]!}
			.classNames=${page.classNames}
			.phase=${page.phase}
			.method=${page.shown?.method ?? "closest"}
			.budget=${page.shown?.budget ?? null}
			.factor=${view.factor}
			.swapped=${selected && view.swapped}
			.compact=${detail ? null : this.#scale}
			.actions=${actions}
			@pointerdown=${() => actions.select(index)}
			@focusin=${() => actions.select(index)}
			@dblclick=${open}
		></blindspot-image-row>`;
	}

	#heights(view: GridView): readonly number[] {
		return view.order.map((index) => this.#height(index, densityOf(view, index)));
	}

	/** As it was measured; until then, as rows of its kind usually are. */
	#height(index: number, density: Density): number {
		const measured = this.#measured.get(index);
		return measured?.density === density ? measured.height : (this.#usual.get(density) ?? USUAL_HEIGHTS[density]);
	}

	#measure(entries: readonly ResizeObserverEntry[]): void {
		let changed = false;
		for (const { target, borderBoxSize } of entries) {
			const row = target as HTMLElement;
			const height = borderBoxSize[0]?.blockSize ?? 0;
			if (!row.isConnected || height === 0) continue;
			const index = Number(row.dataset.index);
			const density = row.classList.contains("detail") ? "detail" : "compact";
			changed ||= height !== this.#height(index, density);
			this.#measured.set(index, { density, height });
			if (!this.#usual.has(density)) this.#usual.set(density, height);
		}
		if (changed) this.requestUpdate();
	}

	#forgetHeights(): void {
		this.#measured.clear();
		this.#usual.clear();
	}
}

const densityOf = (view: GridView, index: number): Density =>
	view.density === "detail" || view.expanded.has(index) ? "detail" : "compact";
