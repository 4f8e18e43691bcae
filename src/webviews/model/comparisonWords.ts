/** Words for two models side by side. */
import { fileName } from "../../compute/data/pathNames.js";
import type { LayerComparison, ModelComparison } from "../../compute/modelDetails/report.js";
import { plain } from "../../compute/plainText.js";

/** "dense", or "dense_5 → dense" where it was renamed. */
export function comparedName({ before, after }: LayerComparison): string {
	return before !== null && after !== null && before !== after ? `${before} → ${after}` : (after ?? before ?? "");
}

/** "12.3%", "0.0041%": three digits that count. */
export function changeText(share: number): string {
	if (share === 0) return "0%";
	const percent = 100 * share;
	return `${percent >= 100 ? Math.round(percent).toLocaleString("en") : Number(percent.toPrecision(3))}%`;
}

/** The sentence of the page: how far the weights moved, and where most. */
export function comparisonFinding({ before, after, layers, relativeChange, counts }: ModelComparison): string {
	const [first, second] = [before, after].map(({ path }) => plain(fileName(path)));
	const pair = `${second} against ${first}`;
	if (before.sha256 === after.sha256) return `${pair}: the same file`;
	if (counts.changed + counts.reshaped + counts.added + counts.removed === 0)
		return `${pair}: the same layers with the same weights`;
	if (relativeChange === null || counts.changed === 0) return `${pair}: no weights that both have changed`;
	const moved = layers.filter(({ status, relativeChange: own }) => status === "changed" && own !== null);
	const most = moved.reduce((max, layer) => ((layer.relativeChange ?? 0) > (max.relativeChange ?? 0) ? layer : max));
	return `${pair}: weights changed by ${changeText(relativeChange)}, most in ${plain(comparedName(most))} (${changeText(most.relativeChange ?? 0)})`;
}

/** "3 layers changed, 5 are the same, 1 was added." */
export function comparisonConditions({ counts, before, after }: ModelComparison): readonly string[] {
	const { changed, same, reshaped, added, removed } = counts;
	const parts = [
		changed > 0 ? `${layers(changed)} with other weights` : "",
		same > 0 ? `${layers(same)} the same` : "",
		reshaped > 0 ? `${layers(reshaped)} of another shape` : "",
		added > 0 ? `${layers(added)} added` : "",
		removed > 0 ? `${layers(removed)} removed` : "",
	].filter((part) => part !== "");
	const parameters = [before, after].map((model) => model.parameters.toLocaleString("en"));
	return [
		`${parts.join(", ")}.`,
		parameters[0] === parameters[1] ? `${parameters[0]} parameters in both.` : `Parameters: ${parameters.join(" → ")}.`,
		"Change is ‖after − before‖ / ‖before‖ over a layer's weights.",
	];
}

function layers(count: number): string {
	return `${count.toLocaleString("en")} ${count === 1 ? "layer" : "layers"}`;
}
