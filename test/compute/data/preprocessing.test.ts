import { describe, expect, it } from "vitest";
import type { ModelSettings } from "../../../src/compute/data/configuration.js";
import {
	choosePreprocessing,
	describePreprocessing,
	type PreprocessingSources,
	usualPreprocessings,
} from "../../../src/compute/data/preprocessing.js";
import type { Preprocessing } from "../../../src/compute/data/types.js";
import type { Network, NetworkNode } from "../../../src/compute/network/types.js";

const shape = [8, 8, 3];

function node(
	name: string,
	inputs: readonly string[],
	operation: NetworkNode["operation"],
	layerType: string,
): NetworkNode {
	return { name, layer: name, layerType, operation, inputs, weights: {}, outputShape: shape };
}

function affine(name: string, input: string, layerType: string, scale: readonly number[]): NetworkNode {
	const weight = { name, shape: [scale.length], data: Float32Array.from(scale) };
	return { ...node(name, [input], { op: "Affine" }, layerType), weights: { scale: weight } };
}

function network(...nodes: readonly NetworkNode[]): Network {
	const input = node("input", [], { op: "Input" }, "InputLayer");
	const output = nodes.at(-1)?.name ?? "input";
	return { format: "keras-v3", nodes: [input, ...nodes], output, warnings: [] };
}

const relu = (input: string) => node("relu", [input], { op: "Pointwise", function: { fn: "relu" } }, "ReLU");

function settings(preprocessing: Partial<Preprocessing>): ModelSettings {
	return {
		path: "/w/blindspot.json",
		glob: "*.h5",
		preprocessing,
		inputSize: null,
		classes: null,
		data: [],
		output: null,
		exclusive: null,
		folders: null,
	};
}

function choose(sources: Partial<PreprocessingSources>) {
	return choosePreprocessing({
		options: {},
		settings: null,
		network: network(relu("input")),
		sideFiles: { classLists: [], teachableMachine: null, cards: [], warnings: [] },
		inputSize: { width: 224, height: 192 },
		channels: 3,
		...sources,
	});
}

describe("where a preprocessing comes from", () => {
	it("assumed from the input's shape", () => {
		expect(choose({})).toEqual({
			preprocessing: { fit: "crop", range: [0, 1], bgr: false, mean: null, std: null },
			provenance: { origin: "assumed", because: "the input shape: RGB, 224 × 192, 0 to 1" },
			warnings: [],
		});
		expect(choose({ channels: 1 }).provenance.because).toContain("grey");
	});

	it("a side file of Teachable Machine", () => {
		const sideFiles = { classLists: [], teachableMachine: "/w/metadata.json", cards: [], warnings: [] };
		expect(choose({ sideFiles })).toMatchObject({
			preprocessing: { fit: "crop", range: [-1, 1] },
			provenance: { origin: "side-file", because: "metadata.json beside the model: made by Teachable Machine" },
		});
	});

	it("a graph that subtracts a mean before it scales", () => {
		const offset = { name: "mean", shape: [1], data: Float32Array.of(-127) };
		const shift: NetworkNode = { ...node("sub", ["input"], { op: "Affine" }, "Sub"), weights: { offset } };
		expect(choose({ network: network(shift, affine("mul", "sub", "Mul", [1 / 127])) })).toMatchObject({
			preprocessing: { range: [0, 255] },
			provenance: { origin: "model", because: "the model turns 0..255 into -1..1 first ('mul')" },
		});
	});

	it("blindspot.json goes before the model, options before both, field by field", () => {
		const leading = network(affine("rescaling", "input", "Rescaling", [1 / 255]));
		const configured = settings({ range: [-1, 1], bgr: true });
		expect(choose({ network: leading, settings: configured })).toMatchObject({
			preprocessing: { range: [-1, 1], bgr: true },
			provenance: { origin: "configuration", because: 'models["*.h5"] in /w/blindspot.json' },
		});
		expect(choose({ network: leading, settings: configured, options: { range: [0, 1] } })).toMatchObject({
			preprocessing: { range: [0, 1], bgr: true },
			provenance: { origin: "option", because: 'the options; bgr from models["*.h5"] in /w/blindspot.json' },
		});
	});

	it("the range decides: options for another field leave it a guess", () => {
		expect(choose({ options: { bgr: true } })).toMatchObject({
			preprocessing: { bgr: true, range: [0, 1] },
			provenance: { origin: "assumed", because: "bgr from the options; the input shape: RGB, 224 × 192, 0 to 1" },
		});
	});
});

describe("a model that scales its input itself", () => {
	const rangeOf = (...nodes: readonly NetworkNode[]) => {
		const { preprocessing, provenance } = choose({ network: network(...nodes) });
		return [preprocessing.range, provenance.origin];
	};

	it("Rescaling by 1/255 or 1/127.5 wants 0 to 255", () => {
		expect(rangeOf(affine("r", "input", "Rescaling", [1 / 255]))).toEqual([[0, 255], "model"]);
		const { provenance } = choose({ network: network(affine("r", "input", "Rescaling", [1 / 127.5])) });
		expect(provenance.because).toBe("the model divides by 127.5 first ('r')");
	});

	it("Normalization by its scale: of bytes, of fractions, or not at all", () => {
		expect(rangeOf(affine("n", "input", "Normalization", [1 / 58, 1 / 57, 1 / 57]))).toEqual([[0, 255], "model"]);
		expect(rangeOf(affine("n", "input", "Normalization", [1 / 0.229, 1 / 0.224, 1 / 0.225]))).toEqual([
			[0, 1],
			"model",
		]);
		expect(rangeOf(affine("n", "input", "Normalization", [1, 1, 1]))).toEqual([[0, 1], "assumed"]);
	});

	it("behind layers that only move values about", () => {
		const padded = node(
			"pad",
			["input"],
			{ op: "ZeroPad2D", padding: { top: 1, bottom: 1, left: 1, right: 1 } },
			"ZeroPadding2D",
		);
		expect(rangeOf(padded, affine("r", "pad", "Rescaling", [1 / 255]))).toEqual([[0, 255], "model"]);
	});

	it("not where something else comes first, or the input goes two ways", () => {
		expect(rangeOf(relu("input"), affine("r", "relu", "Rescaling", [1 / 255]))).toEqual([[0, 1], "assumed"]);
		expect(rangeOf(affine("r", "input", "Rescaling", [1 / 255]), relu("input"))).toEqual([[0, 1], "assumed"]);
	});
});

it("values that don't go with the model are refused", () => {
	const bad = (options: Partial<Preprocessing>, channels: 1 | 3 = 3) => expect(() => choose({ options, channels }));
	bad({ mean: [1, 2, 3] }, 1).toThrow("mean has 3 values; the model has 1 channel");
	bad({ std: [1, 2] }).toThrow("std has 2 values; the model has 3 channels");
	bad({ std: [1, 0, 1] }).toThrow("std must not be 0");
	bad({ mean: [Number.NaN] }).toThrow("mean must hold finite numbers");
	bad({ range: [1, 1] }).toThrow("two different, finite numbers");
	bad({ bgr: true }, 1).toThrow("bgr is for RGB models");
	expect(choose({ options: { mean: [0.5] } }).preprocessing.mean).toEqual([0.5]);
});

it("the usual preprocessings, the plainest first, in words", () => {
	expect(usualPreprocessings(3, "crop").map(({ preprocessing }) => describePreprocessing(preprocessing))).toEqual([
		"0..1, cropped",
		"-1..1, cropped",
		"0..255, cropped",
		"0..255, BGR, mean 103.9 116.8 123.7, cropped",
		"0..1, mean 0.485 0.456 0.406, std 0.229 0.224 0.225, cropped",
		"0..1, mean 0.4914 0.4822 0.4465, std 0.247 0.2435 0.2616, cropped",
	]);
	expect(usualPreprocessings(1, "resize").map(({ preprocessing }) => describePreprocessing(preprocessing))).toEqual([
		"0..1",
		"-1..1",
		"0..255",
		"1..0",
		"0..1, mean 0.1307, std 0.3081",
	]);
});
