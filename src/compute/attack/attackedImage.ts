/** How one image of an attack stands, as the report and the page see it, from waiting to finished. */

import type { AttackOutcome, BetterAdversarial, Prediction } from "../adversarial/run.js";
import type { LoadedImage, Pixels, UnreadableImage } from "../data/types.js";
import { greatestOf } from "../math/extremes.js";
import { probabilities } from "../network/probabilities.js";
import type { AttackedImage, AttackPixels, LabelChange, LabelProbability } from "../reports/report.js";
import { NO_PIXELS } from "./attackedImages.js";

/** Labels that are named with their probabilities before and after. */
const NAMED_LABELS = 6;

/** An image with the pixels that go with it. */
export interface ImageState {
	readonly image: AttackedImage;
	readonly pixels: AttackPixels;
}

export function unreadableImage(waiting: AttackedImage, { error }: UnreadableImage): ImageState {
	return { image: { ...waiting, error }, pixels: NO_PIXELS };
}

/** What the model says of the original is known. */
export function predictedImage(
	waiting: AttackedImage,
	loaded: LoadedImage,
	prediction: Prediction,
	names: readonly string[],
): ImageState {
	const before = probabilities(prediction.logits);
	const { predicted, target, rounding } = prediction;
	return {
		image: {
			...waiting,
			fileSize: loaded.fileSize,
			predicted: labelled(before, predicted, names),
			target,
			rounding,
			labels: changes(before, before, predicted, target, names),
		},
		pixels: { original: loaded.pixels, adversarial: null, stored: null },
	};
}

/** A nearer adversarial than before; not yet checked alone or rounded. */
export function betterImage(
	{ image, pixels }: ImageState,
	prediction: Prediction,
	better: BetterAdversarial,
	names: readonly string[],
): ImageState {
	const original = pixels.original as Pixels;
	const before = probabilities(prediction.logits);
	const after = probabilities(better.logits);
	return {
		image: {
			...image,
			...distances(original.data, better.pixels),
			adversarial: labelled(after, better.label, names),
			margin: marginOf(better.logits, better.label),
			labels: changes(before, after, prediction.predicted, better.label, names),
			evaluations: better.evaluations,
			history: [...better.history],
		},
		pixels: { original, adversarial: { ...original, data: better.pixels.slice() }, stored: null },
	};
}

/** The image is done, with an adversarial or with the reason why there is none. */
export function finishedImage(
	{ image, pixels }: ImageState,
	outcome: AttackOutcome,
	names: readonly string[],
): ImageState {
	const original = pixels.original as Pixels;
	const { adversarial, nearest, stored, control, evaluations, history, failure, predicted, target } = outcome;
	const before = probabilities(outcome.logits);
	const seen = adversarial ?? nearest;
	const after = seen ? probabilities(seen.logits) : before;
	const found = adversarial
		? {
				...distances(original.data, adversarial.pixels),
				adversarial: labelled(after, adversarial.label, names),
				margin: marginOf(adversarial.logits, adversarial.label),
			}
		: { distortion: null, l2: null, linf: null, adversarial: null, margin: nearest?.margin ?? null };
	return {
		image: {
			...image,
			...found,
			success: adversarial !== null,
			stored: stored && { success: stored.success, distortion: stored.distortion, repaired: stored.repaired },
			control,
			labels: changes(before, after, predicted, seen?.label ?? target, names),
			evaluations,
			history,
			failure,
		},
		pixels: {
			original,
			adversarial: adversarial && { ...original, data: adversarial.pixels },
			stored: stored?.pixels ?? null,
		},
	};
}

function labelled(shares: Float64Array, index: number, names: readonly string[]): LabelProbability {
	return { index, name: names[index] ?? `class ${index}`, probability: shares[index] as number };
}

/** The label before, the one after, then the others by their probability before. */
function changes(
	before: Float64Array,
	after: Float64Array,
	predicted: number,
	reached: number | null,
	names: readonly string[],
): LabelChange[] {
	const leading = reached === null || reached === predicted ? [predicted] : [predicted, reached];
	const others = Array.from(before, (_, index) => index)
		.filter((index) => !leading.includes(index))
		.sort((a, b) => (before[b] as number) - (before[a] as number) || a - b);
	return [...leading, ...others].slice(0, NAMED_LABELS).map((index) => ({
		index,
		name: names[index] ?? `class ${index}`,
		before: before[index] as number,
		after: after[index] as number,
	}));
}

function marginOf(logits: Float32Array, label: number): number {
	const others = logits.filter((_, index) => index !== label);
	return (logits[label] as number) - greatestOf(others);
}

function distances(a: Float32Array, b: Float32Array): { distortion: number; l2: number; linf: number } {
	let sum = 0;
	let linf = 0;
	for (let i = 0; i < a.length; i++) {
		const difference = (b[i] as number) - (a[i] as number);
		sum += difference * difference;
		linf = Math.max(linf, Math.abs(difference));
	}
	return { distortion: Math.sqrt(sum / a.length), l2: Math.sqrt(sum), linf };
}
