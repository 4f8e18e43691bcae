/**
 * A run in a file, so that it can be shown again without being computed again.
 *
 * The file is a zip archive:
 *   run.json            `format: "blindspot-run"`, `version: 1`, what was asked, the rows and the report
 *   pixels/<row>/original.<type>, adversarial.<type>, stored.u8
 * Pixels are height·width·channels values, row by row, channels last; their size is in `run.json`. Type `f32` is
 * little-endian float32 in [0, 1]; `u8` stands for k / 255 rounded to float32 and is used where that is exact,
 * as it is for most originals. Rows that were never read have no pixels.
 */
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { z } from "zod";
import type { Pixels } from "./data/types.js";
import { BlindspotError } from "./errors.js";
import { ATTACK_METHODS, type AttackMethod, type AttackPixels, type AttackReport, type Target } from "./report.js";
import { attackedImageSchema, attackReportSchema, targetSchema } from "./reportSchema.js";

const FORMAT = "blindspot-run";
const VERSION = 1;
/** More than any model's input; guards against a damaged size. */
const MOST_VALUES = 2 ** 28;

export interface RunQuestion {
	readonly model: string | null;
	readonly method: AttackMethod;
	readonly target: Target;
	readonly budget: number | null;
	readonly seed: number;
}

export interface RunRow {
	readonly image: AttackReport["images"][number];
	/** True where the search of this image came to its end, with or without an adversarial. */
	readonly done: boolean;
	readonly target: Target;
	readonly seconds: number | null;
	readonly pixels: AttackPixels;
}

/** Everything a page needs to show a run, finished or not. */
export interface StoredRun {
	readonly asked: RunQuestion;
	/** What the rows answer; null where nothing was run. */
	readonly shown: RunQuestion | null;
	readonly rows: readonly RunRow[];
	/** False where the run was stopped by something else than its end. */
	readonly complete: boolean;
	/** As far as it is known; null before the model was read. */
	readonly report: AttackReport | null;
}

const questionSchema = z.object({
	model: z.string().nullable(),
	method: z.enum(ATTACK_METHODS),
	target: targetSchema,
	budget: z.number().int().positive().nullable(),
	seed: z.number().int(),
}) satisfies z.ZodType<RunQuestion>;

const sizeSchema = z.object({
	width: z.number().int().positive(),
	height: z.number().int().positive(),
	channels: z.union([z.literal(1), z.literal(3)]),
});

const runSchema = z.object({
	format: z.literal(FORMAT),
	version: z.literal(VERSION),
	asked: questionSchema,
	shown: questionSchema.nullable(),
	complete: z.boolean(),
	report: attackReportSchema.nullable(),
	rows: z.array(
		z.object({
			image: attackedImageSchema,
			done: z.boolean(),
			target: targetSchema,
			seconds: z.number().nonnegative().nullable(),
			pixels: sizeSchema.nullable(),
		}),
	),
});

/** The bytes of a run's file. */
export function writeRun(run: StoredRun): Uint8Array {
	const files: Zippable = {};
	const rows = run.rows.map((row, at) => {
		const { original, adversarial, stored } = row.pixels;
		if (original) addPixels(files, `pixels/${at}/original`, original);
		if (adversarial) addPixels(files, `pixels/${at}/adversarial`, adversarial);
		if (stored) files[`pixels/${at}/stored.u8`] = [stored, { level: 0 }];
		const any = original ?? adversarial;
		const size = any && { width: any.width, height: any.height, channels: any.channels };
		return { image: row.image, done: row.done, target: row.target, seconds: row.seconds, pixels: size };
	});
	const { asked, shown, complete, report } = run;
	const json = JSON.stringify({ format: FORMAT, version: VERSION, asked, shown, complete, report, rows });
	return zipSync({ "run.json": strToU8(json), ...files }, { level: 6 });
}

/** Reads a run's file. Throws `unreadable-data`, naming `source`, where it is damaged or of another version. */
export function readRun(bytes: Uint8Array, source: string): StoredRun {
	const files = unzip(bytes, source, () => true);
	const { asked, shown, complete, report, rows } = header(files, source);
	return {
		asked,
		shown,
		complete,
		report,
		rows: rows.map(({ pixels: size, ...row }, at) => {
			if (size === null) return { ...row, pixels: { original: null, adversarial: null, stored: null } };
			if (size.width * size.height * size.channels > MOST_VALUES) throw damaged(source, `row ${at} is too large`);
			const read = (part: string) => readPixels(files, `pixels/${at}/${part}`, size, source);
			const stored = files[`pixels/${at}/stored.u8`] ?? null;
			if (stored) checkLength(stored, size, 1, source);
			return { ...row, pixels: { original: read("original"), adversarial: read("adversarial"), stored } };
		}),
	};
}

/** What a run's file is about, without its pixels. Throws as `readRun`. */
export function readRunHeader(
	bytes: Uint8Array,
	source: string,
): Pick<StoredRun, "asked" | "shown" | "complete"> & { readonly sources: readonly string[] } {
	const { asked, shown, complete, rows } = header(
		unzip(bytes, source, (name) => name === "run.json"),
		source,
	);
	return { asked, shown, complete, sources: rows.map((row) => row.image.source) };
}

function unzip(bytes: Uint8Array, source: string, wanted: (name: string) => boolean): Record<string, Uint8Array> {
	try {
		return unzipSync(bytes, { filter: ({ name, originalSize }) => wanted(name) && originalSize <= MOST_VALUES * 4 });
	} catch (thrown) {
		throw damaged(source, thrown instanceof Error ? thrown.message : String(thrown));
	}
}

function header(files: Record<string, Uint8Array>, source: string): z.infer<typeof runSchema> {
	const text = files["run.json"];
	if (!text) throw damaged(source, "it has no run.json");
	let json: unknown;
	try {
		json = JSON.parse(strFromU8(text));
	} catch {
		throw damaged(source, "run.json is no JSON");
	}
	const parsed = runSchema.safeParse(json);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	throw damaged(source, `${issue?.path.join(".") || "run.json"}: ${issue?.message ?? "not as expected"}`);
}

function damaged(source: string, why: string): BlindspotError {
	return new BlindspotError("unreadable-data", `${source}: not a run of this version of Blindspot: ${why}.`, source);
}

function addPixels(files: Zippable, name: string, { data }: Pixels): void {
	const bytes = exactBytes(data);
	if (bytes) files[`${name}.u8`] = [bytes, { level: 1 }];
	else files[`${name}.f32`] = [new Uint8Array(data.buffer, data.byteOffset, data.byteLength), { level: 0 }];
}

/** Values k such that `data` is k / 255 to the last bit; null where there are none. */
function exactBytes(data: Float32Array): Uint8Array | null {
	const bytes = new Uint8Array(data.length);
	for (let at = 0; at < data.length; at++) {
		const value = data[at] as number;
		const byte = Math.round(value * 255);
		if (byte < 0 || byte > 255 || Math.fround(byte / 255) !== value) return null;
		bytes[at] = byte;
	}
	return bytes;
}

type PixelSize = z.infer<typeof sizeSchema>;

function readPixels(files: Record<string, Uint8Array>, name: string, size: PixelSize, source: string): Pixels | null {
	const bytes = files[`${name}.u8`];
	if (bytes) {
		checkLength(bytes, size, 1, source);
		return { ...size, data: Float32Array.from(bytes, (byte) => byte / 255) };
	}
	const floats = files[`${name}.f32`];
	if (!floats) return null;
	checkLength(floats, size, 4, source);
	return { ...size, data: new Float32Array(floats.slice().buffer) };
}

function checkLength(bytes: Uint8Array, size: PixelSize, bytesPerValue: number, source: string): void {
	const expected = size.width * size.height * size.channels * bytesPerValue;
	if (bytes.length !== expected) throw damaged(source, `${bytes.length} bytes of pixels where ${expected} are needed`);
}
