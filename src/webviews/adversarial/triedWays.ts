/** What labelled images say of the preprocessing before an attack: the ways side by side, why, and what to do with one of them. */
import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { folderOrderWords } from "../../compute/data/folderOrders.js";
import {
	offersOf,
	type PreprocessingTrial,
	type SuggestResult,
	triedBeside,
} from "../../compute/predict/suggestion.js";
import { count } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import { LightElement } from "../ui/lightElement.js";
import { keepFromEditor } from "../ui/ownKeys.js";
import "../ui/thumbnail.js";
import type { Actions } from "./actions.js";
import { range } from "./offerWords.js";

const STATE_WORDS: Readonly<
	Record<PreprocessingTrial["state"], (trial: PreprocessingTrial) => TemplateResult | string>
> = {
	present: () => html`<b>assumed</b>`,
	offered: ({ of }) => html`<b>offered</b>, checked on ${count(of)}`,
	tried: () => "tried",
};

function againstWords({ against }: PreprocessingTrial): string {
	if (against === null) return "–";
	const { better, worse } = against;
	return better === 0 && worse === 0 ? "no difference" : `${count(better)} better, ${count(worse)} worse`;
}

/** Nothing was attacked yet; `actions` of a page that is a file of its own offers no buttons. */
@customElement("blindspot-tried-ways")
export class TriedWays extends LightElement {
	@property({ attribute: false }) accessor tried: SuggestResult | null = null;
	@property({ attribute: false }) accessor actions: Actions | null = null;
	/** Which way the person chose, by its place; null before, when it is the best offer. */
	@state() private accessor chosen: number | null = null;

	override willUpdate(changed: ReadonlyMap<PropertyKey, unknown>): void {
		if (changed.has("tried")) this.chosen = null;
	}

	protected override render(): TemplateResult | typeof nothing {
		const { tried, actions } = this;
		if (tried === null || actions === null) return nothing;
		return html`${actions.standalone ? nothing : this.#buttons(tried, actions)} ${this.#facts(tried)}
		${this.#table(tried, actions)}
		<div class="tried-below">${this.#why(tried)} ${this.#written(tried, actions)}</div>`;
	}

	/** Between offers that can't be told apart the person decides. */
	#place(tried: SuggestResult): number {
		const [offer] = offersOf(tried);
		return this.chosen ?? (offer === undefined ? 0 : tried.trials.indexOf(offer));
	}

	#use(tried: SuggestResult, actions: Actions): void {
		const index = this.#place(tried);
		actions.send(tried.trials[index]?.state === "present" ? { type: "runAsAssumed" } : { type: "useTried", index });
	}

	#buttons(tried: SuggestResult, actions: Actions): TemplateResult {
		const chosen = tried.trials[this.#place(tried)];
		const isPresent = chosen?.state === "present";
		return html`<div class="offer-buttons">
			${
				isPresent
					? nothing
					: html`<vscode-button appearance="primary" @click=${() => this.#use(tried, actions)}>
						<span slot="start">${icons.run}</span>Use ${chosen?.name} and Attack
					</vscode-button>`
			}
			<vscode-button
				appearance=${isPresent ? "primary" : "secondary"}
				@click=${() => actions.send({ type: "runAsAssumed" })}
			>Attack as Assumed</vscode-button>
			<vscode-button appearance="secondary" @click=${() => actions.send({ type: "setPreprocessing" })}>
				Set in blindspot.json…
			</vscode-button>
			<small>Enter uses the selected row, ↑ ↓ select another. It holds for this page.</small>
		</div>`;
	}

	#facts({ assumed, classNames, labels, pictures, trials }: SuggestResult): TemplateResult {
		return html`<dl class="tried-facts">
			<dt>Settled</dt>
			<dd>${classNames === null ? "nothing" : `class names, from ${classNames}`}</dd>
			<dt>Assumed</dt>
			<dd>preprocessing, from ${assumed}</dd>
			<dt>Checked</dt>
			<dd>${count(trials.length)} ways on ${count(pictures)} labelled images${labels === null ? "" : `: ${labels}`}</dd>
		</dl>`;
	}

	/** A row for each way, with what the model says of a few images in it. */
	#table(tried: SuggestResult, actions: Actions): TemplateResult {
		return html`<table class="tried">
			<thead>
				<tr>
					<th>What the pixels are made into</th>
					<th class="state">State</th>
					<th class="figure">Right</th>
					<th class="share"></th>
					<th class="figure against">Against assumed</th>
					${tried.samples.map(
						({ picture, label }) => html`<th class="sample">
							<blindspot-thumbnail .picture=${picture}></blindspot-thumbnail>${label}
						</th>`,
					)}
				</tr>
			</thead>
			<tbody @keydown=${(event: KeyboardEvent) => this.#key(event, tried, actions)}>
				${tried.trials.map((trial, index) => this.#row(tried, trial, index, actions))}
			</tbody>
		</table>`;
	}

	#key(event: KeyboardEvent, tried: SuggestResult, actions: Actions): void {
		keepFromEditor(event);
		if (event.key !== "Enter" || actions.standalone) return;
		event.preventDefault();
		this.#use(tried, actions);
	}

	#row(tried: SuggestResult, trial: PreprocessingTrial, index: number, actions: Actions): TemplateResult {
		const isChosen = index === this.#place(tried);
		const folders = trial.folders === null ? nothing : html`<small>${folderOrderWords(trial.folders)}</small>`;
		const choose = () => {
			this.chosen = index;
		};
		const name = html`<span>${trial.name}${folders}</span>`;
		return html`<tr class="${trial.state} ${isChosen && !actions.standalone ? "chosen" : ""}" @click=${choose}>
			<th scope="row">
				${
					actions.standalone
						? name
						: html`<label>
							<input type="radio" name="tried-way" .checked=${isChosen} @change=${choose} />${name}
						</label>`
				}
			</th>
			<td class="state">${STATE_WORDS[trial.state](trial)}</td>
			<td class="figure">
				<b>${count(trial.right)}</b> of ${count(trial.of)} ${trial.accuracy === null ? nothing : range(trial.accuracy)}
			</td>
			<td class="share"><span .style=${`width: ${(100 * trial.right) / Math.max(1, trial.of)}%`}></span></td>
			<td class="figure against">${againstWords(trial)}</td>
			${tried.samples.map((sample, at) => {
				const says = trial.says[at];
				if (says === undefined) return html`<td class="sample">–</td>`;
				const right = says.index === sample.index;
				const share = `${(100 * says.probability).toFixed(1)}%`;
				return html`<td class="sample">
					${right ? html`✓ <b>${says.name}</b>` : says.name} <small>${share}</small>
				</td>`;
			})}
		</tr>`;
	}

	#why(tried: SuggestResult): TemplateResult {
		const [offer] = offersOf(tried);
		const images = {
			place: "Labelled images",
			found: `${count(tried.pictures)} images, ${count(triedBeside(tried))} ways tried beside what is assumed`,
			says:
				offersOf(tried).length > 0
					? offersOf(tried)
							.map(({ name }) => name)
							.join(" or ")
					: null,
		};
		const sure = (says: string | null) => (says === null ? "–" : "a hint");
		return html`<section class="tried-why">
			<h3>Why <small>what was looked at, the surest last</small></h3>
			<table>
				<thead>
					<tr><th>Looked at</th><th>Found</th><th>Says</th><th>How sure</th></tr>
				</thead>
				<tbody>
					${[...tried.evidence, images].map(
						(line) => html`<tr>
							<th scope="row">${line.place}</th>
							<td>${line.found}</td>
							<td>${line.says ?? "says nothing"}</td>
							<td>${line === images && offer?.against ? `p = ${offer.against.p.toPrecision(1)}` : sure(line.says)}</td>
						</tr>`,
					)}
				</tbody>
			</table>
		</section>`;
	}

	#written(tried: SuggestResult, actions: Actions): TemplateResult | typeof nothing {
		const index = this.#place(tried);
		const trial = tried.trials[index];
		if (trial === undefined || actions.standalone) return nothing;
		return html`<section class="tried-written">
			<h3>
				<span>What would be written <small>for the model, in blindspot.json</small></span>
				<button type="button" class="link" @click=${() => actions.send({ type: "writeTried", index })}>
					Write and Attack
				</button>
			</h3>
			<pre>${trial.written}</pre>
		</section>`;
	}
}
