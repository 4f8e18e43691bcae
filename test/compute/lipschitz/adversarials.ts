import { type AttackOutcome, attackImages, type ImageToAttack } from "../../../src/compute/adversarial/run.js";
import type { TensorClassifier } from "../../../src/compute/network/tensorClassifier.js";

/** The closest adversarials that a quick search finds, to hold bounds against. */
export function closestAdversarials(
	classifier: TensorClassifier,
	images: readonly ImageToAttack[],
	batchSize: number,
): Promise<AttackOutcome[]> {
	return attackImages(
		classifier,
		images,
		{ method: "closest", effort: "quick", target: { kind: "any" }, budget: null },
		{
			seed: 0,
			signal: new AbortController().signal,
			batchSize,
			examine: false,
			stopped: () => false,
			onPredicted: () => undefined,
			onBetter: () => undefined,
			onFinished: () => undefined,
		},
	);
}
