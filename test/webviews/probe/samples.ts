/** States of the page "Probe", with invented figures and drawn pictures. */

import type { ProbedDirection, ProbeThumbnail } from "../../../src/compute/activations/probe/report.js";
import type { BytePicture } from "../../../src/compute/data/png.js";
import type { AnalysisExtensionMessage, AnalysisState } from "../../../src/webviews/analysis/messages.js";
import type { Phase } from "../../../src/webviews/messages.js";
import type { ProbeExtensionMessage } from "../../../src/webviews/probe/messages.js";
import type { ProbeQuestion, ShownProbe } from "../../../src/webviews/probe/question.js";
import { picture } from "../harness/samples.js";
import { sampleReport } from "./sampleReport.js";

export type ProbeMessage = AnalysisExtensionMessage<ProbeQuestion, ShownProbe> | ProbeExtensionMessage;

const MODEL = "/models/mnist-mlp.keras";
const BIRDS = ["jay", "indigo bunting", "magpie", "chickadee", "bulbul", "house finch"];

function bytes(seed: number, size: number, channels: number): BytePicture {
	const { width, height, data } = picture(seed, size, channels);
	return { width, height, channels, data: Uint8Array.from(data, (value) => value * 255) };
}

const drawnOnce = new Map<number, readonly BytePicture[]>();

function drawings(size: number, channels: number): readonly BytePicture[] {
	const known = drawnOnce.get(size);
	const drawn = known ?? Array.from({ length: 40 }, (_, seed) => bytes(seed + 1, size, channels));
	drawnOnce.set(size, drawn);
	return drawn;
}

/** The report with a drawn picture for each image that it ranks; few different ones, so that drawing them takes no time. */
function shown(report: ReturnType<typeof sampleReport>, size: number): ShownProbe {
	const drawn = drawings(size, report.model.channels);
	const indices = new Set(
		[...report.units, ...report.directions].flatMap(({ top, bottom }) => [...top, ...bottom].map(({ index }) => index)),
	);
	const thumbnails = [...indices].map((index): ProbeThumbnail => ({ index, picture: drawn[index % drawn.length]! }));
	return { ...report, thumbnails };
}

const digits = (): ShownProbe => shown(sampleReport({ units: 40, directions: 60 }), 28);
const birds = (): ShownProbe =>
	shown(sampleReport({ units: 64, directions: 200, images: 300, classNames: BIRDS, side: 224, channels: 3 }), 64);

const noPurity = (direction: ProbedDirection): ProbedDirection => ({
	...direction,
	purity: null,
	commonest: null,
	single: null,
	top: direction.top.map((image) => ({ ...image, label: null })),
});

function unlabelled(report: ShownProbe): ShownProbe {
	return {
		...report,
		labels: null,
		data: { ...report.data, perClass: null },
		units: report.units.map(noPurity),
		directions: report.directions.map(noPurity),
		statistics: { ...report.statistics, purity: null },
		finding: "By similarity of features, units are not shown to be more coherent than random directions: p = 0.31",
	};
}

const untested = (report: ShownProbe): ShownProbe => {
	const { purity, similarity, featureSimilarity } = report.statistics;
	const without = { p: null, permutations: 0, rotation: null, redrawn: null, excess: null };
	return {
		...report,
		statistics: {
			...report.statistics,
			purity: purity && { ...purity, ...without },
			similarity: similarity && { ...similarity, ...without },
			featureSimilarity: featureSimilarity && { ...featureSimilarity, ...without },
			test: null,
			singleUnits: null,
		},
	};
};

interface Sample {
	readonly report: ShownProbe | null;
	readonly phase: Phase;
	readonly missing?: AnalysisState<ProbeQuestion>["missing"];
}

const complete: Phase = { kind: "complete" };

const SAMPLES = {
	complete: () => ({ report: shown(sampleReport({ units: 100, directions: 1000 }), 28), phase: complete }),
	photos: () => ({ report: birds(), phase: complete }),
	running: () => {
		const report = untested(digits());
		return {
			report: { ...report, data: { ...report.data, scored: 4000 } },
			phase: { kind: "running", words: "4,000 of 10,000 images", share: 0.4 },
		};
	},
	starting: () => ({ report: null, phase: { kind: "running", words: "Reading mnist-mlp", share: null } }),
	stopped: () => {
		const report = untested(digits());
		return {
			report: {
				...report,
				finding:
					"Over the first 4,000 images: median label purity 0.89 for units and 0.78 for directions; the test was not done",
				data: { ...report.data, scored: 4000, stopped: true },
			},
			phase: complete,
		};
	},
	unlabelled: () => ({ report: unlabelled(digits()), phase: complete }),
	oneClass: () => {
		const report = unlabelled(digits());
		const perClass = report.model.classNames.map((_, label) => (label === 7 ? 800 : 0));
		return { report: { ...report, data: { ...report.data, perClass } }, phase: complete };
	},
	fewImages: () => {
		const report = digits();
		const few = (direction: ProbedDirection): ProbedDirection => ({ ...direction, top: direction.top.slice(0, 6) });
		return {
			report: {
				...report,
				data: { ...report.data, total: 6, scored: 6 },
				units: report.units.map(few),
				directions: report.directions.map(few),
			},
			phase: complete,
		};
	},
	notFinite: () => {
		const report = digits();
		const units = report.units.map((unit, at) =>
			at === 12
				? { ...unit, notFinite: 3 }
				: at === 13
					? noPurity({ ...unit, notFinite: 10_000, top: [], inactive: true })
					: unit,
		);
		return { report: { ...report, units }, phase: complete };
	},
	unreadable: () => {
		const report = digits();
		const warnings = ["2 of 10,000 images could not be read: broken.png: not a PNG (starts with “<htm”)."];
		return { report: { ...report, warnings, data: { ...report.data, unreadable: 2 } }, phase: complete };
	},
	ended: () => ({
		report: untested(digits()),
		phase: { kind: "ended", message: "The compute process ended: out of memory at 4.0 GB." },
	}),
	failed: () => ({
		report: null,
		phase: {
			kind: "failed",
			reason: "bad-request",
			message:
				"The model has no layer 'dense_9'. It has 5 layers; the nearest names are 'dense', 'dense_1', 'dense_2'.",
			subject: "dense_9",
		},
	}),
	noData: () => ({ report: null, phase: { kind: "idle" }, missing: "data" }),
	noModel: () => ({ report: null, phase: { kind: "idle" }, missing: "model" }),
	several: () => ({ report: shown(sampleReport({ units: 500, directions: 500 }), 28), phase: complete }),
	/** 10,000 units beside as many directions. */
	huge: () => ({ report: shown(sampleReport({ units: 10_000, directions: 10_000 }), 28), phase: complete }),
} satisfies Record<string, () => Sample>;

export type ProbeSampleName = keyof typeof SAMPLES;
export const EVERY_SAMPLE = (Object.keys(SAMPLES) as readonly ProbeSampleName[]).filter(
	(name) => name !== "huge" && name !== "several",
);

const made = new Map<ProbeSampleName, Sample>();

/** The messages that bring the page into a state. */
export function messages(name: ProbeSampleName): readonly ProbeMessage[] {
	const sample: Sample = made.get(name) ?? SAMPLES[name]();
	made.set(name, sample);
	const { report, phase, missing = null } = sample;
	const options = report?.options ?? sampleReport({ units: 2, directions: 2 }).options;
	const question: ProbeQuestion = {
		model: missing === "model" ? null : MODEL,
		layer: "dense_1",
		data: missing === null ? { path: "/data/mnist/t10k", take: null } : null,
		options,
		seed: 1,
	};
	const state: AnalysisState<ProbeQuestion> = {
		report: `sample ${name}`,
		asked: question,
		shown: report === null ? null : question,
		models: [{ path: MODEL, name: "mnist-mlp" }],
		phase,
		modelChanged: false,
		missing,
	};
	const layers = [
		{ name: "dense", words: "Dense · 100 units" },
		{ name: "dense_1", words: "Dense · 100 units" },
		{ name: "dense_2", words: "Dense · 10 units" },
	];
	return [
		{ type: "state", state },
		{ type: "report", report },
		{ type: "layers", model: MODEL, layers },
		{ type: "blind", test: null },
	];
}
