/** States of the page "Unit", with invented figures and drawn pictures. */

import type { RankedImage } from "../../../src/compute/activations/probe/report.js";
import type { BytePicture } from "../../../src/compute/data/png.js";
import type { AnalysisExtensionMessage } from "../../../src/webviews/analysis/messages.js";
import type { ShownUnit, Standings, UnitQuestion } from "../../../src/webviews/unit/question.js";
import { picture } from "../harness/samples.js";
import { sampleUnit } from "./sampleUnit.js";

const LONG = "model/block_13_expand/depthwise_separable_convolution_with_a_name_that_goes_on/BatchNorm";
const STANDINGS: Standings = {
	directions: 1000,
	measure: "purity",
	words: "not resolvable with 1,000 directions",
	units: [{ index: 1, asCoherent: 580, p: 0.58, q: 1 }],
};

function bytes(seed: number, size: number, channels: 1 | 3): BytePicture {
	const { width, height, data } = picture(seed, size, channels);
	return { width, height, channels, data: Uint8Array.from(data, (value) => value * 255) };
}

function shown(change: Partial<ShownUnit> = {}, size = 28, channels: 1 | 3 = 1): ShownUnit {
	const thumbnails = Array.from({ length: 24 }, (_, index) => ({ index, picture: bytes(index + 1, size, channels) }));
	return { ...sampleUnit(), thumbnails, ascentPicture: bytes(99, size, channels), ...change };
}

function convolution(): ShownUnit {
	const sample = sampleUnit();
	const birds = ["jay", "indigo bunting", "black-and-gold garden spider", "chickadee"];
	const box = { left: 40, top: 60, width: 78, height: 78 };
	const boxed = (images: readonly RankedImage[]) =>
		images.map((image, at) => ({ ...image, source: `/photos/${at}.jpg`, label: at % birds.length, box }));
	return shown(
		{
			model: { ...sample.model, inputSize: { width: 224, height: 224 }, channels: 3, classNames: birds },
			layer: { ...sample.layer, layer: LONG, node: LONG, shape: [14, 14, 576], units: 576, places: 196 },
			figures: {
				...sample.figures,
				top: boxed(sample.figures.top),
				bottom: boxed(sample.figures.bottom),
				commonest: { label: 1, count: 6 },
			},
			byClass: birds.map((_, label) => ({ label, images: 50, mean: 0.4, low: 0.1, high: 1.3 })),
			logitWeights: null,
			incoming: Array.from({ length: 16 }, (_, at) => ({ from: 300 + at, weight: 0.4 - at * 0.05, picture: null })),
			incomingLayer: LONG,
		},
		64,
		3,
	);
}

function inactive(): ShownUnit {
	const sample = sampleUnit();
	const { figures } = sample;
	return shown({
		figures: {
			...figures,
			top: figures.top.map((image) => ({ ...image, score: 0 })),
			bottom: [],
			inactive: true,
			active: 0,
			commonest: null,
			purity: null,
			similarity: null,
			highest: 0,
		},
		atFloor: 10_000,
		scores: { low: 0, high: 0, counts: [10_000] },
		byClass: sample.byClass.map((scores) => ({ ...scores, mean: 0, low: 0, high: 0 })),
		ascent: { activation: 0, steps: 200, smoothness: 0.02 },
	});
}

/** One unit of a layer that has no other, over two images of one class. */
function sole(): ShownUnit {
	const sample = sampleUnit();
	const images = (all: readonly RankedImage[]) => all.slice(0, 2).map((image) => ({ ...image, label: 7 }));
	return shown({
		layer: { ...sample.layer, units: 1, shape: [1] },
		data: { ...sample.data, total: 2, scored: 2, perClass: [0, 0, 0, 0, 0, 0, 0, 2, 0, 0] },
		unit: { kind: "unit", index: 0 },
		figures: {
			...sample.figures,
			name: "unit 0",
			top: images(sample.figures.top),
			bottom: images(sample.figures.bottom).slice(0, 1),
			commonest: null,
			purity: null,
		},
		atFloor: 1,
		byClass: [{ label: 7, images: 2, mean: 0.7, low: 0.2, high: 1.2 }],
		incoming: [],
		incomingLayer: null,
		logitWeights: [0.3],
	});
}

const SAMPLES = {
	complete: () => shown(),
	convolution,
	inactive,
	sole,
	pixels: () =>
		shown({
			incoming: [],
			incomingLayer: null,
			weightPicture: {
				width: 28,
				height: 28,
				channels: 1,
				values: Array.from({ length: 784 }, (_, at) => Math.sin(at / 20)),
			},
		}),
	direction: () => shown({ unit: { kind: "direction", name: "mean of 12 pictures", values: [1] }, incoming: [] }),
	notFinite: () => {
		const figures = { ...sampleUnit().figures, top: [], bottom: [], notFinite: 10_000, inactive: true, active: null };
		return shown({ figures, scores: null, byClass: [], ascent: null, ascentPicture: null, atFloor: 0 });
	},
} satisfies Record<string, () => ShownUnit>;

export type UnitSampleName = keyof typeof SAMPLES;
export const UNIT_SAMPLES = Object.keys(SAMPLES) as readonly UnitSampleName[];

/** The messages that bring the page into a state. */
export function unitMessages(name: UnitSampleName): readonly AnalysisExtensionMessage<UnitQuestion, ShownUnit>[] {
	const report = SAMPLES[name]();
	const question: UnitQuestion = {
		model: "/models/mnist-mlp.keras",
		layer: report.layer.layer,
		data: { path: "/data/mnist/t10k", take: null },
		pre: false,
		reduce: "max",
		unit: report.unit,
		top: 24,
		seed: 1,
		standings: name === "complete" || name === "convolution" ? STANDINGS : null,
	};
	return [
		{
			type: "state",
			state: {
				report: `sample ${name}`,
				asked: question,
				shown: question,
				models: [{ path: "/models/mnist-mlp.keras", name: "mnist-mlp" }],
				phase: { kind: "complete" },
				modelChanged: false,
				missing: null,
			},
		},
		{ type: "report", report },
	];
}
