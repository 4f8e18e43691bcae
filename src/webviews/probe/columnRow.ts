/** A row of the columns: a unit and a direction, each with its name and its pictures. */
import { html, nothing, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";
import type { ProbedDirection, RankedImage } from "../../compute/activations/probe/report.js";
import type { Size } from "../../compute/data/types.js";
import "../ui/pictureStrip.js";
import { type Pictures, partOf } from "./pictures.js";
import { imagesOf, type RowsView } from "./view.js";
import { labelName, rowShare, rowWords, shortName } from "./words.js";

/** Pictures of a row; what a direction has beyond them is on its own page. */
export const PICTURES = 9;
/** A row's name and its pictures. */
export const CELLS = PICTURES + 1;

/** Labels of so many characters have room under a picture. A clip for each of hundreds of labels is felt when scrolling. */
const SHORT = 4;

/** A column: its heading and rows in the order in which they are shown. */
export interface Column {
	readonly kind: "units" | "directions";
	readonly name: string;
	/** "12 of 100" */
	readonly count: string;
	readonly rows: readonly ProbedDirection[];
}

/** A name or a picture: `across` counts those of both columns from the left. */
export interface Place {
	readonly row: number;
	readonly across: number;
}

/** What all rows share. */
export interface RowContext {
	readonly columns: readonly Column[];
	readonly end: RowsView["end"];
	readonly pictures: Pictures;
	readonly classNames: readonly string[];
	readonly inputSize: Size;
}

/** The pictures that a row has room for. */
export function shownImages(direction: ProbedDirection, end: RowsView["end"]): readonly RankedImage[] {
	return imagesOf(direction, end).slice(0, PICTURES);
}

/** `selected` is the cell of the row that the keyboard is at; null where it is in another row. */
export function rowCells(context: RowContext, row: number, selected: number | null): readonly TemplateResult[] {
	const { columns, end, pictures, classNames } = context;
	return columns.map(({ kind, rows }, column) => {
		const direction = rows[row];
		const first = column * CELLS;
		const mine = selected !== null && selected >= first && selected < first + CELLS ? selected - first : null;
		// Most rows stay as they are when others come.
		return html`${guard([direction, row, mine, end, pictures, classNames], () =>
			direction === undefined
				? html`<div class="cell"></div>`
				: cell(context, kind, direction, { row, across: first }, mine),
		)}`;
	});
}

function cell(
	{ end, pictures, classNames, inputSize }: RowContext,
	kind: Column["kind"],
	direction: ProbedDirection,
	{ row, across }: Place,
	selected: number | null,
): TemplateResult {
	const images = shownImages(direction, end);
	const share = rowShare(direction);
	const words = rowWords(direction, classNames);
	return html`<div class="cell ${kind} ${selected === null ? "" : "selected"} ${direction.inactive ? "inactive" : ""}">
		<button
			type="button"
			class="name"
			role="rowheader"
			tabindex=${selected === 0 ? 0 : -1}
			data-row=${row}
			data-across=${across}
			aria-label="${direction.name}, ${words}"
		>
			<b title=${direction.name}>${shortName(direction)}</b>
			<span class="words" title=${words}>${words}</span>
			<span class="bar">${share === null ? nothing : html`<i .style=${`width: ${share * 100}%`}></i>`}</span>
		</button>
		<div class="pictures" role="presentation">
			${images.map((image, at) => {
				const label = labelName(image.label, classNames);
				const odd = direction.commonest !== null && image.label !== direction.commonest.label;
				return html`<button
					type="button"
					class="picture"
					role="gridcell"
					tabindex=${selected === 1 + at ? 0 : -1}
					data-row=${row}
					data-across=${across + 1 + at}
					aria-label="${direction.name}, image ${at + 1}${label === "" ? "" : `, ${label}`}"
				><span class="label ${odd ? "odd" : ""} ${label.length > SHORT ? "long" : ""}" title=${label}>${label}</span></button>`;
			})}
			<blindspot-picture-strip
				.pictures=${images.map(({ index, box }) => ({
					picture: pictures.get(index) ?? null,
					outlined: partOf(box, inputSize),
				}))}
				.places=${PICTURES}
			></blindspot-picture-strip>
		</div>
	</div>`;
}
