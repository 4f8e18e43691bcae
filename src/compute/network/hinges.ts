/** Piecewise linear functions as sums of hinges, the form in which their gradients and their smoothed relatives are short. */
import type { PointwiseFunction } from "./types.js";

/** `base + slope·x + Σ change·max(0, x - at)`. */
export interface Hinges {
	readonly base: number;
	readonly slope: number;
	readonly kinks: readonly { readonly at: number; readonly change: number }[];
}

/** The hinges of a continuous piecewise linear function; null for any other. */
export function hingesOf(f: PointwiseFunction): Hinges | null {
	switch (f.fn) {
		case "relu":
			return { base: 0, slope: 0, kinks: [{ at: 0, change: 1 }] };
		case "generalRelu": {
			// With another threshold it jumps there.
			if (f.threshold !== 0 || (f.max !== null && f.max < 0)) return null;
			const end = f.max === null ? [] : [{ at: f.max, change: -1 }];
			return { base: 0, slope: f.slope, kinks: [{ at: 0, change: 1 - f.slope }, ...end] };
		}
		case "clip": {
			if (f.low !== null && f.high !== null && f.low > f.high) return null;
			const end = f.high === null ? [] : [{ at: f.high, change: -1 }];
			if (f.low === null) return { base: 0, slope: 1, kinks: end };
			return { base: f.low, slope: 0, kinks: [{ at: f.low, change: 1 }, ...end] };
		}
		case "absolute":
			return { base: 0, slope: -1, kinks: [{ at: 0, change: 2 }] };
		case "hardSigmoid": {
			const { slope, offset } = f;
			if (!(slope > 0)) return null;
			return {
				base: 0,
				slope: 0,
				kinks: [
					{ at: -offset / slope, change: slope },
					{ at: (1 - offset) / slope, change: -slope },
				],
			};
		}
		case "softShrink":
			return {
				base: f.threshold,
				slope: 1,
				kinks: [
					{ at: -f.threshold, change: -1 },
					{ at: f.threshold, change: 1 },
				],
			};
		default:
			return null;
	}
}
