/**
 * What solving images together is worth: the same solver with the same settings on 100 drawn digits together and one
 * after the other, in one run. The time of the controls is in both.
 *
 *   npm run bench:batching
 */
import path from "node:path";
import { SEED } from "../scripts/examples/collection.js";
import { drawDigits } from "../scripts/examples/drawing.js";
import { type AttackOutcome, attackImages } from "../src/compute/adversarial/run.js";
import { startBackend } from "../src/compute/backend/startBackend.js";
import { readModel } from "../src/compute/formats/read.js";
import { distortion } from "../src/compute/math/vectors.js";
import { withPictureInput } from "../src/compute/network/entrance.js";
import { TensorClassifier } from "../src/compute/network/tensorClassifier.js";
import type { AttackOptions } from "../src/compute/reports/report.js";

const IMAGES = 100;
const OPTIONS: AttackOptions = { method: "closest", effort: "normal", target: { kind: "next" }, budget: null };

async function main(): Promise<void> {
	const { name, version } = await startBackend("auto", null);
	const { network } = await readModel(path.resolve("examples/models/mlp/model.json"), { inputSize: null });
	const preprocessing = { fit: "resize", range: [0, 1], bgr: false, mean: null, std: null } as const;
	const classifier = new TensorClassifier(withPictureInput(network, preprocessing));
	const images = drawDigits(SEED, "bench", IMAGES).map((drawing, position) => ({
		position,
		pixels: Float32Array.from(drawing.pixels, (value) => value / 255),
	}));
	const attack = async (part: typeof images): Promise<{ outcomes: AttackOutcome[]; milliseconds: number }> => {
		const start = performance.now();
		const outcomes = await attackImages(classifier, part, OPTIONS, {
			seed: 0,
			signal: new AbortController().signal,
			batchSize: classifier.batchSize,
			examine: true,
			stopped: () => false,
			onPredicted() {},
			onBetter() {},
			onFinished() {},
		});
		return { outcomes, milliseconds: performance.now() - start };
	};
	const meanDistortion = (outcomes: readonly AttackOutcome[]): number =>
		outcomes.reduce((sum, { adversarial }, i) => {
			if (!adversarial) throw new Error(`image ${i} has no adversarial`);
			return sum + distortion(adversarial.pixels, images[i]?.pixels ?? []) / outcomes.length;
		}, 0);

	await attack(images.slice(0, 4));
	const together = await attack(images);
	const alone = { outcomes: [] as AttackOutcome[], milliseconds: 0 };
	for (const image of images) {
		const { outcomes, milliseconds } = await attack([image]);
		alone.outcomes.push(...outcomes);
		alone.milliseconds += milliseconds;
	}
	const perImage = ({ milliseconds }: { milliseconds: number }) => (milliseconds / IMAGES).toFixed(1);
	console.log(
		`${name}, ${version}; examples/models/mlp, ${IMAGES} drawings, next label, batches of ${classifier.batchSize}`,
	);
	console.log(
		`together: ${perImage(together)} ms per image, mean distortion ${meanDistortion(together.outcomes).toFixed(6)}`,
	);
	console.log(
		`one by one: ${perImage(alone)} ms per image, mean distortion ${meanDistortion(alone.outcomes).toFixed(6)}`,
	);
	console.log(`ratio: ${(alone.milliseconds / together.milliseconds).toFixed(1)}`);
}

void main();
