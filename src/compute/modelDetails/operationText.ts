/** Operations in a few words: "Conv2D 3×3 / 2 + ReLU". */
import { hasTrait } from "../network/operationTraits.js";
import type { NetworkNode, Operation, OperationName, Pair, PointwiseFunction } from "../network/types.js";
import { windowOf } from "./window.js";

const NAMES: Readonly<Partial<Record<OperationName, string>>> = {
	DepthwiseConv2D: "Depthwise",
	ConvTranspose2D: "ConvTranspose",
	BatchNormalization: "BatchNorm",
	Affine: "Scale",
	MaxPool2D: "MaxPool",
	AveragePool2D: "AvgPool",
	GlobalMaxPool2D: "Global MaxPool",
	GlobalAveragePool2D: "Global AvgPool",
	ZeroPad2D: "Pad",
	ReverseChannels: "Reverse channels",
	Resample2D: "Resize",
	LayerNormalization: "LayerNorm",
	GroupNormalization: "GroupNorm",
	LocalResponseNormalization: "LocalResponseNorm",
	Identity: "Identity",
};

const FUNCTIONS: Readonly<Partial<Record<PointwiseFunction["fn"], string>>> = {
	relu: "ReLU",
	elu: "ELU",
	selu: "SELU",
	gelu: "GELU",
	swish: "Swish",
	hardSwish: "HardSwish",
	hardSigmoid: "HardSigmoid",
	exponential: "Exp",
	logarithm: "Log",
	absolute: "Abs",
};

const MOST_PARTS = 4;

/** What the nodes of one layer compute, in order. */
export function layerOperation(nodes: readonly NetworkNode[]): string {
	const telling = nodes.filter(({ operation }) => !hasTrait(operation, "moves"));
	const shown = telling.length > 0 ? telling : nodes.slice(0, 1);
	const parts = shown.slice(0, MOST_PARTS).map(operationOf);
	return [...parts, ...(shown.length > MOST_PARTS ? ["…"] : [])].join(" + ");
}

function operationOf(node: NetworkNode): string {
	const { operation } = node;
	const name = NAMES[operation.op] ?? ownName(operation);
	const window = windowOf(node);
	if (!window) return name;
	const { size, strides } = window;
	const isPool = operation.op === "MaxPool2D" || operation.op === "AveragePool2D";
	const usual = isPool ? size : ([1, 1] as const);
	const isUsual = strides[0] === usual[0] && strides[1] === usual[1];
	return `${name} ${pair(size, true)}${isUsual ? "" : ` / ${pair(strides, false)}`}`;
}

function ownName(operation: Operation): string {
	switch (operation.op) {
		case "Pointwise":
			return functionName(operation.function);
		case "Binary":
			return capital(operation.function);
		case "Reduce":
			return `Reduce ${operation.kind}`;
		default:
			return operation.op;
	}
}

function functionName(of: PointwiseFunction): string {
	if (of.fn !== "generalRelu") return FUNCTIONS[of.fn] ?? capital(of.fn);
	if (of.slope !== 0) return "Leaky ReLU";
	return of.max === null ? "ReLU" : `ReLU${of.max}`;
}

function capital(name: string): string {
	return name.charAt(0).toUpperCase() + name.slice(1);
}

/** "3×3", or "2" for both. */
function pair([a, b]: Pair, both: boolean): string {
	return a === b && !both ? String(a) : `${a}×${b}`;
}
