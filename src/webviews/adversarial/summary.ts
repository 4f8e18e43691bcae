import { html, nothing, type TemplateResult } from "lit";
import { type OutputChoice, outputsWords } from "../../compute/network/outputs.js";
import { CONFIGURATION_CHANGED, finding as findingView, info, MODEL_CHANGED, trouble, warning } from "../ui/finding.js";
import { count } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import type { Actions } from "./actions.js";
import { finding, findingToCome, keptWords, othersLeft } from "./finding.js";
import type { AdversarialState, PreprocessingNote } from "./messages.js";
import "./triedWays.js";
import { type Settings, settingsChanged } from "./view.js";

function preprocessingNote(note: PreprocessingNote | null, actions: Actions): TemplateResult | typeof nothing {
	if (note === null || note.state === "settled") return nothing;
	const set = actions.standalone
		? nothing
		: html`<button type="button" class="link" @click=${() => actions.send({ type: "setPreprocessing" })}>
				Set it in blindspot.json
			</button>`;
	return note.state === "checked"
		? info(html`Preprocessing was checked: ${note.because}. ${set}`)
		: warning(html`Preprocessing was assumed from ${note.because}. ${set}`);
}

const MOST_OUTPUTS = 8;

/** Which output was taken; a click takes another. */
function outputNote(choice: OutputChoice | null, actions: Actions): TemplateResult | typeof nothing {
	if (choice === null) return nothing;
	const links = choice.others.slice(0, MOST_OUTPUTS).map(
		(name) => html`<button
			type="button"
			class="link"
			title="Writes it to blindspot.json and runs again"
			@click=${() => actions.send({ type: "takeOutput", name })}
		>Take '${name}'</button> `,
	);
	return info(html`${outputsWords(choice)} ${actions.standalone ? nothing : links}`);
}

const othersWords = (left: number, { rows }: AdversarialState): string =>
	left === rows.length ? "Run Again" : left === 1 ? "Run the Other One" : `Run the Other ${count(left)}`;

/** Runs what has no result yet. */
function othersButton(state: AdversarialState, actions: Actions): TemplateResult | typeof nothing {
	const left = othersLeft(state.rows);
	if (left === 0) return nothing;
	return html`<vscode-button appearance="primary" @click=${() => actions.send({ type: "runOthers" })}>
		<span slot="start">${icons.run}</span>${othersWords(left, state)}
	</vscode-button>`;
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
	const different = actions.standalone ? null : settingsChanged(settings, state);
	const warnings = html`
		${different === null ? nothing : info(different)}
		${state.modelChanged && !actions.standalone ? info(MODEL_CHANGED) : nothing}
		${
			state.configurationChanged && !actions.standalone
				? info(html`${CONFIGURATION_CHANGED}
						<button type="button" class="link" @click=${() => actions.run()}>Run Again</button>`)
				: nothing
		}
		${preprocessingNote(state.preprocessing, actions)}
		${outputNote(state.outputChoice, actions)} ${state.warnings.map((words) => warning(words))}`;
	if (phase.kind === "ended" || phase.kind === "failed") {
		const kept = phase.kind === "ended" ? keptWords(rows) : "";
		return trouble(
			phase,
			kept,
			othersButton(state, actions),
			actions.send,
			html`${warnings}${control}`,
			actions.standalone,
		);
	}
	const said = finding(state);
	const toCome = findingToCome(rows);
	const others = phase.kind === "cancelled" && !actions.standalone ? othersLeft(rows) : 0;
	const runOthers =
		others === 0
			? nothing
			: html`<p class="condition">
					<button type="button" class="link" @click=${() => actions.send({ type: "runOthers" })}>
						${othersWords(others, state)}
					</button>
				</p>`;
	const offer =
		phase.kind === "idle" && state.tried !== null
			? html`<blindspot-tried-ways .tried=${state.tried} .actions=${actions}></blindspot-tried-ways>`
			: nothing;
	return findingView({
		headline: [said.headline, said.control],
		conditions: said.conditions,
		notes: html`${runOthers}${warnings}${offer}`,
		control,
		toCome: [toCome.headline, toCome.control],
		phase,
	});
}
