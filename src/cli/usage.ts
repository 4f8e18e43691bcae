/** The command line: what may be asked, and how. */
import { parseArgs } from "node:util";
import { rangeNamed } from "../compute/data/configuration.js";
import type { Preprocessing } from "../compute/data/types.js";
import { BlindspotError } from "../compute/errors.js";
import type { BackendChoice, DataRequest, ModelRequest } from "../compute/protocol.js";
import { ATTACK_METHODS, type AttackMethod } from "../compute/report.js";

export const USAGE = `Usage:
  blindspot inspect MODEL [--json]
  blindspot predict MODEL IMAGE... [--top 5] [--npz FILE] [--json]
  blindspot attack  MODEL IMAGE... [--method closest|szegedy] [--target LABEL|INDEX|next|random|second]
                    [--budget N] [--out DIR] [--npz FILE] [--fail-under D] [--json]

MODEL is a model.json (TensorFlow.js), .keras or .h5 file; IMAGE a picture or a folder of pictures.

Common options:
  --data FOLDER|IDX|NPZ     a data set in place of images; labels come from folders or the file
  --take N, --skip N        part of the data set, balanced over the classes
  --config FILE             a blindspot.json; otherwise looked for from the model's folder upwards
  --scale=0..1|-1..1|0..255, --mean=a,b,c, --std=a,b,c, --bgr, --fit resize|crop
                            what happens to pictures on their way into the model
  --classes FILE            class names
  --backend native|wasm|js  what computes; otherwise the fastest that works
  --seed N                  for everything random (default 0)
  --json                    the report, on standard output
  --fail-under D            for continuous integration: exit 1 where the mean distortion is below D

Exit status: 0 done; 1 done, but a picture was unreadable or has no adversarial, or the mean distortion is below
--fail-under; 2 bad input or usage; 130 interrupted.
`;

interface Common {
	readonly model: ModelRequest;
	readonly backend: BackendChoice;
	readonly json: boolean;
}

/** A target as it was written; a label's name needs the model to become an index. */
export type WrittenTarget =
	| { readonly kind: "any" | "next" | "random" | "second" }
	| { readonly kind: "label"; readonly text: string };

export type Command =
	| { readonly kind: "help" }
	| { readonly kind: "version" }
	| (Common & { readonly kind: "inspect" })
	| (Common & {
			readonly kind: "predict";
			readonly data: DataRequest;
			readonly top: number;
			readonly npz: string | null;
	  })
	| (Common & {
			readonly kind: "attack";
			readonly data: DataRequest;
			readonly method: AttackMethod;
			readonly target: WrittenTarget;
			readonly budget: number | null;
			readonly seed: number;
			/** The least mean distortion that is no failure; null for none. */
			readonly failUnder: number | null;
			readonly out: string | null;
			readonly npz: string | null;
	  });

const COMMON = {
	config: { type: "string" },
	scale: { type: "string" },
	mean: { type: "string" },
	std: { type: "string" },
	bgr: { type: "boolean" },
	fit: { type: "string" },
	classes: { type: "string" },
	backend: { type: "string" },
	json: { type: "boolean" },
	seed: { type: "string" },
} as const;
const DATA = { data: { type: "string" }, take: { type: "string" }, skip: { type: "string" } } as const;

/** Throws `bad-request` with one line that says what is wrong. */
export function parseCommand(args: readonly string[]): Command {
	const [name, ...rest] = args;
	switch (name) {
		case undefined:
		case "help":
		case "--help":
		case "-h":
			return { kind: "help" };
		case "--version":
		case "version":
			return { kind: "version" };
		case "inspect": {
			const { values, positionals } = parsed(rest, COMMON);
			const [model, extra] = positionals;
			if (extra !== undefined) throw wrong(`inspect takes one model; '${extra}' is too many`);
			return { kind: "inspect", ...common(model, values) };
		}
		case "predict": {
			const { values, positionals } = parsed(rest, {
				...COMMON,
				...DATA,
				top: { type: "string" },
				npz: { type: "string" },
			});
			const [model, ...images] = positionals;
			return {
				kind: "predict",
				...common(model, values),
				data: dataRequest(images, values),
				top: integer("--top", values.top, 1) ?? 5,
				npz: values.npz ?? null,
			};
		}
		case "attack": {
			const { values, positionals } = parsed(rest, {
				...COMMON,
				...DATA,
				method: { type: "string" },
				target: { type: "string" },
				budget: { type: "string" },
				"fail-under": { type: "string" },
				out: { type: "string" },
				npz: { type: "string" },
			});
			const [model, ...images] = positionals;
			return {
				kind: "attack",
				...common(model, values),
				data: dataRequest(images, values),
				method: oneOf("--method", values.method, ATTACK_METHODS) ?? "closest",
				target: target(values.target),
				budget: integer("--budget", values.budget, 1),
				seed: integer("--seed", values.seed, 0) ?? 0,
				failUnder: positive("--fail-under", values["fail-under"]),
				out: values.out ?? null,
				npz: values.npz ?? null,
			};
		}
		default:
			throw wrong(`unknown command '${name}'; inspect, predict and attack are known`);
	}
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

function parsed<T extends Options>(args: readonly string[], options: T) {
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
	readonly backend?: string | undefined;
	readonly json?: boolean | undefined;
}

function common(model: string | undefined, values: CommonValues): Common {
	if (model === undefined) throw wrong("no model is named");
	return {
		model: {
			path: model,
			configuration: values.config ?? null,
			preprocessing: preprocessing(values),
			classesFile: values.classes ?? null,
		},
		backend: oneOf("--backend", values.backend, ["auto", "native", "wasm", "js"] as const) ?? "auto",
		json: values.json ?? false,
	};
}

function preprocessing({ scale, mean, std, bgr, fit }: CommonValues): Partial<Preprocessing> {
	const range = scale === undefined ? undefined : rangeNamed(scale);
	if (range === null) throw wrong(`--scale=${scale} is none of 0..1, -1..1 and 0..255`);
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

function dataRequest(
	images: readonly string[],
	values: {
		readonly data?: string | undefined;
		readonly take?: string | undefined;
		readonly skip?: string | undefined;
	},
): DataRequest {
	if (values.data === undefined) {
		if (images.length === 0) throw wrong("no pictures are named; give files, folders or --data");
		if (values.take !== undefined || values.skip !== undefined) throw wrong("--take and --skip go with --data");
		return { kind: "pictures", paths: images };
	}
	if (images.length > 0) throw wrong(`--data stands in place of images; '${images[0]}' is too many`);
	return {
		kind: "dataset",
		path: values.data,
		take: integer("--take", values.take, 1),
		skip: integer("--skip", values.skip, 0) ?? 0,
	};
}

function target(text: string | undefined): WrittenTarget {
	if (text === undefined || text === "any") return { kind: "any" };
	if (text === "next" || text === "random" || text === "second") return { kind: text };
	return { kind: "label", text };
}

function integer(option: string, text: string | undefined, least: number): number | null {
	if (text === undefined) return null;
	const value = Number(text);
	if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
		throw wrong(`${option} ${text}: a whole number from ${least} is wanted`);
	return value;
}

function positive(option: string, text: string | undefined): number | null {
	if (text === undefined) return null;
	const value = text.trim() === "" ? Number.NaN : Number(text);
	if (!(value > 0 && Number.isFinite(value))) throw wrong(`${option} ${text}: a number above 0 is wanted`);
	return value;
}

function numbers(option: string, text: string | undefined): readonly number[] | null {
	if (text === undefined) return null;
	const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
	if (!values.every(Number.isFinite)) throw wrong(`${option}=${text}: one number, or three with commas, are wanted`);
	return values;
}

function oneOf<T extends string>(option: string, text: string | undefined, known: readonly T[]): T | null {
	if (text === undefined) return null;
	const found = known.find((value) => value === text);
	if (!found) throw wrong(`${option} ${text}: one of ${known.join(", ")} is wanted`);
	return found;
}

function wrong(message: string): BlindspotError {
	return new BlindspotError("bad-request", message);
}
