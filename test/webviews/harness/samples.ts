/** States of the page, with invented figures and drawn pictures. */
import { waitingImage } from "../../../src/compute/attack/attackedImages.js";
import { methodsOf } from "../../../src/compute/attack/methodComparison.js";
import type { Pixels } from "../../../src/compute/data/types.js";
import type { AttackedImage, LabelChange, Target } from "../../../src/compute/reports/report.js";
import type {
	AdversarialState,
	ExtensionMessage,
	MethodRow,
	Row,
	RowPixels,
} from "../../../src/webviews/adversarial/messages.js";
import type { Phase } from "../../../src/webviews/messages.js";

const BIRDS = ["jay", "indigo bunting", "magpie", "chickadee", "bulbul", "house finch"];
const BEETLES = ["ladybug", "leaf beetle", "weevil", "longhorn beetle", "ground beetle", "leafhopper"];
const FLIERS = ["balloon", "toaster", "parachute", "beach ball", "airship", "umbrella"];
const NAMED = [...BIRDS, ...BEETLES, ...FLIERS, "bubble", "buckeye", "bullet train"];
export const CLASS_NAMES: readonly string[] = Array.from({ length: 1000 }, (_, at) => NAMED[at] ?? `class ${at}`);

/** A linear congruential generator: samples look the same every time. */
function generator(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Soft discs on a gradient. */
export function picture(seed: number, size: number, channels: number = 3): Pixels {
	const random = generator(seed);
	const discs = Array.from({ length: 9 }, () => ({
		x: random() * size,
		y: random() * size,
		radius: (0.08 + random() * 0.22) * size,
		colour: [random(), random(), random()] as const,
	}));
	const data = new Float32Array(size * size * channels);
	for (let y = 0; y < size; y++) {
		for (let x = 0; x < size; x++) {
			for (let channel = 0; channel < channels; channel++) {
				let value = 0.25 + (0.3 * y) / size + (channel === 1 ? 0.12 : 0);
				for (const disc of discs) {
					const edge = disc.radius - Math.hypot(x - disc.x, y - disc.y);
					const cover = Math.min(1, Math.max(0, edge / 2 + 0.5));
					value += cover * (disc.colour[channel]! - value);
				}
				data[(y * size + x) * channels + channel] = value;
			}
		}
	}
	return { width: size, height: size, channels, data };
}

/** The picture with noise of about this distortion on it. */
export function noisy(original: Pixels, seed: number, distortion: number): Pixels {
	const random = generator(seed);
	const data = original.data.map((value) => {
		const gaussian = random() + random() + random() + random() - 2;
		return Math.min(1, Math.max(0, value + gaussian * Math.sqrt(3) * distortion));
	});
	return { ...original, data };
}

const changes = (names: readonly string[], before: readonly number[], after: readonly number[]): LabelChange[] =>
	names.map((name, at) => ({
		index: CLASS_NAMES.indexOf(name),
		name,
		before: before[at] ?? 0,
		after: after[at] ?? before[at] ?? 0,
	}));

const NOTHING: AttackedImage = { ...waitingImage("", null), fileSize: { width: 640, height: 480 } };

export const ANY: Target = { kind: "any" };
export const TOASTER: Target = { kind: "label", index: CLASS_NAMES.indexOf("toaster") };

export const row = (
	image: Partial<AttackedImage> & { readonly source: string },
	status: Row["status"],
	target: Target = ANY,
	seconds: number | null = null,
): Row => ({ image: { ...NOTHING, ...image }, status, target, seconds, methods: {} });

const HISTORY = [0.02, 0.0171, 0.0142, 0.0119, 0.0101, 0.0089, 0.0078, 0.0071, 0.0062, 0.0058, 0.00541, 0.00531].map(
	(value, at) => [44 + at * 12, value] as const,
);

export const JAY: Row = row(
	{
		source: "/data/photos/jay.jpg",
		label: CLASS_NAMES.indexOf("jay"),
		predicted: { index: 0, name: "jay", probability: 0.942 },
		success: true,
		adversarial: { index: 1, name: "indigo bunting", probability: 0.4996 },
		distortion: 0.002142,
		l2: 0.8311,
		linf: 0.01421,
		margin: 0.0004,
		stored: { success: true, distortion: 0.00226, repaired: false },
		control: { samples: 100, changed: 0, interval: [0, 0.037] },
		labels: changes(BIRDS, [0.942, 0.017, 0.023, 0.009, 0.004, 0.001], [0.4994, 0.4996, 0.001, 0.0002, 0.0001, 0.0001]),
		evaluations: 412,
		history: HISTORY.map(([at, value]) => [at * 2, value * 0.4] as const),
	},
	"done",
	ANY,
	1.9,
);

export const LADYBUG_RUNNING: Row = row(
	{
		source: "/data/photos/ladybug.jpg",
		predicted: { index: 6, name: "ladybug", probability: 0.986 },
		success: true,
		adversarial: { index: 7, name: "leaf beetle", probability: 0.523 },
		distortion: 0.00531,
		labels: changes(BEETLES, [0.986, 0.008, 0.002, 0.001, 0.001, 0.0003], [0.471, 0.523, 0.002, 0.001, 0.001, 0.0003]),
		evaluations: 186,
		history: HISTORY,
	},
	"running",
);

export const BALLOON_FAILED: Row = row(
	{
		source: "/data/photos/balloon.jpg",
		predicted: { index: 12, name: "balloon", probability: 0.997 },
		target: 13,
		margin: -0.19,
		distortion: 0.0318,
		labels: changes(FLIERS, [0.997, 0.0001, 0.002, 0.0002, 0.0002, 0.0001], [0.384, 0.316, 0.091, 0.022, 0.014, 0.006]),
		evaluations: 1000,
		failure: "budget",
	},
	"done",
	TOASTER,
	4.7,
);

const BROKEN: Row = row(
	{ source: "/data/photos/broken.png", error: "not a PNG (starts with “<htm”)", fileSize: null },
	"done",
);

export const STATE: AdversarialState = {
	report: "sample",
	asked: {
		model: "/models/tiny-darknet.json",
		method: "closest",
		target: ANY,
		effort: "normal",
		budget: 1000,
		seed: 1,
	},
	shown: {
		model: "/models/tiny-darknet.json",
		method: "closest",
		target: ANY,
		effort: "normal",
		budget: 1000,
		seed: 1,
	},
	models: [
		{ path: "/models/tiny-darknet.json", name: "tiny-darknet" },
		{ path: "/models/mobilenet.keras", name: "mobilenet" },
	],
	classNames: CLASS_NAMES,
	rows: [],
	phase: { kind: "idle" },
	preprocessing: { state: "settled", because: "blindspot.json: RGB, 0 to 1" },
	tried: null,
	outputChoice: null,
	configurationChanged: false,
	modelChanged: false,
	warnings: [],
	facts: null,
};

const FACTS: AdversarialState["facts"] = {
	modelPath: "models/tiny-darknet/model.json",
	sha256: "9c1f42ab07de55c0a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0",
	labels: null,
	backend: "native TensorFlow 2.18.1",
	seconds: 6.6,
	date: "2026-01-02T03:04:05Z",
};

const GUESSED = { state: "assumed", because: "the input shape: RGB, 224 × 224, 0 to 1" } as const;

const LADYBUG_DONE: Row = {
	...LADYBUG_RUNNING,
	status: "done",
	seconds: 2.8,
	image: {
		...LADYBUG_RUNNING.image,
		label: 8,
		distortion: 0.00489,
		l2: 1.9,
		linf: 0.0312,
		margin: 0.0002,
		stored: { success: true, distortion: 0.00512, repaired: true },
		control: { samples: 100, changed: 0, interval: [0, 0.037] },
		evaluations: 655,
	},
};

/** What further methods made of the jay: one found more, one still searches, one has not begun. */
const JAY_BY = (distortion: number, change: Partial<AttackedImage> = {}): MethodRow => ({
	image: {
		...JAY.image,
		distortion,
		l2: distortion * 388,
		linf: distortion * 6,
		stored: null,
		control: null,
		...change,
	},
	status: "done",
	seconds: distortion * 400,
});

const JAY_COMPARED: Row = {
	...JAY,
	methods: {
		szegedy: { image: { ...NOTHING, predicted: JAY.image.predicted }, status: "waiting", seconds: null },
		fgsm: JAY_BY(0.0127, {
			linf: 0.0127,
			evaluations: 23,
			adversarial: { index: 2, name: "magpie", probability: 0.4103 },
		}),
		pgd: { ...JAY_BY(0.0041, { evaluations: 410 }), status: "running", seconds: null },
		ddn: JAY_BY(0.00231, { evaluations: 100 }),
	},
};

const digit = (at: number): Row => {
	const from = (at * 7) % 10;
	const to = (from + 1) % 10;
	const distortion = 0.0193 + at * 0.0046;
	return row(
		{
			source: `/data/digits/${from}/test-${2671 + at * 37}.png`,
			label: from,
			predicted: { index: from, name: `${from}`, probability: 0.999 - ((at * 13) % 40) / 100 },
			target: to,
			success: true,
			adversarial: { index: to, name: `${to}`, probability: 0.484 + (at % 5) / 300 },
			distortion,
			l2: distortion * 28,
			linf: distortion * 4.1,
			margin: 0.0003,
			stored: { success: true, distortion: distortion * 1.01, repaired: false },
			control: { samples: 100, changed: 0, interval: [0, 0.037] },
			labels: Array.from({ length: 6 }, (_, rank) => ({
				index: (from + rank) % 10,
				name: `${(from + rank) % 10}`,
				before: [0.97, 0.015, 0.008, 0.003, 0.002, 0.001][rank]!,
				after: [0.486, 0.487, 0.012, 0.006, 0.004, 0.002][rank]!,
			})),
			evaluations: 180 + at * 9,
			history: HISTORY,
		},
		"done",
		{ kind: "next" },
		0.03,
	);
};

interface Sample {
	readonly state: AdversarialState;
	/** Side of the pictures in pixels, and their channels. */
	readonly size: number;
	readonly channels: 1 | 3;
}

const photos = (rows: readonly Row[], phase: Phase, more: Partial<AdversarialState> = {}): Sample => ({
	state: { ...STATE, rows, phase, ...more },
	size: 224,
	channels: 3,
});

const many = Array.from({ length: 14 }, (_, at) => digit(at));

export const SAMPLES = {
	running: photos(
		[JAY, LADYBUG_RUNNING, BALLOON_FAILED],
		{ kind: "running", words: "2 of 3 images", share: 2 / 3 },
		{ preprocessing: GUESSED },
	),
	starting: photos(
		[
			row({ source: "/data/photos/jay.jpg" }, "running"),
			row({ source: "/data/photos/ladybug.jpg" }, "waiting"),
			row({ source: "/data/photos/balloon.jpg" }, "waiting"),
		],
		{ kind: "running", words: "Reading tiny-darknet", share: null },
	),
	complete: photos(
		[JAY, LADYBUG_DONE, BALLOON_FAILED],
		{ kind: "complete" },
		{
			facts: FACTS,
			preprocessing: GUESSED,
			warnings: ["2 files were left out: notes.txt, model.json."],
		},
	),
	single: photos([JAY], { kind: "complete" }, { facts: FACTS }),
	comparing: photos([JAY_COMPARED, BALLOON_FAILED], { kind: "running", words: "PGD, 3 of 4 methods", share: 0.5 }),
	compared: photos(
		[
			{
				...JAY_COMPARED,
				methods: {
					...JAY_COMPARED.methods,
					szegedy: JAY_BY(0.00242, { evaluations: 1800 }),
					pgd: { ...JAY_BY(0.00214), image: { ...JAY.image, success: false, adversarial: null, failure: "budget" } },
				},
			},
			BALLOON_FAILED,
		],
		{ kind: "complete" },
		{ facts: FACTS },
	),
	unreadable: photos([JAY, BROKEN, BALLOON_FAILED], { kind: "complete" }, { facts: FACTS }),
	cancelled: photos(
		[JAY, { ...LADYBUG_RUNNING, status: "unfinished" }, row({ source: "/data/photos/balloon.jpg" }, "unfinished")],
		{ kind: "cancelled" },
	),
	ended: photos(
		[
			JAY,
			{ ...LADYBUG_RUNNING, status: "unfinished" },
			row({ source: "/data/photos/balloon.jpg" }, "unfinished"),
			BROKEN,
		],
		{ kind: "ended", message: "The compute process ended: out of memory at 4.0 GB." },
	),
	failed: photos([], {
		kind: "failed",
		reason: "unsupported-model",
		message:
			"unsupported operation ‘Loop’ at node ‘rnn/loop’\n1 of 312 nodes\nExport the classifier alone, or without control flow that depends on the data.",
		subject: "/models/vit-tiny.onnx",
	}),
	empty: photos([], { kind: "idle" }, { shown: null }),
	noModel: photos([], { kind: "idle" }, { shown: null, models: [], asked: { ...STATE.asked, model: null } }),
	many: {
		state: {
			...STATE,
			asked: { ...STATE.asked, budget: null, target: { kind: "next" } },
			shown: { ...STATE.asked, budget: null, target: { kind: "next" } },
			classNames: Array.from({ length: 10 }, (_, at) => `${at}`),
			rows: [
				...many,
				{
					...digit(14),
					image: { ...digit(14).image, success: false, adversarial: null, failure: "budget", control: null },
				},
				row({ source: "/data/digits/9/broken.png", error: "the file ends too early", fileSize: null }, "done"),
			],
			phase: { kind: "complete" },
			facts: { ...FACTS!, modelPath: "models/mnist-mlp.keras", seconds: 0.42 },
		},
		size: 28,
		channels: 1,
	},
	thousand: {
		state: {
			...STATE,
			asked: { ...STATE.asked, budget: null, target: { kind: "next" } },
			shown: { ...STATE.asked, budget: null, target: { kind: "next" } },
			classNames: Array.from({ length: 10 }, (_, at) => `${at}`),
			rows: Array.from({ length: 1000 }, (_, at) => digit(at)),
			phase: { kind: "complete" },
			facts: { ...FACTS!, modelPath: "models/mnist-mlp.keras", seconds: 42 },
		},
		size: 28,
		channels: 1,
	},
} satisfies Record<string, Sample>;

export type SampleName = keyof typeof SAMPLES;

const drawn = new Map<string, Pixels>();

/** Draws once: a test shows the same pictures many times. */
function once(name: string, draw: () => Pixels): Pixels {
	const known = drawn.get(name) ?? draw();
	drawn.set(name, known);
	return known;
}

/** The messages that bring the page into a state. */
export function messages(name: SampleName): readonly ExtensionMessage[] {
	const { state, size, channels } = SAMPLES[name] as Sample;
	const images = state.rows.flatMap((item, index): ExtensionMessage[] => {
		if (item.image.error !== null || item.image.predicted === null) return [];
		const original = once(`${index} ${size}`, () => picture(index + 1, size, channels));
		const { success, distortion } = item.image;
		const pixels: RowPixels = {
			original,
			adversarial:
				success && distortion !== null
					? once(`${index} ${size} ${distortion}`, () => noisy(original, index + 99, distortion))
					: null,
		};
		const methods = methodsOf(item.methods).map(([method, of]): ExtensionMessage => {
			const { distortion: size } = of.image;
			const found = of.image.success && size !== null;
			const adversarial = found ? once(`${index} ${method} ${size}`, () => noisy(original, index + 999, size)) : null;
			return { type: "method", index, method, row: of, adversarial };
		});
		return [{ type: "image", index, row: item, pixels }, ...methods];
	});
	return [{ type: "state", state }, ...images];
}
