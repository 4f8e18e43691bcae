/** What is known of a unit beside its images: distributions, what drives it, its weights. */
import { html, nothing, type TemplateResult } from "lit";
import { decimals, labelName } from "../probe/words.js";
import "../ui/chart.js";
import type { ChartView } from "../ui/chart.js";
import "../ui/thumbnail.js";
import type { ShownUnit } from "./question.js";
import { weightBytes } from "./weights.js";

/** `toCome`: what drives it is being looked for. */
export function evidence(report: ShownUnit, toCome: boolean): TemplateResult {
	return html`
		${scores(report)} ${byLabel(report)} ${driven(report, toCome)} ${ownWeights(report)} ${logits(report)} ${incoming(report)}`;
}

function figure(heading: string, words: string, content: TemplateResult): TemplateResult {
	return html`<section class="figure"><h2>${heading} <span>${words}</span></h2>${content}</section>`;
}

const chart = (view: ChartView): TemplateResult => html`<blindspot-chart .view=${view}></blindspot-chart>`;

function scores({ scores, unit }: ShownUnit): TemplateResult | typeof nothing {
	if (scores === null) return nothing;
	const { low, high, counts } = scores;
	const title = "Activation over all images";
	return figure(
		title,
		"",
		chart({
			title,
			across: "from this activation on",
			steps: counts.map((_, at) => (low + ((high - low) * at) / counts.length).toFixed(2)),
			series: [{ name: "Images", kind: "bars", colour: colourOf(unit.kind), values: counts }],
			words: (value) => Math.round(value).toLocaleString("en-US"),
		}),
	);
}

function byLabel({ byClass, unit, model }: ShownUnit): TemplateResult | typeof nothing {
	if (byClass.length === 0) return nothing;
	const title = "Activation by label";
	return figure(
		title,
		"5–95%, mean",
		chart({
			title,
			across: "label",
			steps: byClass.map(({ label }) => labelName(label, model.classNames)),
			series: [
				{
					name: "5–95%",
					kind: "ranges",
					colour: `${colourOf(unit.kind)}-pale`,
					values: byClass.map(({ low, high }) => [low, high] as const),
				},
				{ name: "Mean", kind: "points", colour: "--vscode-foreground", values: byClass.map(({ mean }) => mean) },
			],
			words: (value) => decimals(value, 2),
		}),
	);
}

function driven({ ascent, ascentPicture, figures }: ShownUnit, toCome: boolean): TemplateResult | typeof nothing {
	if (ascent === null && !toCome) return nothing;
	return figure(
		"What drives it",
		"gradient ascent",
		html`<div class="driven">
			<blindspot-thumbnail .picture=${ascentPicture} .description=${"A picture that drives it"}></blindspot-thumbnail>
			<dl>
				<dt>Activation</dt><dd>${decimals(ascent?.activation ?? null, 2)}</dd>
				<dt>Highest in data</dt><dd>${decimals(figures.highest, 2)}</dd>
				<dt>Steps, smoothness</dt><dd>${ascent === null ? "–" : `${ascent.steps}, ${ascent.smoothness}`}</dd>
			</dl>
		</div>`,
	);
}

function ownWeights({ weightPicture }: ShownUnit): TemplateResult | typeof nothing {
	if (weightPicture === null) return nothing;
	return figure(
		"Its weights",
		"white positive, grey zero, black negative",
		html`<blindspot-thumbnail
			class="weights"
			.picture=${weightBytes(weightPicture)}
			.description=${"Weights of the pixels"}
		></blindspot-thumbnail>`,
	);
}

function logits({ logitWeights, unit, model }: ShownUnit): TemplateResult | typeof nothing {
	if (logitWeights === null) return nothing;
	const title = "Weight to each logit";
	return figure(
		title,
		"",
		chart({
			title,
			across: "label",
			steps: logitWeights.map((_, label) => labelName(label, model.classNames)),
			series: [{ name: "Weight", kind: "bars", colour: colourOf(unit.kind), values: logitWeights }],
			words: (value) => decimals(value, 2),
		}),
	);
}

/** More of them are left to the file. */
const MOST_INCOMING = 16;

function incoming({ incoming, incomingLayer }: ShownUnit): TemplateResult | typeof nothing {
	if (incoming.length === 0) return nothing;
	const shown = incoming.slice(0, MOST_INCOMING);
	return figure(
		"Largest incoming weights",
		`from units of ${incomingLayer ?? "the layer before"}`,
		html`<ol class="incoming">
			${shown.map(
				({ from, weight, picture }) => html`<li>
					${
						picture === null
							? nothing
							: html`<blindspot-thumbnail
									.picture=${weightBytes(picture)}
									.description=${`Weights of unit ${from}`}
								></blindspot-thumbnail>`
					}
					<span class="caption"><span>${from}</span><span>${weight > 0 ? "+" : ""}${decimals(weight, 2)}</span></span>
				</li>`,
			)}
		</ol>`,
	);
}

const colourOf = (kind: ShownUnit["unit"]["kind"]): string => (kind === "unit" ? "--units" : "--directions");
