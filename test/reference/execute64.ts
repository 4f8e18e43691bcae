/**
 * A second executor of `Network`, written as plain loops in float64 straight from the operations' definitions.
 * Slow and independent of TensorFlow.js: the truth that the real executor is tested against.
 */
import { sizeOf } from "../../src/compute/network/shapes.js";
import type {
	Network,
	NetworkNode,
	Operation,
	Padding2D,
	Pair,
	PointwiseFunction,
	Shape,
	Weight,
} from "../../src/compute/network/types.js";

interface Value {
	readonly shape: Shape;
	readonly data: Float64Array;
}

/** Value of `name` for one example. */
export function execute64(network: Network, input: ArrayLike<number>, name: string = network.output): Float64Array {
	const values = new Map<string, Value>();
	for (const node of network.nodes) {
		const inputs = node.inputs.map((from) => values.get(from) as Value);
		const data = node.operation.op === "Input" ? Float64Array.from(input) : compute(node, node.operation, inputs);
		if (data.length !== sizeOf(node.outputShape))
			throw new Error(`${node.name}: ${data.length} values, shape ${node.outputShape}`);
		values.set(node.name, { shape: node.outputShape, data });
		if (node.name === name) return data;
	}
	throw new Error(`no node ${name}`);
}

/** Directional derivative of `sum(cotangent · value)` along `direction`, by central differences in float64. */
export function directionalDerivative64(
	network: Network,
	input: ArrayLike<number>,
	direction: ArrayLike<number>,
	cotangent: ArrayLike<number>,
	name: string = network.output,
	step = 1e-6,
): number {
	const at = (t: number): number => {
		const moved = Float64Array.from(input, (v, i) => v + t * (direction[i] as number));
		return execute64(network, moved, name).reduce((sum, v, i) => sum + v * (cotangent[i] as number), 0);
	};
	return (at(step) - at(-step)) / (2 * step);
}

function compute(
	node: NetworkNode,
	operation: Exclude<Operation, { op: "Input" }>,
	inputs: readonly Value[],
): Float64Array {
	const x = inputs[0] as Value;
	const { kernel, bias, gamma, beta, mean, variance, scale, offset, alpha } = node.weights;
	const channels = x.shape.at(-1) as number;
	switch (operation.op) {
		case "Dense": {
			const [into, out] = (kernel as Weight).shape as [number, number];
			const y = new Float64Array((x.data.length / into) * out);
			for (let row = 0; row < x.data.length / into; row++)
				for (let o = 0; o < out; o++) {
					let sum = bias ? at(bias, o) : 0;
					for (let i = 0; i < into; i++) sum += at(x, row * into + i) * at(kernel as Weight, i * out + o);
					y[row * out + o] = sum;
				}
			return y;
		}
		case "Conv2D": {
			const [kh, kw, perGroup, filters] = (kernel as Weight).shape as [number, number, number, number];
			return slide(x, node.outputShape, operation, [kh, kw], operation.dilations, (window, f) => {
				const group = Math.floor(f / (filters / operation.groups));
				let sum = bias ? at(bias, f) : 0;
				for (const { i, j, place } of window)
					for (let c = 0; c < perGroup; c++)
						sum +=
							at(x, place * channels + group * perGroup + c) *
							at(kernel as Weight, ((i * kw + j) * perGroup + c) * filters + f);
				return sum;
			});
		}
		case "DepthwiseConv2D": {
			const [kh, kw, , multiplier] = (kernel as Weight).shape as [number, number, number, number];
			return slide(x, node.outputShape, operation, [kh, kw], operation.dilations, (window, f) => {
				let sum = bias ? at(bias, f) : 0;
				const c = Math.floor(f / multiplier);
				for (const { i, j, place } of window)
					sum +=
						at(x, place * channels + c) *
						at(kernel as Weight, ((i * kw + j) * channels + c) * multiplier + (f % multiplier));
				return sum;
			});
		}
		case "MaxPool2D":
			return slide(x, node.outputShape, operation, operation.size, [1, 1], (window, c) =>
				Math.max(...window.map(({ place }) => at(x, place * channels + c))),
			);
		case "AveragePool2D":
			return slide(x, node.outputShape, operation, operation.size, [1, 1], (window, c) => {
				const sum = window.reduce((total, { place }) => total + at(x, place * channels + c), 0);
				return sum / (operation.countPadding ? operation.size[0] * operation.size[1] : window.length);
			});
		case "BatchNormalization":
			return x.data.map((v, i) => {
				const c = i % channels;
				const normal = (v - at(mean as Weight, c)) / Math.sqrt(at(variance as Weight, c) + operation.epsilon);
				return normal * (gamma ? at(gamma, c) : 1) + (beta ? at(beta, c) : 0);
			});
		case "Affine": {
			const per = (w: Weight, i: number) => at(w, w.data.length === 1 ? 0 : i % channels);
			return x.data.map((v, i) => v * per(scale as Weight, i) + per(offset as Weight, i));
		}
		case "GlobalMaxPool2D":
			return perChannel(x, (column) => Math.max(...column));
		case "GlobalAveragePool2D":
			return perChannel(x, (column) => column.reduce((a, b) => a + b, 0) / column.length);
		case "Flatten":
		case "Reshape":
		case "Identity":
			return x.data;
		case "ZeroPad2D": {
			const [height, width] = node.outputShape as [number, number, number];
			const { top, left } = operation.padding;
			const [h, w] = x.shape as [number, number, number];
			return Float64Array.from({ length: height * width * channels }, (_, i) => {
				const row = Math.floor(i / (width * channels)) - top;
				const column = (Math.floor(i / channels) % width) - left;
				const inside = row >= 0 && row < h && column >= 0 && column < w;
				return inside ? at(x, (row * w + column) * channels + (i % channels)) : 0;
			});
		}
		case "ReverseChannels":
			return x.data.map((_, i) => at(x, i - (i % channels) + channels - 1 - (i % channels)));
		case "Pointwise":
			return x.data.map((v) => pointwise64(operation.function, v));
		case "PReLU": {
			const w = alpha as Weight;
			const pick = broadcastIndex(w.shape, x.shape);
			return x.data.map((v, i) => (v >= 0 ? v : at(w, pick(i)) * v));
		}
		case "Softmax": {
			const y = new Float64Array(x.data.length);
			for (let start = 0; start < y.length; start += channels) {
				const row = x.data.subarray(start, start + channels);
				const top = Math.max(...row);
				const total = row.reduce((sum, v) => sum + Math.exp(v - top), 0);
				row.forEach((v, i) => {
					y[start + i] = Math.exp(v - top) / total;
				});
			}
			return y;
		}
		case "Add":
			return combine(node.outputShape, inputs, (a, b) => a + b);
		case "Multiply":
			return combine(node.outputShape, inputs, (a, b) => a * b);
		case "Concatenate": {
			const inner = (shape: Shape) => sizeOf(shape.slice(operation.axis));
			const total = inner(node.outputShape);
			const y = new Float64Array(sizeOf(node.outputShape));
			let before = 0;
			for (const { shape, data } of inputs) {
				const own = inner(shape);
				data.forEach((v, i) => {
					y[Math.floor(i / own) * total + before + (i % own)] = v;
				});
				before += own;
			}
			return y;
		}
	}
}

interface Tap {
	readonly i: number;
	readonly j: number;
	/** Row-major index of the pixel. */
	readonly place: number;
}

/** Calls `f` with the pixels under each window that are inside the image. */
function slide(
	x: Value,
	output: Shape,
	{ strides, padding }: { readonly strides: Pair; readonly padding: Padding2D },
	size: Pair,
	dilations: Pair,
	f: (window: readonly Tap[], channel: number) => number,
): Float64Array {
	const [height, width, filters] = output as [number, number, number];
	const [h, w] = x.shape as [number, number, number];
	const y = new Float64Array(height * width * filters);
	for (let row = 0; row < height; row++)
		for (let column = 0; column < width; column++) {
			const window: Tap[] = [];
			for (let i = 0; i < size[0]; i++)
				for (let j = 0; j < size[1]; j++) {
					const r = row * strides[0] - padding.top + i * dilations[0];
					const c = column * strides[1] - padding.left + j * dilations[1];
					if (r >= 0 && r < h && c >= 0 && c < w) window.push({ i, j, place: r * w + c });
				}
			for (let k = 0; k < filters; k++) y[(row * width + column) * filters + k] = f(window, k);
		}
	return y;
}

function perChannel(x: Value, f: (column: readonly number[]) => number): Float64Array {
	const channels = x.shape.at(-1) as number;
	return Float64Array.from({ length: channels }, (_, c) => f(Array.from(x.data).filter((_, i) => i % channels === c)));
}

function combine(output: Shape, inputs: readonly Value[], f: (a: number, b: number) => number): Float64Array {
	const picks = inputs.map(({ shape }) => broadcastIndex(shape, output));
	return Float64Array.from({ length: sizeOf(output) }, (_, i) =>
		inputs.map((x, k) => at(x, (picks[k] as (i: number) => number)(i))).reduce(f),
	);
}

/** Index into a tensor of shape `from` for a flat index into `to`, aligned at the end. */
function broadcastIndex(from: Shape, to: Shape): (i: number) => number {
	return (i) => {
		let rest = i;
		let index = 0;
		let stride = 1;
		for (let axis = 1; axis <= to.length; axis++) {
			const size = to[to.length - axis] as number;
			const own = from[from.length - axis] ?? 1;
			index += own === 1 ? 0 : (rest % size) * stride;
			stride *= own;
			rest = Math.floor(rest / size);
		}
		return index;
	};
}

function pointwise64(f: PointwiseFunction, x: number): number {
	const clip = (v: number) => Math.min(1, Math.max(0, v));
	const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
	switch (f.fn) {
		case "relu":
			return Math.max(0, x);
		case "generalRelu":
			return x < f.threshold ? f.slope * (x - f.threshold) : Math.min(x, f.max ?? Number.POSITIVE_INFINITY);
		case "elu":
			return x > 0 ? x : f.alpha * Math.expm1(x);
		case "selu":
			return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
		case "sigmoid":
			return sigmoid(x);
		case "hardSigmoid":
			return clip(f.slope * x + f.offset);
		case "hardSwish":
			return x * clip(x / 6 + 0.5);
		case "tanh":
			return Math.tanh(x);
		case "softplus":
			return Math.log1p(Math.exp(x));
		case "softsign":
			return x / (1 + Math.abs(x));
		case "swish":
			return x * sigmoid(x);
		case "gelu":
			return f.approximate
				? 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))
				: 0.5 * x * (1 + erf(x / Math.SQRT2));
		case "mish":
			return x * Math.tanh(Math.log1p(Math.exp(x)));
		case "exponential":
			return Math.exp(x);
	}
}

/** Maclaurin series, accurate to float64 for the |x| < 4 that tests use. */
function erf(x: number): number {
	let term = x;
	let sum = x;
	for (let n = 1; n < 120; n++) {
		term *= (-x * x) / n;
		sum += term / (2 * n + 1);
	}
	return (2 / Math.sqrt(Math.PI)) * sum;
}

function at(values: { readonly data: ArrayLike<number> }, i: number): number {
	return values.data[i] as number;
}
