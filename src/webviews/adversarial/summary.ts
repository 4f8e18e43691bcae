import { html, nothing, type TemplateResult } from "lit";
import { icons } from "../ui/icons.js";
import type { Actions } from "./actions.js";
import { finding, findingToCome, keptWords, othersLeft } from "./finding.js";
import { count } from "./format.js";
import type { AdversarialState, PreprocessingNote } from "./messages.js";
import { type Settings, settingsChanged } from "./view.js";

function preprocessingNote(note: PreprocessingNote | null, actions: Actions): TemplateResult | typeof nothing {
	if (note === null || (!note.assumed && note.offer === null)) return nothing;
	const { offer } = note;
	return html`<p class="condition warning">
		${icons.warning}<span>
			${note.assumed ? html`Preprocessing was assumed from ${note.because}.` : nothing}
			${
				offer === null
					? html`<button type="button" class="link" @click=${() => actions.send({ type: "openConfiguration" })}>
							Set it in blindspot.json
						</button>`
					: html`With ${offer.name}, ${count(offer.right)} of ${count(offer.of)} labelled images are right.
							<button type="button" class="link" @click=${() => actions.send({ type: "acceptPreprocessing" })}>
								Write it to blindspot.json
							</button>`
			}
		</span>
	</p>`;
}

/** What stands in place of the finding when a run could not go on. */
function trouble(state: AdversarialState, message: string, note: string, actions: Actions): TemplateResult {
	const left = othersLeft(state.rows);
	const kind = state.phase.kind;
	return html`<div class="trouble">
		<span class="error">${icons.error}</span>
		<div>
			<h1 class="finding">${message}</h1>
			<p class="condition">${note}</p>
			<div class="buttons">
				${
					left > 0
						? html`<vscode-button appearance="primary" @click=${() => actions.send({ type: "runOthers" })}>
								<span slot="start">${icons.run}</span>${left === state.rows.length ? "Run Again" : `Run the Other ${count(left)}`}
							</vscode-button>`
						: nothing
				}
				<vscode-button appearance="secondary" @click=${() => actions.send({ type: "showLog" })}>Show Log</vscode-button>
				${
					kind === "ended"
						? html`<vscode-button appearance="secondary" @click=${() => actions.send({ type: "openMemorySetting" })}>
								Memory Setting
							</vscode-button>`
						: html`<vscode-button appearance="secondary" @click=${() => actions.send({ type: "copy", text: message })}>
								Copy Message
							</vscode-button>`
				}
			</div>
		</div>
	</div>`;
}

/** Keeps the room that the finding will take, in any font and at any width, so that rows stay where they are. */
function findingRoom({ rows }: AdversarialState): TemplateResult {
	const { headline, control } = findingToCome(rows);
	return html`<p class="finding-room" aria-hidden="true"><span>${headline}</span> <span>${control}</span></p>`;
}

/** The finding, its conditions and what to be warned of. */
export function summary(
	state: AdversarialState,
	settings: Settings,
	/** What stands at the right end of the conditions; nothing where the column heads have it. */
	control: TemplateResult | typeof nothing,
	actions: Actions,
): TemplateResult {
	const { phase, rows } = state;
	const different = settingsChanged(settings, state);
	const warnings = html`
		${different === null ? nothing : html`<p class="condition changed">${icons.info}<span>${different}</span></p>`}
		${preprocessingNote(state.preprocessing, actions)}
		${state.warnings.map((warning) => html`<p class="condition warning">${icons.warning}<span>${warning}</span></p>`)}`;
	if (phase.kind === "ended")
		return html`<header>${trouble(state, phase.message, keptWords(rows), actions)}${warnings}${control}</header>`;
	if (phase.kind === "failed")
		return html`<header>${trouble(state, phase.message, "", actions)}${warnings}${control}</header>`;
	const said = finding(state);
	const others = phase.kind === "cancelled" ? othersLeft(rows) : 0;
	return html`<header class=${phase.kind}>
		<div class="finding-place">
			<h1 class="finding"><span>${said.headline}</span> <span>${said.control}</span></h1>
			${phase.kind === "running" ? findingRoom(state) : nothing}
		</div>
		<div class="conditions">
			${said.conditions.length === 0 ? nothing : html`<p class="condition">${said.conditions.join(" ")}</p>`}
			${
				others > 0
					? html`<p class="condition">
							<button type="button" class="link" @click=${() => actions.send({ type: "runOthers" })}>
								Run the Other ${count(others)}
							</button>
						</p>`
					: nothing
			}
			${warnings}${control}
		</div>
	</header>`;
}
