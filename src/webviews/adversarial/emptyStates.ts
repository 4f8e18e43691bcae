import { html, type TemplateResult } from "lit";
import { emptyState, failed, noModel } from "../ui/emptyState.js";
import { icons } from "../ui/icons.js";
import type { Actions } from "./actions.js";
import type { AdversarialState } from "./messages.js";

/** What the page says while it has no images, or no model to run them; null where it has both. */
export function withoutRows(state: AdversarialState, actions: Actions): TemplateResult | null {
	const { phase } = state;
	const modelMissing = state.asked.model === null && state.shown === null;
	if (state.rows.length > 0 && !modelMissing) return null;
	if (phase.kind === "failed" || phase.kind === "ended") return failed(phase, state.asked.model, actions.send);
	if (phase.kind === "running") return html`<div class="empty"><p>${phase.words}…</p></div>`;
	if (modelMissing) return noModel(actions.send);
	return emptyState(
		"No images yet",
		"Select images in the Explorer and choose Generate Adversarial.",
		html`<vscode-button appearance="primary" @click=${() => actions.send({ type: "chooseImages" })}>
			<span slot="start">${icons.folder}</span>Choose Images…
		</vscode-button>`,
	);
}
