/** States of the page "Which Units Fire?", with invented figures and a drawn picture. */
import type { FiringLayer } from "../../../src/compute/activations/unit/report.js";
import type { AnalysisExtensionMessage } from "../../../src/webviews/analysis/messages.js";
import type { FiringQuestion, ShownFiring } from "../../../src/webviews/firing/question.js";
import { picture } from "../harness/samples.js";
import { sampleFiring } from "./sampleFiring.js";

const LONG = "model/block_13_expand/depthwise_separable_convolution_with_a_name_that_goes_on/BatchNorm";

function shown(change: Partial<ShownFiring> = {}): ShownFiring {
	const { width, height, data } = picture(7, 64, 3);
	const drawn = { width, height, channels: 3, data: Uint8Array.from(data, (value) => value * 255) } as const;
	return { ...sampleFiring, picture: drawn, ...change };
}

function layer(name: string, shape: readonly number[], units: number, deviation: number): FiringLayer {
	const [first] = sampleFiring.layers;
	const named = Array.from({ length: Math.min(12, units) }, (_, at) => ({
		unit: (at * 37) % units,
		activation: 9.5 / (at + 1),
		deviations: (at % 5 === 4 ? -1 : 1) * (6 / (at + 1)),
		percentile: at % 5 === 4 ? 0 : 1 - at / 40,
	}));
	const places = shape.length === 3 ? (shape[0] ?? 1) * (shape[1] ?? 1) : 1;
	return { layer: { ...first!.layer, layer: name, node: name, shape, units, places }, units: named, deviation };
}

const SAMPLES = {
	complete: () =>
		shown({
			layers: [
				layer("conv2d", [32, 32, 16], 16, 0.9),
				layer(LONG, [14, 14, 576], 576, 2.3),
				layer("dense", [100], 100, 1.4),
			],
		}),
	sole: () =>
		shown({
			source: `/photos/${"a very long name of a picture, ".repeat(4)}.jpg`,
			layers: [layer("dense", [1], 1, 0.2)],
		}),
	none: () => shown({ layers: [] }),
} satisfies Record<string, () => ShownFiring>;

export type FiringSampleName = keyof typeof SAMPLES;
export const FIRING_SAMPLES = Object.keys(SAMPLES) as readonly FiringSampleName[];

/** The messages that bring the page into a state. */
export function firingMessages(
	name: FiringSampleName,
): readonly AnalysisExtensionMessage<FiringQuestion, ShownFiring>[] {
	const report = SAMPLES[name]();
	const question: FiringQuestion = {
		model: "/models/mnist-mlp.keras",
		picture: report.source,
		data: { path: "/data/mnist/t10k", take: 1000 },
		top: 12,
		seed: 1,
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
