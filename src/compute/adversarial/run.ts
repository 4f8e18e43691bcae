/** Attacks a set of images together. */

import { Slices } from "../backend/slices.js";
import { Random } from "../math/random.js";
import type { Classifier } from "../network/classifier.js";
import type { AttackFailure, AttackOptions, NoiseControl } from "../reports/report.js";
import { confirm } from "./alone.js";
import { runControl } from "./control.js";
import { explainFailure } from "./failure.js";
import { assess, type Goal, highest } from "./goal.js";
import { RUNS } from "./methods.js";
import { gapRounding } from "./rounding.js";
import { runTogether, type Task } from "./runTogether.js";
import { type Adversarial, type Attempt, Search, SearchEnded } from "./search.js";
import type { Steps } from "./steps.js";
import { type StoredForm, store } from "./stored.js";
import { checkTarget, chooseTarget } from "./targets.js";

export interface ImageToAttack {
	/** `[height·width·channels]` of the classifier's pixel shape, in [0, 1]. */
	readonly pixels: Float32Array;
	/** Callbacks name the image by it. */
	readonly position: number;
	/** Place in the whole run, where that is another: random streams hang on it, so a part of a run gives what the whole gives. */
	readonly place?: number;
}

export interface AttackSettings {
	readonly seed: number;
	/** Raising it makes `attackImages` throw `cancelled` within a slice. */
	readonly signal: AbortSignal;
	/** The most images, and the most points of a network pass, at a time; see `suggestBatchSize`. */
	readonly batchSize: number;
	/** Whether each adversarial is also rounded to 8 bits and compared with noise. */
	readonly examine: boolean;
	/** Whether a person has stopped this image; it ends with what it has. */
	stopped(position: number): boolean;
	/** What the model says of the original is known, nothing else. */
	onPredicted(position: number, prediction: Prediction): void;
	/** A nearer adversarial was found; checked in a batch, not yet alone. Its arrays are the search's own: copy what is kept. */
	onBetter(position: number, better: BetterAdversarial): void;
	onFinished(position: number, outcome: AttackOutcome): void;
}

export interface Prediction {
	readonly logits: Float32Array;
	readonly predicted: number;
	/** Wanted label; null for any. */
	readonly target: number | null;
	/** Standard deviation that float32 rounding gives to the gaps between its logits. */
	readonly rounding: number;
}

export interface FoundAdversarial {
	/** In [0, 1]. */
	readonly pixels: Float32Array;
	readonly logits: Float32Array;
	readonly label: number;
	/** Logit of the label less the highest other one. */
	readonly margin: number;
}

export interface BetterAdversarial extends FoundAdversarial {
	readonly evaluations: number;
	readonly history: readonly (readonly [evaluations: number, distortion: number])[];
}

/** What came of one image. */
export interface AttackOutcome extends Prediction {
	/** Confirmed at batch size 1; null where there is none. */
	readonly adversarial: FoundAdversarial | null;
	/** Where there is no adversarial: the point with the highest margin that was seen. */
	readonly nearest: Attempt | null;
	/** The 8-bit form; null where there is no adversarial, or it isn't to be examined. */
	readonly stored: StoredForm | null;
	/** Null where there is no adversarial, it isn't to be examined, or a person stopped the image. */
	readonly control: NoiseControl | null;
	/** Points evaluated by the search: the checks afterwards and the control are not counted. */
	readonly evaluations: number;
	/** Best distortion after so many evaluations; the distortion falls. */
	readonly history: readonly (readonly [evaluations: number, distortion: number])[];
	/** Null on success. */
	readonly failure: AttackFailure | null;
	/** This image's share of the time spent. */
	readonly seconds: number;
}

/**
 * Attacks every image with the method and target of `options`; outcomes in the images' order. What comes out depends on
 * the images, the options and the seed, not on timing, and on the batch only as far as the network's float32 sums do.
 * An image that the model gives the target label already is not attacked: failure "already target".
 * Throws `bad-request` for a target that the model doesn't have, `cancelled` when the signal is raised.
 */
export async function attackImages(
	classifier: Classifier,
	images: readonly ImageToAttack[],
	options: AttackOptions,
	settings: AttackSettings,
): Promise<AttackOutcome[]> {
	checkTarget(options.target, classifier.classes);
	const outcomes: AttackOutcome[] = [];
	const tasks = images.map(({ pixels, position, place = position }, i): Task => {
		let milliseconds = 0;
		function* steps(): Steps<void> {
			const outcome = yield* attackImage(classifier, pixels, options, settings, position, place);
			outcomes[i] = { ...outcome, seconds: milliseconds / 1000 };
			settings.onFinished(position, outcomes[i]);
		}
		return {
			steps: steps(),
			spend: (more) => {
				milliseconds += more;
			},
		};
	});
	await runTogether(classifier, tasks, settings.batchSize, new Slices(settings.signal));
	return outcomes;
}

function* attackImage(
	classifier: Classifier,
	original: Float32Array,
	options: AttackOptions,
	settings: AttackSettings,
	position: number,
	place: number,
): Steps<Omit<AttackOutcome, "seconds">> {
	const stream = (name: string) => Random.stream(settings.seed, "attack", name, place);
	const answer = yield { kind: "logits", points: [original], alone: false };
	const logits = answer.logits[0]!.slice();
	const predicted = highest(logits);
	const target = chooseTarget(options.target, logits, predicted, stream("target"));
	const rounding = yield* gapRounding(original, logits);
	const prediction: Prediction = { logits, predicted, target, rounding };
	settings.onPredicted(position, prediction);
	const goal: Goal = { original: predicted, target, rounding };
	const search = new Search(original, goal, {
		budget: options.budget,
		stopped: () => settings.stopped(position),
		onBetter: ({ best, evaluations, history }) => {
			if (best !== null) settings.onBetter(position, { ...foundBy(goal, best), evaluations, history });
		},
	});
	const missed = (failure: AttackFailure) => ({
		...prediction,
		adversarial: null,
		nearest: search.attempt,
		stored: null,
		control: null,
		evaluations: search.evaluations,
		history: [],
		failure,
	});
	if (target === predicted) return missed("already target");
	const ended = yield* runMethod(classifier, search, logits, options, stream("starts"));
	const adversarial = yield* confirm(search);
	if (adversarial === null) return missed(ended ?? (yield* explainFailure(search)));
	const found = foundBy(goal, adversarial);
	const distortion = Math.sqrt(adversarial.squaredDistance / original.length);
	const history = endingWith(search.history, distortion);
	const { evaluations } = search;
	const succeeded = { ...prediction, adversarial: found, nearest: null, evaluations, history, failure: null };
	if (!settings.examine) return { ...succeeded, stored: null, control: null };
	const stored = yield* store(original, goal, adversarial.pixels);
	const control = yield* runControl(original, predicted, distortion, stream("control"), () =>
		settings.stopped(position),
	);
	return { ...succeeded, stored, control };
}

function foundBy(goal: Goal, { pixels, logits, label }: Adversarial): FoundAdversarial {
	return { pixels, logits, label, margin: assess(goal, logits).margin };
}

/** Returns why the search ended before its time, or what the method knows of a failure; null where it ran to its end. */
function* runMethod(
	{ linear, kinks }: Classifier,
	search: Search,
	logits: Float32Array,
	{ method, effort }: AttackOptions,
	random: Random,
): Steps<AttackFailure | null> {
	try {
		return yield* RUNS[method](search, { logits, effort, linear, kinks, noise: () => random.normal() });
	} catch (thrown) {
		if (thrown instanceof SearchEnded) return thrown.reason;
		throw thrown;
	}
}

/** The confirmed point may have been moved outwards a trifle; the history still falls to it. */
function endingWith(history: Search["history"], distortion: number): AttackOutcome["history"] {
	const last = history[history.length - 1];
	if (last === undefined) return [];
	return [...history.filter(([, before]) => before > distortion), [last[0], distortion]];
}
