import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { RankedImage } from "../../compute/activations/probe/report.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import { foundPreprocessing } from "../analysis/foundPreprocessing.js";
import type { AnalysisState } from "../analysis/messages.js";
import { type Pictures, partOf, picturesOf } from "../probe/pictures.js";
import { decimals, labelName } from "../probe/words.js";
import { count, plural } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import type { KeyHelp } from "../ui/keyList.js";
import { remembered } from "../ui/remembered.js";
import "../ui/thumbnail.js";
import { dataField, dataName, plainField } from "../ui/toolbar.js";
import { evidence } from "./evidence.js";
import type { UnitPageMessage } from "./messages.js";
import type { ShownUnit, UnitQuestion } from "./question.js";
import { choiceName, conditions, headline, unitRows } from "./words.js";

/** The page "Unit": one unit or direction of a layer. */
@customElement("blindspot-unit")
export class UnitPage extends AnalysisPage<UnitQuestion, ShownUnit, UnitPageMessage> {
	readonly #picturesOf = remembered(({ thumbnails }: ShownUnit): Pictures => picturesOf(thumbnails));

	protected override readonly dataWords =
		"Choose the images whose activations are looked at: a folder of class folders, an IDX or CIFAR file, or an .npz.";

	protected override ownKeyHelp: readonly KeyHelp[] = [{ keys: ["←", "→"], does: "The unit before, the next one" }];

	protected override fields(state: AnalysisState<UnitQuestion>): TemplateResult {
		const { asked } = state;
		const name = plainField("Unit", `${choiceName(asked.unit)} of ${asked.layer}`);
		if (this.standalone) return html`${name} ${plainField("Data", dataName(asked.data))}`;
		return html`
			${asked.unit.kind === "unit" ? this.#steps() : nothing} ${name}
			${dataField(
				asked.data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => asked.data !== null && this.ask({ data: { ...asked.data, take }, standings: null }),
				(message) => this.send(message),
			)}`;
	}

	protected override tools(): TemplateResult {
		return html`<vscode-button
			appearance="secondary"
			@click=${() => this.send({ type: "copyLink" })}
		><span slot="start">${icons.link}</span>Copy Link</vscode-button>`;
	}

	protected override changes(asked: UnitQuestion, shown: UnitQuestion): readonly string[] {
		// Another unit is looked at without being asked to, so that it differs is of note only where that went wrong.
		const { kind } = this.state?.phase ?? {};
		const wrong = kind === "failed" || kind === "ended";
		const unit = wrong && choiceName(asked.unit) !== choiceName(shown.unit) ? [choiceName(shown.unit)] : [];
		const data = dataName(asked.data) === dataName(shown.data) ? [] : [`data: ${dataName(shown.data)}`];
		return [...unit, ...data];
	}

	protected override finding(report: ShownUnit, { shown }: AnalysisState<UnitQuestion>): Finding {
		const standings = shown?.standings ?? null;
		return {
			headline: headline(report, standings),
			conditions: [...conditions(report, standings), ...foundPreprocessing(report)],
		};
	}

	protected override copied(report: ShownUnit): string {
		return unitRows(report)
			.map((row) => row.map((cell) => cell ?? "").join("\t"))
			.join("\n");
	}

	protected override handleKey(event: KeyboardEvent): boolean {
		const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
		return step !== 0 && !(event.target instanceof HTMLInputElement) && this.#go(step);
	}

	protected override results(report: ShownUnit, { phase }: AnalysisState<UnitQuestion>): TemplateResult {
		const { figures } = report;
		const pictures = this.#picturesOf(report);
		return html`<div class="unit-body">
			<div class="unit-images">
				<h2>
					Most activating
					<span>${figures.top.length === 0 ? "none" : `1–${figures.top.length} of ${count(report.data.scored)}`}</span>
				</h2>
				${this.#images("most", report, figures.top, pictures)}
				${
					figures.bottom.length === 0
						? nothing
						: html`<h2>Least activating above its floor
									<span>${plural(report.atFloor, "image")} at the floor</span></h2>
								${this.#images("least", report, figures.bottom, pictures)}`
				}
			</div>
			<div class="unit-evidence">${evidence(report, phase.kind === "running")}</div>
		</div>`;
	}

	/** A press on one opens its file. */
	#images(
		end: "most" | "least",
		report: ShownUnit,
		images: readonly RankedImage[],
		pictures: Pictures,
	): TemplateResult {
		const { commonest } = report.figures;
		return html`<ol class="unit-grid ${end}">
			${images.map(({ index, source, label, score, box }) => {
				const name = labelName(label, report.model.classNames);
				const odd = commonest !== null && label !== commonest.label;
				const words = `${source}${name === "" ? "" : `, ${name}`}, score ${decimals(score, 2)}`;
				const picture = html`<blindspot-thumbnail
						.picture=${pictures.get(index) ?? null}
						.outlined=${partOf(box, report.model.inputSize)}
						.description=${words}
					></blindspot-thumbnail>
					<span class="caption">
						<span class=${odd ? "odd" : ""}>${name}</span>
						${end === "most" || name === "" ? html`<span>${decimals(score, 2)}</span>` : nothing}
					</span>`;
				return html`<li title=${words}>
					${
						this.standalone
							? picture
							: html`<button type="button" @click=${() => this.send({ type: "openSource", source })}>${picture}</button>`
					}
				</li>`;
			})}
		</ol>`;
	}

	#steps(): TemplateResult {
		const step = (by: number, label: string, icon: TemplateResult): TemplateResult => html`<button
			type="button"
			class="toggle"
			aria-label=${label}
			title=${label}
			?disabled=${this.#beside(by) === null}
			@click=${() => this.#go(by)}
		>${icon}</button>`;
		return html`<span class="steps">
			${step(-1, "The unit before", icons.left)}${step(1, "The next unit", icons.arrow)}
		</span>`;
	}

	/** The index of another unit of the layer; null where there is none. */
	#beside(by: number): number | null {
		const { state } = this;
		if (this.standalone || state === null || state.asked.unit.kind !== "unit") return null;
		const index = state.asked.unit.index + by;
		return index >= 0 && index < (this.report?.layer.units ?? Number.POSITIVE_INFINITY) ? index : null;
	}

	#go(by: number): boolean {
		const index = this.#beside(by);
		if (index === null) return false;
		this.ask({ unit: { kind: "unit", index } });
		this.run();
		return true;
	}
}
