/** Tries the usual preprocessings, and the orders that class folders may have, on labelled pictures. */

import { settingsOf, settingsText } from "../data/configurationWriting.js";
import type { DataEntry } from "../data/entries.js";
import type { FolderOrder } from "../data/folderOrders.js";
import { resolveLabels } from "../data/labels.js";
import { toBytes } from "../data/png.js";
import { nameOfPreprocessing, samePreprocessing, usualPreprocessings } from "../data/preprocessing.js";
import { readSideFiles } from "../data/sideFiles.js";
import { standingOf } from "../data/standing.js";
import { shareOf } from "../math/intervals.js";
import { Random } from "../math/random.js";
import { UNCHANGED } from "../network/entrance.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import { LOOKS, rightByOthers, rights } from "../prepare/decide.js";
import { entriesAround, listEntries } from "../prepare/entries.js";
import { namedByFolders, prepareData, withModel } from "../prepare/prepare.js";
import { drawnInClasses, type Trial, tryWays } from "../prepare/trial.js";
import type { ImagesProgress } from "../reports/request.js";
import type { Estimate } from "../robustness/report.js";
import { evidenceFor } from "./evidence.js";
import type { SuggestParams } from "./requests.js";
import type { PreprocessingTrial, SuggestResult } from "./suggestion.js";

const MOST_PICTURES = LOOKS[LOOKS.length - 1] as number;
const MOST_SAMPLES = 5;
const NOTHING: SuggestResult = {
	trials: [],
	pictures: 0,
	chosen: null,
	samples: [],
	labels: null,
	assumed: "",
	classNames: null,
	evidence: [],
};

/**
 * Where the preprocessing is only assumed: how many of up to 64, 256 or 1,000 labelled pictures of the data set, drawn by the seed within
 * their classes, are right with it and with the usual others, and which of these is shown to be better. Throws `cancelled`.
 */
export async function suggestPreprocessing(
	context: HandlerContext,
	{ model: request, data, seed }: SuggestParams,
	{ signal, tell }: Control<ImagesProgress>,
): Promise<SuggestResult> {
	return withModel(context, request, signal, async (asked) => {
		const { model, classNames, folders, wanted, preprocessing: chosen } = asked;
		if (chosen.provenance.origin !== "assumed") return NOTHING;
		const listed = (await listEntries(data)).entries;
		const around = await entriesAround(data, listed, classNames.known);
		// What the present analysis takes for labels, and how it calls the classes.
		const prepared = await prepareData(data, asked, signal);
		const { names } = namedByFolders(asked, prepared).classNames;
		const present = resolveLabels(around, classNames.known, prepared.order ?? folders);
		const orders: readonly (FolderOrder | null)[] = prepared.order === null ? [folders] : present.orders;
		const drawn = drawnInClasses(present.labels, MOST_PICTURES, Random.stream(seed, "preprocessing"));
		const entries = drawn.map((at) => around[at] as DataEntry);
		if (entries.length === 0) return NOTHING;
		const usual = usualPreprocessings(wanted.channels, wanted.fit).map(({ preprocessing }) => preprocessing);
		const preprocessings = [
			chosen.preprocessing,
			...usual.filter((other) => !samePreprocessing(other, chosen.preprocessing)),
		];
		const ways = orders.flatMap((order) => {
			const { labels } = resolveLabels(entries, classNames.known, order);
			return preprocessings.map((preprocessing) => ({ preprocessing, labels, order }));
		});
		const trial = await tryWays(ways, {
			classifier: model.classifier(UNCHANGED),
			wanted,
			entries,
			signal,
			tell: (done) => tell({ done, total: entries.length }),
		});
		const shown = samplesOf(trial);
		const nameOf = (index: number) => names[index] ?? `class ${index}`;
		const trials = ways.flatMap(({ preprocessing, order }, w): PreprocessingTrial[] => {
			const judged = trial.judged[w] ?? new Uint8Array(0);
			// Where the present one can't be beaten the others were not tried.
			if (judged.length === 0) return [];
			const right = rights(judged);
			return [
				{
					name: nameOfPreprocessing(preprocessing, wanted.channels),
					preprocessing,
					folders: orders.length > 1 ? order : null,
					state: w === 0 ? "present" : trial.decision.offers.includes(w) ? "offered" : "tried",
					right,
					of: judged.length,
					accuracy: shareOf(right, judged.length),
					against: w === 0 ? null : (trial.decision.standings[w] ?? standingAtItsEnd(trial, w)),
					written: settingsText(settingsOf(preprocessing, orders.length > 1 ? order : null)),
					says: shown.flatMap(({ says }) => {
						const guess = says[w];
						return guess ? [{ ...guess, name: nameOf(guess.index) }] : [];
					}),
				},
			];
		});
		const [first, ...others] = trials;
		if (!first) return NOTHING;
		const complete = trial.judged.map((judged) => (judged.length === trial.pictures ? judged : null));
		const byOthers = rightByOthers(complete);
		return {
			trials: [first, ...others.sort((a, b) => b.right / b.of - a.right / a.of)],
			pictures: trial.pictures,
			chosen:
				trial.decision.offers.length === 0
					? null
					: { right: byOthers, accuracy: shareOf(byOthers, trial.pictures) as Estimate },
			samples: shown.map(({ image: { source, pixels }, place }) => {
				const index = ways[0]?.labels[place] ?? 0;
				return { source, index, label: nameOf(index), picture: toBytes(pixels) };
			}),
			labels: prepared.because,
			assumed: chosen.provenance.because,
			classNames: standingOf(classNames.provenance) === "settled" ? classNames.provenance.because : null,
			evidence: evidenceFor(model.network, await readSideFiles(request.path)),
		};
	});
}

/** Of one that was given up at an earlier look, on the pictures it was judged on; p is not of interest then. */
function standingAtItsEnd({ judged }: Trial, w: number): PreprocessingTrial["against"] {
	const [present] = judged;
	let better = 0;
	let worse = 0;
	judged[w]?.forEach((right, i) => {
		if (right > (present?.[i] ?? 0)) better++;
		if (right < (present?.[i] ?? 0)) worse++;
	});
	return { better, worse, p: 1 };
}

/** The pictures of the first look of which the ways say the most different things; in the order in which they were drawn. */
function samplesOf({ first }: Trial): Trial["first"] {
	const differences = first.map(({ says }) => new Set(says.flatMap((guess) => (guess ? [guess.index] : []))).size);
	const places = first
		.map((_, i) => i)
		.sort((a, b) => (differences[b] as number) - (differences[a] as number) || a - b);
	const chosen = new Set(places.slice(0, MOST_SAMPLES));
	return first.filter((_, i) => chosen.has(i));
}
