/** Labelled pictures judged in several ways: by preprocessing, and by how their class folders are numbered. */
import { Slices } from "../backend/slices.js";
import type { DataEntry } from "../data/entries.js";
import { loadImages } from "../data/loading.js";
import type { WantedPixels } from "../data/raster.js";
import type { LoadedImage, Preprocessing } from "../data/types.js";
import type { Random } from "../math/random.js";
import { asModelSees } from "../network/entrance.js";
import { probabilities } from "../network/probabilities.js";
import type { TensorClassifier } from "../network/tensorClassifier.js";
import { canStillBeShown, type Decision, decide, LOOKS } from "./decide.js";

/** One preprocessing together with the labels that one order of the folders gives. */
export interface Way {
	readonly preprocessing: Preprocessing;
	/** One per entry; null where the picture has no label in this way, which counts as wrong. */
	readonly labels: readonly (number | null)[];
}

export interface Trial {
	readonly decision: Decision;
	/** For each way, which pictures it gets right; as many as were judged before it was given up. */
	readonly judged: readonly Uint8Array[];
	/** How many pictures the present way, and what was not given up, was judged on. */
	readonly pictures: number;
	/** The pictures of the first look, and what each way says of them: the most probable label and its probability. */
	readonly first: readonly {
		readonly image: LoadedImage;
		/** Its place among the entries. */
		readonly place: number;
		/** One per way; null where only the present way was tried. */
		readonly says: readonly (Guess | null)[];
	}[];
}

export interface Guess {
	readonly index: number;
	readonly probability: number;
}

export interface TrialSetting {
	/** Takes pixels as the file's model does: its own preprocessing changes nothing. */
	readonly classifier: TensorClassifier;
	readonly wanted: WantedPixels;
	/** In the order in which they are taken. */
	readonly entries: readonly DataEntry[];
	readonly signal: AbortSignal;
	/** Hears how many pictures were judged. */
	readonly tell?: (pictures: number) => void;
}

/** Pictures that are held at a time. */
const PART = LOOKS[0];

/** Judges the pictures in every way until it is decided, or nothing is gained by more of them. `ways[0]` is the present one. Throws `cancelled`. */
export async function tryWays(ways: readonly Way[], setting: TrialSetting): Promise<Trial> {
	const { entries, classifier, wanted, signal } = setting;
	const slices = new Slices(signal);
	const judged = ways.map((): number[] => []);
	const first: { image: LoadedImage; place: number; says: (Guess | null)[] }[] = [];
	const preprocessings = [...new Set(ways.map(({ preprocessing }) => preprocessing))];
	let alive = ways.map((_, w) => w);
	let done = 0;
	let decision: Decision = { standings: ways.map(() => null), offers: [], open: [] };
	const judge = async (part: readonly Placed[], which: readonly number[]): Promise<void> => {
		for (const preprocessing of preprocessings) {
			const its = which.filter((w) => ways[w]?.preprocessing === preprocessing);
			if (its.length === 0) continue;
			const guesses = await guessesOf(classifier, preprocessing, part, slices);
			for (const w of its) {
				guesses.forEach((guess, i) => {
					const { place } = part[i] as Placed;
					judged[w]?.push(ways[w]?.labels[place] === guess.index ? 1 : 0);
					const shown = first[i];
					if (shown?.place === place) shown.says[w] = guess;
				});
			}
		}
	};
	for (const look of LOOKS) {
		while (done < Math.min(look, entries.length)) {
			const upTo = Math.min(done + PART, look, entries.length);
			const part = await read(entries, done, upTo, wanted, signal);
			if (done === 0) {
				for (const { image, place } of part) first.push({ image, place, says: ways.map(() => null) });
				await judge(part, [0]);
				if (!canStillBeShown(ways.length, judged[0] ?? [])) return { ...result(), pictures: part.length };
				await judge(part, alive.slice(1));
			} else await judge(part, alive);
			done = upTo;
			setting.tell?.(done);
		}
		const now = ways.map((_, w) => (alive.includes(w) ? Uint8Array.from(judged[w] ?? []) : null));
		decision = decide(now, 0);
		if (decision.open.length === 0 || done === entries.length) break;
		alive = [0, ...decision.open];
	}
	return result();

	function result(): Trial {
		return {
			decision,
			judged: judged.map((rights) => Uint8Array.from(rights)),
			pictures: judged[0]?.length ?? 0,
			first,
		};
	}
}

interface Placed {
	readonly image: LoadedImage;
	readonly place: number;
}

async function read(
	entries: readonly DataEntry[],
	from: number,
	to: number,
	wanted: WantedPixels,
	signal: AbortSignal,
): Promise<readonly Placed[]> {
	const part: Placed[] = [];
	let place = from;
	const labelled = entries.slice(from, to).map((entry) => ({ entry, label: null }));
	for await (const image of loadImages(labelled, wanted, signal)) {
		if (image.kind === "loaded") part.push({ image, place });
		place++;
	}
	return part;
}

async function guessesOf(
	classifier: TensorClassifier,
	preprocessing: Preprocessing,
	part: readonly Placed[],
	slices: Slices,
): Promise<readonly Guess[]> {
	const guesses: Guess[] = [];
	const [, , channels] = classifier.pixelShape;
	for (let from = 0; from < part.length; from += classifier.batchSize) {
		const images = part.slice(from, from + classifier.batchSize).map(({ image }) => image.pixels.data);
		const values = images[0]?.length ?? 0;
		const pixels = new Float32Array(images.length * values);
		images.forEach((data, i) => {
			pixels.set(data, i * values);
		});
		const logits = classifier.logits(asModelSees(pixels, channels, preprocessing), images.length);
		images.forEach((_, i) => {
			const shares = probabilities(logits.subarray(i * classifier.classes, (i + 1) * classifier.classes));
			const highest = Math.max(...shares);
			guesses.push({ index: shares.indexOf(highest), probability: highest });
		});
		await slices.breathe();
	}
	return guesses;
}

/**
 * The order in which pictures are taken: drawn within their classes, the classes in turn and in a drawn order each time, at most `count`.
 * Without a label there is nothing to judge by. `labels` has one per picture; positions are the answer.
 */
export function drawnInClasses(labels: readonly (number | null)[], count: number, random: Random): readonly number[] {
	const classes = new Map<number, number[]>();
	labels.forEach((label, position) => {
		if (label === null) return;
		const members = classes.get(label);
		if (members) members.push(position);
		else classes.set(label, [position]);
	});
	const members = [...classes].sort(([a], [b]) => a - b).map(([, positions]) => random.shuffle(positions));
	const drawn: number[] = [];
	for (let round = 0; drawn.length < count && members.some((positions) => round < positions.length); round++) {
		for (const positions of random.shuffle([...members])) {
			const position = positions[round];
			if (position !== undefined) drawn.push(position);
		}
	}
	return drawn.slice(0, count);
}
