/** Which share of the pictures is certified, and which has an adversarial, at growing distances. */
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
		const certified = share(({ radius }) => radius !== null && radius >= distance);
		const found = share((certificate) => certificate.found !== null && certificate.found <= distance);
		return { distance, certified, unknown: Math.max(0, 1 - certified - found), found };
	});
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
