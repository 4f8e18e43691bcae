import { html, type TemplateResult } from "lit";
import { icons } from "../ui/icons.js";
import type { Actions } from "./actions.js";
import { baseName } from "./format.js";
import type { AdversarialState } from "./messages.js";

/** What the page says while it has no images, or no model to run them; null where it has both. */
export function emptyState(state: AdversarialState, actions: Actions): TemplateResult | null {
	const { phase } = state;
	const noModel = state.asked.model === null && state.shown === null;
	if (state.rows.length > 0 && !noModel) return null;
	if (phase.kind === "failed" || phase.kind === "ended") return failed(state, phase.message, actions);
	if (phase.kind === "running") return html`<div class="empty"><p>${phase.words}…</p></div>`;
	if (noModel) {
		return html`<div class="empty">
			<h1>No model yet</h1>
			<p>Choose an image classifier: a Keras file (.keras, .h5), the model.json of TensorFlow.js, or an ONNX file (.onnx).</p>
			<div class="buttons">
				<vscode-button appearance="primary" @click=${() => actions.send({ type: "chooseModel" })}>
					<span slot="start">${icons.folder}</span>Choose Model…
				</vscode-button>
			</div>
		</div>`;
	}
	return html`<div class="empty">
		<h1>No images yet</h1>
		<p>Select images in the Explorer and choose Generate Adversarial.</p>
		<div class="buttons">
			<vscode-button appearance="primary" @click=${() => actions.send({ type: "chooseImages" })}>
				<span slot="start">${icons.folder}</span>Choose Images…
			</vscode-button>
		</div>
	</div>`;
}

function failed(state: AdversarialState, message: string, actions: Actions): TemplateResult {
	const { phase } = state;
	const ofModel =
		phase.kind === "failed" && (phase.reason === "unreadable-model" || phase.reason === "unsupported-model");
	const subject = phase.kind === "failed" && phase.subject !== null ? phase.subject : state.asked.model;
	const title = ofModel && subject !== null ? `${baseName(subject)} cannot be read` : "Nothing could be run";
	return html`<div class="empty">
		<span class="error large">${icons.error}</span>
		<h1>${title}</h1>
		<p class="message" tabindex="0">${message}</p>
		<div class="buttons">
			<vscode-button appearance="secondary" @click=${() => actions.send({ type: "copy", text: message })}>
				<span slot="start">${icons.copy}</span>Copy Message
			</vscode-button>
			<vscode-button appearance="secondary" @click=${() => actions.send({ type: "showLog" })}>Show Log</vscode-button>
			${
				ofModel
					? html`<vscode-button appearance="secondary" @click=${() => actions.send({ type: "chooseModel" })}>
							Choose Another Model…
						</vscode-button>`
					: null
			}
		</div>
	</div>`;
}
