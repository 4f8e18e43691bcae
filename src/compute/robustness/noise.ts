/** How many images stay right under Gaussian noise: what the curve of the closest adversarials is held against. */
import { noiseOfDistortion } from "../adversarial/control.js";
import { highest } from "../adversarial/goal.js";
import type { Slices } from "../backend/slices.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { shareOf } from "../math/intervals.js";
import { Random } from "../math/random.js";
import type { Classifier } from "../network/classifier.js";
import { levels } from "./curve.js";
import type { CurvePoint, RobustImage } from "./report.js";

export interface NoiseQuestion {
	readonly classifier: Classifier;
	readonly images: AsyncIterable<LoadedImage | UnreadableImage>;
	/** What is known of the same images. */
	readonly robust: readonly RobustImage[];
	/** The largest distortion. */
	readonly end: number;
	/** How many distortions, evenly spaced from 0. */
	readonly levels: number;
	readonly seed: number;
	readonly slices: Slices;
}

/** One draw of noise for each image at each distortion, clipped to the box. Throws `cancelled`. */
export async function noiseCurve(question: NoiseQuestion): Promise<CurvePoint[]> {
	const { classifier, robust, seed, slices } = question;
	const tried = levels(question.end, Math.max(2, question.levels));
	const still = tried.map(() => 0);
	let readable = 0;
	let index = -1;
	for await (const image of question.images) {
		index++;
		const known = robust[index];
		if (image.kind === "unreadable" || !known || known.predicted === null) continue;
		readable++;
		if (!known.right) continue;
		const random = Random.stream(seed, "robustness noise", index);
		const { data } = image.pixels;
		const points = new Float32Array(tried.length * data.length);
		for (const [k, distortion] of tried.entries())
			points.set(distortion === 0 ? data : noiseOfDistortion(data, distortion, random), k * data.length);
		const { classes } = classifier;
		const logits = classifier.logits(points, tried.length);
		for (const k of tried.keys()) {
			const label = highest(logits.subarray(k * classes, (k + 1) * classes));
			if (label === known.predicted.index) still[k] = (still[k] as number) + 1;
		}
		await slices.breathe();
	}
	return tried.flatMap((distortion, k) => {
		const share = shareOf(still[k] as number, readable);
		return share === null ? [] : [{ distortion, share }];
	});
}
