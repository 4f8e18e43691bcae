/** What a page shows in place of results: what to do next, or why there can't be any. */
import { html, nothing, type TemplateResult } from "lit";
import { fileName } from "../../compute/data/pathNames.js";
import { MODEL_CHOICES } from "../../compute/formats/formats.js";
import type { CommonPageMessage, Phase } from "../messages.js";
import { icons } from "./icons.js";

type Send = (message: CommonPageMessage) => void;

export function emptyState(
	title: string | null,
	words: string,
	buttons: TemplateResult | typeof nothing = nothing,
): TemplateResult {
	return html`<div class="empty">
		${title === null ? nothing : html`<h1>${title}</h1>`}
		<p>${words}</p>
		<div class="buttons">${buttons}</div>
	</div>`;
}

export function noModel(send: Send): TemplateResult {
	return emptyState(
		"No model yet",
		`Choose an image classifier: ${MODEL_CHOICES}.`,
		html`<vscode-button appearance="primary" @click=${() => send({ type: "chooseModel" })}>
			<span slot="start">${icons.folder}</span>Choose Model…
		</vscode-button>`,
	);
}

export function noData(words: string, send: Send): TemplateResult {
	return emptyState(
		"No data yet",
		words,
		html`<vscode-button appearance="primary" @click=${() => send({ type: "chooseData", from: "folder" })}>
				<span slot="start">${icons.folder}</span>Choose Folder…
			</vscode-button>
			<vscode-button appearance="secondary" @click=${() => send({ type: "chooseData", from: "file" })}>
				Choose Data File…
			</vscode-button>`,
	);
}

/** Where a run failed and nothing of it is there to be shown. */
export function failed(
	phase: Extract<Phase, { readonly kind: "ended" | "failed" }>,
	model: string | null,
	send: Send,
): TemplateResult {
	const ofModel =
		phase.kind === "failed" && (phase.reason === "unreadable-model" || phase.reason === "unsupported-model");
	const subject = phase.kind === "failed" && phase.subject !== null ? phase.subject : model;
	const name = subject === undefined || subject === null ? undefined : fileName(subject);
	return html`<div class="empty">
		<span class="error large">${icons.error}</span>
		<h1>${ofModel && name !== undefined ? `${name} cannot be read` : "Nothing could be run"}</h1>
		<p class="message" tabindex="0">${phase.message}</p>
		<div class="buttons">
			<vscode-button appearance="secondary" @click=${() => send({ type: "copy", text: phase.message })}>
				<span slot="start">${icons.copy}</span>Copy Message
			</vscode-button>
			<vscode-button appearance="secondary" @click=${() => send({ type: "showLog" })}>Show Log</vscode-button>
			${
				ofModel
					? html`<vscode-button appearance="secondary" @click=${() => send({ type: "chooseModel" })}>
							Choose Another Model…
						</vscode-button>`
					: nothing
			}
		</div>
	</div>`;
}
