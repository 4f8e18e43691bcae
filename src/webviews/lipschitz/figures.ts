/** Figures and words of the page "Lipschitz". Pure functions. */
import type { BoundKind, LayerBound, LayerOutline } from "../../compute/lipschitz/report.js";
import { median } from "../../compute/math/statistics.js";
import type { Finding } from "../analysis/analysisPage.js";
import type { Cell } from "../pageKind.js";
import type { LipschitzResults } from "./results.js";

/** "–" where there is none; four significant digits, an exponent beyond a million. */
export function figure(value: number | null | undefined, digits = 4): string {
	if (value === null || value === undefined) return "–";
	if (value === 0 || value === 1) return String(value);
	const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
	const power = Number(exponent);
	if (power >= 6 || power < -4) return `${mantissa} · 10${superscript(power)}`;
	const rounded = Number(`${mantissa}e${power}`);
	const decimals = Math.max(0, digits - 1 - power);
	return rounded.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function superscript(power: number): string {
	return String(power)
		.replace("-", "⁻")
		.replaceAll(/\d/g, (digit) => DIGITS[Number(digit)] as string);
}

export const KIND_WORDS: Readonly<Record<BoundKind, string>> = {
	exact: "exact",
	upper: "upper bound",
	unbounded: "unbounded",
};

/** "conv2d + batch_normalization" */
export function layerName({ name, folded }: LayerOutline): string {
	return [name, ...folded].join(" + ");
}

/** "Conv2D 5×5 / 2", "relu" */
export function operationWords({ op, detail }: LayerOutline): string {
	if (op === "Pointwise") return detail;
	return detail === "" ? op : `${op} ${detail}`;
}

/** How much larger the bound is than the estimate: "+0.1%", "× 63". */
export function gapWords(upper: number | null, lower: number | null): string {
	if (upper === null || lower === null) return "–";
	if (lower === 0) return upper === 0 ? "0" : "–";
	const gap = upper / lower - 1;
	if (gap < 5e-4) return "0";
	return gap < 1 ? `+${(100 * gap).toFixed(1)}%` : `× ${figure(upper / lower, 2)}`;
}

/** The pictures that have both ends of their bracket. */
export function brackets({
	certificates,
}: LipschitzResults): readonly { source: string; radius: number; found: number }[] {
	return certificates.flatMap(({ source, radius, found }) =>
		radius !== null && found !== null ? [{ source, radius, found }] : [],
	);
}

export function finding(results: LipschitzResults): Finding {
	const { network, certificates, layers, outlines } = results;
	if (network === null) {
		const product = layers.at(-1)?.product;
		const sofar = product === undefined ? "" : `: ${figure(product)} so far`;
		return { headline: `Bounds of ${layers.length} of ${outlines.length} layers${sofar}`, conditions: [] };
	}
	const seen = `Largest stretch seen on ${network.seenOn}: ${figure(network.lower, 3)}.`;
	if (network.upper === null)
		return {
			headline: "No bound of the whole network, so nothing is certified",
			conditions: [`${network.unboundedBy}.`, seen],
		};
	const radii = certificates.flatMap(({ radius }) => radius ?? []);
	const both = brackets(results);
	const headline = [`Network bound ${figure(network.upper, 3)}.`];
	const conditions: string[] = [];
	if (both.length > 0) {
		const [radius, found] = [median(both.map((b) => b.radius)), median(both.map((b) => b.found))];
		headline.push(
			`At the median image no adversarial is nearer than L2 ${figure(radius, 2)}; one is found at ${figure(found, 2)}`,
		);
		const apart = median(both.map((b) => b.found / b.radius));
		const words =
			apart < 3
				? "the bound says much about this network"
				: apart < 20
					? "the bound is loose"
					: "the bound says little about this network";
		conditions.push(`That is ${figure(apart, 2)} times as far, over ${both.length} images: ${words}.`);
	} else if (radii.length > 0)
		headline.push(`At the median image no adversarial is nearer than L2 ${figure(median(radii), 2)}`);
	else headline.push(`The largest stretch seen is ${figure(network.lower, 3)}`);
	conditions.push(...dominating(results));
	if (both.length === 0 && radii.length === 0 && network.upper > 20 * network.lower)
		conditions.push("The bound says little about this network.");
	if (radii.length > 0 && network.lower > 0) conditions.push(seen);
	return { headline: headline.join(" "), conditions };
}

/** A few layers that make up half of the bound in log scale are named, many aren't. */
function dominating({ layers, network }: LipschitzResults): readonly string[] {
	const total = Math.log(network?.upper ?? 1);
	if (!(total > 0)) return [];
	const shares = layers.map((layer) => ({ layer, share: share(layer) / total })).toSorted((a, b) => b.share - a.share);
	const leading: typeof shares = [];
	for (const one of shares) {
		if (leading.reduce((sum, { share }) => sum + share, 0) >= 0.5 || leading.length === 3) break;
		leading.push(one);
	}
	const sum = leading.reduce((total, { share }) => total + share, 0);
	if (sum < 0.5) return [];
	const names = leading.map(({ layer }) => layer.name);
	const listed = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
	return [`${listed} make${names.length === 1 ? "s" : ""} up ${Math.round(100 * sum)}% of it in log scale.`];
}

/** How much the layer adds to the logarithm of the product. */
function share({ before, product }: LayerBound): number {
	return before && product ? Math.log(product / before) : 0;
}

/** The table as rows of a CSV file, the network last. */
export function csvRows({ layers, network }: LipschitzResults): readonly (readonly Cell[])[] {
	const heads = [
		"layer",
		"operation",
		"output",
		"kind",
		"upper",
		"lower",
		"circular (not a bound)",
		"product",
		"because",
	];
	return [
		heads,
		...layers.map((layer) => [
			layerName(layer),
			operationWords(layer),
			layer.outputShape.join("×"),
			layer.kind,
			layer.upper,
			layer.lower,
			layer.circular,
			layer.product,
			layer.because,
		]),
		...(network === null
			? []
			: [
					[
						"network",
						"to logits",
						"",
						network.kind,
						network.upper,
						network.lower,
						null,
						network.upper,
						network.unboundedBy,
					],
				]),
	];
}

/** The same, tab-separated, for the clipboard. */
export function copied(results: LipschitzResults): string {
	return csvRows(results)
		.map((row) => row.map((cell) => (cell === null ? "" : String(cell).replaceAll(/[\t\r\n]/g, " "))).join("\t"))
		.join("\n");
}
