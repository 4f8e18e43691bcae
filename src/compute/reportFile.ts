/**
 * A run in a file, so that it can be shown again without being computed again.
 *
 * The file is a zip archive:
 *   run.json            what was asked, the rows and the report (runSchema.ts); always the first entry
 *   pixels/<row>/original.<type>, adversarial.<type>, stored.u8
 * Pixels are height·width·channels values, row by row, channels last; their size is in `run.json`. Type `f32` is
 * little-endian float32 in [0, 1]; `u8` stands for k / 255 rounded to float32 and is used where that is exact,
 * as it is for most originals. Rows that were never read have no pixels.
 */
import { inflateRawSync } from "node:zlib";
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import type { Pixels } from "./data/types.js";
import { BlindspotError } from "./errors.js";
import type { AttackPixels, AttackReport, Target } from "./report.js";
import {
	type PixelSize,
	parseRun,
	RUN_FORMAT,
	RUN_VERSION,
	type RunData,
	type RunJson,
	type RunQuestion,
} from "./runSchema.js";

export type { RunData, RunQuestion } from "./runSchema.js";

/** More than any model's input; guards against a damaged size. */
const MOST_VALUES = 2 ** 28;
const MOST_JSON_BYTES = 2 ** 29;
const LOCAL_FILE_HEADER = 0x04034b50;

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
	readonly data: RunData;
	readonly rows: readonly RunRow[];
	/** False where the run was stopped by something else than its end. */
	readonly complete: boolean;
	/** As far as it is known; null before the model was read. */
	readonly report: AttackReport | null;
}

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
	const { asked, shown, data, complete, report } = run;
	const json = JSON.stringify({ format: RUN_FORMAT, version: RUN_VERSION, asked, shown, data, complete, report, rows });
	return zipSync({ "run.json": strToU8(json), ...files }, { level: 6 });
}

/** Reads a run's file. Throws `unreadable-data`, naming `source`, where it is damaged or of another version. */
export function readRun(bytes: Uint8Array, source: string): StoredRun {
	const files = unzip(bytes, source);
	const { asked, shown, data, complete, report, rows } = parsed(files["run.json"] ?? null, source);
	return {
		asked,
		shown,
		data,
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

/** What a run's file is about, without its pixels. */
export interface RunHeader extends Pick<StoredRun, "asked" | "shown" | "data" | "complete"> {
	readonly sources: readonly string[];
	/** Images that are finished. */
	readonly done: number;
	/** SHA-256 of the model's files; null before the model was read. */
	readonly sha256: string | null;
	/** When it was run, ISO 8601; null before the model was read. */
	readonly date: string | null;
}

/** Bytes at the start of a run's file that `runHeaderBytes` needs. */
export const RUN_START_BYTES = 30 + "run.json".length;

/** How many bytes at the start of the file `readRunHeader` needs. Throws as `readRun`. */
export function runHeaderBytes(start: Uint8Array, source: string): number {
	const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
	const first = start.length >= RUN_START_BYTES && view.getUint32(0, true) === LOCAL_FILE_HEADER;
	if (!first || strFromU8(start.subarray(30, RUN_START_BYTES)) !== "run.json") {
		throw damaged(source, "it does not begin with run.json");
	}
	return RUN_START_BYTES + view.getUint16(28, true) + view.getUint32(18, true);
}

/** Reads the first `runHeaderBytes` of a run's file. Throws as `readRun`. */
export function readRunHeader(bytes: Uint8Array, source: string): RunHeader {
	const end = runHeaderBytes(bytes, source);
	const compressed = bytes.subarray(RUN_START_BYTES + (bytes[28] as number) + 256 * (bytes[29] as number), end);
	const { asked, shown, data, complete, rows, report } = parsed(inflated(compressed, source), source);
	return {
		asked,
		shown,
		data,
		complete,
		sources: rows.map((row) => row.image.source),
		done: rows.filter((row) => row.done).length,
		sha256: report?.model.sha256 ?? null,
		date: report?.run.date ?? null,
	};
}

function inflated(compressed: Uint8Array, source: string): Uint8Array {
	try {
		return inflateRawSync(compressed, { maxOutputLength: MOST_JSON_BYTES });
	} catch (thrown) {
		throw damaged(source, thrown instanceof Error ? thrown.message : String(thrown));
	}
}

function unzip(bytes: Uint8Array, source: string): Record<string, Uint8Array> {
	try {
		return unzipSync(bytes, { filter: ({ originalSize }) => originalSize <= MOST_VALUES * 4 });
	} catch (thrown) {
		throw damaged(source, thrown instanceof Error ? thrown.message : String(thrown));
	}
}

function parsed(text: Uint8Array | null, source: string): RunJson {
	if (text === null) throw damaged(source, "it has no run.json");
	let json: unknown;
	try {
		json = JSON.parse(strFromU8(text));
	} catch {
		throw damaged(source, "run.json is no JSON");
	}
	const run = parseRun(json);
	if (run.kind === "wrong") throw damaged(source, run.why);
	return run.run;
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
