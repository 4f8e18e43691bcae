/**
 * Reports in files, so that they can be shown again without being computed again. The format is described in
 * docs/report-format.md: a zip archive whose first entry says in a few hundred bytes what the report is about, its second
 * holds the report as JSON, and whose others are the typed arrays of it (`packed.ts`).
 */
import { inflateRawSync } from "node:zlib";
import { strFromU8, strToU8, unzipSync, type Zippable, zipSync } from "fflate";
import { z } from "zod";
import { runHead } from "../attack/storedRun.js";
import { BlindspotError } from "../errors.js";
import { OLDER_ENTRY, readOlderRun } from "./olderRuns.js";
import { type ArrayType, pack, unpack } from "./packed.js";
import type { StoredHead, StoredReport } from "./storedReport.js";

export const REPORT_FORMAT = "blindspot-report";
export const REPORT_FILE_VERSION = 3;

const HEAD_ENTRY = "head.json";
const CONTENT_ENTRY = "report.json";
const LOCAL_FILE_HEADER = 0x04034b50;
const MOST_HEAD_BYTES = 2 ** 20;
const MOST_JSON_BYTES = 2 ** 29;
/** Unpacked bytes of all entries together. */
const MOST_BYTES = 2 ** 31;
/** Unpacked to packed. Pictures with few colours shrink tenfold, and grow fourfold when their bytes become floats. */
const MOST_RATIO = 100;
/** What an archive may unpack to, however small it is. */
const FREE_BYTES = 2 ** 26;
/** Entries of bytes that become floats. */
const BECOMES_FLOATS = /\.(f32-255|u8)$/;

const headSchema = z.object({
	format: z.literal(REPORT_FORMAT),
	version: z.literal(REPORT_FILE_VERSION),
	kind: z.string(),
	title: z.string(),
	models: z.array(z.object({ path: z.string(), sha256: z.string().nullable() })),
	date: z.string().nullable(),
	complete: z.boolean(),
	words: z.string(),
}) satisfies z.ZodType<StoredHead>;

/** The bytes of a report's file. */
export function writeReport({ head, content }: StoredReport): Uint8Array {
	const { json, arrays } = pack(content);
	const files: Zippable = {
		[HEAD_ENTRY]: strToU8(JSON.stringify({ format: REPORT_FORMAT, version: REPORT_FILE_VERSION, ...head })),
		[CONTENT_ENTRY]: strToU8(json),
	};
	for (const [at, { type, bytes }] of arrays.entries()) {
		// Floats of pictures don't get smaller.
		files[arrayEntry(at, type)] = [bytes, { level: type.startsWith("f") && type !== "f32/255" ? 0 : 1 }];
	}
	return zipSync(files, { level: 6 });
}

/** Reads a report's file. Throws `unreadable-data`, naming `source`, where it is damaged or of a later version. */
export function readReport(bytes: Uint8Array, source: string): StoredReport {
	return explained(source, () => {
		let total = 0;
		// Before the first entry is unpacked: room is taken for as much as the archive says.
		unzipSync(bytes, {
			filter: ({ name, originalSize }) => {
				total += originalSize * (BECOMES_FLOATS.test(name) ? 5 : 1);
				return false;
			},
		});
		if (total > mostUnpacked(bytes.length)) throw new Error("it would unpack to many times its size");
		const files = unzipSync(bytes);
		const older = files[OLDER_ENTRY];
		if (older) return ofOlderRun(json(older), (name) => files[name] ?? null);
		const content = files[CONTENT_ENTRY];
		if (!content) throw new Error(`it has no ${CONTENT_ENTRY}`);
		const array = (at: number, type: ArrayType): Uint8Array => {
			const entry = files[arrayEntry(at, type)];
			if (!entry) throw new Error(`it has no ${arrayEntry(at, type)}`);
			return entry;
		};
		return { head: parsedHead(files[HEAD_ENTRY]), content: unpack(strFromU8(content), array) };
	});
}

/** How much the entries of a file of so many bytes may take. */
function mostUnpacked(bytes: number): number {
	return Math.min(MOST_BYTES, Math.max(FREE_BYTES, MOST_RATIO * bytes));
}

/** Bytes at the start of a file that `headBytes` needs. */
export const START_BYTES = 64;

/** How many bytes at the start of the file `readHead` needs. Throws as `readReport`. */
export function headBytes(start: Uint8Array, source: string): number {
	return explained(source, () => {
		const { begin, size } = firstEntry(start);
		if (size > MOST_JSON_BYTES) throw new Error("its first entry is too large");
		return begin + size;
	});
}

/** What a report is about, from the first `headBytes` of its file. Throws as `readReport`. */
export function readHead(bytes: Uint8Array, source: string): StoredHead {
	return explained(source, () => {
		const { name, begin, size, stored } = firstEntry(bytes);
		const data = bytes.subarray(begin, begin + size);
		if (name === OLDER_ENTRY) {
			// Older files have everything in their first entry; their pixels are not needed here.
			return ofOlderRun(json(inflated(data, stored, mostUnpacked(data.length))), () => null).head;
		}
		if (name !== HEAD_ENTRY) throw new Error(`it does not begin with ${HEAD_ENTRY}`);
		return parsedHead(inflated(data, stored, MOST_HEAD_BYTES));
	});
}

function ofOlderRun(older: unknown, entry: (name: string) => Uint8Array | null): StoredReport {
	const run = readOlderRun(older, entry);
	return { head: runHead(run), content: run };
}

function parsedHead(bytes: Uint8Array | undefined): StoredHead {
	if (!bytes) throw new Error(`it has no ${HEAD_ENTRY}`);
	const { success, data, error } = headSchema.safeParse(json(bytes));
	if (!success) throw new Error(`${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`);
	const { format: _format, version: _version, ...head } = data;
	return head;
}

function firstEntry(bytes: Uint8Array): { name: string; begin: number; size: number; stored: boolean } {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 30 || view.getUint32(0, true) !== LOCAL_FILE_HEADER) throw new Error("it is no zip archive");
	const nameLength = view.getUint16(26, true);
	return {
		name: strFromU8(bytes.subarray(30, 30 + nameLength)),
		begin: 30 + nameLength + view.getUint16(28, true),
		size: view.getUint32(18, true),
		stored: view.getUint16(8, true) === 0,
	};
}

function inflated(data: Uint8Array, stored: boolean, most: number): Uint8Array {
	return stored ? data : inflateRawSync(data, { maxOutputLength: most });
}

function json(bytes: Uint8Array): unknown {
	return JSON.parse(strFromU8(bytes));
}

function arrayEntry(at: number, type: ArrayType): string {
	return `arrays/${at}.${type.replace("/", "-")}`;
}

function explained<T>(source: string, read: () => T): T {
	try {
		return read();
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw new BlindspotError(
			"unreadable-data",
			`${source}: not a report of this version of Blindspot: ${why}.`,
			source,
		);
	}
}
