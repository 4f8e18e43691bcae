/** What labelled pictures say of the preprocessing before an attack: the buttons, and the ways side by side. */
import { html, nothing, type TemplateResult } from "lit";
import { folderOrderWords } from "../../compute/data/folderOrders.js";
import { offersOf, type PreprocessingTrial, type SuggestResult } from "../../compute/predict/suggestion.js";
import "../ui/thumbnail.js";
import { count } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import type { Actions } from "./actions.js";
import { range } from "./offerWords.js";

/** The buttons of an offer that nothing was attacked with yet. */
export function offerButtons(tried: SuggestResult, actions: Actions): TemplateResult | typeof nothing {
	if (actions.standalone) return nothing;
	const offers = offersOf(tried);
	return html`<div class="offer-buttons">
		${offers.map(
			(offer, at) => html`<vscode-button
				appearance=${at === 0 && offers.length === 1 ? "primary" : "secondary"}
				@click=${() => actions.send({ type: "useTried", index: tried.trials.indexOf(offer) })}
			><span slot="start">${icons.run}</span>Use ${offer.name} and Attack</vscode-button>`,
		)}
		<vscode-button appearance="secondary" @click=${() => actions.send({ type: "runAsAssumed" })}>Attack as Assumed</vscode-button>
		<vscode-button appearance="secondary" @click=${() => actions.send({ type: "setPreprocessing" })}>Set in blindspot.json…</vscode-button>
	</div>`;
}

const STATE_WORDS: Readonly<Record<PreprocessingTrial["state"], (trial: PreprocessingTrial) => string>> = {
	present: () => "assumed",
	offered: ({ of }) => `offered, checked on ${count(of)}`,
	tried: () => "tried",
};

function againstWords({ against }: PreprocessingTrial): string {
	if (against === null) return "–";
	const { better, worse } = against;
	return better === 0 && worse === 0 ? "no difference" : `${count(better)} better, ${count(worse)} worse`;
}

/** A row for each way that was tried, with what the model says of a few pictures in it. */
export function triedTable(tried: SuggestResult, actions: Actions): TemplateResult {
	return html`<table class="tried">
		<thead>
			<tr>
				<th>What the pixels are made into</th>
				<th>State</th>
				<th class="figure">Right</th>
				<th class="figure">Against assumed</th>
				${tried.samples.map(
					({ picture, label }) => html`<th class="sample">
						<blindspot-thumbnail .picture=${picture}></blindspot-thumbnail>${label}
					</th>`,
				)}
				${actions.standalone ? nothing : html`<th></th>`}
			</tr>
		</thead>
		<tbody>
			${tried.trials.map((trial, index) => triedRow(tried, trial, index, actions))}
		</tbody>
	</table>`;
}

function triedRow(tried: SuggestResult, trial: PreprocessingTrial, index: number, actions: Actions): TemplateResult {
	const folders = trial.folders === null ? nothing : html`<small>${folderOrderWords(trial.folders)}</small>`;
	return html`<tr class=${trial.state}>
		<th scope="row">${trial.name} ${folders}</th>
		<td>${STATE_WORDS[trial.state](trial)}</td>
		<td class="figure"><b>${count(trial.right)}</b> of ${count(trial.of)} ${trial.accuracy === null ? nothing : range(trial.accuracy)}</td>
		<td class="figure">${againstWords(trial)}</td>
		${tried.samples.map((sample, at) => {
			const says = trial.says[at];
			if (says === undefined) return html`<td>–</td>`;
			const right = says.index === sample.index;
			const share = `${(100 * says.probability).toFixed(1)}%`;
			return html`<td class="says">${right ? html`✓ <b>${says.name}</b>` : says.name} <small>${share}</small></td>`;
		})}
		${
			actions.standalone || trial.state === "present"
				? html`<td></td>`
				: html`<td><button
						type="button"
						class="link"
						aria-label="Use ${trial.name} and attack"
						@click=${() => actions.send({ type: "useTried", index })}
					>Use</button></td>`
		}
	</tr>`;
}
