/** The evidence beside the columns: both distributions by each measure, and the table of the tests. */
import { html, nothing, type TemplateResult } from "lit";
import type { ProbeReport } from "../../compute/activations/probe/report.js";
import "../ui/chart.js";
import type { ChartView, Series } from "../ui/chart.js";
import { remembered } from "../ui/remembered.js";
import { highContrast } from "../ui/theme.js";
import { measureShares, purityShares, type SharesOfTwo } from "./histograms.js";
import { type ComparisonRow, columnName, comparisonRows, footnote, MEASURE_NAMES } from "./words.js";

const distributions = remembered(({ units, directions, options }: ProbeReport) => ({
	similarity: measureShares(units, directions, "similarity"),
	purity: purityShares(units, directions, options.top),
}));

export function statistics(report: ProbeReport): TemplateResult {
	const { options } = report;
	const { similarity, purity } = distributions(report);
	return html`<aside class="statistics" aria-label="Statistics">
		${
			purity === null
				? nothing
				: chart("purity", "Label purity", `images of ${options.top} with the commonest label`, purity, "bars", report)
		}
		${
			similarity === null
				? nothing
				: chart("similarity", "Pixel similarity", "mean pairwise cosine", similarity, "steps", report)
		}
		${comparisons(report)}
	</aside>`;
}

function chart(
	kind: string,
	title: string,
	across: string,
	shares: SharesOfTwo,
	drawn: "bars" | "steps",
	report: ProbeReport,
): TemplateResult {
	const directions = columnName(report.options.control);
	const series: readonly Series[] = [
		{ name: "Units", kind: drawn, colour: "--units", values: shares.units },
		{ name: directions, kind: drawn, colour: "--directions", values: shares.directions, striped: highContrast() },
	];
	const view: ChartView = { title, across, steps: shares.steps, series, words: percentage };
	return html`<section class="figure ${kind}">
		<h2>${title} <span class="legend"><i class="units"></i>Units <i class="directions"></i>Directions</span></h2>
		<blindspot-chart .view=${view}></blindspot-chart>
	</section>`;
}

const percentage = (share: number): string => `${Math.round(share * 100)}%`;

function comparisons(report: ProbeReport): TemplateResult | typeof nothing {
	const rows = comparisonRows(report);
	if (rows.length === 0) return html`<p class="footnote">${footnote(report)}</p>`;
	const { singleUnits } = report.statistics;
	const reach = Math.max(0.1, ...rows.flatMap(({ delta }) => [Math.abs(delta.low), Math.abs(delta.high)]));
	return html`<section class="figure comparisons">
		<h2>Units against directions</h2>
		<table>
			<thead>
				<tr>
					<th scope="col">Median of</th>
					<th scope="col">Units</th>
					<th scope="col">Dir.</th>
					<th scope="col" class="delta">Cliff’s delta, 95%</th>
					<th scope="col">p</th>
					<th scope="col" title="p of the same test on the architecture with re-drawn weights">re-drawn</th>
				</tr>
			</thead>
			<tbody>
				${rows.map((row) => comparison(row, reach))}
			</tbody>
		</table>
		<p class="footnote">${footnote(report)}</p>
		${singleUnits === null ? nothing : html`<p class="footnote">Single units: ${singleUnits.words}.</p>`}
	</section>`;
}

/** `reach`: the delta at the ends of the line on which intervals stand. */
function comparison({ measure, units, directions, delta, p, redrawn }: ComparisonRow, reach: number): TemplateResult {
	const place = (delta: number): number => 50 + (50 * delta) / reach;
	return html`<tr>
		<th scope="row">${MEASURE_NAMES[measure]}</th>
		<td>${units}</td>
		<td>${directions}</td>
		<td class="delta">
			<span class="interval" title=${delta.words}>
				<i class="zero"></i>
				<i class="range" .style=${`left: ${place(delta.low)}%; width: ${place(delta.high) - place(delta.low)}%`}></i>
				<i class="point" .style=${`left: ${place(delta.point)}%`}></i>
			</span>
			<span class="sr">${delta.words}</span>
		</td>
		<td>${p}</td>
		<td>${redrawn}</td>
	</tr>`;
}
