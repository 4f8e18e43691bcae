import { html, type TemplateResult } from "lit";
import { predictionRows, type Share } from "../ui/format.js";
import type { Row } from "./messages.js";

const bar = (share: Share | null): TemplateResult => html`
	<td class="bar"><div class="track"><div class="level" .style=${`width: ${(share?.share ?? 0) * 100}%`}></div></div></td>
	<td class="share">${share?.words ?? "–"}</td>`;

/** Heading of the second column: what its figures are of. */
function afterHeading(row: Row): string {
	if (row.status !== "done") return row.image.adversarial === null ? "Adversarial" : "Best so far";
	return row.image.success ? "Adversarial" : "Nearest attempt";
}

/** Whether the second column has figures: an adversarial, or an attempt that came near. */
function hasAfter(row: Row): boolean {
	const { image } = row;
	if (image.adversarial !== null) return true;
	return row.status === "done" && image.labels.some((label) => label.after !== label.before);
}

/** What the model says of a picture before and after, both on one scale. */
export function predictions(row: Row, classes: number, file: string): TemplateResult {
	const { image } = row;
	const roles = {
		before: image.predicted?.index ?? null,
		after: image.adversarial?.index ?? image.target,
	};
	const rows = predictionRows(image.labels, classes, roles, hasAfter(row));
	if (rows.length === 0) return html`<div class="prediction" role="gridcell" aria-label="No prediction yet"></div>`;
	return html`<div class="prediction" role="gridcell">
		<table aria-label="Predictions for ${file}">
			<colgroup>
				<col class="label-column" /><col /><col class="share-column" /><col /><col class="share-column" />
			</colgroup>
			<thead>
				<tr>
					<th scope="col">Label</th>
					<th scope="col" colspan="2">Original</th>
					<th scope="col" colspan="2">${afterHeading(row)}</th>
				</tr>
			</thead>
			<tbody>
				${rows.map(
					({ name, role, before, after }) => html`<tr class=${role}>
						<th scope="row" title=${name}><span class="swatch" aria-hidden="true"></span>${name}</th>
						${bar(before)}${bar(after)}
					</tr>`,
				)}
			</tbody>
		</table>
	</div>`;
}
