/**
 * What Hugging Face's libraries and timm write beside a model: `preprocessor_config.json`, `config.json`. Everything in them is
 * checked; what has another form than the libraries give it is passed over.
 */
import { basename } from "node:path";
import { type NamedClass, namedClass } from "./classFiles.js";
import type { Preprocessing, Size } from "./types.js";

export interface ModelCard {
	readonly path: string;
	/** For people: "preprocessor_config.json beside the model (Hugging Face)". */
	readonly because: string;
	/** `range`, `mean` and `std` together where the file says what the values are; `fit` and `bgr` where it does. */
	readonly preprocessing: Partial<Preprocessing>;
	/** The size of the model's pictures. */
	readonly inputSize: Size | null;
	/** In the model's order; null where the file names none. */
	readonly classes: readonly NamedClass[] | null;
	/** What the file says and Blindspot doesn't do, for people. */
	readonly notes: readonly string[];
}

export const CARD_NAMES = ["preprocessor_config.json", "config.json"] as const;

type Json = Readonly<Record<string, unknown>>;

/** What a file of one of `CARD_NAMES` says; null where it is some other tool's. `text` is the file's. */
export function readModelCard(path: string, text: string): ModelCard | null {
	let json: unknown;
	try {
		json = JSON.parse(text.replace(/^\uFEFF/, ""));
	} catch {
		return null;
	}
	if (!isObject(json)) return null;
	if (isObject(json.pretrained_cfg)) return timmCard(path, json, json.pretrained_cfg);
	if (basename(path) === "preprocessor_config.json") return processorCard(path, json);
	const classes = classesOf(json.id2label);
	const inputSize = sizeOf(json.image_size);
	if (typeof json.model_type !== "string" && classes === null) return null;
	return {
		path,
		because: `${basename(path)} beside the model (Hugging Face)`,
		preprocessing: {},
		inputSize,
		classes,
		notes: [],
	};
}

/** An image processor of transformers: resize, centre crop, rescale, normalise, in this order. */
function processorCard(path: string, json: Json): ModelCard | null {
	const isImageProcessor = [
		"image_mean",
		"image_processor_type",
		"feature_extractor_type",
		"rescale_factor",
		"do_resize",
	];
	if (!isImageProcessor.some((key) => key in json)) return null;
	const crop = json.do_center_crop === true ? sizeOf(json.crop_size) : null;
	const size = json.do_resize === false ? null : sizeOf(json.size);
	return {
		path,
		because: `${basename(path)} beside the model (Hugging Face)`,
		preprocessing: {
			...fitOf(json),
			...valuesOf(json),
			...(json.do_flip_channel_order === true && { bgr: true }),
		},
		inputSize: crop ?? size,
		classes: null,
		notes: cropNotes(basename(path), json.crop_pct),
	};
}

function fitOf(json: Json): Pick<Partial<Preprocessing>, "fit"> {
	if (json.do_center_crop === true) return { fit: "crop" };
	if (json.do_resize === false) return {};
	// A crop share stands for "resize, then cut in the middle"; both sides given, or a bare number, for "stretch".
	if (typeof json.crop_pct === "number" || (isObject(json.size) && "shortest_edge" in json.size))
		return { fit: "crop" };
	return sizeOf(json.size) === null ? {} : { fit: "resize" };
}

/** Bytes times the factor (1/255 where the file names none), less 1 with `rescale_offset`; then the normalisation. */
function valuesOf(json: Json): Pick<Partial<Preprocessing>, "range" | "mean" | "std"> {
	const factor = json.do_rescale === false ? 1 : numberOf(json.rescale_factor ?? 1 / 255);
	if (factor === null || factor <= 0) return {};
	const low = json.do_rescale !== false && json.rescale_offset === true ? -1 : 0;
	const mean = json.do_normalize === false ? null : numbersOf(json.image_mean);
	const std = json.do_normalize === false ? null : numbersOf(json.image_std);
	return { range: [low, rounded(low + 255 * factor)], mean, std: std?.includes(0) ? null : std };
}

/** 1/255 as a file prints it is not exactly that. */
function rounded(value: number): number {
	return Math.abs(value - Math.round(value)) < 1e-4 ? Math.round(value) : value;
}

function timmCard(path: string, json: Json, settings: Json): ModelCard {
	const [channels, height, width] = numbersOf(settings.input_size) ?? [];
	const mean = numbersOf(settings.mean);
	const std = numbersOf(settings.std);
	const isSquashed = settings.crop_mode === "squash";
	const names = settings.label_names ?? json.label_names;
	return {
		path,
		because: `${basename(path)} beside the model (timm)`,
		preprocessing: {
			...(typeof settings.crop_mode === "string" || "crop_pct" in settings
				? { fit: isSquashed ? ("resize" as const) : ("crop" as const) }
				: {}),
			...(mean && std && !std.includes(0) && { range: [0, 1] as const, mean, std }),
		},
		inputSize: channels === undefined ? null : sizeFrom(width, height),
		classes: Array.isArray(names) && names.length > 0 && names.every(isText) ? names.map(namedClass) : null,
		notes: isSquashed ? [] : cropNotes(basename(path), settings.crop_pct),
	};
}

/** Blindspot cuts the largest middle; libraries keep a margin around theirs. */
function cropNotes(name: string, share: unknown): readonly string[] {
	if (typeof share !== "number" || !(share > 0 && share < 1)) return [];
	return [
		`${name} asks for the middle ${Math.round(100 * share)}% of each image; Blindspot takes the largest part that fits.`,
	];
}

/** `id2label`, from 0 without a gap; null also where the names are only `LABEL_0` and so on. */
function classesOf(value: unknown): readonly NamedClass[] | null {
	if (!isObject(value)) return null;
	const names = Object.keys(value).map((_, index) => value[String(index)]);
	if (names.length === 0 || !names.every(isText)) return null;
	if (names.every((name) => /^LABEL_\d+$/.test(name))) return null;
	return names.map(namedClass);
}

/** A side in pixels, or both: 224, [224, 224], {height, width}, {shortest_edge}. */
function sizeOf(value: unknown): Size | null {
	if (typeof value === "number") return sizeFrom(value, value);
	if (Array.isArray(value)) return sizeFrom(value[1], value[0]);
	if (!isObject(value)) return null;
	if ("shortest_edge" in value) return sizeFrom(value.shortest_edge, value.shortest_edge);
	return sizeFrom(value.width, value.height);
}

const LARGEST_SIDE = 16_384;

function sizeFrom(width: unknown, height: unknown): Size | null {
	const isSide = (side: unknown): side is number =>
		typeof side === "number" && Number.isInteger(side) && side >= 1 && side <= LARGEST_SIDE;
	return isSide(width) && isSide(height) ? { width, height } : null;
}

function numberOf(value: unknown): number | null {
	return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function numbersOf(value: unknown): readonly number[] | null {
	if (typeof value === "number") return Number.isFinite(value) ? [value] : null;
	if (!Array.isArray(value) || value.length === 0) return null;
	return value.every((entry): entry is number => typeof entry === "number" && Number.isFinite(entry)) ? value : null;
}

function isText(value: unknown): value is string {
	return typeof value === "string" && value.trim() !== "";
}

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
