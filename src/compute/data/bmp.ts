/**
 * Windows bitmaps: 1, 4, 8, 16, 24 and 32 bits, run-length coded or with bit masks, bottom-up or top-down, with
 * the headers of OS/2 1.x and of Windows up to version 5. After Microsoft's "Bitmap Storage" pages. A reader of our own,
 * because the small packages there are lose rows of 4-bit pictures of odd width and misread run-length coding.
 */
import { BlindspotError } from "../errors.js";
import type { Size } from "./types.js";

export interface Bitmap extends Size {
	/** RGBA, row by row from the top. */
	readonly data: Uint8Array;
	/** Whether alpha means anything; it is 255 throughout where it doesn't. */
	readonly hasAlpha: boolean;
}

type Colour = readonly [red: number, green: number, blue: number];

interface Header extends Size {
	readonly bottomUp: boolean;
	readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
	readonly coding: "plain" | "rle4" | "rle8";
	/** Red, green, blue, alpha; an alpha mask of 0 means opaque. */
	readonly masks: readonly [number, number, number, number];
	readonly palette: readonly Colour[];
	readonly dataOffset: number;
}

const FILE_HEADER_BYTES = 14;
const OS2_HEADER_BYTES = 12;
const WINDOWS_HEADER_BYTES = 40;

/** Width and height as the header has them, checked to be positive; for caps before anything is decoded. */
export function bitmapSize(path: string, bytes: Buffer): Size {
	const { width, height } = readDimensions(path, bytes);
	return { width, height };
}

/** Decodes a bitmap. Throws `unreadable-data` where header and length disagree or the kind isn't known. */
export function decodeBitmap(path: string, bytes: Buffer): Bitmap {
	const header = readHeader(path, bytes);
	const data = new Uint8Array(header.width * header.height * 4);
	for (let i = 3; i < data.length; i += 4) data[i] = 255;
	if (header.coding === "plain") {
		const stride = Math.ceil((header.width * header.bits) / 32) * 4;
		const needed = header.dataOffset + stride * header.height;
		// The padding of the last row may be missing.
		const least = needed - stride + Math.ceil((header.width * header.bits) / 8);
		if (bytes.length < least) fail(path, `cut short: ${needed} bytes expected, ${bytes.length} found`);
		if (header.bits <= 8) readIndexed(header, bytes, stride, data);
		else readMasked(header, bytes, stride, data);
	} else {
		readRuns(path, header, bytes, data);
	}
	const hasAlpha = header.masks[3] !== 0 && keepAlpha(data);
	return { width: header.width, height: header.height, data, hasAlpha };
}

function fail(path: string, what: string): never {
	throw new BlindspotError("unreadable-data", `${path}: not a readable BMP: ${what}`, path);
}

function readDimensions(
	path: string,
	bytes: Buffer,
): Size & { readonly headerBytes: number; readonly bottomUp: boolean } {
	if (bytes.length < FILE_HEADER_BYTES + OS2_HEADER_BYTES) fail(path, "the header is cut short");
	const headerBytes = bytes.readUInt32LE(14);
	const old = headerBytes === OS2_HEADER_BYTES;
	if (!old && (headerBytes < WINDOWS_HEADER_BYTES || headerBytes > 124))
		fail(path, `unknown header of ${headerBytes} bytes`);
	if (bytes.length < FILE_HEADER_BYTES + headerBytes) fail(path, "the header is cut short");
	const width = old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18);
	const signedHeight = old ? bytes.readUInt16LE(20) : bytes.readInt32LE(22);
	if (width <= 0 || signedHeight === 0) fail(path, `a size of ${width} × ${signedHeight}`);
	return { width, height: Math.abs(signedHeight), headerBytes, bottomUp: signedHeight > 0 };
}

function readHeader(path: string, bytes: Buffer): Header {
	const { width, height, headerBytes, bottomUp } = readDimensions(path, bytes);
	const old = headerBytes === OS2_HEADER_BYTES;
	const bits = bytes.readUInt16LE(old ? 24 : 28);
	if (bits !== 1 && bits !== 4 && bits !== 8 && bits !== 16 && bits !== 24 && bits !== 32)
		fail(path, `${bits} bits per pixel`);
	const compression = old ? 0 : bytes.readUInt32LE(30);
	const coding = codingOf(path, compression, bits);
	const hasMasks = compression === 3 || compression === 6;
	let tableOffset = FILE_HEADER_BYTES + headerBytes;
	if (hasMasks && headerBytes === WINDOWS_HEADER_BYTES) tableOffset += compression === 6 ? 16 : 12;
	if (bytes.length < tableOffset) fail(path, "the header is cut short");
	const palette = bits <= 8 ? readPalette(bytes, tableOffset, old ? 0 : bytes.readUInt32LE(46), bits, old ? 3 : 4) : [];
	if (bits <= 8 && palette.length === 0) fail(path, "the palette is missing");
	const dataOffset = bytes.readUInt32LE(10);
	if (dataOffset < FILE_HEADER_BYTES + headerBytes || dataOffset > bytes.length) {
		fail(path, `pixels start at byte ${dataOffset} of ${bytes.length}`);
	}
	const masks = hasMasks ? readMasks(bytes, headerBytes >= 56 || compression === 6) : defaultMasks(bits);
	return { width, height, bottomUp, bits, coding, masks, palette, dataOffset };
}

function codingOf(path: string, compression: number, bits: number): Header["coding"] {
	if (compression === 0) return "plain";
	if (compression === 1 && bits === 8) return "rle8";
	if (compression === 2 && bits === 4) return "rle4";
	if ((compression === 3 || compression === 6) && (bits === 16 || bits === 32)) return "plain";
	return fail(path, `compression ${compression} at ${bits} bits isn't supported`);
}

function readMasks(bytes: Buffer, withAlpha: boolean): Header["masks"] {
	const mask = (index: number) => bytes.readUInt32LE(FILE_HEADER_BYTES + WINDOWS_HEADER_BYTES + 4 * index);
	return [mask(0), mask(1), mask(2), withAlpha ? mask(3) : 0];
}

function defaultMasks(bits: number): Header["masks"] {
	return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

function readPalette(bytes: Buffer, offset: number, declared: number, bits: number, entryBytes: number): Colour[] {
	const most = 2 ** bits;
	const present = Math.floor((bytes.length - offset) / entryBytes);
	const count = Math.min(declared === 0 ? most : declared, most, present);
	return Array.from({ length: count }, (_, index) => {
		const at = offset + index * entryBytes;
		return [bytes[at + 2] ?? 0, bytes[at + 1] ?? 0, bytes[at] ?? 0] as const;
	});
}

/** Index in RGBA data of a row's first pixel; rows count as they stand in the file. */
function rowStart(header: Header, row: number): number {
	return (header.bottomUp ? header.height - 1 - row : row) * header.width * 4;
}

/** Colours beyond the palette's end are black. */
function putIndexed(header: Header, data: Uint8Array, at: number, index: number): void {
	const [red, green, blue] = header.palette[index] ?? [0, 0, 0];
	data[at] = red;
	data[at + 1] = green;
	data[at + 2] = blue;
}

function readIndexed(header: Header, bytes: Buffer, stride: number, data: Uint8Array): void {
	const { bits, width } = header;
	const perByte = 8 / bits;
	const mask = 2 ** bits - 1;
	for (let row = 0; row < header.height; row++) {
		const start = rowStart(header, row);
		const line = header.dataOffset + row * stride;
		for (let x = 0; x < width; x++) {
			const byte = bytes[line + Math.floor(x / perByte)] ?? 0;
			const shift = 8 - bits * ((x % perByte) + 1);
			putIndexed(header, data, start + 4 * x, (byte >> shift) & mask);
		}
	}
}

function readMasked(header: Header, bytes: Buffer, stride: number, data: Uint8Array): void {
	const pixelBytes = header.bits / 8;
	const channels = header.masks.map(channelOfMask);
	for (let row = 0; row < header.height; row++) {
		const start = rowStart(header, row);
		const line = header.dataOffset + row * stride;
		for (let x = 0; x < header.width; x++) {
			const value = bytes.readUIntLE(line + x * pixelBytes, pixelBytes);
			for (let channel = 0; channel < 4; channel++) {
				const read = channels[channel];
				if (read) data[start + 4 * x + channel] = read(value);
			}
		}
	}
}

/** Takes the bits under a mask and spreads their range over 0..255; null where the mask is empty. */
function channelOfMask(mask: number): ((value: number) => number) | null {
	if (mask === 0) return null;
	const shift = 31 - Math.clz32(mask & -mask);
	const largest = mask >>> shift;
	return (value) => Math.round((((value & mask) >>> shift) * 255) / largest);
}

/** Run-length coding. Pixels that no run reaches keep the colour of index 0. */
function readRuns(path: string, header: Header, bytes: Buffer, data: Uint8Array): void {
	for (let at = 0; at < data.length; at += 4) putIndexed(header, data, at, 0);
	const perByte = header.coding === "rle4" ? 2 : 1;
	const indexIn = (byte: number, i: number) => (perByte === 1 ? byte : i % 2 === 0 ? byte >> 4 : byte & 15);
	let at = header.dataOffset;
	let x = 0;
	let row = 0;
	const next = () => bytes[at++] ?? fail(path, "cut short within its runs");
	const put = (index: number) => {
		if (x < header.width && row < header.height) putIndexed(header, data, rowStart(header, row) + 4 * x, index);
		x++;
	};
	while (row < header.height) {
		const count = next();
		const value = next();
		if (count > 0) {
			for (let i = 0; i < count; i++) put(indexIn(value, i));
		} else if (value === 0) {
			x = 0;
			row++;
		} else if (value === 1) {
			return;
		} else if (value === 2) {
			x += next();
			row += next();
		} else {
			const length = Math.ceil(value / perByte);
			if (at + length > bytes.length) fail(path, "cut short within its runs");
			for (let i = 0; i < value; i++) put(indexIn(bytes[at + Math.floor(i / perByte)] ?? 0, i));
			at += length + (length % 2);
		}
	}
}

/** Many writers leave alpha at zero everywhere and mean an opaque picture. Says whether alpha was real. */
function keepAlpha(data: Uint8Array): boolean {
	for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) return true;
	for (let i = 3; i < data.length; i += 4) data[i] = 255;
	return false;
}
