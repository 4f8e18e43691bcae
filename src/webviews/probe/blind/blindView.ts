import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ProbedDirection } from "../../../compute/activations/probe/report.js";
import { LightElement } from "../../ui/lightElement.js";
import { keepFromEditor } from "../../ui/ownKeys.js";
import "../../ui/thumbnail.js";
import { type Pictures, partOf } from "../pictures.js";
import type { ShownProbe } from "../question.js";
import {
	type BlindGrid,
	type BlindTest,
	blindResult,
	MARKS,
	type Mark,
	marked,
	nextGrid,
	resultSentence,
	USUAL_PER_KIND,
} from "./blindTest.js";

const MARK_WORDS: Readonly<Record<Mark, string>> = {
	coherent: "Coherent",
	incoherent: "Not coherent",
	skipped: "Skip",
};

/** What was asked for when a test is started. */
export interface BlindStart {
	readonly seed: number;
	readonly perKind: number;
}

/**
 * The blind test: asks for a seed, shows one grid after the other without saying what it is, and at the end the answer. Sends
 * `start-blind` with a `BlindStart`, `blind` with the test after each change (null: thrown away), `export-blind`, and
 * `leave-blind`.
 */
@customElement("blindspot-blind-test")
export class BlindView extends LightElement {
	@property({ attribute: false }) report: ShownProbe | null = null;
	@property({ attribute: false }) pictures: Pictures = new Map();
	/** Null before one was drawn. */
	@property({ attribute: false }) test: BlindTest | null = null;
	@property({ type: Boolean }) standalone = false;
	@state() private at = 0;
	/** The person ended it before the last grid. */
	@state() private finished = false;
	@state() private seed = "";
	@state() private name = "";
	@query("input.grid-name") private readonly nameInput!: HTMLInputElement | null;

	override connectedCallback(): void {
		super.connectedCallback();
		document.addEventListener("keydown", this.#onKeyDown);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		document.removeEventListener("keydown", this.#onKeyDown);
	}

	protected override willUpdate(changed: PropertyValues<this>): void {
		if (!changed.has("test")) return;
		const before = changed.get("test");
		if (this.test !== null && before?.seed === this.test.seed && before.grids.length === this.test.grids.length) return;
		this.at = this.test === null ? 0 : (nextGrid(this.test) ?? 0);
		this.finished = this.test !== null && nextGrid(this.test) === null;
		this.name = this.test?.grids[this.at]?.name ?? "";
	}

	protected override render() {
		const { report, test } = this;
		if (report === null) return nothing;
		if (test === null) return this.#start(report);
		return this.finished ? this.#answer(report, test) : this.#grid(report, test);
	}

	#start(report: ShownProbe): TemplateResult {
		const seed = this.seed === "" ? String(report.seed) : this.seed;
		const start = (): void => {
			const detail: BlindStart = { seed: Number(seed), perKind: USUAL_PER_KIND };
			this.dispatchEvent(new CustomEvent<BlindStart>("start-blind", { detail }));
		};
		return html`<div class="blind start">
			<h1>Blind test: units or directions?</h1>
			<p>
				You see the top images of up to ${USUAL_PER_KIND} units and as many directions, one grid at a time and shuffled, and
				say whether they share something. What each one was is told at the end, with an exact test. With the same probe and
				the same seed somebody else gets the same grids.
			</p>
			<label>Seed <input
				type="number"
				min="0"
				max="4294967295"
				step="1"
				.value=${seed}
				@keydown=${keepFromEditor}
				@input=${(event: Event) => (this.seed = (event.target as HTMLInputElement).value)}
			/></label>
			<div class="buttons">
				<vscode-button appearance="primary" @click=${start}>Start</vscode-button>
				${this.#leaveButton("Back")}
			</div>
		</div>`;
	}

	#grid(report: ShownProbe, test: BlindTest): TemplateResult {
		const grid = test.grids[this.at];
		const direction = grid === undefined ? undefined : directionOf(report, grid);
		const each = test.grids.length / 2;
		const side = Math.ceil(Math.sqrt(report.options.top));
		return html`<div class="blind">
			<div class="blind-head">
				<b>Grid ${this.at + 1} of ${test.grids.length}</b>
				<span>${each} units and ${each} directions, shuffled, seed ${test.seed}</span>
				<span class="spring"></span>
				<vscode-button appearance="secondary" @click=${() => this.#finish()}>Finish</vscode-button>
			</div>
			<div class="blind-body">
				<div class="blind-grid" role="img" aria-label="Images of grid ${this.at + 1}" .style=${`--side: ${side}`}>
					${(direction?.top ?? []).map(
						(image) => html`<blindspot-thumbnail
							.picture=${this.pictures.get(image.index) ?? null}
							.outlined=${partOf(image.box, report.model.inputSize)}
						></blindspot-thumbnail>`,
					)}
				</div>
				<div class="blind-question">
					<h2>Do these images share something?</h2>
					${MARKS.map(
						(mark, at) => html`<vscode-button
							appearance=${grid?.mark === mark ? "primary" : "secondary"}
							aria-pressed=${grid?.mark === mark}
							@click=${() => this.#mark(mark)}
						>${MARK_WORDS[mark]} <kbd>${at + 1}</kbd></vscode-button>`,
					)}
					<label>Name it (optional) <input
						type="text"
						class="grid-name"
						maxlength="200"
						.value=${this.name}
						@keydown=${this.#onNameKey}
						@input=${(event: Event) => (this.name = (event.target as HTMLInputElement).value)}
					/></label>
					<p class="condition">Name it first, or press N. Backspace goes back. The answer is shown after the last grid.</p>
				</div>
			</div>
			<div class="blind-progress" role="progressbar" aria-label="Grids" aria-valuemin="0"
				aria-valuemax=${test.grids.length} aria-valuenow=${this.at}
			><i .style=${`width: ${(100 * this.at) / test.grids.length}%`}></i></div>
		</div>`;
	}

	#answer(report: ShownProbe, test: BlindTest): TemplateResult {
		const result = blindResult(test);
		const left = [
			result.skipped > 0 ? `${result.skipped} skipped` : "",
			result.open > 0 ? `${result.open} not judged` : "",
		].filter((part) => part !== "");
		return html`<div class="blind answer">
			<h1 class="finding">${resultSentence(result)}</h1>
			<p class="condition">
				Fisher’s exact test, one-sided.${left.length === 0 ? "" : ` Left out: ${left.join(", ")}.`} Seed ${test.seed}.
			</p>
			<div class="buttons">
				${
					this.standalone
						? nothing
						: html`<vscode-button
									appearance="secondary"
									@click=${() => this.dispatchEvent(new CustomEvent("export-blind"))}
								>Save as JSON…</vscode-button>
								<vscode-button
									appearance="secondary"
									@click=${() => this.dispatchEvent(new CustomEvent("blind", { detail: null }))}
								>New Test</vscode-button>`
				}
				${this.#leaveButton("Back to the Probe")}
			</div>
			<table class="answers">
				<thead><tr>
					<th scope="col">Grid</th><th scope="col">Was</th><th scope="col">Marked</th><th scope="col">Name</th>
					<th scope="col">Top images</th>
				</tr></thead>
				<tbody>
					${test.grids.map(
						(grid, at) => html`<tr class=${grid.kind}>
							<td>${at + 1}</td>
							<th scope="row">${directionOf(report, grid)?.name ?? `${grid.kind} ${grid.index}`}</th>
							<td>${grid.mark === null ? "not judged" : MARK_WORDS[grid.mark].toLowerCase()}</td>
							<td>${grid.name}</td>
							<td><div class="pictures">${(directionOf(report, grid)?.top ?? [])
								.slice(0, 9)
								.map(
									({ index }) =>
										html`<blindspot-thumbnail .picture=${this.pictures.get(index) ?? null}></blindspot-thumbnail>`,
								)}</div></td>
						</tr>`,
					)}
				</tbody>
			</table>
		</div>`;
	}

	#leaveButton(words: string): TemplateResult {
		return html`<vscode-button
			appearance="secondary"
			@click=${() => this.dispatchEvent(new CustomEvent("leave-blind"))}
		>${words}</vscode-button>`;
	}

	#mark(mark: Mark): void {
		if (this.test === null || this.finished) return;
		const test = marked(this.test, this.at, mark, this.name);
		this.#keep(test);
		if (this.at + 1 < test.grids.length) this.#go(test, this.at + 1);
		else this.#finish();
	}

	#go(test: BlindTest, at: number): void {
		this.at = at;
		this.name = test.grids[at]?.name ?? "";
	}

	#finish(): void {
		this.finished = true;
	}

	#keep(test: BlindTest): void {
		this.test = test;
		this.dispatchEvent(new CustomEvent<BlindTest>("blind", { detail: test }));
	}

	readonly #onNameKey = (event: KeyboardEvent): void => {
		keepFromEditor(event);
		if (event.key === "Enter" || event.key === "Escape") (event.target as HTMLInputElement).blur();
	};

	readonly #onKeyDown = (event: KeyboardEvent): void => {
		const typing = event.target instanceof HTMLInputElement;
		if (this.test === null || this.finished || typing || event.ctrlKey || event.metaKey || event.altKey) return;
		const mark = MARKS[Number(event.key) - 1];
		if (mark !== undefined) this.#mark(mark);
		else if (event.key === "Backspace" && this.at > 0) this.#go(this.test, this.at - 1);
		else if (event.key.toLowerCase() === "n") this.nameInput?.focus();
		else return;
		event.preventDefault();
		event.stopPropagation();
	};
}

function directionOf(report: ShownProbe, { kind, index }: BlindGrid): ProbedDirection | undefined {
	const rows = kind === "unit" ? report.units : report.directions;
	return rows.find((row) => row.index === index);
}
