/** What happens to a picture on its way into a model, and how that is known. */
import { basename } from "node:path";
import { BlindspotError } from "../errors.js";
import { type PixelEvidence, pixelRangeOf } from "../network/pixelRange.js";
import type { Network } from "../network/types.js";
import { describeRange, type ModelSettings } from "./configuration.js";
import { knownNetOf } from "./knownNets.js";
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
	readonly channels: number;
}

interface Layer {
	readonly values: Partial<Preprocessing>;
	readonly provenance: Provenance;
}

const FIELDS = ["fit", "range", "bgr", "mean", "std", "transparency"] as const;

/**
 * The preprocessing, from the first that knows it: the options and `blindspot.json`, field by field; files beside the model;
 * what the model does with its pixels first; else assumed: from the statistics of its first normalisation, from what is
 * usual for its architecture, or from the input's shape (cropped, RGB or grey, 0 to 1). Range, BGR, mean and
 * standard deviation of these are taken together, from one of them. The origin is that of the range, which matters most and
 * is the most often guessed; the words name every source that was used. Throws `bad-configuration` where values
 * don't go with the model's channels.
 */
export function choosePreprocessing(sources: PreprocessingSources): ChosenPreprocessing {
	const { options, settings, checked: tried = null } = sources;
	const given: Provenance =
		tried === null ? { origin: "option", because: "the options" } : { origin: "checked", because: tried };
	const layers: Layer[] = [{ values: options, provenance: given }];
	if (settings) {
		const because = `models[${JSON.stringify(settings.glob)}] in ${settings.path}`;
		layers.push({ values: settings.preprocessing, provenance: { origin: "configuration", because } });
	}
	const isRangeGiven = layers.some(({ values }) => "range" in values);
	const { found, warnings } = foundOut(sources);
	for (const layer of found) {
		// A mean that belongs to another range than the person's would be worse than none.
		layers.push(isRangeGiven ? { ...layer, values: layer.values.fit ? { fit: layer.values.fit } : {} } : layer);
	}
	layers.push(plainest(sources));
	const preprocessing = checked(merge(layers), sources.channels);
	return { preprocessing, provenance: provenanceOf(layers), warnings: isRangeGiven ? [] : warnings };
}

/** What Blindspot finds out by itself: at most one of the layers has a range, and all that goes with it. */
function foundOut(sources: PreprocessingSources): {
	readonly found: readonly Layer[];
	readonly warnings: readonly string[];
} {
	const { network, sideFiles, channels } = sources;
	const evidence = pixelRangeOf(network);
	const { values: written, fits, warnings } = writtenBeside(sideFiles, channels);
	const implied = evidence?.strength === "implied" ? modelLayer(evidence) : null;
	if (written && implied) {
		// Scaled once by the file's rule and once more by the model: only one of them can be meant.
		if (written.values.range?.join() === implied.values.range?.join()) return { found: [written, ...fits], warnings };
		const clash = `${written.provenance.because} says ${rangeWords(written)}, but ${implied.provenance.because}: ${rangeWords(implied)} is used.`;
		return { found: [implied, ...fits], warnings: [...warnings, clash] };
	}
	const known = knownNetOf(network);
	const usual: Layer | null = known && {
		values: known.preprocessing,
		provenance: {
			origin: "assumed",
			because: `the names of its layers: ${describePreprocessing({ fit: "resize", ...known.preprocessing })} is usual for ${known.name}`,
		},
	};
	const best = written ?? implied ?? (evidence ? modelLayer(evidence) : null) ?? usual;
	return { found: best ? [best, ...fits] : fits, warnings };
}

function modelLayer({ range, normalization, strength, because }: PixelEvidence): Layer {
	return {
		values: { range, bgr: false, mean: normalization?.mean ?? null, std: normalization?.std ?? null },
		provenance: { origin: strength === "implied" ? "model" : "assumed", because },
	};
}

/** The first file that says what the values are, and all that say how a picture is fitted. */
function writtenBeside(
	{ teachableMachine, cards }: SideFiles,
	channels: number,
): { readonly values: Layer | null; readonly fits: readonly Layer[]; readonly warnings: readonly string[] } {
	const warnings: string[] = [];
	const layers: Layer[] = [];
	if (teachableMachine !== null) {
		const because = `${basename(teachableMachine)} beside the model: made by Teachable Machine`;
		layers.push({
			values: { fit: "crop", range: [-1, 1], bgr: false, mean: null, std: null },
			provenance: { origin: "side-file", because },
		});
	}
	for (const { preprocessing, because, notes } of cards) {
		const layer: Layer = { values: preprocessing, provenance: { origin: "side-file", because } };
		const odd = (["mean", "std"] as const).find((field) => !fitsChannels(preprocessing[field] ?? null, channels));
		if (odd) warnings.push(`${because} gives ${odd} for another number of channels than the model's ${channels}.`);
		layers.push(odd ? { ...layer, values: fitOnly(preprocessing) } : layer);
		warnings.push(...notes);
	}
	const values = layers.find((layer) => layer.values.range !== undefined) ?? null;
	const fits = layers.map((layer) => ({ ...layer, values: fitOnly(layer.values) }));
	return { values, fits, warnings };
}

function fitOnly({ fit }: Partial<Preprocessing>): Partial<Preprocessing> {
	return fit ? { fit } : {};
}

function rangeWords({ values }: Layer): string {
	const { range, mean } = values;
	return `${range ? [describeRange(range)].flat().join("..") : "nothing"}${mean ? " with a mean" : ""}`;
}

function plainest({ inputSize: { width, height }, channels }: PreprocessingSources): Layer {
	const colours = channels === 3 ? "RGB" : channels === 1 ? "grey" : channels === 4 ? "RGBA" : `${channels} channels`;
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
	return { origin: range.origin, because: [...new Set(parts)].join("; ") };
}

function fitsChannels(values: readonly number[] | null, channels: number): boolean {
	return values === null || values.length === 1 || values.length === channels;
}

function checked(preprocessing: Preprocessing, channels: number): Preprocessing {
	const { range, bgr, mean, std } = preprocessing;
	if (!range.every(Number.isFinite) || range[0] === range[1]) {
		throw bad(`range ${range.join("..")}: two different, finite numbers are wanted`);
	}
	if (bgr && channels !== 3)
		throw bad(`bgr is for RGB models; this one wants ${channels === 1 ? "grey pictures" : `${channels} channels`}`);
	for (const [name, values] of Object.entries({ mean, std })) {
		if (values === null) continue;
		if (!fitsChannels(values, channels)) {
			throw bad(`${name} has ${values.length} values; the model has ${channels} channel${channels === 1 ? "" : "s"}`);
		}
		if (!values.every(Number.isFinite)) throw bad(`${name} must hold finite numbers`);
	}
	if (std?.includes(0)) throw bad("std must not be 0");
	return preprocessing;
}

function bad(what: string): BlindspotError {
	return new BlindspotError("bad-configuration", `Preprocessing: ${what}`);
}

export interface NamedPreprocessing {
	readonly name: string;
	readonly preprocessing: Preprocessing;
}

/**
 * The preprocessings that models usually want, for trying them on labelled pictures; the plainest first, so that it wins a
 * tie. Grey models also get their pictures inverted: white on black is as usual as black on white.
 */
export function usualPreprocessings(channels: number, fit: Fit): readonly NamedPreprocessing[] {
	const plain = { fit, bgr: false, mean: null, std: null } as const;
	const scales: readonly NamedPreprocessing[] = [
		{ name: "0 to 1", preprocessing: { ...plain, range: [0, 1] } },
		{ name: "-1 to 1", preprocessing: { ...plain, range: [-1, 1] } },
		{ name: "0 to 255", preprocessing: { ...plain, range: [0, 255] } },
	];
	if (channels !== 1 && channels !== 3) return scales;
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
export function nameOfPreprocessing(preprocessing: Preprocessing, channels: number): string {
	const usual = usualPreprocessings(channels, preprocessing.fit);
	const found = usual.find((one) => samePreprocessing(one.preprocessing, preprocessing));
	return found?.name ?? describePreprocessing(preprocessing);
}

/** A preprocessing in words: "0..255, BGR, mean 103.9 116.8 123.7". */
export function describePreprocessing({ fit, range, bgr, mean, std, transparency }: Preprocessing): string {
	const named = describeRange(range);
	const numbers = (values: readonly number[]) => values.map((value) => Number(value.toPrecision(4))).join(" ");
	const parts = [typeof named === "string" ? named : named.join(".."), bgr ? "BGR" : null];
	parts.push(
		mean ? `mean ${numbers(mean)}` : null,
		std ? `std ${numbers(std)}` : null,
		fit === "crop" ? "cropped" : null,
		transparency === "black" ? "transparent parts on black" : transparency === "drop" ? "transparency dropped" : null,
	);
	return parts.filter((part) => part !== null).join(", ");
}
