/** What sliding windows read, along one axis. */
import type { Interval } from "./region.js";

interface Windows {
	/** Number of values that one window takes. */
	readonly size: number;
	readonly stride: number;
	readonly dilation: number;
	/** Padding before the first input. */
	readonly padding: number;
}

/**
 * The smallest interval around what windows `first` to `last` take: `place·stride - padding + k·dilation`. Null where
 * all of it is padding. `inputs` is the number of values there are; null to count padding as if it were input.
 */
export function windowed(
	[first, last]: Interval,
	{ size, stride, dilation, padding, inputs }: Windows & { readonly inputs: number | null },
): Interval | null {
	const reach = (size - 1) * dilation;
	const start = (place: number) => place * stride - padding;
	if (inputs === null) return [start(first), start(last) + reach];
	let low = Number.POSITIVE_INFINITY;
	// Windows that begin in the padding take their first value a multiple of the dilation further on.
	for (let place = first; place <= last; place++) {
		const from = start(place);
		const inside = from >= 0 ? from : from + Math.ceil(-from / dilation) * dilation;
		if (inside <= from + reach) low = Math.min(low, inside);
		if (from >= 0) break;
	}
	let high = Number.NEGATIVE_INFINITY;
	for (let place = last; place >= first; place--) {
		const to = start(place) + reach;
		const beyond = to - (inputs - 1);
		const inside = beyond <= 0 ? to : to - Math.ceil(beyond / dilation) * dilation;
		if (inside >= start(place)) high = Math.max(high, inside);
		if (beyond <= 0) break;
	}
	return low <= high && low < inputs && high >= 0 ? [low, high] : null;
}

/** The same for a transposed convolution: the inputs whose windows cover outputs `first` to `last`. */
export function upsampled([first, last]: Interval, { size, stride, dilation, padding }: Windows): Interval | null {
	const low = Math.ceil((first + padding - (size - 1) * dilation) / stride);
	const high = Math.floor((last + padding) / stride);
	return low <= high ? [low, high] : null;
}
