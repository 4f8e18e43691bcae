import type { RunQuestion, StoredRun } from "../../../src/compute/attack/storedRun.js";
import type { AttackedImage, AttackPixels, AttackReport } from "../../../src/compute/reports/report.js";

export const question: RunQuestion = {
	model: "/models/mlp.keras",
	method: "closest",
	target: { kind: "any" },
	effort: "normal",
	budget: null,
	seed: 7,
};

export function attacked(source: string, change: Partial<AttackedImage> = {}): AttackedImage {
	return {
		source,
		label: 1,
		fileSize: { width: 9, height: 5 },
		predicted: { index: 1, name: "one", probability: 0.9 },
		target: null,
		success: true,
		adversarial: { index: 0, name: "zero", probability: 0.51 },
		distortion: 0.02,
		l2: 0.1,
		linf: 0.05,
		rounding: null,
		margin: 0.001,
		stored: { success: true, distortion: 0.021, repaired: false },
		control: { samples: 100, changed: 0, interval: [0, 0.037] },
		labels: [{ index: 1, name: "one", before: 0.9, after: 0.49 }],
		evaluations: 120,
		history: [
			[10, 0.05],
			[120, 0.02],
		],
		failure: null,
		error: null,
		files: { adversarial: null, noise: null },
		...change,
	};
}

/** A picture of 2 x 3 pixels as a file gives them (k / 255), and an adversarial that no byte stands for. */
export function pixels(): AttackPixels {
	const original = Float32Array.from([0, 51, 102, 153, 204, 255], (byte) => byte / 255);
	const adversarial = original.map((value) => Math.min(1, value + 0.0123));
	const size = { width: 2, height: 3, channels: 1 } as const;
	return {
		original: { ...size, data: original },
		adversarial: { ...size, data: adversarial },
		stored: Uint8Array.from(adversarial, (value) => Math.round(value * 255)),
	};
}

export function report(images: readonly AttackedImage[], change: Partial<AttackReport> = {}): AttackReport {
	return {
		kind: "attack",
		version: 1,
		blindspot: "0.1.0",
		model: {
			path: "/models/mlp.keras",
			sha256: "ab",
			format: "keras-v3",
			parameters: 12,
			classes: 2,
			classNames: ["zero", "one"],
			inputSize: { width: 2, height: 3 },
			channels: 1,
		},
		backend: { name: "native", version: "TensorFlow 2.18.1" },
		options: { method: "closest", effort: "normal", target: { kind: "any" }, budget: null },
		seed: 7,
		preprocessing: {
			fit: "resize",
			range: [0, 1],
			bgr: false,
			mean: null,
			std: null,
			provenance: { origin: "assumed", because: "the input shape: grey, 2 × 3, 0 to 1" },
		},
		classNames: { origin: "side-file", because: "labels.txt" },
		labels: null,
		warnings: [],
		images,
		summary: { attacked: images.length, succeeded: images.length, unreadable: 0, meanDistortion: 0.02 },
		run: { date: "2030-01-01T00:00:00.000Z", seconds: 1.5, imageSeconds: images.map(() => 1) },
		...change,
	};
}

export function storedRun(): StoredRun {
	const none: AttackPixels = { original: null, adversarial: null, stored: null };
	const target = { kind: "any" } as const;
	const waiting = attacked("/p/b.png", { success: false, adversarial: null, distortion: null, stored: null });
	return {
		asked: { ...question, target: { kind: "label", index: 0 } },
		shown: question,
		data: { kind: "pictures" },
		complete: false,
		report: report([attacked("/p/a.png")]),
		rows: [
			{ image: attacked("/p/a.png"), done: true, target, seconds: 1.25, pixels: pixels(), methods: {} },
			{
				image: waiting,
				done: false,
				target,
				seconds: null,
				pixels: { ...none, original: pixels().original },
				methods: {},
			},
			{ image: waiting, done: false, target, seconds: null, pixels: none, methods: {} },
		],
	};
}
