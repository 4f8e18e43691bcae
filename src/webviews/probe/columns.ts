import { html, type PropertyValues, render } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ProbedDirection, RankedImage } from "../../compute/activations/probe/report.js";
import type { Size } from "../../compute/data/types.js";
import { LightElement } from "../ui/lightElement.js";
import { RecycledRows } from "../ui/recycledRows.js";
import { CELLS, type Column, type Place, type RowContext, rowCells, shownImages } from "./columnRow.js";
import type { Pictures } from "./pictures.js";
import type { RowsView } from "./view.js";

/** Rows in the document above and below the visible ones. */
const AROUND = 5;
/** Until a row was measured. */
const USUAL_HEIGHT = 63;

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
	@property() end: RowsView["end"] = "most";
	@property({ attribute: false }) pictures: Pictures = new Map();
	@property({ attribute: false }) classNames: readonly string[] = [];
	@property({ attribute: false }) inputSize: Size = { width: 1, height: 1 };
	@state() private firstRow = 0;
	/** After the last one. */
	@state() private endRow = 24;
	@state() private height = USUAL_HEIGHT;
	/** Where the keyboard is. */
	@state() private place: Place = { row: 0, across: 0 };
	@query(".rows") private readonly rows!: HTMLElement | null;
	#elements: RecycledRows | null = null;
	#scroller: HTMLElement | null = null;
	#focusWanted = false;
	readonly #resized = new ResizeObserver(() => this.#look());

	override connectedCallback(): void {
		super.connectedCallback();
		this.#scroller = this.closest<HTMLElement>(".scroll");
		this.#scroller?.addEventListener("scroll", this.#look, { passive: true });
		if (this.#scroller) this.#resized.observe(this.#scroller);
		this.#resized.observe(this);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#scroller?.removeEventListener("scroll", this.#look);
		this.#resized.disconnect();
	}

	/** Which rows are near the visible part. */
	readonly #look = (): void => {
		const { rows } = this;
		const scroller = this.#scroller;
		if (!rows || !scroller) return;
		this.height = rows.querySelector<HTMLElement>(".row")?.offsetHeight || this.height;
		const above = scroller.getBoundingClientRect().top - rows.getBoundingClientRect().top;
		this.firstRow = Math.max(0, Math.floor(above / this.height) - AROUND);
		this.endRow = Math.min(this.#count, Math.ceil((above + scroller.clientHeight) / this.height) + AROUND);
	};

	get #count(): number {
		return this.columns.reduce((most, { rows }) => Math.max(most, rows.length), 0);
	}

	protected override willUpdate(changed: PropertyValues<this>): void {
		if (!changed.has("columns") && !changed.has("end")) return;
		if (this.#at(this.place) !== null) return;
		// The cell with the focus is gone: other rows, or fewer of them.
		this.#focusWanted = this.contains(document.activeElement);
		const first = { row: 0, across: 0 };
		this.place = this.#at(first) === null ? { row: 0, across: CELLS } : first;
	}

	protected override updated(changed: PropertyValues<this>): void {
		this.#showRows();
		if (changed.has("columns")) this.#look();
		if (!this.#focusWanted) return;
		this.#focusWanted = false;
		this.querySelector<HTMLElement>("[tabindex='0']")?.focus({ preventScroll: true });
	}

	protected override render() {
		const count = this.#count;
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
			<div id="probe-rows" class="rows" role="rowgroup" .style=${`height: ${count * this.height}px`}></div>
		</div>`;
	}

	#showRows(): void {
		const { rows, columns, end, pictures, classNames, inputSize, place, height } = this;
		if (!rows) return;
		this.#elements ??= new RecycledRows(rows, newRow);
		const context: RowContext = { columns, end, pictures, classNames, inputSize };
		this.#elements.show(this.#rowsShown(), (element, row) => {
			const index = String(row + 2);
			if (element.ariaRowIndex !== index) element.ariaRowIndex = index;
			element.style.top = `${row * height}px`;
			render(rowCells(context, row, row === place.row ? place.across : null), element);
		});
	}

	/** The row with the focus keeps it though it is scrolled out of sight. */
	#rowsShown(): readonly number[] {
		const count = this.#count;
		const shown = new Set<number>();
		for (let row = this.firstRow; row < Math.min(count, this.endRow); row++) shown.add(row);
		if (this.place.row < count) shown.add(this.place.row);
		return [...shown].toSorted((a, b) => a - b);
	}

	/** The row and picture of a cell; null where there is none. */
	#at({ row, across }: Place): Opened | null {
		const column = this.columns[Math.floor(across / CELLS)];
		const direction = column?.rows[row];
		if (column === undefined || direction === undefined) return null;
		const picture = (across % CELLS) - 1;
		if (picture < 0) return { kind: column.kind, direction, image: null };
		const image = shownImages(direction, this.end)[picture];
		return image === undefined ? null : { kind: column.kind, direction, image };
	}

	#move(place: Place): void {
		if (this.#at(place) === null) return;
		this.place = place;
		this.#focusWanted = true;
		const scroller = this.#scroller;
		if (!scroller || !this.rows) return;
		const top = this.rows.getBoundingClientRect().top - scroller.getBoundingClientRect().top + place.row * this.height;
		const heads = this.querySelector<HTMLElement>(".heads")?.offsetHeight ?? 0;
		if (top < heads) scroller.scrollTop += top - heads;
		else if (top + this.height > scroller.clientHeight) scroller.scrollTop += top + this.height - scroller.clientHeight;
	}

	readonly #onKeyDown = (event: KeyboardEvent): void => {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const { row, across } = this.place;
		const page = Math.max(1, Math.floor((this.#scroller?.clientHeight ?? 0) / this.height) - 1);
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

function newRow(): HTMLElement {
	const row = document.createElement("div");
	row.className = "row";
	row.role = "row";
	return row;
}

function placeOf(target: EventTarget | null): Place | null {
	const cell = target instanceof Element ? target.closest<HTMLElement>("[data-across]") : null;
	return cell === null ? null : { row: Number(cell.dataset.row), across: Number(cell.dataset.across) };
}
