/** The histogram of a layer's weights, in a table's cell. */
import { html, nothing, type TemplateResult } from "lit";
import type { Histogram, WeightReport } from "../../compute/modelDetails/report.js";

const WIDTH = 72;
const HEIGHT = 16;

/** Of the first weight, a kernel where there is one; what it says stands in its label. */
export function weightHistogram([weight]: readonly WeightReport[]): TemplateResult | typeof nothing {
	if (!weight?.histogram) return nothing;
	const { low, high } = weight.histogram;
	const label = `${weight.role} from ${low.toPrecision(3)} to ${high.toPrecision(3)}`;
	return html`<svg class="histogram" width=${WIDTH} height=${HEIGHT} viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${label}>
		<path d=${bars(weight.histogram)}></path>
	</svg>`;
}

/** One path for all bars: a table has many. */
function bars({ counts }: Histogram): string {
	const most = Math.max(...counts);
	const step = WIDTH / counts.length;
	return counts
		.map((count, bin) => {
			if (count === 0) return "";
			const height = Math.max(0.5, (HEIGHT * count) / most);
			return `M${bin * step} ${HEIGHT}v${-height}h${step - 1}v${height}z`;
		})
		.join("");
}
