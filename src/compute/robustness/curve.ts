/** The share of images that are still right, against distortion. */

import { shareOf } from "../math/intervals.js";
import { quantile } from "../math/statistics.js";
import type { CurvePoint, Estimate, RobustImage } from "./report.js";

const POINTS = 81;
/** The curve goes on to this share of the distortions, and a little further. */
const COVERED = 0.98;
const FURTHER = 1.1;

/** Where the curves of all models end: a distortion rounded up to two digits; null where no image has an adversarial. */
export function endOfCurve(models: readonly (readonly RobustImage[])[]): number | null {
	const found = models.flatMap((images) => images.flatMap(({ distortion }) => distortion ?? []));
	if (found.length === 0) return null;
	const far =
		FURTHER *
		quantile(
			found.sort((a, b) => a - b),
			COVERED,
		);
	const unit = 10 ** (Math.floor(Math.log10(far)) - 1);
	return Math.ceil(far / unit) * unit;
}

/** Evenly spaced from 0 to `end`. */
export function levels(end: number, count: number = POINTS): readonly number[] {
	return Array.from({ length: count }, (_, i) => (i * end) / (count - 1));
}

/**
 * An image is right up to the distortion of its adversarial; one without an adversarial, always. Unreadable ones don't count.
 */
export function curveOf(images: readonly RobustImage[], end: number): CurvePoint[] {
	return levels(end).flatMap((distortion) => {
		const share = heldAt(images, distortion);
		return share === null ? [] : [{ distortion, share }];
	});
}

/** The share of readable images that are right and have no adversarial found up to a distortion; null of none. */
export function heldAt(images: readonly RobustImage[], distortion: number): Estimate | null {
	const readable = images.filter(({ predicted }) => predicted !== null);
	const held = readable.filter((image) => image.right && (image.distortion ?? Number.POSITIVE_INFINITY) > distortion);
	return shareOf(held.length, readable.length);
}
