/** A report of a small convolutional network, figures made up. */
import type { LayerBound } from "../../../src/compute/lipschitz/report.js";
import type { LipschitzQuestion, LipschitzResults } from "../../../src/webviews/lipschitz/results.js";

export const QUESTION: LipschitzQuestion = {
	model: "/models/mnist-cnn.keras",
	data: { path: "/data/mnist/t10k", take: 200 },
	adversarials: true,
};

type Line = readonly [name: string, op: LayerBound["op"], detail: string, shape: string, upper: number, lower: number];

const LINES: readonly Line[] = [
	["picture", "Input", "", "28×28×1", 1, 1],
	["conv2d", "Conv2D", "5×5", "28×28×16", 2.914, 2.911],
	["conv2d/relu", "Pointwise", "relu", "28×28×16", 1, 1],
	["max_pooling2d", "MaxPool2D", "3×3 / 2", "14×14×16", 2, 2],
	["conv2d_1", "Conv2D", "5×5", "14×14×32", 4.207, 4.1],
	["conv2d_1/relu", "Pointwise", "relu", "14×14×32", 1, 1],
	["pool", "GlobalAveragePool2D", "", "32", 0.0714, 0.0714],
	["dense", "Dense", "", "128", 3.362, 3.362],
	["dense/relu", "Pointwise", "relu", "128", 1, 1],
	["dense_1", "Dense", "", "10", 2.486, 2.486],
];

export function layerBounds(lines: readonly Line[] = LINES): readonly LayerBound[] {
	let product = 1;
	return lines.map(([name, op, detail, shape, upper, lower], at) => {
		const before = product;
		product *= upper;
		return {
			name,
			folded: name === "conv2d" ? ["batch_normalization"] : [],
			op,
			detail,
			inputShape: at === 0 ? null : [28, 28, 1],
			outputShape: shape.split("×").map(Number),
			kind: op === "Conv2D" ? "upper" : "exact",
			upper,
			lower,
			circular: op === "Conv2D" ? upper * 1.01 : null,
			before,
			product,
			because: op === "Conv2D" ? "the circular convolution that the zero-padded one is a part of" : null,
		};
	});
}

export function sampleResults(change: Partial<LipschitzResults> = {}): LipschitzResults {
	const layers = layerBounds();
	const upper = layers.at(-1)?.product ?? null;
	const certificates = Array.from({ length: 120 }, (_, at) => {
		const margin = 2 + 8 * (((at * 37) % 100) / 100);
		const found = 0.1 + margin * 0.14;
		return {
			source: `/data/mnist/t10k#${at}`,
			label: at % 10,
			predicted: { index: at % 10, name: String(at % 10), probability: 0.99 },
			margin,
			radius: margin / (upper ?? 1) / Math.SQRT2,
			found,
			error: null,
		};
	});
	return {
		model: {
			path: QUESTION.model as string,
			sha256: "ab12",
			format: "keras-v3",
			parameters: 1000,
			classes: 10,
			classNames: Array.from({ length: 10 }, (_, i) => String(i)),
			inputSize: { width: 28, height: 28 },
			channels: 1,
		},
		outlines: layers.map(({ name, folded, op, detail, inputShape, outputShape }) => ({
			name,
			folded,
			op,
			detail,
			inputShape,
			outputShape,
		})),
		layers,
		network: {
			kind: "upper",
			upper,
			lower: 2.6,
			gradient: 2.6,
			quotient: 2.5,
			seenOn: "pictures",
			unboundedBy: null,
		},
		certificates,
		shares: [
			{ distance: 0.1, certified: 1, unknown: 0, found: 0 },
			{ distance: 0.5, certified: 0.5, unknown: 0.4, found: 0.1 },
			{ distance: 1, certified: 0, unknown: 0.4, found: 0.6 },
		],
		earlier: null,
		warnings: [],
		run: { date: "2030-01-01T00:00:00.000Z", seconds: 2, layerSeconds: layers.map(() => 0.1) },
		circumstances: null,
		...change,
	};
}
