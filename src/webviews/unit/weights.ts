/** Weights of pixels as a picture: white positive, mid grey zero, black negative, whatever the theme. */

import type { WeightPicture } from "../../compute/activations/unit/report.js";
import type { BytePicture } from "../../compute/data/png.js";

const ZERO = 128;
const REACH = 127;

/** Grey for all but three channels; the largest size of a weight is white or black. */
export function weightBytes({ width, height, channels, values }: WeightPicture): BytePicture {
	const shown = channels === 3 ? 3 : 1;
	const mean = (at: number): number => {
		let sum = 0;
		for (let channel = 0; channel < channels; channel++) sum += values[at * channels + channel] ?? 0;
		return sum / channels;
	};
	const drawn = shown === 3 ? values : Array.from({ length: width * height }, (_, at) => mean(at));
	const largest = drawn.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
	const data = Uint8Array.from(drawn, (value) => ZERO + (largest === 0 ? 0 : Math.round((REACH * value) / largest)));
	return { width, height, channels: shown, data };
}
