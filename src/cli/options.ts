/** Options that several commands take, and how their values are read. */
import { parseArgs } from "node:util";
import { rangeNamed } from "../compute/data/configuration.js";
import { FOLDER_ORDERS } from "../compute/data/folderOrders.js";
import type { Preprocessing } from "../compute/data/types.js";
import { BlindspotError } from "../compute/errors.js";
import type { BackendChoice } from "../compute/process/requests.js";
import type { DataRequest, ModelRequest } from "../compute/reports/request.js";

export interface CommonOptions {
	readonly model: ModelRequest;
	readonly backend: BackendChoice;
	readonly json: boolean;
}

export const COMMON = {
	config: { type: "string" },
	scale: { type: "string" },
	mean: { type: "string" },
	std: { type: "string" },
	bgr: { type: "boolean" },
	fit: { type: "string" },
	classes: { type: "string" },
	output: { type: "string" },
	exclusive: { type: "boolean" },
	size: { type: "string" },
	folders: { type: "string" },
	backend: { type: "string" },
	json: { type: "boolean" },
	seed: { type: "string" },
} as const;
export const DATA = {
	data: { type: "string" },
	take: { type: "string" },
	skip: { type: "string" },
	shuffle: { type: "boolean" },
} as const;

type ParseOptions = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** The arguments by `options`. Throws `bad-request` where one is unknown or lacks its value. */
export function parsed<T extends ParseOptions>(args: readonly string[], options: T) {
	try {
		return parseArgs({ args: [...args], options, allowPositionals: true });
	} catch (thrown) {
		const [firstSentence = ""] = (thrown instanceof Error ? thrown.message : String(thrown)).split(". ");
		throw wrong(firstSentence);
	}
}

interface CommonValues {
	readonly config?: string | undefined;
	readonly scale?: string | undefined;
	readonly mean?: string | undefined;
	readonly std?: string | undefined;
	readonly bgr?: boolean | undefined;
	readonly fit?: string | undefined;
	readonly classes?: string | undefined;
	readonly output?: string | undefined;
	readonly exclusive?: boolean | undefined;
	readonly size?: string | undefined;
	readonly folders?: string | undefined;
	readonly backend?: string | undefined;
	readonly json?: boolean | undefined;
}

/** What every command takes. */
export function common(model: string | undefined, values: CommonValues): CommonOptions {
	if (model === undefined) throw wrong("no model is named");
	const folders = oneOf("--folders", values.folders, FOLDER_ORDERS);
	return {
		model: {
			path: model,
			configuration: values.config ?? null,
			preprocessing: preprocessing(values),
			classesFile: values.classes ?? null,
			...(values.output !== undefined && { output: values.output }),
			...(values.exclusive !== undefined && { exclusive: values.exclusive }),
			...pictureSize(values.size),
			...(folders !== null && { folders }),
		},
		backend: oneOf("--backend", values.backend, ["auto", "native", "wasm", "js"] as const) ?? "auto",
		json: values.json ?? false,
	};
}

/** `28x28`, `32x32x3`: width, height and, if said, channels. */
function pictureSize(text: string | undefined): Pick<ModelRequest, "inputSize" | "channels"> {
	if (text === undefined) return {};
	const [, width, height, channels] = /^(\d{1,5})[x×](\d{1,5})(?:[x×](\d{1,5}))?$/.exec(text) ?? [];
	const sizes = [width, height, channels ?? "1"].map(Number);
	if (!sizes.every((size) => size >= 1)) throw wrong(`--size=${text}: must be WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS`);
	return {
		inputSize: { width: Number(width), height: Number(height) },
		...(channels !== undefined && { channels: Number(channels) }),
	};
}

function preprocessing({ scale, mean, std, bgr, fit }: CommonValues): Partial<Preprocessing> {
	const range = scale === undefined ? undefined : (rangeNamed(scale) ?? (scale === "1..0" ? ([1, 0] as const) : null));
	if (range === null) throw wrong(`--scale=${scale} is none of 0..1, -1..1 and 0..255, nor 1..0 (inverted)`);
	const means = numbers("--mean", mean);
	const stds = numbers("--std", std);
	if (stds?.includes(0)) throw wrong("--std must not be 0");
	const fitted = oneOf("--fit", fit, ["resize", "crop"] as const);
	return {
		...(range && { range }),
		...(means && { mean: means }),
		...(stds && { std: stds }),
		...(bgr && { bgr }),
		...(fitted && { fit: fitted }),
	};
}

/** Pictures by path, or `--data` in their place. */
export function dataRequest(
	images: readonly string[],
	values: {
		readonly data?: string | undefined;
		readonly take?: string | undefined;
		readonly skip?: string | undefined;
		readonly shuffle?: boolean | undefined;
		readonly seed?: string | undefined;
	},
): DataRequest {
	if (values.data === undefined) {
		if (images.length === 0) throw wrong("no pictures are named; give files, folders or --data");
		if (values.take !== undefined || values.skip !== undefined || values.shuffle)
			throw wrong("--take, --skip and --shuffle go with --data");
		return { kind: "pictures", paths: images };
	}
	if (images.length > 0) throw wrong(`--data stands in place of images; '${images[0]}' is too many`);
	return {
		kind: "dataset",
		path: values.data,
		take: integer("--take", values.take, 1),
		skip: integer("--skip", values.skip, 0) ?? 0,
		...(values.shuffle && { seed: integer("--seed", values.seed, 0) ?? 0 }),
	};
}

/** A whole number of at least `least`; null where the option is not there. */
export function integer(option: string, text: string | undefined, least: number): number | null {
	if (text === undefined) return null;
	const value = Number(text);
	if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
		throw wrong(`${option} ${text}: a whole number from ${least} is wanted`);
	return value;
}

/** A number above 0; null where the option is not there. */
export function positive(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	const value = text.trim() === "" ? Number.NaN : Number(text);
	if (!(value > 0 && Number.isFinite(value))) throw wrong(`${option} ${text}: a number above 0 is wanted`);
	return value;
}

/** A share from 0 to 1; null where the option is not there. */
export function share(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	const value = text.trim() === "" ? Number.NaN : Number(text);
	if (!(value >= 0 && value <= 1)) throw wrong(`${option} ${text}: a share from 0 to 1 is wanted`);
	return value;
}

function numbers(option: string, text: string | undefined): readonly number[] | null {
	if (text === undefined) return null;
	const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
	if (!values.every(Number.isFinite)) throw wrong(`${option}=${text}: one number, or three with commas, are wanted`);
	return values;
}

/** One of the known words; null where the option is not there. */
export function oneOf<T extends string>(option: string, text: string | undefined, known: readonly T[]): T | null {
	if (text === undefined) return null;
	const found = known.find((value) => value === text);
	if (!found) throw wrong(`${option} ${text}: one of ${known.join(", ")} is wanted`);
	return found;
}

export function wrong(message: string): BlindspotError {
	return new BlindspotError("bad-request", message);
}
