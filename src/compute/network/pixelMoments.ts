/** Mean and standard deviation of the pixels that a network was trained on, from what its first normalisation gathered. */
import type { Network, NetworkNode, Weight } from "./types.js";

export interface Moments {
	readonly mean: number;
	readonly deviation: number;
}

/** How alike neighbouring pixels and the channels of one pixel are in photographs: correlation coefficients. */
const NEIGHBOURS = 0.95;
const CHANNELS = 0.9;
/** Fewer filters than this say too little. */
const FEWEST_FILTERS = 4;

/**
 * The pixels behind a convolution that a batch normalisation follows. A convolution is linear, so each filter's moving mean is
 * the pixels' mean times the sum of the filter's weights, and its moving variance the pixels' variance times a sum over
 * pairs of weights and how alike their pixels are; the mean by least squares over the filters, the deviation as the median.
 * Good for the order of magnitude: borders, the mean of single channels and how smooth the pictures are don't count. Null
 * where there is no such pair of layers, or the normalisation never gathered anything.
 */
export function momentsBehindConvolution(
	convolution: NetworkNode,
	network: Network,
): { readonly moments: Moments; readonly normalization: NetworkNode } | null {
	const { operation, weights } = convolution;
	const { kernel, bias } = weights;
	if (operation.op !== "Conv2D" || operation.groups !== 1 || !kernel) return null;
	const readers = network.nodes.filter(({ inputs }) => inputs.includes(convolution.name));
	const [normalization] = readers;
	if (!normalization || readers.length > 1 || normalization.operation.op !== "BatchNormalization") return null;
	const { mean, variance } = normalization.weights;
	const filters = kernel.shape[3] as number;
	if (!mean || !variance || filters < FEWEST_FILTERS || mean.data.every((value) => value === 0)) return null;
	let products = 0;
	let squares = 0;
	const deviations: number[] = [];
	for (let filter = 0; filter < filters; filter++) {
		const sum = sumOf(kernel, filter);
		products += sum * ((mean.data[filter] as number) - (bias?.data[filter] ?? 0));
		squares += sum * sum;
		const gain = varianceGain(kernel, filter);
		if (gain > 0) deviations.push(Math.sqrt((variance.data[filter] as number) / gain));
	}
	const deviation = deviations.sort((a, b) => a - b)[Math.floor(deviations.length / 2)];
	if (squares === 0 || deviation === undefined) return null;
	const moments = { mean: products / squares, deviation };
	return Number.isFinite(moments.mean) && Number.isFinite(deviation) ? { moments, normalization } : null;
}

function sumOf({ data, shape }: Weight, filter: number): number {
	const filters = shape[3] as number;
	let sum = 0;
	for (let at = filter; at < data.length; at += filters) sum += data[at] as number;
	return sum;
}

/** Variance of a filter's output on pictures whose pixels have variance 1. */
function varianceGain({ data, shape }: Weight, filter: number): number {
	const [, columns, channels, filters] = shape as readonly [number, number, number, number];
	const weights = Array.from({ length: data.length / filters }, (_, i) => {
		const place = Math.floor(i / channels);
		return {
			value: data[i * filters + filter] as number,
			row: Math.floor(place / columns),
			column: place % columns,
			channel: i % channels,
		};
	});
	let gain = 0;
	for (const a of weights) {
		for (const b of weights) {
			const distance = Math.hypot(a.row - b.row, a.column - b.column);
			const alike = NEIGHBOURS ** distance * (a.channel === b.channel ? 1 : CHANNELS);
			gain += a.value * b.value * alike;
		}
	}
	return gain;
}
