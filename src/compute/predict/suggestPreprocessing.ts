/** Tries the usual preprocessings on labelled pictures. */

import { Slices } from "../backend/slices.js";
import { loadImages } from "../data/loading.js";
import { usualPreprocessings } from "../data/preprocessing.js";
import type { LoadedImage } from "../data/types.js";
import type { HandlerContext } from "../prepare/context.js";
import { prepareData, withModel } from "../prepare/prepare.js";
import type { PreprocessingTrial, SuggestParams, SuggestResult } from "./requests.js";

/** More pictures would hardly change which preprocessing is best. */
const MOST_PICTURES = 64;

/** How many of up to 64 labelled pictures the model gets right with each usual preprocessing, best first. */
export async function suggestPreprocessing(
	context: HandlerContext,
	{ model: request, data }: SuggestParams,
	signal: AbortSignal,
): Promise<SuggestResult> {
	return withModel(context, request, signal, async ({ model, classNames, wanted }) => {
		const { entries } = await prepareData(data, classNames);
		const labelled = entries.filter(({ label }) => label !== null).slice(0, MOST_PICTURES);
		const images: LoadedImage[] = [];
		for await (const image of loadImages(labelled, wanted, signal)) if (image.kind === "loaded") images.push(image);
		if (images.length === 0) return { trials: [] };
		const slices = new Slices(signal);
		const trials: PreprocessingTrial[] = [];
		for (const { name, preprocessing } of usualPreprocessings(wanted.channels, wanted.fit)) {
			const classifier = model.classifier(preprocessing);
			let right = 0;
			for (const { pixels, label } of images) {
				const logits = classifier.logits(pixels.data, 1);
				if (logits.indexOf(Math.max(...logits)) === label) right++;
				await slices.breathe();
			}
			trials.push({ name, preprocessing, right, of: images.length });
		}
		// Equally good ones stay in their order, which begins with the most usual.
		return { trials: trials.sort((a, b) => b.right - a.right) };
	});
}
