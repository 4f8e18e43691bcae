/** NumPy's `.npy` arrays. Only plain numbers: structured types and pickled objects are refused, never unpickled. */
import { halfToNumber } from "../math/halfFloats.js";
import { unreadable } from "./unreadable.js";

export type NpyData =
	| Uint8Array
	| Int8Array
	| Uint16Array
	| Int16Array
	| Uint32Array
	| Int32Array
	| Float32Array
	| Float64Array;

export interface NpyArray {
	readonly shape: readonly number[];
	/** NumPy's name of the type in the file, without byte order: `f4`, `u1`, `b1`. */
	readonly type: string;
	/** In C order. `f2` is widened to Float32Array, `i8` and `u8` to Float64Array, `b1` is 0 and 1. */
	readonly data: NpyData;
}

const MAGIC = "\x93NUMPY";
const MOST_HEADER_BYTES = 65_536;
const MOST_DIMENSIONS = 32;

interface NpyHeader {
	readonly type: string;
	readonly littleEndian: boolean;
	readonly fortranOrder: boolean;
	readonly shape: readonly number[];
	/** Where the values start. */
	readonly offset: number;
}

/** How to read the values of a type, given a view and a byte offset. */
interface ElementType {
	readonly bytes: number;
	readonly create: (count: number) => NpyData;
	readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
	/** The array type whose memory is the file's, on a little-endian machine; null where values are converted. */
	readonly direct: ((buffer: ArrayBuffer, count: number) => NpyData) | null;
}

const ELEMENT_TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
	["b1", { ...bytewise((view, at) => (view.getUint8(at) === 0 ? 0 : 1)), direct: null }],
	["u1", { ...bytewise((view, at) => view.getUint8(at)), direct: (buffer, count) => new Uint8Array(buffer, 0, count) }],
	[
		"i1",
		{
			bytes: 1,
			create: (count) => new Int8Array(count),
			read: (view, at) => view.getInt8(at),
			direct: (buffer, count) => new Int8Array(buffer, 0, count),
		},
	],
	[
		"u2",
		{
			bytes: 2,
			create: (count) => new Uint16Array(count),
			read: (view, at, little) => view.getUint16(at, little),
			direct: (buffer, count) => new Uint16Array(buffer, 0, count),
		},
	],
	[
		"i2",
		{
			bytes: 2,
			create: (count) => new Int16Array(count),
			read: (view, at, little) => view.getInt16(at, little),
			direct: (buffer, count) => new Int16Array(buffer, 0, count),
		},
	],
	[
		"u4",
		{
			bytes: 4,
			create: (count) => new Uint32Array(count),
			read: (view, at, little) => view.getUint32(at, little),
			direct: (buffer, count) => new Uint32Array(buffer, 0, count),
		},
	],
	[
		"i4",
		{
			bytes: 4,
			create: (count) => new Int32Array(count),
			read: (view, at, little) => view.getInt32(at, little),
			direct: (buffer, count) => new Int32Array(buffer, 0, count),
		},
	],
	["u8", { ...wide((view, at, little) => Number(view.getBigUint64(at, little))), direct: null }],
	["i8", { ...wide((view, at, little) => Number(view.getBigInt64(at, little))), direct: null }],
	[
		"f2",
		{
			bytes: 2,
			create: (count) => new Float32Array(count),
			read: (view, at, little) => halfToNumber(view.getUint16(at, little)),
			direct: null,
		},
	],
	[
		"f4",
		{
			bytes: 4,
			create: (count) => new Float32Array(count),
			read: (view, at, little) => view.getFloat32(at, little),
			direct: (buffer, count) => new Float32Array(buffer, 0, count),
		},
	],
	[
		"f8",
		{
			...wide((view, at, little) => view.getFloat64(at, little)),
			direct: (buffer, count) => new Float64Array(buffer, 0, count),
		},
	],
]);

function bytewise(read: ElementType["read"]): Omit<ElementType, "direct"> {
	return { bytes: 1, create: (count) => new Uint8Array(count), read };
}

function wide(read: ElementType["read"]): Omit<ElementType, "direct"> {
	return { bytes: 8, create: (count) => new Float64Array(count), read };
}

/**
 * Reads an array. `where` names it in errors ("data.npz, array 'x'"). Throws `unreadable-data` where the header is
 * damaged, the type isn't a plain number, or the length isn't what the header says.
 */
export function readNpy(where: string, bytes: Uint8Array): NpyArray {
	const header = readHeader(where, bytes);
	const element = ELEMENT_TYPES.get(header.type);
	if (!element) throw unreadable(where, describeUnknownType(header.type));
	const count = header.shape.reduce((product, size) => product * size, 1);
	const expected = count * element.bytes;
	const found = bytes.length - header.offset;
	if (expected !== found) {
		const shape = `(${header.shape.join(", ")})`;
		throw unreadable(where, `shape ${shape} of ${header.type} expects ${expected} bytes, ${found} found`);
	}
	const data = readValues(bytes, header, element, count);
	const { shape, type } = header;
	return { shape, type, data: header.fortranOrder ? toRowMajor(data, shape, element.create(count)) : data };
}

/** The strings of an array of text (`U5`, `S5`), null for any other. Throws `unreadable-data` as `readNpy` does. */
export function readNpyTexts(where: string, bytes: Uint8Array): readonly string[] | null {
	const { type, shape, offset, littleEndian } = readHeader(where, bytes);
	const [, kind, length] = /^([US])(\d+)$/.exec(type) ?? [];
	if (kind === undefined) return null;
	const width = (kind === "U" ? 4 : 1) * Number(length);
	const count = shape.reduce((product, size) => product * size, 1);
	const found = bytes.length - offset;
	if (count * width !== found)
		throw unreadable(where, `shape (${shape.join(", ")}) of ${type} expects ${count * width} bytes, ${found} found`);
	const body = new DataView(bytes.buffer, bytes.byteOffset + offset, found);
	return Array.from({ length: count }, (_, i) => {
		const points = Array.from({ length: Number(length) }, (_, at) =>
			kind === "U" ? body.getUint32(i * width + 4 * at, littleEndian) : body.getUint8(i * width + at),
		);
		if (points.some((point) => point > 0x10ffff)) throw unreadable(where, "holds text with damaged characters");
		return String.fromCodePoint(...points).replace(/\0+$/, "");
	});
}

function readHeader(where: string, bytes: Uint8Array): NpyHeader {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (buffer.length < 10 || buffer.toString("latin1", 0, 6) !== MAGIC) throw unreadable(where, "not a NumPy array");
	const major = buffer[6] as number;
	if (major < 1 || major > 3) throw unreadable(where, `NumPy format version ${major} isn't supported`);
	if (major > 1 && buffer.length < 12) throw unreadable(where, "the header is cut short");
	const length = major === 1 ? buffer.readUInt16LE(8) : buffer.readUInt32LE(8);
	const start = major === 1 ? 10 : 12;
	if (length > MOST_HEADER_BYTES || start + length > buffer.length) {
		throw unreadable(where, `a header of ${length} bytes expected, ${buffer.length - start} bytes found`);
	}
	return { ...parseHeader(where, buffer.toString("latin1", start, start + length)), offset: start + length };
}

/** The header is a Python dictionary literal with three known keys, in any order. */
function parseHeader(where: string, text: string): Omit<NpyHeader, "offset"> {
	const descr = /'descr'\s*:\s*('([^']*)'|\[)/.exec(text);
	const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
	const shape = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text);
	if (!descr || !order || !shape) throw unreadable(where, "the header is damaged");
	const type = /^([<>|=])?([a-zA-Z]\d*)$/.exec(descr[2] ?? "");
	if (!type) throw unreadable(where, "holds structured values; plain numbers are wanted");
	const sizes = (shape[1] ?? "")
		.split(",")
		.map((size) => size.trim().replace(/L$/, ""))
		.filter((size) => size !== "");
	if (sizes.length > MOST_DIMENSIONS || sizes.some((size) => !/^\d{1,15}$/.test(size))) {
		throw unreadable(where, "the header's shape is damaged");
	}
	return {
		type: type[2] as string,
		littleEndian: type[1] !== ">",
		fortranOrder: order[1] === "True",
		shape: sizes.map(Number),
	};
}

function describeUnknownType(type: string): string {
	if (type.startsWith("O")) return "holds pickled Python objects, which are never loaded; save plain numbers";
	return `values of type ${type} aren't supported; save uint8 or float32`;
}

const MACHINE_IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function readValues(bytes: Uint8Array, header: NpyHeader, element: ElementType, count: number): NpyData {
	const body = bytes.subarray(header.offset);
	if (element.direct && (element.bytes === 1 || (MACHINE_IS_LITTLE_ENDIAN && header.littleEndian))) {
		return element.direct(new Uint8Array(body).buffer, count);
	}
	const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
	const data = element.create(count);
	for (let i = 0; i < count; i++) data[i] = element.read(view, i * element.bytes, header.littleEndian);
	return data;
}

/** Fortran order runs through the first index fastest, C order through the last. */
function toRowMajor(data: NpyData, shape: readonly number[], target: NpyData): NpyData {
	const index = shape.map(() => 0);
	const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
	let position = 0;
	for (let i = 0; i < data.length; i++) {
		target[position] = data[i] as number;
		for (let axis = 0; axis < shape.length; axis++) {
			const stride = strides[axis] as number;
			index[axis] = (index[axis] as number) + 1;
			position += stride;
			if ((index[axis] as number) < (shape[axis] as number)) break;
			position -= stride * (shape[axis] as number);
			index[axis] = 0;
		}
	}
	return target;
}

/** An array to be written. */
export interface WritableArray {
	readonly shape: readonly number[];
	readonly data: Float32Array | Int32Array | Uint8Array;
}

const HEADER_ALIGNMENT = 64;

/** The bytes of a `.npy` file (format 1.0, little-endian, C order), as `numpy.save` writes them. */
export function encodeNpy(array: WritableArray): Uint8Array {
	const { shape, data } = array;
	const count = shape.reduce((product, size) => product * size, 1);
	if (count !== data.length) throw new Error(`shape (${shape.join(", ")}) with ${data.length} values`);
	const type = data instanceof Float32Array ? "<f4" : data instanceof Int32Array ? "<i4" : "|u1";
	const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
	const dictionary = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
	const length = Math.ceil((10 + dictionary.length + 1) / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
	const bytes = Buffer.alloc(length + data.byteLength);
	bytes.write(MAGIC, 0, "latin1");
	bytes.writeUInt16LE(0x0001, 6);
	bytes.writeUInt16LE(length - 10, 8);
	bytes.write(`${dictionary.padEnd(length - 11)}\n`, 10, "latin1");
	if (MACHINE_IS_LITTLE_ENDIAN || data instanceof Uint8Array) {
		bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), length);
	} else {
		for (let i = 0; i < data.length; i++) {
			const value = data[i] as number;
			if (data instanceof Float32Array) bytes.writeFloatLE(value, length + 4 * i);
			else bytes.writeInt32LE(value, length + 4 * i);
		}
	}
	return bytes;
}
