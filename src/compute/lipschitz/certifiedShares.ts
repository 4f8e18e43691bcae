/** Which share of the pictures is certified and right, and which is wrong or has an adversarial, at growing distances. */
import { greatestOf, leastOf } from "../math/extremes.js";
import type { Certificate, CertifiedShares } from "./report.js";

/**
 * At the distances 1, 2, 5, 10, ... (times a power of ten) from below the smallest radius to beyond the largest
 * distance that matters. Empty where no picture was readable.
 */
export function certifiedShares(certificates: readonly Certificate[]): readonly CertifiedShares[] {
	const readable = certificates.filter(({ error }) => error === null);
	const marks = readable.flatMap(({ radius, found }) => [radius, found].filter((d) => d !== null && d > 0)) as number[];
	if (marks.length === 0) return [];
	const share = (holds: (certificate: Certificate) => boolean) => readable.filter(holds).length / readable.length;
	return distances(leastOf(marks), greatestOf(marks)).map((distance) => {
		const certified = share((one) => !isWrong(one) && one.radius !== null && one.radius >= distance);
		const found = share((one) => isWrong(one) || (one.found !== null && one.found <= distance));
		return { distance, certified, unknown: Math.max(0, 1 - certified - found), found };
	});
}

/** A prediction that is wrong is not worth certifying. Without a label it counts as right. */
export function isWrong({ label, predicted }: Pick<Certificate, "label" | "predicted">): boolean {
	return label !== null && predicted !== null && predicted.index !== label;
}

function distances(least: number, most: number): readonly number[] {
	const found: number[] = [];
	for (let power = Math.floor(Math.log10(least)); ; power++)
		for (const digit of [1, 2, 5]) {
			// From text, so that 0.1 is 0.1.
			const distance = Number(`${digit}e${power}`);
			if (10 * distance > 4 * least) found.push(distance);
			if (distance >= most) return found;
		}
}
