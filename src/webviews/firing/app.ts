import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import type { FiringLayer } from "../../compute/activations/unit/report.js";
import { fileName, shortPath } from "../../compute/data/pathNames.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import { foundPreprocessing } from "../analysis/foundPreprocessing.js";
import type { AnalysisState } from "../analysis/messages.js";
import { decimals } from "../probe/words.js";
import "../ui/thumbnail.js";
import { dataField, dataName, modelField, modelName, plainField } from "../ui/toolbar.js";
import type { FiringPageMessage } from "./messages.js";
import type { FiringQuestion, ShownFiring } from "./question.js";
import { conditions, deviationWords, firingRows, headline, percentileWords } from "./words.js";

/** The page "Which Units Fire?": the units of each layer that one picture drives most. */
@customElement("blindspot-firing")
export class FiringPage extends AnalysisPage<FiringQuestion, ShownFiring, FiringPageMessage> {
	protected override readonly dataWords =
		"Choose the images that the picture is held against: a folder of class folders, an IDX or CIFAR file, or an .npz.";

	protected override fields(state: AnalysisState<FiringQuestion>): TemplateResult {
		const { asked, models } = state;
		const picture = plainField("Picture", fileName(asked.picture));
		if (this.standalone)
			return html`${plainField("Model", modelName(asked.model, models))} ${picture}
				${plainField("Data", dataName(asked.data))}`;
		return html`
			${modelField(
				asked.model,
				models,
				(model) => this.ask({ model }),
				(message) => this.send(message),
			)}
			${picture}
			${dataField(
				asked.data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => asked.data !== null && this.ask({ data: { ...asked.data, take } }),
				(message) => this.send(message),
			)}`;
	}

	protected override changes(asked: FiringQuestion, shown: FiringQuestion): readonly string[] {
		const model =
			asked.model === shown.model ? [] : [`model: ${shown.model === null ? "none" : shortPath(shown.model)}`];
		const data = dataName(asked.data) === dataName(shown.data) ? [] : [`data: ${dataName(shown.data)}`];
		return [...model, ...data];
	}

	protected override finding(report: ShownFiring): Finding {
		return { headline: headline(report), conditions: [...conditions(report), ...foundPreprocessing(report)] };
	}

	protected override copied(report: ShownFiring): string {
		return firingRows(report)
			.map((row) => row.map((cell) => cell ?? "").join("\t"))
			.join("\n");
	}

	protected override results(report: ShownFiring): TemplateResult {
		const widest = Math.max(1, ...report.layers.flatMap(({ units }) => units.map((unit) => Math.abs(unit.deviations))));
		return html`<div class="firing-body">
			<blindspot-thumbnail
				class="subject"
				.picture=${report.picture}
				.description=${`${fileName(report.source)}, as the model gets it`}
			></blindspot-thumbnail>
			<div class="layers">
				${report.layers.map((layer) => this.#layer(layer, widest))}
			</div>
		</div>`;
	}

	#layer({ layer, units, deviation }: FiringLayer, widest: number): TemplateResult {
		return html`<section>
			<h2>
				${layer.layer}
				<span>${layer.layerType} · ${layer.shape.join(" × ")} · ${decimals(deviation, 2)} sd over all units</span>
			</h2>
			<table>
				<thead class="sr"><tr>
					<th scope="col">Unit</th><th scope="col">Deviation</th><th scope="col">Place</th><th scope="col">Activation</th>
				</tr></thead>
				<tbody>
					${units.map(
						(unit) => html`<tr>
							<th scope="row">
								${
									this.standalone
										? `unit ${unit.unit}`
										: html`<button
												type="button"
												class="link"
												@click=${() => this.send({ type: "openUnit", layer: layer.layer, unit: unit.unit })}
											>unit ${unit.unit}</button>`
								}
							</th>
							<td class="deviation ${unit.deviations < 0 ? "below" : ""}">
								<i .style=${`--share: ${Math.abs(unit.deviations) / widest}`}></i>
								<span>${deviationWords(unit.deviations)}</span>
							</td>
							<td>${percentileWords(unit.percentile)}</td>
							<td class="activation">${decimals(unit.activation, 3)}</td>
						</tr>`,
					)}
				</tbody>
			</table>
		</section>`;
	}
}
