import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { icons } from "./icons.js";
import { LightElement } from "./lightElement.js";

export interface Column<Row> {
	readonly name: string;
	/** What the heading shows in the place of the name, of a column that can't be sorted by. */
	readonly heading?: TemplateResult;
	/** What the cell shows. */
	readonly cell: (row: Row) => TemplateResult | string;
	/** What the column is sorted by; without it, it can't be. Null and NaN come last, either way. */
	readonly sort?: (row: Row) => number | string | null;
	/** Figures are flush right, with figures of one width. */
	readonly figures?: boolean;
	/** The cell names its row. */
	readonly header?: boolean;
	/** A class for the style sheet: to hide a column where it is narrow. */
	readonly kind?: string;
	/** Explains the heading. */
	readonly title?: string;
}

export interface Sorting {
	/** The column's place. */
	readonly column: number;
	readonly descending: boolean;
}

/** The places of the rows in the order in which they are shown. */
export function sorted<Row>(
	rows: readonly Row[],
	columns: readonly Column<Row>[],
	sorting: Sorting | null,
): readonly number[] {
	const places = rows.map((_, at) => at);
	const key = sorting && columns[sorting.column]?.sort;
	if (!key) return places;
	const keys = rows.map((row) => {
		const value = key(row);
		return typeof value === "number" && Number.isNaN(value) ? null : value;
	});
	const sign = sorting.descending ? -1 : 1;
	return places.toSorted((a, b) => {
		const [first, second] = [keys[a] ?? null, keys[b] ?? null];
		if (first === null || second === null) return Number(first === null) - Number(second === null);
		// Not by their difference: infinities have none.
		if (typeof first === "number" && typeof second === "number")
			return sign * (Number(first > second) - Number(first < second));
		return sign * String(first).localeCompare(String(second), "en", { numeric: true });
	});
}

/**
 * A table that is sorted by a press on a heading and walked through by keys. Sends `row-selected` and `row-opened` with
 * the row's place in `rows`.
 */
@customElement("blindspot-table")
export class Table<Row> extends LightElement {
	@property({ attribute: false }) columns: readonly Column<Row>[] = [];
	@property({ attribute: false }) rows: readonly Row[] = [];
	/** What the table is of, for screen readers. */
	@property() label = "";
	/** The place of the selected row; null for none. */
	@property({ attribute: false }) selected: number | null = null;
	/** A class for a row. */
	@property({ attribute: false }) rowKind: (row: Row) => string = () => "";
	@state() private sorting: Sorting | null = null;
	#focusSelected = false;

	protected override render(): TemplateResult {
		const order = sorted(this.rows, this.columns, this.sorting);
		// One row is in the tab order: the selected one, or the first.
		const tabbed = this.selected !== null && order.includes(this.selected) ? this.selected : order[0];
		return html`<table role="grid" aria-label=${this.label} aria-rowcount=${this.rows.length + 1}>
			<thead>
				<tr aria-rowindex="1">${this.columns.map((column, at) => this.#heading(column, at))}</tr>
			</thead>
			<tbody @keydown=${(event: KeyboardEvent) => this.#onKey(event, order)}>
				${order.map((place, at) => this.#row(place, at, place === tabbed))}
			</tbody>
		</table>`;
	}

	protected override updated(_changed: PropertyValues): void {
		if (!this.#focusSelected) return;
		this.#focusSelected = false;
		const row = this.querySelector<HTMLElement>('tr[aria-selected="true"]');
		row?.focus();
		row?.scrollIntoView({ block: "nearest" });
	}

	#heading(column: Column<Row>, at: number): TemplateResult {
		const kind = `${column.figures ? "figures" : ""} ${column.kind ?? ""}`;
		const sorted = this.sorting?.column === at ? (this.sorting.descending ? "descending" : "ascending") : "none";
		if (!column.sort)
			return html`<th scope="col" class=${kind} title=${column.title ?? nothing} aria-label=${column.heading ? column.name : nothing}>${column.heading ?? column.name}</th>`;
		return html`<th scope="col" class=${kind} title=${column.title ?? nothing} aria-sort=${sorted}>
			<button type="button" class="sort" @click=${() => this.#sort(at)}>
				${column.name}${sorted === "none" ? nothing : sorted === "ascending" ? icons.up : icons.down}
			</button>
		</th>`;
	}

	#row(place: number, at: number, tabbed: boolean): TemplateResult {
		const row = this.rows[place] as Row;
		const selected = place === this.selected;
		return html`<tr
			class="${this.rowKind(row)} ${selected ? "selected" : ""}"
			tabindex=${tabbed ? 0 : -1}
			aria-selected=${selected}
			aria-rowindex=${at + 2}
			data-place=${place}
			@click=${() => this.#select(place)}
			@focus=${() => this.#select(place)}
			@dblclick=${() => this.#tell("row-opened", place)}
		>
			${this.columns.map(({ cell, figures, header, kind }) => {
				const classes = `${figures ? "figures" : ""} ${kind ?? ""}`;
				return header
					? html`<th scope="row" class=${classes}>${cell(row)}</th>`
					: html`<td class=${classes}>${cell(row)}</td>`;
			})}
		</tr>`;
	}

	#sort(column: number): void {
		const again = this.sorting?.column === column;
		this.sorting = again && this.sorting?.descending ? null : { column, descending: again };
	}

	#select(place: number): void {
		if (place === this.selected) return;
		this.selected = place;
		this.#tell("row-selected", place);
	}

	#tell(name: string, place: number): void {
		this.dispatchEvent(new CustomEvent<number>(name, { detail: place, bubbles: true }));
	}

	#onKey(event: KeyboardEvent, order: readonly number[]): void {
		if (event.ctrlKey || event.metaKey || event.altKey) return;
		const from = Number((event.target as HTMLElement).closest("tr")?.dataset.place);
		const at = order.indexOf(from);
		const to: Record<string, number> = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: order.length - 1 };
		if (event.key === "Enter") this.#tell("row-opened", from);
		else if (to[event.key] !== undefined) {
			const place = order[Math.min(order.length - 1, Math.max(0, to[event.key] as number))];
			if (place !== undefined) this.#select(place);
			this.#focusSelected = true;
			this.requestUpdate();
		} else return;
		event.preventDefault();
		event.stopPropagation();
	}
}
