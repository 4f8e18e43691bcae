/** How the images' distortions are spread: a histogram with its figures and its table, beside the compact list. */
import { html, nothing, type TemplateResult } from "lit";
import { mean, median } from "../../compute/math/statistics.js";
import { count, distortion, plural } from "../ui/format.js";
import { changed } from "./figures.js";
import type { Row } from "./messages.js";

/** Images with a distortion of at least `low` and below `high`; the last bin has its upper end in it. */
export interface Bin {
	readonly low: number;
	readonly high: number;
	readonly images: number;
}

const BINS = 12;
const WIDTH = 264;
const HEIGHT = 104;

/** Bins of equal width from the smallest to the largest value; none where all values are the same. */
export function bins(values: readonly number[], number = BINS): readonly Bin[] {
	const least = values.reduce((low, value) => Math.min(low, value), Number.POSITIVE_INFINITY);
	const most = values.reduce((high, value) => Math.max(high, value), Number.NEGATIVE_INFINITY);
	if (!(most > least)) return [];
	const step = (most - least) / number;
	const images = new Array<number>(number).fill(0);
	for (const value of values) {
		const bin = Math.min(number - 1, Math.floor((value - least) / step));
		images[bin] = (images[bin] as number) + 1;
	}
	return images.map((n, at) => ({ low: least + at * step, high: least + (at + 1) * step, images: n }));
}

/** Nothing where there are not two different distortions. */
export function distribution(rows: readonly Row[]): TemplateResult | typeof nothing {
	const values = rows.filter(changed).flatMap(({ image }) => (image.distortion === null ? [] : [image.distortion]));
	const list = bins(values);
	const [first] = list;
	const last = list.at(-1);
	if (first === undefined || last === undefined) return nothing;
	const range = `${distortion(first.low)} to ${distortion(last.high)}`;
	const tallest = Math.max(...list.map(({ images }) => images));
	const label = `Distortions of ${plural(values.length, "image")}, ${range}, median ${distortion(median(values))}`;
	return html`<aside class="distribution" aria-label="Distortion of all images">
		<h2>Distortion</h2>
		<div class="histogram">
			<span class="most">${plural(tallest, "image")}</span>
			<svg width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
				<path d=${barsPath(list, tallest)}></path>
			</svg>
			<span class="low">${distortion(first.low)}</span><span class="high">${distortion(last.high)}</span>
		</div>
		<dl>
			<dt>Median</dt><dd>${distortion(median(values))}</dd>
			<dt>Mean</dt><dd>${distortion(mean(values))}</dd>
			<dt>Range</dt><dd>${range}</dd>
		</dl>
		<details>
			<summary>Show as table</summary>
			<table>
				<thead><tr><th scope="col">Distortion</th><th scope="col">Images</th></tr></thead>
				<tbody>
					${list.map(({ low, high, images }) => html`<tr><th scope="row">${distortion(low)} to ${distortion(high)}</th><td>${count(images)}</td></tr>`)}
				</tbody>
			</table>
		</details>
	</aside>`;
}

function barsPath(list: readonly Bin[], tallest: number): string {
	const step = WIDTH / list.length;
	return list
		.map(({ images }, at) => {
			const height = (HEIGHT * images) / tallest;
			return height === 0 ? "" : `M${at * step + 1} ${HEIGHT}v${-height}h${step - 2}v${height}z`;
		})
		.join("");
}
