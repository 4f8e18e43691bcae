/** The images that say most, with their pictures: nearest to a mistake, or furthest apart between two models. */
import { html, nothing, type TemplateResult } from "lit";
import { shortPath } from "../../compute/data/pathNames.js";
import type { BytePicture } from "../../compute/data/png.js";
import type { RobustnessOfModel } from "../../compute/robustness/report.js";
import { distortion, indexFirst } from "../ui/format.js";
import "../ui/thumbnail.js";
import type { ShownRobustness } from "./question.js";
import { modelNames, outstanding } from "./words.js";

export function outstandingImages(
	report: ShownRobustness,
	openSource: (source: string) => void,
	/** Null where nothing can be opened. */
	openAll: ((sources: readonly string[]) => void) | null,
): TemplateResult | typeof nothing {
	const { heading, rows } = outstanding(report);
	if (rows.length === 0) return nothing;
	const names = modelNames(report.models);
	const sources = rows.flatMap(({ index }) => report.images[index]?.source ?? []);
	return html`<section class="figure outstanding">
		<h2>
			${heading}
			${
				openAll === null
					? nothing
					: html`<button type="button" class="link open-all" @click=${() => openAll(sources)}>
							Open all as adversarials
						</button>`
			}
		</h2>
		<table>
			<thead>
				<tr>
					<th scope="col">Image</th>
					${names.map((name) => html`<th scope="col">${name}</th>`)}
					${report.models.length > 1 ? html`<th scope="col" class="figures">Ratio</th>` : nothing}
				</tr>
			</thead>
			<tbody>
				${rows.map(({ index, ratio }) => {
					const source = report.images[index]?.source ?? "";
					const pictures = report.pictures.find((picture) => picture.index === index)?.pictures ?? [];
					return html`<tr>
						<th scope="row">
							<button type="button" class="source" title=${source} @click=${() => openSource(source)}>
								<blindspot-thumbnail .picture=${pictures.find((picture) => picture !== null)?.original ?? null}></blindspot-thumbnail>
								<span>${indexFirst(shortPath(source))}</span>
							</button>
						</th>
						${report.models.map((model, m) => html`<td>${changed(model, index, pictures[m]?.adversarial ?? null)}</td>`)}
						${ratio === null ? nothing : html`<td class="figures">${ratio.toFixed(ratio < 9.95 ? 2 : 1)}</td>`}
					</tr>`;
				})}
			</tbody>
		</table>
	</section>`;
}

function changed(
	model: RobustnessOfModel,
	index: number,
	picture: BytePicture | null,
): TemplateResult | typeof nothing {
	const image = model.images[index];
	if (image?.distortion == null) return nothing;
	return html`<span class="changed">
		<blindspot-thumbnail .picture=${picture}></blindspot-thumbnail>
		<span>
			<span class="labels">${image.predicted?.name} → ${image.adversarial?.name}</span>
			<span class="distortion">${distortion(image.distortion)}</span>
		</span>
	</span>`;
}
