/** Reports of robustness with invented figures that agree with each other, and drawn pictures. */
import type { BytePicture } from "../../../src/compute/data/png.js";
import type {
	CurvePoint,
	RobustImage,
	RobustnessOfModel,
	RobustnessReport,
} from "../../../src/compute/robustness/report.js";
import type { RobustnessQuestion, ShownRobustness } from "../../../src/webviews/robustness/question.js";

export const IMAGES = 40;
const NAMES = Array.from({ length: 10 }, (_, at) => String(at));

/** A pair of distortions for each image, and where the second model has none. */
const DISTORTIONS = Array.from({ length: IMAGES }, (_, at) => {
	const first = 0.01 + (((at * 7) % IMAGES) / IMAGES) * 0.06;
	return { first, second: first * (1.2 + ((at * 3) % 5) / 5) };
});

const around = (value: number) => ({ value, interval: [value * 0.9, Math.min(1, value * 1.1)] as const });

function image(distortion: number | null, at: number, right = true): RobustImage {
	const label = at % 10;
	return {
		predicted: { index: label, name: `${label}`, probability: 0.97 },
		right,
		distortion,
		adversarial:
			distortion === null ? null : { index: (label + 3) % 10, name: `${(label + 3) % 10}`, probability: 0.5 },
		failure: distortion === null && right ? "budget" : null,
		evaluations: right ? 120 : 0,
	};
}

function curve(images: readonly RobustImage[], end: number): CurvePoint[] {
	return Array.from({ length: 81 }, (_, at) => {
		const distortion = (at * end) / 80;
		const still = images.filter((image) => image.right && (image.distortion ?? 1) > distortion).length;
		return { distortion, share: around(still / images.length) };
	});
}

function ofModel(path: string, distortions: readonly (number | null)[], end: number): RobustnessOfModel {
	const images = distortions.map((distortion, at) => image(distortion, at, at !== 5));
	const found = images.flatMap(({ distortion }) => distortion ?? []).toSorted((a, b) => a - b);
	return {
		model: {
			path,
			sha256: `sha of ${path}`,
			format: "keras-v3",
			parameters: 89_610,
			classes: 10,
			classNames: NAMES,
			inputSize: { width: 28, height: 28 },
			channels: 1,
		},
		preprocessing: {
			fit: "resize",
			range: [0, 1],
			bgr: false,
			mean: null,
			std: null,
			provenance: { origin: "model", because: "the first layer" },
		},
		classNames: { origin: "side-file", because: "labels.txt" },
		images,
		readable: IMAGES,
		accuracy: around(0.975),
		attacked: IMAGES - 1,
		succeeded: found.length,
		mean: around(found.reduce((sum, value) => sum + value, 0) / found.length),
		median: around(found[Math.floor(found.length / 2)] as number),
		curve: curve(images, end),
		noise: Array.from({ length: 11 }, (_, at) => ({ distortion: (at * end) / 10, share: around(0.97 - at * 0.004) })),
	};
}

const END = 0.12;
export const FIRST = ofModel(
	"/models/mnist-mlp.keras",
	DISTORTIONS.map(({ first }, at) => (at === 5 ? null : first)),
	END,
);
export const SECOND = ofModel(
	"/models/mnist-mlp-adv.keras",
	DISTORTIONS.map(({ second }, at) => (at === 5 || at === 9 ? null : second)),
	END,
);

const picture = (at: number): BytePicture => ({
	width: 28,
	height: 28,
	channels: 1,
	data: Uint8Array.from({ length: 784 }, (_, pixel) => ((pixel * (at + 3)) % 256) * Number(pixel % 7 !== at % 7)),
});

export const QUESTION: RobustnessQuestion = {
	model: FIRST.model.path,
	against: SECOND.model.path,
	data: { path: "/data/mnist/t10k", take: IMAGES },
	options: { method: "closest", target: { kind: "any" }, effort: "normal", budget: null, noiseLevels: 11 },
	seed: 1,
};

export function robustnessReport(models: RobustnessReport["models"]): ShownRobustness {
	const shown = [0, 1, 2, 3, 9, 12, 17, 22];
	return {
		kind: "robustness",
		version: 1,
		blindspot: "0.1.0",
		backend: { name: "native", version: "TensorFlow 2.18.1" },
		options: QUESTION.options,
		seed: 1,
		data: { name: "/data/mnist/t10k", total: IMAGES, done: IMAGES, unreadable: 1, stopped: false },
		labels: "the folders' names",
		warnings: [],
		finding: "mnist-mlp-adv needs 1.58 times the distortion of mnist-mlp: median 0.0633 and 0.04.",
		conditions: "Mean paired difference +0.0235 (+0.0206 to +0.0264) over 38 images.",
		images: Array.from({ length: IMAGES }, (_, at) => ({
			source:
				at === 3
					? "/data/mnist/t10k/<img src=x onerror=document.title=1>/=03.png"
					: `/data/mnist/t10k/${at % 10}/${at}.png`,
			label: at % 10,
			error: null,
		})),
		models,
		comparison:
			models.length === 1
				? null
				: {
						pairs: IMAGES - 2,
						found: { both: IMAGES - 2, first: 0, second: 0 },
						ratio: around(1.58),
						within: null,
						accuracy: {
							both: IMAGES - 2,
							first: 0,
							second: 0,
							neither: 1,
							difference: { value: 0, interval: [-0.01, 0.01] },
							p: 1,
						},
					},
		run: { date: "2030-01-01T00:00:00.000Z", seconds: 12 },
		pictures: shown.map((index) => ({
			index,
			pictures: models.map(({ images }) =>
				images[index]?.distortion == null ? null : { original: picture(index), adversarial: picture(index + 1) },
			),
		})),
	};
}
