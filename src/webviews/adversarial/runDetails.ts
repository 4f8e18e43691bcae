import { html, nothing, type TemplateResult } from "lit";
import { greatestOf, leastOf } from "../../compute/math/extremes.js";
import { mean, median } from "../../compute/math/statistics.js";
import { count, distortion, duration } from "../ui/format.js";
import { changed } from "./figures.js";
import type { AdversarialState } from "./messages.js";

/** The record of the run: what a person needs to repeat it. */
export function runDetails({ facts, shown, rows, preprocessing }: AdversarialState): TemplateResult | typeof nothing {
	if (facts === null || shown === null) return nothing;
	const distortions = rows
		.filter(changed)
		.flatMap(({ image }) => (image.distortion === null ? [] : [image.distortion]));
	const evaluations = rows.reduce((sum, { image }) => sum + image.evaluations, 0);
	const lines: readonly (readonly [string, string])[] = [
		...(distortions.length > 1
			? ([
					["Median distortion", distortion(median(distortions))],
					["Mean distortion", distortion(mean(distortions))],
					["Range", `${distortion(leastOf(distortions))} to ${distortion(greatestOf(distortions))}`],
				] as const)
			: []),
		["Model file", facts.modelPath],
		["SHA-256", facts.sha256],
		...(preprocessing === null ? [] : ([["Preprocessing", preprocessing.because]] as const)),
		...(facts.labels === null ? [] : ([["Labels", facts.labels]] as const)),
		["Backend", facts.backend],
		["Seed", String(shown.seed)],
		["Evaluations", count(evaluations)],
		["Took", duration(facts.seconds)],
		["Date", new Date(facts.date).toLocaleString()],
	];
	return html`<details class="run-details">
		<summary>About this run</summary>
		<dl>${lines.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
	</details>`;
}
