/** The bars in line with the table: from the product before a layer to the product after it, in log scale. */
import { html, nothing, type TemplateResult } from "lit";
import type { LipschitzResults } from "./results.js";

/** A log scale from `low` to `high`. */
export interface Scale {
	readonly low: number;
	readonly high: number;
	readonly ticks: readonly number[];
}

/** Whole powers of ten around all that is shown, and at most six of them as ticks. */
export function scaleOf({ layers, network, earlier }: LipschitzResults): Scale {
	const values = [
		...layers.flatMap(({ before, product }) => [before, product]),
		network?.lower ?? null,
		...(earlier?.layers.map(({ product }) => product) ?? []),
	].filter((value): value is number => value !== null && value > 0);
	const low = Math.floor(Math.log10(Math.min(1, ...values)));
	const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(1, ...values)) - 1e-9));
	const step = Math.ceil((high - low) / 6);
	const count = Math.floor((high - low) / step);
	return {
		low: 10 ** low,
		high: 10 ** high,
		ticks: Array.from({ length: count + 1 }, (_, i) => 10 ** (low + i * step)),
	};
}

/** Where a value is on the scale, in percent of its length. */
export function place(value: number, { low, high }: Scale): number {
	const share = Math.log(Math.max(value, low) / low) / Math.log(high / low);
	return 100 * Math.min(1, Math.max(0, share));
}

/** The cell of one layer: estimate, gap to the bound, the model as it was, what was seen. */
export function bar(results: LipschitzResults, at: number, scale: Scale): TemplateResult {
	const layer = results.layers[at];
	const seen = results.network?.lower ?? null;
	const name = results.outlines[at]?.name;
	const earlier = results.earlier?.layers.find((one) => one.name === name)?.product ?? null;
	return html`<div class="waterfall">
		${scale.ticks.map((tick) => mark("grid", tick, scale))}
		${layer === undefined ? nothing : bars(layer, scale)}
		${earlier === null ? nothing : mark("earlier", earlier, scale)}
		${seen === null || seen === 0 ? nothing : mark("seen", seen, scale)}
	</div>`;
}

function bars({ before, product, upper, lower }: LipschitzResults["layers"][number], scale: Scale) {
	if (before === null || product === null || before === 0 || product === 0) return nothing;
	// What the layer is seen to do of what its bound allows.
	const share = upper !== null && lower !== null && upper > 0 ? Math.min(1, lower / upper) : 1;
	const estimate = product > before ? Math.max(before, product * share) : product;
	return html`${piece("estimate", before, estimate, scale)}${estimate < product ? piece("gap", estimate, product, scale) : nothing}`;
}

function piece(kind: string, from: number, to: number, scale: Scale): TemplateResult {
	const [left, right] = [place(Math.min(from, to), scale), place(Math.max(from, to), scale)];
	const shrinks = to < from ? "shrinks" : "";
	return html`<div
		class="bar ${kind} ${shrinks}"
		.style=${`left: ${left}%; width: ${right - left}%`}
	></div>`;
}

function mark(kind: string, value: number, scale: Scale): TemplateResult {
	return html`<div class="mark ${kind}" .style=${`left: ${place(value, scale)}%`}></div>`;
}
