/** All about one unit or direction: its images, its scores, its weights, a picture that drives it. */
import { ASCENT_SMOOTHNESS, ASCENT_STEPS, ascend } from "../activations/ascent.js";
import { purityCounts } from "../activations/coherence.js";
import { ImageMarks } from "../activations/imageMarks.js";
import { knownChoice } from "../activations/knownChoice.js";
import { chooseLayer } from "../activations/layerChoice.js";
import { type IndexedEntry, type IndexedImage, LayerReader } from "../activations/layerReader.js";
import { featureCount, MOST_FEATURES, penultimateNode } from "../activations/penultimate.js";
import { highestPlace, PlaceBoxes } from "../activations/places.js";
import { probedDirection, type Ranking } from "../activations/probeRows.js";
import { histogramOf, scoresByClass } from "../activations/scoreDistribution.js";
import { RunningFigures } from "../activations/scoreFigures.js";
import { Scorer } from "../activations/scorer.js";
import { TopScores } from "../activations/topScores.js";
import { unitDirection } from "../activations/unitDirection.js";
import { incomingWeights, logitWeights } from "../activations/unitWeights.js";
import { toBytes } from "../data/png.js";
import type { PixelBox } from "../network/receptiveField.js";
import type { ProbedLayer, ProbeReduction } from "../probeReport.js";
import type { ImagesProgress, ProbeUnitParams } from "../protocol.js";
import { Random } from "../random.js";
import { REPORT_VERSION } from "../report.js";
import { Slices } from "../slices.js";
import type { UnitRecord } from "../unitReport.js";
import { BLINDSPOT_VERSION } from "../version.js";
import type { HandlerContext } from "./context.js";
import { askedOrConfigured, assumptions, type PreparedModel, prepareData, withModel } from "./prepare.js";

/** Throws `bad-request` where there is no such layer or unit, or no data. */
export async function probeUnit(
	context: HandlerContext,
	question: ProbeUnitParams,
	signal: AbortSignal,
	tell: (event: ImagesProgress) => void,
): Promise<UnitRecord> {
	const began = new Date();
	return withModel(context, question.model, signal, async (prepared) => {
		const { classifier, model, classNames, preprocessing, wanted } = prepared;
		const { layer, warnings } = chooseLayer(model.network, question.layer, question.pre);
		const slices = new Slices(signal);
		const params = { ...question, unit: await knownChoice(question.unit, layer, slices) };
		const direction = unitDirection(params.unit, layer);
		const asked = askedOrConfigured(params.data, prepared);
		const data = await prepareData(asked, classNames);
		const indexed = data.entries.map((entry, index) => ({ ...entry, index }));
		const entries = Random.stream(params.seed, "order").shuffle(indexed);
		const unreadable: { readonly source: string; readonly error: string }[] = [];
		const scored = await scoreAll(
			{ prepared, layer, entries, slices, tell, onUnreadable: (image) => unreadable.push(image) },
			params,
			direction,
		);
		const seen = await look(prepared, layer, params.reduce, direction, scored, indexed, slices);
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
		const ascent = await drivenPicture(prepared, layer, params, direction, slices);
		const incoming =
			params.unit.kind === "unit" ? incomingWeights(classifier.network, layer.node, params.unit.index) : null;
		const byClass = scoresByClass(scored.scores, scored.labels);
		return {
			report: {
				kind: "unit",
				version: REPORT_VERSION,
				blindspot: BLINDSPOT_VERSION,
				model: prepared.report,
				backend: { name: context.backend.name, version: context.backend.version },
				layer,
				pre: params.pre,
				reduce: params.reduce,
				unit: question.unit,
				seed: params.seed,
				preprocessing: { ...preprocessing.preprocessing, provenance: preprocessing.provenance },
				labels: data.because,
				data: {
					name: asked.kind === "dataset" ? asked.path : `${data.entries.length} pictures`,
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
				ascent: ascent && { activation: ascent.activation, steps: ASCENT_STEPS, smoothness: ASCENT_SMOOTHNESS },
				run: { date: began.toISOString(), seconds: (Date.now() - began.getTime()) / 1000 },
			},
			thumbnails: [...seen.marks.values()]
				.sort((a, b) => a.index - b.index)
				.map(({ index, thumbnail }) => ({ index, picture: thumbnail })),
			ascentPicture: ascent && toBytes({ ...wanted, data: ascent.pixels }),
		};
	});
}

interface Reading {
	readonly prepared: PreparedModel;
	readonly layer: ProbedLayer;
	readonly entries: readonly IndexedEntry[];
	readonly slices: Slices;
	readonly tell: (event: ImagesProgress) => void;
	readonly onUnreadable: (image: { readonly source: string; readonly error: string }) => void;
}

interface ScoredUnit {
	/** Finite ones, in the seeded order, with their labels (-1: not known). */
	readonly scores: Float64Array;
	readonly labels: Int32Array;
	readonly figures: RunningFigures;
	readonly top: Ranking;
	/** Least above the floor first. */
	readonly bottom: Ranking;
	readonly atFloor: number;
}

async function scoreAll(
	{ prepared, layer, entries, slices, tell, onUnreadable }: Reading,
	{ unit, reduce, top }: ProbeUnitParams,
	direction: Float32Array,
): Promise<ScoredUnit> {
	const { classifier, wanted } = prepared;
	const reader = new LayerReader(classifier.executor, layer, null, classifier.pixelShape, classifier.batchSize);
	const scorer =
		unit.kind === "unit"
			? new Scorer(layer, [unit.index], new Float32Array(0), reduce)
			: new Scorer(layer, [], direction, reduce);
	const figures = new RunningFigures(1, prepared.report.classes);
	const highest = new TopScores(1, top);
	const [scores, labels, indices]: [number[], number[], number[]] = [[], [], []];
	try {
		let done = 0;
		for await (const batch of reader.stream(entries, wanted, slices, onUnreadable)) {
			const own = scorer.scores(batch);
			batch.images.forEach(({ index, label }, i) => {
				const score = own[i] as number;
				figures.add(own.subarray(i, i + 1), label ?? -1);
				highest.offer(0, index, score);
				if (!Number.isFinite(score)) return;
				scores.push(score);
				labels.push(label ?? -1);
				indices.push(index);
			});
			done += batch.images.length;
			tell({ done, total: entries.length });
		}
	} finally {
		scorer.dispose();
	}
	const floor = figures.figures(0)?.lowest ?? 0;
	const lowest = new TopScores(1, top);
	scores.forEach((score, i) => {
		if (score > floor) lowest.offer(0, indices[i] as number, -score);
	});
	return {
		scores: Float64Array.from(scores),
		labels: Int32Array.from(labels),
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
	{ top, bottom }: ScoredUnit,
	entries: readonly IndexedEntry[],
	slices: Slices,
): Promise<{ readonly marks: ReadonlyMap<number, ImageMarks>; readonly boxes: ReadonlyMap<number, PixelBox | null> }> {
	const { network, head } = classifier;
	const penultimate = penultimateNode(network, head.logits);
	const size = featureCount(penultimate);
	const features = size <= MOST_FEATURES ? penultimate.name : null;
	const reader = new LayerReader(classifier.executor, layer, features, classifier.pixelShape, classifier.batchSize);
	const ranked = new Set([...Array.from(top.images), ...Array.from(bottom.images)]);
	const marks = new Map<number, ImageMarks>();
	const boxes = new Map<number, PixelBox | null>();
	const hasPlaces = layer.places > 1 && reduce === "max";
	const places = new PlaceBoxes(network, layer);
	for await (const batch of reader.stream(
		entries.filter(({ index }) => ranked.has(index)),
		wanted,
		slices,
	)) {
		const values = hasPlaces ? (batch.activations.dataSync() as Float32Array) : new Float32Array(0);
		batch.images.forEach((image, i) => {
			const own = features ? batch.features.subarray(i * size, (i + 1) * size) : null;
			marks.set(image.index, new ImageMarks(image, own));
			const step = layer.places * layer.units;
			if (hasPlaces)
				boxes.set(
					image.index,
					places.box(highestPlace(values.subarray(i * step, (i + 1) * step), layer.units, direction)),
				);
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
