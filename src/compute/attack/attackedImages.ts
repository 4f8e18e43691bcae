/** Images of an attack report before and after: nothing known yet, and all of them summed up. */
import type { AttackedImage, AttackPixels, AttackSummary } from "../reports/report.js";

export const NO_PIXELS: AttackPixels = { original: null, adversarial: null, stored: null };

/** An image of which nothing is known but where the picture is and, perhaps, its true class. */
export function waitingImage(source: string, label: number | null): AttackedImage {
	return {
		source,
		label,
		fileSize: null,
		predicted: null,
		target: null,
		success: false,
		adversarial: null,
		distortion: null,
		l2: null,
		linf: null,
		margin: null,
		rounding: null,
		stored: null,
		control: null,
		labels: [],
		evaluations: 0,
		history: [],
		failure: null,
		error: null,
		files: { adversarial: null, noise: null },
	};
}

/** How many were readable, how many have an adversarial, and the mean distortion of those. */
export function summarise(images: readonly AttackedImage[]): AttackSummary {
	const readable = images.filter(({ error }) => error === null);
	const distortions = images.flatMap(({ success, distortion }) => (success && distortion !== null ? [distortion] : []));
	const sum = distortions.reduce((total, distortion) => total + distortion, 0);
	return {
		attacked: readable.length,
		succeeded: distortions.length,
		unreadable: images.length - readable.length,
		meanDistortion: distortions.length === 0 ? null : sum / distortions.length,
	};
}
