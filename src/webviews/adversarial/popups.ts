import { html, type TemplateResult } from "lit";
import "../ui/menu.js";
import type { MenuItem } from "../ui/menu.js";
import type { AdversarialState } from "./messages.js";
import "./targetPicker.js";
import type { TargetChoice } from "./targetPicker.js";
import type { Settings } from "./view.js";

/** What is open over the page, and the control that opened it. */
export type Popup =
	/** `index` is null for the target of all images. */
	| { readonly kind: "target"; readonly index: number | null; readonly anchor: HTMLElement }
	| {
			readonly kind: "menu";
			readonly label: string;
			readonly items: readonly MenuItem[];
			readonly anchor: HTMLElement;
	  };

export function popupContent(
	popup: Popup,
	state: AdversarialState,
	settings: Settings,
	close: () => void,
	choose: (choice: TargetChoice, index: number | null) => void,
): TemplateResult {
	if (popup.kind === "menu") {
		return html`<blindspot-menu
			.items=${popup.items}
			.label=${popup.label}
			.anchor=${popup.anchor}
			@popup-close=${close}
		></blindspot-menu>`;
	}
	const image = popup.index === null ? null : (state.rows[popup.index]?.image ?? null);
	// The labels of a model that has not run yet are not known.
	const known = image !== null || settings.model === state.shown?.model;
	return html`<blindspot-target-picker
		.classNames=${known ? state.classNames : []}
		.labels=${image?.labels ?? []}
		.predicted=${image?.predicted?.index ?? null}
		.trueLabel=${image?.label ?? null}
		.seed=${state.asked.seed}
		.single=${popup.index !== null}
		.anchor=${popup.anchor}
		@popup-close=${close}
		@target-chosen=${(event: CustomEvent<TargetChoice>) => choose(event.detail, popup.index)}
	></blindspot-target-picker>`;
}
