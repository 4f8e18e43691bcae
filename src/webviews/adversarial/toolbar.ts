import { html, nothing, type TemplateResult } from "lit";
import { ATTACK_METHODS, hasEfforts, METHODS } from "../../compute/attack/methods.js";
import { effortField } from "../ui/attackFields.js";
import { EFFORT_NAMES } from "../ui/attackNames.js";
import { targetName } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import type { MenuItem } from "../ui/menu.js";
import {
	toolbar as bar,
	commonItems,
	field,
	modelField,
	modelName,
	pickerField,
	plainField,
	runButton,
} from "../ui/toolbar.js";
import type { Actions, Density } from "./actions.js";
import { changed } from "./figures.js";
import type { AdversarialState } from "./messages.js";
import type { Settings } from "./view.js";

function menuItems(state: AdversarialState, actions: Actions): readonly MenuItem[] {
	const none = state.rows.length === 0;
	return [
		{ label: "Choose Images…", run: () => actions.send({ type: "chooseImages" }) },
		{ label: "Copy All Figures", disabled: none, run: actions.copyAll },
		{ label: "Compact Rows", key: "1", disabled: none, run: () => actions.setDensity("compact") },
		{ label: "Rows in Detail", key: "2", disabled: none, run: () => actions.setDensity("detail") },
		...commonItems(actions.send, actions.showKeys, none),
	];
}

function fields(state: AdversarialState, settings: Settings, target: string, actions: Actions): TemplateResult {
	if (actions.standalone) {
		return html`${plainField("Model", modelName(settings.model, state.models))}
			${plainField("Method", METHODS[settings.method].label)}${plainField("Target", target)}
			${hasEfforts(settings.method) ? plainField("Effort", EFFORT_NAMES[settings.effort]) : nothing}`;
	}
	const methods = ATTACK_METHODS.map((method) => ({ value: method, name: METHODS[method].label }));
	return html`
		${modelField(settings.model, state.models, (model) => actions.set({ model }), actions.send)}
		${field("Method", "method", settings.method, methods, (value) =>
			actions.set({ method: ATTACK_METHODS.find((method) => method === value) ?? "closest" }),
		)}
		${pickerField(
			"Target",
			"target",
			target,
			`Target of all images: ${target}`,
			(anchor) => actions.pickTarget(null, anchor),
			"listbox",
		)}
		${effortField(settings, actions.openMenu, (effort) => actions.set({ effort }))}`;
}

/** What is asked, and what can be done with the whole page. */
export function toolbar(
	state: AdversarialState,
	settings: Settings,
	different: boolean,
	density: Density,
	actions: Actions,
): TemplateResult {
	const sameModel = settings.model === state.shown?.model;
	const target = targetName(settings.target, sameModel ? state.classNames : []);
	const densityButton = (which: Density, label: string) => html`<button
		type="button"
		class="toggle"
		title=${label}
		aria-label=${label}
		aria-pressed=${density === which}
		@click=${() => actions.setDensity(which)}
	>${icons[which]}</button>`;
	const densities = html`<span class="densities" role="group" aria-label="Density">
		${densityButton("compact", "Compact rows")}${densityButton("detail", "Rows in detail")}
	</span>`;
	if (actions.standalone) return bar(fields(state, settings, target, actions), densities, null);
	const run = runButton({
		phase: state.phase,
		different,
		again: state.shown !== null,
		enabled: settings.model !== null && state.rows.length > 0,
		start: actions.run,
		cancel: () => actions.send({ type: "cancel" }),
	});
	const saveAll = html`<vscode-button
		class="save-all"
		appearance="secondary"
		aria-label="Save all"
		?disabled=${!state.rows.some(changed)}
		@click=${actions.saveAll}
	><span slot="start">${icons.saveAll}</span><span class="button-words">Save All…</span></vscode-button>`;
	return bar(
		html`${fields(state, settings, target, actions)}${run}`,
		state.rows.length > 0 ? html`${densities}${saveAll}` : nothing,
		(anchor) => actions.openMenu("More actions", menuItems(state, actions), anchor),
	);
}
