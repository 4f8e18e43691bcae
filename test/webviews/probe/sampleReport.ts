/** Invented reports of layer probing, with the shapes that real ones have. */
import {
	DEFAULT_PROBE_OPTIONS,
	type ProbeComparison,
	type ProbedDirection,
	type ProbeReport,
	type RankedImage,
} from "../../../src/compute/activations/probe/report.js";

export interface SampleSizes {
	readonly units: number;
	readonly directions: number;
	/** Images of the data. */
	readonly images?: number;
	readonly classNames?: readonly string[];
	/** Side of the model's input; a box is drawn where it is above 28. */
	readonly side?: number;
	readonly channels?: 1 | 3;
}

/** Numbers that look random and are the same every time. */
function generator(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

const DIGITS = Array.from({ length: 10 }, (_, digit) => String(digit));

/** A report as a finished run gives it. Every tenth unit is inactive. */
export function sampleReport(sizes: SampleSizes): ProbeReport {
	const { units, directions, images = 10_000, classNames = DIGITS, side = 28, channels = 1 } = sizes;
	const options = { ...DEFAULT_PROBE_OPTIONS, directions, bottom: true };
	const random = generator(units + directions);
	const box = () => {
		const [left, top] = [Math.floor(random() * side * 0.6), Math.floor(random() * side * 0.6)];
		return { left, top, width: Math.floor(side * 0.35), height: Math.floor(side * 0.35) };
	};
	const ranked = (index: number, score: number): RankedImage => ({
		index,
		source: `/data/digits.npz#${index}`,
		label: index % classNames.length,
		score,
		box: side > 28 ? box() : null,
	});
	const direction = (index: number, name: string, coherence: number, inactive: boolean): ProbedDirection => {
		const label = Math.floor(random() * classNames.length);
		const pure = Math.max(2, Math.min(options.top, Math.round(options.top * coherence + (random() - 0.5) * 4)));
		const of = (wanted: number) =>
			wanted + classNames.length * Math.floor(random() * Math.floor(images / classNames.length));
		const top = Array.from({ length: options.top }, (_, at) => {
			const other = (label + 1 + Math.floor(random() * (classNames.length - 1))) % classNames.length;
			return { image: of(at < pure ? label : other), key: random() };
		})
			.toSorted((a, b) => a.key - b.key)
			.map(({ image }, at) => ranked(image, 6 - at * 0.2 - random() * 0.1));
		const counts = classNames.map((_, of) => top.filter((image) => image.label === of).length);
		const most = Math.max(...counts);
		const figures = inactive
			? { purity: null, commonest: null, similarity: null, featureSimilarity: null, sparsity: null, selectivity: null }
			: {
					purity: most / options.top,
					commonest: { label: counts.indexOf(most), count: most },
					similarity: 0.45 + 0.4 * random(),
					featureSimilarity: 0.7 + 0.25 * random(),
					sparsity: random(),
					selectivity: { label: counts.indexOf(most), difference: 1 + random() },
				};
		return {
			index,
			name,
			top,
			bottom: Array.from({ length: options.top }, (_, at) => ranked(Math.floor(random() * images), 0.1 + at * 0.01)),
			inactive,
			...figures,
			active: inactive ? 0 : 0.2 + random() * 0.5,
			mean: 0.4,
			highest: top[0]?.score ?? 0,
			lowest: 0,
			notFinite: 0,
			single: inactive || !name.startsWith("unit") ? null : { p: 0.01 + random() * 0.9, q: 1 },
		};
	};
	const comparison: ProbeComparison = {
		units: 0.89,
		directions: 0.78,
		delta: 0.23,
		interval: [0.12, 0.35],
		p: 0.053,
		permutations: 999,
		rotation: { frame: 0.84, rotations: 0.82, advantage: 0.02, p: 0.053 },
		redrawn: { frame: 0.4, rotations: 0.39, advantage: 0.01, p: 0.2 },
		excess: { difference: 0.01, interval: [-0.01, 0.03] },
	};
	return {
		kind: "probe",
		version: 1,
		blindspot: "0.1.0",
		model: {
			path: "/models/mnist-mlp.keras",
			sha256: "9c1f42ab07de55c0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0",
			format: "keras-v3",
			parameters: 89_610,
			classes: classNames.length,
			classNames,
			inputSize: { width: side, height: side },
			channels,
		},
		backend: { name: "native", version: "TensorFlow 2.18.1" },
		layer: {
			node: "dense_1/relu",
			layer: "dense_1",
			layerType: "Dense",
			shape: side > 28 ? [14, 14, units] : [units],
			units,
			places: side > 28 ? 196 : 1,
		},
		options,
		seed: 1,
		preprocessing: {
			fit: "resize",
			range: [0, 1],
			bgr: false,
			mean: null,
			std: null,
			provenance: { origin: "configuration", because: "blindspot.json" },
		},
		classNames: { origin: "configuration", because: "blindspot.json" },
		labels: "the folders' names",
		data: {
			name: "mnist/t10k",
			total: images,
			scored: images,
			unreadable: 0,
			unreadableExamples: [],
			stopped: false,
			perClass: classNames.map(() => images / classNames.length),
		},
		finding:
			"By label purity, units are not shown to be more coherent than random directions: median purity 0.89 and 0.78, p = 0.053",
		conditions: `By pixels they are, slightly: Cliff’s delta 0.23 [0.12, 0.35], p = 0.002. ${units} units, ${directions} directions, top 9 of ${images} images, post-activation, seed 1.`,
		warnings: [],
		units: Array.from({ length: units }, (_, index) => direction(index, `unit ${index}`, 0.85, index % 10 === 9)),
		directions: Array.from({ length: directions }, (_, index) => direction(index, `direction ${index}`, 0.7, false)),
		own: [],
		statistics: {
			purity: { ...comparison, chance: 0.29 },
			similarity: { ...comparison, units: 0.74, directions: 0.71, p: 0.002 },
			featureSimilarity: { ...comparison, units: 0.9, directions: 0.88, delta: -0.11, interval: [-0.2, -0.02], p: 0.9 },
			inactive: Math.floor(units / 10),
			test: { images, units },
			singleUnits: { measure: "purity", directions, words: `not resolvable with ${directions} directions` },
		},
		run: { date: "2026-01-02T03:04:05Z", seconds: 12.3, stages: [] },
	};
}
