import { html, type TemplateResult } from "lit";
import type { AdversarialState } from "./messages.js";
import "./targetPicker.js";
import type { TargetChoice } from "./targetPicker.js";
import type { Settings } from "./view.js";

/** The picker for the target of one row, or of all images with `index` null. */
export function targetPicker(
	index: number | null,
	anchor: HTMLElement,
	state: AdversarialState,
	settings: Settings,
	close: () => void,
	choose: (choice: TargetChoice) => void,
): TemplateResult {
	const image = index === null ? null : (state.rows[index]?.image ?? null);
	// The labels of a model that has not run yet are not known.
	const known = image !== null || settings.model === state.shown?.model;
	return html`<blindspot-target-picker
		.classNames=${known ? state.classNames : []}
		.labels=${image?.labels ?? []}
		.predicted=${image?.predicted?.index ?? null}
		.trueLabel=${image?.label ?? null}
		.seed=${state.asked.seed}
		.single=${index !== null}
		.anchor=${anchor}
		@popup-close=${close}
		@target-chosen=${(event: CustomEvent<TargetChoice>) => choose(event.detail)}
	></blindspot-target-picker>`;
}
