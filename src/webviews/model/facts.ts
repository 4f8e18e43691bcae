/** What is known of the selected layer, below table and graph. */
import { html, nothing, type TemplateResult } from "lit";
import { checkText } from "../../compute/modelDetails/checkText.js";
import type { LayerReport, WeightPictures, WeightReport } from "../../compute/modelDetails/report.js";
import { plain } from "../../compute/plainText.js";
import type { Lead } from "./messages.js";
import { fieldText, shapeText, statisticsText, whole, windowText } from "./words.js";

const ROLE_NAMES: Readonly<Partial<Record<WeightReport["role"], string>>> = { kernel: "Weights", bias: "Bias" };
/** Beyond these, a layer's weights are as in the table of the export. */
const MOST_WEIGHTS = 4;

export interface FactsView {
	readonly layer: LayerReport;
	readonly pictures: WeightPictures | null;
	readonly standalone: boolean;
	lead(to: Lead): void;
	showPictures(): void;
}

export function facts({ layer, pictures, standalone, lead, showPictures }: FactsView): TemplateResult {
	const { name, type, inputShapes, window, weights, receptiveField, checks, multiplyAdds, inputs } = layer;
	const kernel = weights.find(({ role }) => role === "kernel")?.shape ?? null;
	const [first] = weights;
	return html`<section class="facts" aria-label="Selected layer">
		<div class="facts-name">
			<h2 title=${plain(name)}><bdi>${plain(name)}</bdi></h2>
			<p title=${plain(inputs.join(", "))}>${plain(type)}${inputs.length > 0 ? html` after <bdi>${plain(inputs.join(", "))}</bdi>` : nothing}</p>
		</div>
		<dl>
			${fact("Input", inputShapes.map(shapeText).join(", "))}
			${window ? fact("Kernel", windowText(window, kernel)) : kernel ? fact("Kernel", shapeText(kernel)) : nothing}
			${multiplyAdds > 0 ? fact("Multiply-adds", whole(multiplyAdds)) : nothing}
			${receptiveField ? fact("Receptive field", fieldText(receptiveField)) : nothing}
			${weights.slice(0, MOST_WEIGHTS).map((weight) => fact(ROLE_NAMES[weight.role] ?? capital(weight.role), statisticsText(weight)))}
			${first ? fact("In file as", plain(first.place)) : nothing}
			${checks.map((check) => fact("Check", `${checkText(check)}${"first" in check ? `: ${check.first.join(", ")}${check.channels > check.first.length ? ", …" : ""}` : ""}`))}
		</dl>
		<div class="facts-leads">
			${pictures ? html`<vscode-button appearance="secondary" @click=${showPictures}>Weights</vscode-button>` : nothing}
			${
				standalone
					? nothing
					: html`<vscode-button appearance="secondary" @click=${() => lead("probe")}>Probe</vscode-button>
						<vscode-button appearance="secondary" @click=${() => lead("bounds")}>Bound</vscode-button>`
			}
		</div>
	</section>`;
}

function fact(label: string, value: string): TemplateResult | typeof nothing {
	return value === "" ? nothing : html`<div><dt>${label}</dt><dd title=${value}>${value}</dd></div>`;
}

function capital(word: string): string {
	return word.charAt(0).toUpperCase() + word.slice(1);
}
