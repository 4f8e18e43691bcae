import { html, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { Actions, Density } from "./actions.js";
import { columnHeads } from "./columnHeads.js";
import { compactScale } from "./compactRow.js";
import { unreadable } from "./figures.js";
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

/** The images: column heads and one row each, of which one is selected and in the tab order. */
export function grid({ state, pixels }: Received, view: GridView, actions: Actions): TemplateResult {
	const scale = view.density === "compact" ? compactScale(state.rows) : null;
	const open = (event: MouseEvent, index: number): void => {
		const onControl = (event.target as HTMLElement).closest("button, vscode-button, .figures, .prediction") !== null;
		if (view.density === "compact" && !onControl) actions.toggle(index);
	};
	const row = (index: number, at: number): TemplateResult => {
		const detail = view.density === "detail" || view.expanded.has(index);
		const selected = index === view.selected;
		const item = state.rows[index]!;
		return html`<blindspot-image-row
			class="${detail ? "detail" : "compact"} ${selected ? "selected" : ""} ${unreadable(item) ? "unreadable" : ""}"
			role="row"
			tabindex=${selected ? 0 : -1}
			aria-selected=${selected}
			aria-rowindex=${at + 2}
			data-index=${index}
			.row=${item}
			.pixels=${pixels[index]!}
			.index=${index}
			.file=${view.files[index]!}
			.classNames=${state.classNames}
			.phase=${state.phase}
			.budget=${state.shown?.budget ?? null}
			.factor=${view.factor}
			.swapped=${selected && view.swapped}
			.compact=${detail ? null : scale}
			.actions=${actions}
			@pointerdown=${() => actions.select(index)}
			@focusin=${() => actions.select(index)}
			@dblclick=${(event: MouseEvent) => open(event, index)}
		></blindspot-image-row>`;
	};
	return html`<div class="grid" role="grid" aria-label="Images" aria-rowcount=${state.rows.length + 1}>
		${columnHeads(view.density, view.factor, view.sorting, actions)}
		${repeat(view.order, (index) => index, row)}
	</div>`;
}
