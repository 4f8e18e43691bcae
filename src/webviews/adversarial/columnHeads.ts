import { html, type TemplateResult } from "lit";
import { NOISE_FACTORS } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import { keepFromEditor } from "../ui/ownKeys.js";
import type { Actions, Density } from "./actions.js";
import type { SortColumn, Sorting } from "./view.js";

/** Sets the factor of all noise pictures at once. */
export function noiseControl(factor: number, actions: Actions): TemplateResult {
	return html`<input
		type="range"
		min="0"
		max=${NOISE_FACTORS.length - 1}
		step="1"
		.value=${String(Math.max(0, NOISE_FACTORS.indexOf(factor)))}
		aria-label="Noise factor"
		aria-valuetext="times ${factor}"
		title="Noise × ${factor}"
		@keydown=${keepFromEditor}
		@input=${(event: Event) => actions.setFactor(NOISE_FACTORS[Number((event.target as HTMLInputElement).value)] ?? 1)}
	/>`;
}

function sortable(column: SortColumn, label: string, sorting: Sorting | null, actions: Actions): TemplateResult {
	const sorted = sorting?.column === column ? (sorting.descending ? "descending" : "ascending") : "none";
	return html`<div class="head ${column}" role="columnheader" aria-sort=${sorted}>
		<button type="button" class="sort" @click=${() => actions.sort(column)}>
			${label}${sorted === "none" ? null : sorted === "ascending" ? icons.up : icons.down}
		</button>
	</div>`;
}

/** The sticky row of column heads. */
export function columnHeads(
	density: Density,
	factor: number,
	sorting: Sorting | null,
	actions: Actions,
): TemplateResult {
	const head = (name: string, kind: string) => html`<div class="head ${kind}" role="columnheader">${name}</div>`;
	if (density === "detail") {
		const noise = html`<div class="head noise" role="columnheader"><span>Noise × ${factor}</span>${noiseControl(factor, actions)}</div>`;
		return html`<div class="heads detail" role="row" aria-rowindex="1">
			<div class="head sr" role="columnheader">Image</div>
			<div class="head sr" role="columnheader">Actions</div>
			${head("Original", "")}${noise}${head("Adversarial", "")}${head("Prediction", "prediction-head")}${head("Figures", "figures-head")}
		</div>`;
	}
	return html`<div class="heads compact" role="row" aria-rowindex="1">
		${head("Original", "")}${head("Noise", "")}${head("Adversarial", "")}
		${sortable("file", "File", sorting, actions)}
		${head("Label", "label")}${head("Before: label", "probability before")}${head("After: new label", "probability after")}
		${sortable("distortion", "Distortion", sorting, actions)}${sortable("l2", "L2", sorting, actions)}
		${sortable("linf", "L∞", sorting, actions)}${head("Control", "control")}
	</div>`;
}
