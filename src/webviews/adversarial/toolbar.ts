import { html, nothing, type TemplateResult } from "lit";
import { ATTACK_METHODS, type AttackMethod } from "../../compute/report.js";
import { icons } from "../ui/icons.js";
import type { MenuItem } from "../ui/menu.js";
import { keepFromEditor } from "../ui/ownKeys.js";
import type { Actions, Density } from "./actions.js";
import { changed } from "./figures.js";
import { count, EFFORTS, targetName } from "./format.js";
import type { AdversarialState } from "./messages.js";
import type { Settings } from "./view.js";

const METHOD_NAMES: Record<AttackMethod, string> = { closest: "Closest", szegedy: "Szegedy et al." };
const CHOOSE = "choose-another-model";

const chosenValue = (event: Event): string => (event.target as HTMLElement & { value: string }).value;

interface Option {
	readonly value: string;
	readonly name: string;
}

function field(
	label: string,
	kind: string,
	value: string,
	options: readonly Option[],
	change: (value: string) => void,
): TemplateResult {
	return html`<span class="field-group ${kind}">
		<span class="field-label" aria-hidden="true">${label}</span>
		<vscode-dropdown
			aria-label=${label}
			.value=${value}
			@change=${(event: Event) => change(chosenValue(event))}
			@keydown=${keepFromEditor}
		>
			${options.map(
				(option) =>
					html`<vscode-option value=${option.value} ?selected=${option.value === value}>${option.name}</vscode-option>`,
			)}
		</vscode-dropdown>
	</span>`;
}

function efforts(budget: number | null): readonly Option[] {
	const named = EFFORTS.map((effort) => ({ value: String(effort.budget), name: effort.name }));
	if (named.some((option) => option.value === String(budget))) return named;
	return [...named, { value: String(budget), name: `${count(budget ?? 0)} evaluations` }];
}

function menuItems(state: AdversarialState, settings: Settings, actions: Actions): readonly MenuItem[] {
	const none = state.rows.length === 0;
	return [
		{ label: "Choose Images…", run: () => actions.send({ type: "chooseImages" }) },
		{ label: "Copy All Figures", disabled: none, run: actions.copyAll },
		{ label: "Export Report as JSON…", disabled: none, run: () => actions.send({ type: "exportJson" }) },
		{ label: "Compact Rows", key: "1", disabled: none, run: () => actions.setDensity("compact") },
		{ label: "Rows in Detail", key: "2", disabled: none, run: () => actions.setDensity("detail") },
		...EFFORTS.filter((effort) => effort.budget !== settings.budget).map((effort) => ({
			label: `Effort: ${effort.name}`,
			run: () => actions.set({ budget: effort.budget }),
		})),
		{ label: "Edit blindspot.json", run: () => actions.send({ type: "openConfiguration" }) },
		{ label: "Show Log", run: () => actions.send({ type: "showLog" }) },
		{ label: "Restart Compute Process", run: () => actions.send({ type: "restartCompute" }) },
		{ label: "Keys", key: "?", run: actions.showKeys },
	];
}

function runButton(state: AdversarialState, settings: Settings, different: boolean, actions: Actions): TemplateResult {
	if (state.phase.kind === "running") {
		return html`<vscode-button class="run" appearance="secondary" @click=${() => actions.send({ type: "cancel" })}>
			<span slot="start">${icons.stop}</span>Cancel
		</vscode-button>`;
	}
	const primary = different || state.phase.kind === "complete" || state.phase.kind === "idle";
	return html`<vscode-button
		class="run"
		appearance=${primary ? "primary" : "secondary"}
		?disabled=${settings.model === null || state.rows.length === 0}
		@click=${actions.run}
	><span slot="start">${icons.run}</span>${state.shown === null ? "Run" : "Run Again"}</vscode-button>`;
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
	const models = [
		...(settings.model === null ? [{ value: "", name: "none" }] : []),
		...state.models.map((model) => ({ value: model.path, name: model.name })),
		{ value: CHOOSE, name: "Choose another…" },
	];
	const name = targetName(settings.target, sameModel ? state.classNames : []);
	const densityButton = (which: Density, label: string) => html`<button
		type="button"
		class="toggle"
		title=${label}
		aria-label=${label}
		aria-pressed=${density === which}
		@click=${() => actions.setDensity(which)}
	>${icons[which]}</button>`;
	return html`<div class="toolbar" role="group" aria-label="Run">
		${field("Model", "model", settings.model ?? "", models, (value) =>
			value === CHOOSE ? actions.send({ type: "chooseModel" }) : actions.set({ model: value }),
		)}
		${field(
			"Method",
			"method",
			settings.method,
			ATTACK_METHODS.map((method) => ({ value: method, name: METHOD_NAMES[method] })),
			(value) => actions.set({ method: ATTACK_METHODS.find((method) => method === value) ?? "closest" }),
		)}
		<span class="field-group target-group">
			<span class="field-label" aria-hidden="true">Target</span>
			<button
				type="button"
				class="field target"
				aria-haspopup="listbox"
				aria-label="Target of all images: ${name}"
				@click=${(event: MouseEvent) => actions.pickTarget(null, event.currentTarget as HTMLElement)}
			><span>${name}</span>${icons.chevron}</button>
		</span>
		${field("Effort", "effort", String(settings.budget), efforts(settings.budget), (value) =>
			actions.set({ budget: value === "null" ? null : Number(value) }),
		)}
		${runButton(state, settings, different, actions)}
		<span class="spring"></span>
		${
			state.rows.length > 0
				? html`<span class="densities" role="group" aria-label="Density">
						${densityButton("compact", "Compact rows")}${densityButton("detail", "Rows in detail")}
					</span>
					<vscode-button
						class="save-all"
						appearance="secondary"
						aria-label="Save all"
						?disabled=${!state.rows.some(changed)}
						@click=${actions.saveAll}
					><span slot="start">${icons.saveAll}</span><span class="button-words">Save All…</span></vscode-button>`
				: nothing
		}
		<button
			type="button"
			class="more"
			aria-haspopup="menu"
			aria-label="More actions"
			@click=${(event: MouseEvent) => actions.openMenu("More actions", menuItems(state, settings, actions), event.currentTarget as HTMLElement)}
		>${icons.more}</button>
	</div>`;
}
