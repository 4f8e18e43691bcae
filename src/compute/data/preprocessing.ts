/** What happens to a picture on its way into a model, and how that is known. */
import { basename } from "node:path";
import { BlindspotError } from "../errors.js";
import type { Network, NetworkNode } from "../network/types.js";
import { describeRange, type ModelSettings } from "./configuration.js";
import type { SideFiles } from "./sideFiles.js";
import type { ChosenPreprocessing, Fit, Preprocessing, Provenance, Size } from "./types.js";

export interface PreprocessingSources {
	/** What the caller asked for, field by field. */
	readonly options: Partial<Preprocessing>;
	/** On what the options rest where they were tried on labelled pictures; null where a person gave them. */
	readonly checked?: string | null;
	readonly settings: ModelSettings | null;
	readonly network: Network;
	readonly sideFiles: SideFiles;
	readonly inputSize: Size;
	readonly channels: 1 | 3;
}

interface Layer {
	readonly values: Partial<Preprocessing>;
	readonly provenance: Provenance;
}

const FIELDS = ["fit", "range", "bgr", "mean", "std"] as const;

/**
 * The preprocessing, each field from the first that knows it: the options, `blindspot.json`, the model's leading layer, side
 * files, else assumed from the input's shape (cropped, RGB or grey, 0 to 1). The origin is that of the range, which matters
 * most and is the most often guessed; the words name every source that was used. Throws `bad-configuration` where
 * values don't go with the model's channels.
 */
export function choosePreprocessing(sources: PreprocessingSources): ChosenPreprocessing {
	const { options, settings, network, sideFiles, checked: tried = null } = sources;
	const given: Provenance =
		tried === null ? { origin: "option", because: "the options" } : { origin: "checked", because: tried };
	const layers: Layer[] = [{ values: options, provenance: given }];
	if (settings) {
		const because = `models[${JSON.stringify(settings.glob)}] in ${settings.path}`;
		layers.push({ values: settings.preprocessing, provenance: { origin: "configuration", because } });
	}
	const leading = rangeOfLeadingLayer(network);
	if (leading)
		layers.push({ values: { range: leading.range }, provenance: { origin: "model", because: leading.because } });
	if (sideFiles.teachableMachine !== null) {
		const because = `${basename(sideFiles.teachableMachine)} beside the model: made by Teachable Machine`;
		layers.push({ values: { fit: "crop", range: [-1, 1] }, provenance: { origin: "side-file", because } });
	}
	layers.push(assumedFrom(sources.inputSize, sources.channels));
	const preprocessing = checked(merge(layers), sources.channels);
	return { preprocessing, provenance: provenanceOf(layers) };
}

function assumedFrom({ width, height }: Size, channels: 1 | 3): Layer {
	const colours = channels === 3 ? "RGB" : "grey";
	return {
		// Models of photographs are usually tested on the middle, unstretched; where the shape fits it makes no difference.
		values: { fit: "crop", range: [0, 1], bgr: false, mean: null, std: null },
		provenance: { origin: "assumed", because: `the input shape: ${colours}, ${width} × ${height}, 0 to 1` },
	};
}

/** The first layer that has a field gives it; the last layer has them all. */
function merge(layers: readonly Layer[]): Preprocessing {
	const merged: Preprocessing = { fit: "crop", range: [0, 1], bgr: false, mean: null, std: null };
	return Object.assign(merged, ...layers.toReversed().map(({ values }) => values));
}

function provenanceOf(layers: readonly Layer[]): Provenance {
	const sourceOf = (field: (typeof FIELDS)[number]) => layers.find(({ values }) => field in values)?.provenance;
	const range = sourceOf("range");
	if (!range) throw new Error("no layer has a range");
	const parts = layers.flatMap(({ provenance }) => {
		const fields = FIELDS.filter((field) => sourceOf(field) === provenance);
		if (fields.length === 0) return [];
		// What is assumed apart from the range is the usual case; naming it would drown the rest.
		if (provenance.origin === "assumed" && range !== provenance) return [];
		return [provenance === range ? provenance.because : `${fields.join(", ")} from ${provenance.because}`];
	});
	return { origin: range.origin, because: parts.join("; ") };
}

function checked(preprocessing: Preprocessing, channels: 1 | 3): Preprocessing {
	const { range, bgr, mean, std } = preprocessing;
	if (!range.every(Number.isFinite) || range[0] === range[1]) {
		throw bad(`range ${range.join("..")}: two different, finite numbers are wanted`);
	}
	if (bgr && channels === 1) throw bad("bgr is for RGB models; this one wants grey pictures");
	for (const [name, values] of Object.entries({ mean, std })) {
		if (values === null) continue;
		if (values.length !== 1 && values.length !== channels) {
			throw bad(`${name} has ${values.length} values; the model has ${channels === 1 ? "1 channel" : "3 channels"}`);
		}
		if (!values.every(Number.isFinite)) throw bad(`${name} must hold finite numbers`);
	}
	if (std?.includes(0)) throw bad("std must not be 0");
	return preprocessing;
}

function bad(what: string): BlindspotError {
	return new BlindspotError("bad-configuration", `Preprocessing: ${what}`);
}

/** Layers that leave values as they are, or move them about, before the first that scales. */
const TRANSPARENT: readonly NetworkNode["operation"]["op"][] = ["Input", "Identity", "ZeroPad2D", "ReverseChannels"];
/** The widest span of values that a model is taken to want after its own scaling. */
const WIDEST_SPAN = 20;

/**
 * A model that scales its input itself tells what goes in: its scale makes either 0..255 or 0..1 a handful of units wide. A
 * scale of about 1 tells nothing (a `Normalization` that was never adapted).
 */
function rangeOfLeadingLayer(
	network: Network,
): { readonly range: readonly [number, number]; readonly because: string } | null {
	const leading = firstActingNode(network);
	const scale = leading?.operation.op === "Affine" ? leading.weights.scale?.data : undefined;
	if (!leading || !scale || scale.length === 0) return null;
	const typical = scale.reduce((sum, value) => sum + Math.abs(value), 0) / scale.length;
	if (!Number.isFinite(typical) || typical === 0) return null;
	const wantsBytes = typical * 255 <= WIDEST_SPAN;
	if (!wantsBytes && typical < 1.5) return null;
	const range = wantsBytes ? ([0, 255] as const) : ([0, 1] as const);
	const because = `the model's leading ${leading.layerType} layer '${leading.layer}', which wants ${range[0]} to ${range[1]}`;
	return { range, because };
}

/** A graph's normalisation is a shift by the mean, then a scale. */
function onlyShifts({ operation, weights }: NetworkNode): boolean {
	return operation.op === "Affine" && weights.scale === undefined;
}

function firstActingNode(network: Network): NetworkNode | null {
	let [node] = network.nodes;
	while (node && (TRANSPARENT.includes(node.operation.op) || onlyShifts(node))) {
		const { name } = node;
		const followers = network.nodes.filter(({ inputs }) => inputs.includes(name));
		if (followers.length !== 1) return null;
		node = followers[0];
	}
	return node ?? null;
}

export interface NamedPreprocessing {
	readonly name: string;
	readonly preprocessing: Preprocessing;
}

/**
 * The preprocessings that models usually want, for trying them on labelled pictures; the plainest first, so that it wins a
 * tie. Grey models also get their pictures inverted: white on black is as usual as black on white.
 */
export function usualPreprocessings(channels: 1 | 3, fit: Fit): readonly NamedPreprocessing[] {
	const plain = { fit, bgr: false, mean: null, std: null } as const;
	const scales: readonly NamedPreprocessing[] = [
		{ name: "0 to 1", preprocessing: { ...plain, range: [0, 1] } },
		{ name: "-1 to 1", preprocessing: { ...plain, range: [-1, 1] } },
		{ name: "0 to 255", preprocessing: { ...plain, range: [0, 255] } },
	];
	if (channels === 1)
		return [
			...scales,
			{ name: "1 to 0 (inverted)", preprocessing: { ...plain, range: [1, 0] } },
			{
				name: "0 to 1, MNIST mean and standard deviation",
				preprocessing: { ...plain, range: [0, 1], mean: [0.1307], std: [0.3081] },
			},
		];
	return [
		...scales,
		{
			name: "BGR, 0 to 255, ImageNet mean subtracted",
			preprocessing: { ...plain, range: [0, 255], bgr: true, mean: [103.939, 116.779, 123.68] },
		},
		{
			name: "0 to 1, ImageNet mean and standard deviation",
			preprocessing: { ...plain, range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
		},
		{
			name: "0 to 1, CIFAR-10 mean and standard deviation",
			preprocessing: { ...plain, range: [0, 1], mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] },
		},
	];
}

/** Whether two preprocessings make the same values of the same pixels. */
export function samePreprocessing(a: Preprocessing, b: Preprocessing): boolean {
	const values = ({ range, bgr, mean, std }: Preprocessing) => JSON.stringify([range, bgr, mean, std]);
	return values(a) === values(b);
}

/** The name of a preprocessing where it is a usual one, else what it does. */
export function nameOfPreprocessing(preprocessing: Preprocessing, channels: 1 | 3): string {
	const usual = usualPreprocessings(channels, preprocessing.fit);
	const found = usual.find((one) => samePreprocessing(one.preprocessing, preprocessing));
	return found?.name ?? describePreprocessing(preprocessing);
}

/** A preprocessing in words: "0..255, BGR, mean 103.9 116.8 123.7". */
export function describePreprocessing({ fit, range, bgr, mean, std }: Preprocessing): string {
	const named = describeRange(range);
	const numbers = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4))).join(" ");
	const parts = [typeof named === "string" ? named : named.join(".."), bgr ? "BGR" : null];
	parts.push(
		mean ? `mean ${numbers(mean)}` : null,
		std ? `std ${numbers(std)}` : null,
		fit === "crop" ? "cropped" : null,
	);
	return parts.filter((part) => part !== null).join(", ");
}
