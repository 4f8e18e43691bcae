/** What stands in the toolbar of the page "Model". */
import { html, type TemplateResult } from "lit";
import { plain } from "../../compute/plainText.js";
import type { ModelChoice } from "../messages.js";
import { modelName, plainField } from "../ui/toolbar.js";
import type { Lead } from "./messages.js";
import type { ModelQuestion } from "./report.js";

export type ModelView = "table" | "graph";

export function findField(
	wanted: string,
	set: (wanted: string) => void,
	onKey: (event: KeyboardEvent) => void,
): TemplateResult {
	return html`<label class="find">
		<span class="sr">Find a layer or an operation</span>
		<input
			type="search"
			placeholder="Find layer or operation"
			.value=${wanted}
			@input=${(event: Event) => set((event.target as HTMLInputElement).value)}
			@keydown=${onKey}
		/>
	</label>`;
}

/** Only where the page is too narrow for both. */
export function viewSwitch(view: ModelView, set: (view: ModelView) => void): TemplateResult {
	const choice = (own: ModelView, label: string) => html`<button
		type="button"
		class="toggle words"
		aria-pressed=${view === own}
		@click=${() => set(own)}
	>${label}</button>`;
	return html`<span class="narrow-only" role="group" aria-label="View">
		${choice("table", "Table")}${choice("graph", "Graph")}
	</span>`;
}

/** What the model leads to; `ofLayer`: with the selected layer. */
export function leadButtons(lead: (to: Lead, ofLayer: boolean) => void): TemplateResult {
	const button = (label: string, to: Lead, ofLayer: boolean) => html`<vscode-button
		appearance="secondary"
		@click=${() => lead(to, ofLayer)}
	>${label}</vscode-button>`;
	return html`
		${button("Probe Layer…", "probe", true)}
		${button("Lipschitz Bounds", "bounds", false)}
		<span class="wide-only">${button("Generate Adversarial…", "adversarial", false)}</span>`;
}

/** Which two models are side by side. */
export function comparedFields({ model, against }: ModelQuestion, models: readonly ModelChoice[]): TemplateResult {
	return html`
		${plainField("Model", plain(modelName(model, models)))}
		${plainField("against", plain(modelName(against, models)))}`;
}
