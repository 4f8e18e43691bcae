import { html, type TemplateResult } from "lit";
import { columnDecimals, percent } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import { unreadable, type Verdict } from "./figures.js";
import type { Row } from "./messages.js";

/** What all compact rows share, so that columns can be compared by eye. */
export interface CompactScale {
	/** The largest distortion: the full length of its bar. */
	readonly largest: number;
	readonly decimals: { readonly distortion: number; readonly l2: number; readonly linf: number };
}

export function compactScale(rows: readonly Row[]): CompactScale {
	const column = (figure: "distortion" | "l2" | "linf"): readonly number[] =>
		rows.flatMap(({ image }) => (image.success && image[figure] !== null ? [image[figure]] : []));
	return {
		largest: column("distortion").reduce((largest, value) => Math.max(largest, value), 0),
		decimals: {
			distortion: columnDecimals(column("distortion")),
			l2: columnDecimals(column("l2")),
			linf: columnDecimals(column("linf")),
		},
	};
}

export const sameScale = (a: CompactScale, b: CompactScale): boolean =>
	a.largest === b.largest &&
	a.decimals.distortion === b.decimals.distortion &&
	a.decimals.l2 === b.decimals.l2 &&
	a.decimals.linf === b.decimals.linf;

const bar = (share: number, kind: string): TemplateResult =>
	html`<div class="track ${kind}"><div class="level" .style=${`width: ${Math.min(1, share) * 100}%`}></div></div>`;

function labelWords(said: Verdict): TemplateResult {
	switch (said.kind) {
		case "unreadable":
			return html`<span class="state error" title=${said.words}>${icons.error}<span>Cannot be read: ${said.words}</span></span>`;
		case "changed":
			return html`<span class="verdict">${said.before} ${icons.arrow}<span class="sr">changed to</span> ${said.after}</span>`;
		case "none":
			return html`<span class="verdict">${said.before}</span> <span class="state error" title=${said.words}>${icons.error}<span>${said.words}</span></span>`;
		case "open":
			return html`<span class="verdict">${said.before}</span> <span class="state">${said.words}</span>`;
	}
}

/** The cells of a row of the compact list. */
export function compactCells(
	row: Row,
	said: Verdict,
	file: string,
	pictures: TemplateResult,
	scale: CompactScale,
): TemplateResult {
	const { image } = row;
	const figure = (value: number | null, decimals: number): string =>
		value === null || !image.success ? "–" : value.toFixed(decimals);
	const before = image.predicted?.probability ?? null;
	const after = image.success ? (image.adversarial?.probability ?? null) : null;
	const wide = unreadable(row) || said.kind === "none";
	return html`
		${pictures}
		<div class="file" role="rowheader" title=${image.source}>${file}</div>
		<div class="label ${wide ? "wide" : ""}" role="gridcell">${labelWords(said)}</div>
		<div class="probability before" role="gridcell" ?hidden=${wide}>
			${before === null ? "" : html`${bar(before, "before")}<span>${percent(before)}</span>`}
		</div>
		<div class="probability after" role="gridcell" ?hidden=${wide}>
			${after === null ? "" : html`${bar(after, "after")}<span>${percent(after)}</span>`}
		</div>
		<div class="measure" role="gridcell">
			<span>${figure(image.distortion, scale.decimals.distortion)}</span>
			${bar(image.success && image.distortion !== null && scale.largest > 0 ? image.distortion / scale.largest : 0, "")}
		</div>
		<div class="number l2" role="gridcell">${figure(image.l2, scale.decimals.l2)}</div>
		<div class="number linf" role="gridcell">${figure(image.linf, scale.decimals.linf)}</div>
		<div class="number control" role="gridcell">
			${image.control === null || !image.success ? "–" : `${image.control.changed} of ${image.control.samples}`}
		</div>
	`;
}
