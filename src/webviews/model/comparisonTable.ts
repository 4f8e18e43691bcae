/** Two models layer by layer. */
import { html, type nothing, type TemplateResult } from "lit";
import type { LayerComparison, ModelComparison } from "../../compute/modelDetails/report.js";
import "../ui/table.js";
import { plain } from "../../compute/plainText.js";
import type { Column } from "../ui/table.js";
import { changeText, comparedName } from "./comparisonWords.js";
import { isWeighted, shapeText, whole } from "./words.js";

const STATUS: Readonly<Record<LayerComparison["status"], string>> = {
	same: "the same",
	changed: "changed",
	reshaped: "another shape",
	added: "added",
	removed: "removed",
};

interface Row {
	readonly layer: LayerComparison;
	/** Share of the largest change, for the bar. */
	readonly share: number;
}

const COLUMNS: readonly Column<Row>[] = [
	{ name: "Layer", header: true, cell: ({ layer }) => html`<bdi>${plain(comparedName(layer))}</bdi>` },
	{ name: "Operation", cell: ({ layer }) => layer.operation, kind: "wide" },
	{ name: "Output", cell: ({ layer }) => shapeText(layer.outputShape), kind: "wide" },
	{
		name: "Parameters",
		figures: true,
		cell: ({ layer }) => (layer.parameters > 0 ? whole(layer.parameters) : ""),
		sort: ({ layer }) => layer.parameters,
	},
	{ name: "Status", cell: ({ layer }) => plain(layer.note ?? STATUS[layer.status]), sort: ({ layer }) => layer.status },
	{
		name: "Change",
		figures: true,
		cell: ({ layer }) => (layer.relativeChange === null || !isWeighted(layer) ? "" : changeText(layer.relativeChange)),
		sort: ({ layer }) => (isWeighted(layer) ? layer.relativeChange : null),
		title: "‖after − before‖ / ‖before‖ over the layer's weights",
	},
	{
		name: "",
		kind: "bars",
		cell: ({ share }) =>
			share > 0
				? html`<svg class="bar" width="120" height="8" viewBox="0 0 120 8" aria-hidden="true"><rect width=${Math.max(1, 120 * share)} height="8"></rect></svg>`
				: "",
	},
	{
		name: "Cosine",
		figures: true,
		kind: "wide",
		cell: ({ layer }) => (layer.cosine === null || !isWeighted(layer) ? "" : layer.cosine.toFixed(4)),
		sort: ({ layer }) => layer.cosine,
		title: "Of the angle between the layer's weights before and after",
	},
];

export function comparisonTable({ layers }: ModelComparison): TemplateResult | typeof nothing {
	const changes = layers.map(({ relativeChange }) => relativeChange ?? 0);
	const most = Math.max(...changes);
	const rows = layers.map((layer, i): Row => ({ layer, share: most > 0 ? (changes[i] as number) / most : 0 }));
	return html`<div class="scroll comparison">
		<blindspot-table
			label="Layers of both models"
			.columns=${COLUMNS}
			.rows=${rows}
			.rowKind=${({ layer }: Row) => `${layer.status} ${layer.status === "same" ? "weak" : ""}`}
		></blindspot-table>
	</div>`;
}

/** All rows, tab-separated. */
export function copiedComparison({ layers }: ModelComparison): string {
	const lines = layers.map((layer) =>
		[
			plain(comparedName(layer)),
			layer.operation,
			STATUS[layer.status],
			layer.relativeChange ?? "",
			layer.cosine ?? "",
		].join("\t"),
	);
	return [["Layer", "Operation", "Status", "Relative change", "Cosine"].join("\t"), ...lines].join("\n");
}
