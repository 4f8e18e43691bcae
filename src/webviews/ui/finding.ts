/** What stands below the toolbar: the finding, the line of conditions, warnings, or what went wrong. */
import { html, nothing, type TemplateResult } from "lit";
import type { CommonPageMessage, Phase } from "../messages.js";
import { icons } from "./icons.js";

export interface FindingView {
	/** A sentence that answers the page's question with its figures; parts that stay together are apart. */
	readonly headline: readonly string[];
	/** Sentences in secondary colour. */
	readonly conditions: readonly string[];
	/** Warnings and offers; see `warning` and `info`. */
	readonly notes?: TemplateResult | typeof nothing;
	/** What stands at the right end of the conditions. */
	readonly control?: TemplateResult | typeof nothing;
	/** While a run goes on: a headline as long as the one to come. Its room is kept, so that what is below stays where it is. */
	readonly toCome?: readonly string[];
	readonly phase: Phase;
}

const parts = (texts: readonly string[]) =>
	texts.map((text, at) => html`${at === 0 ? nothing : " "}<span>${text}</span>`);

export function finding({ headline, conditions, notes, control, toCome, phase }: FindingView): TemplateResult {
	const room = phase.kind === "running" && toCome !== undefined;
	return html`<header class=${phase.kind}>
		<div class="finding-place">
			<h1 class="finding">${parts(headline)}</h1>
			${room ? html`<p class="finding-room" aria-hidden="true">${parts(toCome)}</p>` : nothing}
		</div>
		<div class="conditions">
			${conditions.length === 0 ? nothing : html`<p class="condition">${conditions.join(" ")}</p>`}
			${notes ?? nothing}${control ?? nothing}
		</div>
	</header>`;
}

export function warning(content: unknown): TemplateResult {
	return html`<p class="condition warning">${icons.warning}<span>${content}</span></p>`;
}

/** Of a report whose model's file is another by now. */
export const MODEL_CHANGED =
	"The model's file has changed since. Run again to see what it is now, or whether it can still be read.";

/** Of a report that was made with what `blindspot.json` said before. */
export const CONFIGURATION_CHANGED = "blindspot.json has changed since.";

export function info(content: unknown): TemplateResult {
	return html`<p class="condition changed">${icons.info}<span>${content}</span></p>`;
}

/** What stands in place of the finding when a run could not go on. */
export function trouble(
	phase: Extract<Phase, { readonly kind: "ended" | "failed" }>,
	/** What is kept. */
	kept: string,
	/** The button that goes on, where there is one. */
	main: TemplateResult | typeof nothing,
	send: (message: CommonPageMessage) => void,
	notes: TemplateResult | typeof nothing,
	/** True in a file of its own, where nothing can be done about it. */
	standalone: boolean,
): TemplateResult {
	return html`<header>
		<div class="trouble">
			<span class="error">${icons.error}</span>
			<div>
				<h1 class="finding">${phase.message}</h1>
				<p class="condition">${kept}</p>
				${
					standalone
						? nothing
						: html`<div class="buttons">
					${main}
					<vscode-button appearance="secondary" @click=${() => send({ type: "showLog" })}>Show Log</vscode-button>
					${
						phase.kind === "ended"
							? html`<vscode-button appearance="secondary" @click=${() => send({ type: "openMemorySetting" })}>
									Memory Setting
								</vscode-button>`
							: html`<vscode-button
									appearance="secondary"
									@click=${() => send({ type: "copy", text: phase.message })}
								>Copy Message</vscode-button>`
					}
				</div>`
				}
			</div>
		</div>
		${notes}
	</header>`;
}
