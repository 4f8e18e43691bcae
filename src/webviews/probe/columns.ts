import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { guard } from "lit/directives/guard.js";
import { repeat } from "lit/directives/repeat.js";
import type { Size } from "../../compute/data/types.js";
import type { ProbedDirection, RankedImage } from "../../compute/probeReport.js";
import { LightElement } from "../ui/lightElement.js";
import "../ui/thumbnail.js";
import { type Pictures, partOf } from "./pictures.js";
import { imagesOf, type RowsView } from "./view.js";
import { labelName, rowShare, rowWords, shortName } from "./words.js";

/** Pictures of a row; what a direction has beyond them is on its own page. */
export const PICTURES = 9;
/** A row's name and its pictures. */
const CELLS = PICTURES + 1;
/** Rows in the document above and below the visible ones, and the least that must be left of them. */
const AROUND = 10;
const LEAST_AROUND = 3;
/** Until a row was measured. */
const USUAL_HEIGHT = 63;

/** A column: its heading and rows in the order in which they are shown. */
export interface Column {
	readonly kind: "units" | "directions";
	readonly name: string;
	/** "12 of 100" */
	readonly count: string;
	readonly rows: readonly ProbedDirection[];
}

/** The cell that has the focus: `across` counts the names and pictures of both columns from the left. */
interface Place {
	readonly row: number;
	readonly across: number;
}

/** What a press on a cell opens. */
export interface Opened {
	readonly kind: Column["kind"];
	readonly direction: ProbedDirection;
	/** The picture; null where the row itself is meant. */
	readonly image: RankedImage | null;
}

/**
 * Units and directions side by side in rows of the same height, of which only those near the visible part are in the
 * document. Sends `open` with an `Opened`. Its scroller is the nearest element of the class `scroll`.
 */
@customElement("blindspot-probe-columns")
export class ProbeColumns extends LightElement {
	@property({ attribute: false }) columns: readonly Column[] = [];
	@property({ attribute: false }) view: RowsView | null = null;
	@property({ attribute: false }) pictures: Pictures = new Map();
	@property({ attribute: false }) classNames: readonly string[] = [];
	@property({ attribute: false }) inputSize: Size = { width: 1, height: 1 };
	@state() private first = 0;
	@state() private end = 24;
	@state() private place: Place = { row: 0, across: 0 };
	@query(".rows") private readonly rows!: HTMLElement | null;
	#scroller: HTMLElement | null = null;
	#height = USUAL_HEIGHT;
	#focusWanted = false;
	/** Before the present update. */
	#hadFocus = false;
	readonly #resized = new ResizeObserver(() => this.#look());
	readonly #look = (): void => {
		const { rows } = this;
		const scroller = this.#scroller;
		if (!rows || !scroller) return;
		const height = rows.querySelector<HTMLElement>(".row")?.offsetHeight ?? 0;
		if (height > 0 && height !== this.#height) {
			this.#height = height;
			this.requestUpdate();
		}
		const above = scroller.getBoundingClientRect().top - rows.getBoundingClientRect().top;
		const first = Math.max(0, Math.floor(above / this.#height));
		const end = Math.ceil((above + scroller.clientHeight) / this.#height);
		const needed = { first: Math.max(0, first - LEAST_AROUND), end: Math.min(this.#count, end + LEAST_AROUND) };
		if (needed.first >= this.first && needed.end <= this.end) return;
		this.first = Math.max(0, first - AROUND);
		this.end = end + AROUND;
	};

	override connectedCallback(): void {
		super.connectedCallback();
		this.#scroller = this.closest<HTMLElement>(".scroll");
		this.#scroller?.addEventListener("scroll", this.#look, { passive: true });
		if (this.#scroller) this.#resized.observe(this.#scroller);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#scroller?.removeEventListener("scroll", this.#look);
		this.#resized.disconnect();
	}

	get #count(): number {
		return this.columns.reduce((most, { rows }) => Math.max(most, rows.length), 0);
	}

	protected override willUpdate(changed: PropertyValues<this>): void {
		this.#hadFocus = this.contains(document.activeElement);
		if (changed.has("columns") && this.place.row >= this.#count) this.place = { row: 0, across: 0 };
	}

	protected override updated(): void {
		this.#look();
		const focused = this.contains(document.activeElement) ? placeOf(document.activeElement) : null;
		const { row, across } = this.place;
		// The element that has the focus may have become another row's, or have gone with its row.
		const strayed = focused === null ? this.#hadFocus : focused.row !== row || focused.across !== across;
		if (!this.#focusWanted && !strayed) return;
		this.#focusWanted = false;
		this.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
	}

	protected override render() {
		const count = this.#count;
		const shown = new Set<number>();
		for (let row = this.first; row < Math.min(count, this.end); row++) shown.add(row);
		// The row with the focus keeps it though it is scrolled out of sight.
		if (this.place.row < count) shown.add(this.place.row);
		return html`<div
			class="columns"
			role="grid"
			aria-label="Units and directions"
			aria-rowcount=${count + 1}
			aria-colcount=${2 * CELLS}
			@keydown=${this.#onKeyDown}
			@click=${this.#onClick}
			@focusin=${this.#onFocus}
		>
			<div class="heads" role="row">
				${this.columns.map(
					({ kind, name, count }) => html`<div class="head ${kind}" role="columnheader" aria-colspan=${CELLS}>
						<b>${name}</b> <span>${count}</span>
					</div>`,
				)}
			</div>
			<div class="rows" role="rowgroup" .style=${`height: ${count * this.#height}px`}>
				${repeat(
					[...shown].toSorted((a, b) => a - b),
					// Elements of a row that leaves the document are used for the one that comes: that is far cheaper than new ones.
					(row) => (row >= this.first && row < this.end ? row % (this.end - this.first) : -1),
					(row) => this.#row(row),
				)}
			</div>
		</div>`;
	}

	#row(row: number): TemplateResult {
		return html`<div class="row" role="row" aria-rowindex=${row + 2} .style=${`top: ${row * this.#height}px`}>
			${this.columns.map(({ kind, rows }, column) => {
				const direction = rows[row];
				if (direction === undefined) return html`<div class="cell"></div>`;
				const across = this.place.row === row ? this.place.across : -1;
				// Most rows stay as they are when others come.
				return guard([direction, row, across, this.view, this.pictures, this.classNames], () =>
					this.#cell(kind, direction, row, column),
				);
			})}
		</div>`;
	}

	#cell(kind: Column["kind"], direction: ProbedDirection, row: number, column: number): TemplateResult {
		const images = imagesOf(direction, this.view?.end ?? "most").slice(0, PICTURES);
		const share = rowShare(direction);
		const first = column * CELLS;
		const words = rowWords(direction, this.classNames);
		const { place } = this;
		const selected = place.row === row && place.across >= first && place.across < first + CELLS;
		const tab = (across: number): number => (place.row === row && place.across === across ? 0 : -1);
		return html`<div class="cell ${kind} ${selected ? "selected" : ""} ${direction.inactive ? "inactive" : ""}">
			<button
				type="button"
				class="name"
				role="rowheader"
				tabindex=${tab(first)}
				data-row=${row}
				data-across=${first}
				aria-label="${direction.name}, ${words}"
			>
				<b>${shortName(direction)}</b>
				<span class="words" title=${words}>${words}</span>
				<span class="bar">${share === null ? nothing : html`<i .style=${`width: ${share * 100}%`}></i>`}</span>
			</button>
			<div class="pictures" role="presentation">
				${images.map((image, at) => {
					const label = labelName(image.label, this.classNames);
					const odd = direction.commonest !== null && image.label !== direction.commonest.label;
					return html`<button
						type="button"
						class="picture"
						role="gridcell"
						tabindex=${tab(first + 1 + at)}
						data-row=${row}
						data-across=${first + 1 + at}
						aria-label="${direction.name}, image ${at + 1}${label === "" ? "" : `, ${label}`}"
					>
						<blindspot-thumbnail
							.picture=${this.pictures.get(image.index) ?? null}
							.outlined=${partOf(image.box, this.inputSize)}
						></blindspot-thumbnail>
						<span class="label ${odd ? "odd" : ""}" title=${label}>${label}</span>
					</button>`;
				})}
			</div>
		</div>`;
	}

	/** The row and picture of a cell; null where there is none. */
	#at({ row, across }: Place): Opened | null {
		const column = this.columns[Math.floor(across / CELLS)];
		const direction = column?.rows[row];
		if (column === undefined || direction === undefined) return null;
		const picture = (across % CELLS) - 1;
		if (picture < 0) return { kind: column.kind, direction, image: null };
		const image = imagesOf(direction, this.view?.end ?? "most")[picture];
		return image === undefined ? null : { kind: column.kind, direction, image };
	}

	#move(place: Place): void {
		if (this.#at(place) === null) return;
		this.place = place;
		this.#focusWanted = true;
		const scroller = this.#scroller;
		if (!scroller || !this.rows) return;
		const top = this.rows.getBoundingClientRect().top - scroller.getBoundingClientRect().top + place.row * this.#height;
		const heads = this.querySelector<HTMLElement>(".heads")?.offsetHeight ?? 0;
		if (top < heads) scroller.scrollTop += top - heads;
		else if (top + this.#height > scroller.clientHeight)
			scroller.scrollTop += top + this.#height - scroller.clientHeight;
	}

	readonly #onKeyDown = (event: KeyboardEvent): void => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const { row, across } = this.place;
		const page = Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / this.#height) - 1);
		const last = this.#count - 1;
		const to: Readonly<Record<string, Place>> = {
			ArrowDown: { row: Math.min(last, row + 1), across },
			ArrowUp: { row: Math.max(0, row - 1), across },
			PageDown: { row: Math.min(last, row + page), across },
			PageUp: { row: Math.max(0, row - page), across },
			Home: { row: 0, across },
			End: { row: this.#lastWith(across), across },
			ArrowRight: { row, across: across + 1 },
			ArrowLeft: { row, across: across - 1 },
		};
		const place = to[event.key];
		if (place === undefined) return;
		event.preventDefault();
		event.stopPropagation();
		this.#move(place);
	};

	/** The last row that has this cell: columns differ in length. */
	#lastWith(across: number): number {
		const rows = this.columns[Math.floor(across / CELLS)]?.rows.length ?? 0;
		return Math.max(0, rows - 1);
	}

	readonly #onFocus = (event: FocusEvent): void => {
		const place = placeOf(event.target);
		if (place !== null) this.place = place;
	};

	/** Enter and Space press the button that has the focus. */
	readonly #onClick = (event: MouseEvent): void => {
		const place = placeOf(event.target);
		const opened = place === null ? null : this.#at(place);
		if (opened !== null) this.dispatchEvent(new CustomEvent<Opened>("open", { detail: opened }));
	};
}

function placeOf(target: EventTarget | null): Place | null {
	const cell = target instanceof Element ? target.closest<HTMLElement>("[data-across]") : null;
	return cell === null ? null : { row: Number(cell.dataset.row), across: Number(cell.dataset.across) };
}
