/** All about one unit or direction: its images, its scores, its weights, a picture that drives it. */

import { Slices } from "../../backend/slices.js";
import type { LabelledEntry } from "../../data/loading.js";
import { toBytes } from "../../data/png.js";
import type { UnreadableImage } from "../../data/types.js";
import type { PixelBox } from "../../network/receptiveField.js";
import type { Control, HandlerContext } from "../../prepare/context.js";
import {
	askedOrConfigured,
	assumptions,
	nameOf,
	type PreparedModel,
	prepareData,
	withModel,
} from "../../prepare/prepare.js";
import { reportHead, reportSubject } from "../../prepare/reportHead.js";
import { purityCounts } from "../coherence.js";
import { ImageMarks } from "../imageMarks.js";
import { chooseLayer } from "../layerChoice.js";
import { type IndexedImage, LayerReader, seededOrder } from "../layerReader.js";
import { featureCount, MOST_FEATURES, penultimateNode } from "../penultimate.js";
import { highestPlaces, PlaceBoxes } from "../places.js";
import type { ProbedLayer, ProbeReduction } from "../probe/report.js";
import { probedDirection, type Ranking } from "../rows.js";
import { RunningFigures } from "../scoreFigures.js";
import { Scorer } from "../scorer.js";
import { TopScores } from "../topScores.js";
import { ASCENT_SMOOTHNESS, ASCENT_STEPS, ascend } from "./ascent.js";
import { knownChoice } from "./knownChoice.js";
import { heldScores, holdScores, keptUnits, type LayerScores, layerScores } from "./layerScores.js";
import type { UnitRecord } from "./report.js";
import type { ProbeUnitParams, UnitProgress } from "./requests.js";
import { histogramOf, scoresByClass } from "./scoreDistribution.js";
import { unitDirection } from "./unitDirection.js";
import { incomingWeights, logitWeights } from "./unitWeights.js";

/** Throws `bad-request` where there is no such layer or unit, or no data. */
export async function probeUnit(
	context: HandlerContext,
	question: ProbeUnitParams,
	{ signal, tell }: Control<UnitProgress>,
): Promise<UnitRecord> {
	const began = new Date();
	const run = () => ({ date: began.toISOString(), seconds: (Date.now() - began.getTime()) / 1000 });
	return withModel(context, question.model, signal, async (prepared) => {
		const { classifier, model, wanted } = prepared;
		const { layer, warnings } = chooseLayer(model.network, question.layer, question.pre);
		const slices = new Slices(signal);
		const params = { ...question, unit: await knownChoice(question.unit, layer, slices) };
		const direction = unitDirection(params.unit, layer);
		const asked = askedOrConfigured(params.data, prepared);
		const data = await prepareData(asked, prepared, signal);
		const { entries } = data;
		const order = seededOrder(entries.length, params.seed);
		const all = await scoresOfData({ prepared, layer, entries, order, slices, tell }, params, direction);
		const { unreadable } = all;
		const own = all.of(params.unit.kind === "unit" ? params.unit.index : 0) as Float32Array;
		const scored = ranked(all, own, prepared.report.classes, params.top);
		const seen = await look(prepared, layer, params.reduce, direction, scored, entries, slices);
		const figures = probedDirection({
			index: params.unit.kind === "unit" ? params.unit.index : 0,
			name: params.unit.kind === "unit" ? `unit ${params.unit.index}` : params.unit.name,
			top: scored.top,
			bottom: scored.bottom,
			wanted: params.top,
			marks: (image) => seen.marks.get(image) as ImageMarks,
			box: (image) => seen.boxes.get(image) ?? null,
			figures: scored.figures.figures(0),
			notFinite: scored.figures.notFinite(0),
			purityCounts: purityCounts(perClass(scored.labels, prepared.report.classes)),
		});
		const incoming =
			params.unit.kind === "unit" ? incomingWeights(classifier.network, layer.node, params.unit.index) : null;
		const byClass = scoresByClass(scored.scores, scored.labels);
		const record: UnitRecord = {
			report: {
				kind: "unit",
				...reportHead(context),
				...reportSubject(prepared),
				layer,
				pre: params.pre,
				reduce: params.reduce,
				unit: question.unit,
				seed: params.seed,
				labels: data.because,
				data: {
					name: nameOf(asked, data),
					total: data.entries.length,
					scored: data.entries.length - unreadable.length,
					unreadable: unreadable.length,
					unreadableExamples: unreadable.slice(0, 10).map(({ source, error }) => ({ source, error })),
					stopped: false,
					perClass: scored.labels.some((label) => label >= 0) ? perClass(scored.labels, prepared.report.classes) : null,
				},
				warnings: [...prepared.warnings, ...assumptions(prepared), ...data.warnings, ...warnings],
				figures,
				atFloor: scored.atFloor,
				scores: histogramOf(scored.scores),
				byClass,
				logitWeights: logitWeights(classifier.network, classifier.head, layer.node, params.unit),
				incoming: incoming?.weights ?? [],
				incomingLayer: incoming?.layer ?? null,
				weightPicture: incoming?.picture ?? null,
				ascent: null,
				run: run(),
			},
			thumbnails: [...seen.marks.values()]
				.sort((a, b) => a.index - b.index)
				.map(({ index, thumbnail }) => ({ index, picture: thumbnail })),
			ascentPicture: null,
		};
		tell({ kind: "report", record });
		const ascent = await drivenPicture(prepared, layer, params, direction, slices);
		return {
			...record,
			report: {
				...record.report,
				ascent: ascent && { activation: ascent.activation, steps: ASCENT_STEPS, smoothness: ASCENT_SMOOTHNESS },
				run: run(),
			},
			ascentPicture: ascent && toBytes({ ...wanted, data: ascent.pixels }),
		};
	});
}

interface Reading {
	readonly prepared: PreparedModel;
	readonly layer: ProbedLayer;
	readonly entries: readonly LabelledEntry[];
	readonly order: Uint32Array;
	readonly slices: Slices;
	readonly tell: (event: UnitProgress) => void;
}

/** The scores of the unit, on the way those of the units beside it; or of the direction alone, as its row 0. */
async function scoresOfData(
	{ prepared, layer, entries, order, slices, tell }: Reading,
	{ unit, reduce, seed, data, reuse }: ProbeUnitParams,
	direction: Float32Array,
): Promise<LayerScores> {
	const { classifier, wanted, model, preprocessing } = prepared;
	const key = JSON.stringify([layer.node, reduce, seed, data, entries.length, preprocessing.preprocessing]);
	const known = reuse ? heldScores(model.read, key) : null;
	if (unit.kind === "unit" && known !== null && known.of(unit.index) !== null) return known;
	const units = unit.kind === "unit" ? keptUnits(unit.index, layer.units, entries.length) : [];
	const scorer = new Scorer(layer, units, unit.kind === "unit" ? new Float32Array(0) : direction, reduce);
	const reader = new LayerReader(classifier.executor, layer, null, classifier.pixelShape, classifier.batchSize);
	const unreadable: UnreadableImage[] = [];
	try {
		const scores = await layerScores(
			reader.stream(entries, order, wanted, slices, (image) => unreadable.push(image)),
			scorer,
			units[0] ?? 0,
			entries.length,
			unreadable,
			(done) => tell({ kind: "images", done, total: entries.length }),
		);
		if (unit.kind === "unit") holdScores(model.read, key, scores);
		return scores;
	} finally {
		scorer.dispose();
	}
}

interface RankedScores {
	/** Finite ones, in the seeded order, with their labels (-1: not known). */
	readonly scores: Float64Array;
	readonly labels: Int32Array;
	readonly figures: RunningFigures;
	readonly top: Ranking;
	/** Least above the floor first. */
	readonly bottom: Ranking;
	readonly atFloor: number;
}

/** `own`: scores of the images of `all`. */
function ranked({ indices, labels }: LayerScores, own: Float32Array, classes: number, top: number): RankedScores {
	const figures = new RunningFigures(1, classes);
	const highest = new TopScores(1, top);
	own.forEach((score, at) => {
		figures.add(own.subarray(at, at + 1), labels[at] as number);
		highest.offer(0, indices[at] as number, score);
	});
	const finite = Array.from(own.keys()).filter((at) => Number.isFinite(own[at]));
	const scores = Float64Array.from(finite, (at) => own[at] as number);
	const floor = figures.figures(0)?.lowest ?? 0;
	const lowest = new TopScores(1, top);
	for (const at of finite) {
		const score = own[at] as number;
		if (score > floor) lowest.offer(0, indices[at] as number, -score);
	}
	return {
		scores,
		labels: Int32Array.from(finite, (at) => labels[at] as number),
		figures,
		top: { images: highest.images(0), scores: highest.scores(0) },
		bottom: { images: lowest.images(0), scores: lowest.scores(0).map((negative) => 0 - negative) },
		atFloor: scores.filter((score) => score === floor).length,
	};
}

/** Reads the ranked images once more: what they look like, and where they have their highest score. */
async function look(
	{ classifier, wanted }: PreparedModel,
	layer: ProbedLayer,
	reduce: ProbeReduction,
	direction: Float32Array,
	{ top, bottom }: RankedScores,
	entries: readonly LabelledEntry[],
	slices: Slices,
): Promise<{ readonly marks: ReadonlyMap<number, ImageMarks>; readonly boxes: ReadonlyMap<number, PixelBox | null> }> {
	const { network, head } = classifier;
	const penultimate = penultimateNode(network, head.logits);
	const size = featureCount(penultimate);
	const features = size <= MOST_FEATURES ? penultimate.name : null;
	const reader = new LayerReader(classifier.executor, layer, features, classifier.pixelShape, classifier.batchSize);
	const order = Uint32Array.from(new Set([...Array.from(top.images), ...Array.from(bottom.images)])).sort();
	const marks = new Map<number, ImageMarks>();
	const boxes = new Map<number, PixelBox | null>();
	const hasPlaces = layer.places > 1 && reduce === "max";
	const places = new PlaceBoxes(network, layer);
	for await (const batch of reader.stream(entries, order, wanted, slices)) {
		batch.images.forEach((image, i) => {
			const own = features ? batch.features.subarray(i * size, (i + 1) * size) : null;
			marks.set(image.index, new ImageMarks(image, own));
			if (!hasPlaces) return;
			const [place] = highestPlaces(batch.activations, i, [direction]);
			boxes.set(image.index, places.box(place as number));
		});
	}
	return { marks, boxes };
}

/** The picture of a gradient ascent and its score; a unit's is found before its activation function, which may be flat. */
async function drivenPicture(
	{ classifier, model }: PreparedModel,
	layer: ProbedLayer,
	{ layer: name, unit, reduce }: ProbeUnitParams,
	direction: Float32Array,
	slices: Slices,
): Promise<{ readonly pixels: Float32Array; readonly activation: number } | null> {
	const node = unit.kind === "unit" ? chooseLayer(model.network, name, true).layer.node : layer.node;
	const pixels = await ascend(classifier.executor, node, classifier.pixelShape, direction, slices);
	if (!pixels) return null;
	const [height, width, channels] = classifier.pixelShape;
	const picture: IndexedImage = {
		kind: "loaded",
		index: 0,
		source: "",
		label: null,
		fileSize: { width, height },
		pixels: { width, height, channels, data: pixels },
	};
	const reader = new LayerReader(classifier.executor, layer, null, classifier.pixelShape, 1);
	const batch = reader.read([picture]);
	const scorer = new Scorer(layer, [], direction, reduce);
	const [activation] = scorer.scores(batch);
	scorer.dispose();
	batch.activations.dispose();
	return { pixels, activation: activation as number };
}

function perClass(labels: Int32Array, classes: number): readonly number[] {
	const counts = new Array<number>(classes).fill(0);
	for (const label of labels) if (label >= 0) counts[label] = (counts[label] as number) + 1;
	return counts;
}
