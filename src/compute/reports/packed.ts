/**
 * Plain data with typed arrays in it as JSON and, beside it, the arrays' bytes. Used for reports in files, both those in
 * storage and standalone pages, so it runs in Node and in browsers.
 *
 * An array becomes `{"$array": [number, type]}`, its number counted from 0 and its values little-endian. Float32Arrays
 * whose values all are k / 255 rounded to float32, as those of most pictures, are kept as the bytes k (type `f32/255`).
 * A number that JSON lacks becomes `{"$number": "NaN"}`; a key of the data that begins with `$` gets a second one.
 */

const TYPES = {
	u8: Uint8Array,
	i8: Int8Array,
	u16: Uint16Array,
	i16: Int16Array,
	u32: Uint32Array,
	i32: Int32Array,
	f32: Float32Array,
	f64: Float64Array,
} as const;

export type ArrayType = keyof typeof TYPES | "f32/255";
type TypedArray = InstanceType<(typeof TYPES)[keyof typeof TYPES]>;

export const ARRAY_TYPES = [...Object.keys(TYPES), "f32/255"] as readonly ArrayType[];

export interface PackedArray {
	readonly type: ArrayType;
	readonly bytes: Uint8Array;
}

export interface Packed {
	readonly json: string;
	/** By their numbers. */
	readonly arrays: readonly PackedArray[];
}

/** Packs objects, lists, text, numbers, booleans, null and typed arrays; the same array twice is packed once. */
export function pack(value: unknown): Packed {
	const arrays: PackedArray[] = [];
	const numbers = new Map<object, number>();
	const number = (array: TypedArray): number => {
		const known = numbers.get(array);
		if (known !== undefined) return known;
		numbers.set(array, arrays.length);
		return arrays.push(packedArray(array)) - 1;
	};
	const plain = (part: unknown): unknown => {
		if (typeof part === "number") return special(part) ? { $number: Object.is(part, -0) ? "-0" : String(part) } : part;
		if (typeof part !== "object" || part === null) return part;
		if (Array.isArray(part)) return part.map(plain);
		if (isTypedArray(part)) {
			const at = number(part);
			return { $array: [at, (arrays[at] as PackedArray).type] };
		}
		return Object.fromEntries(
			Object.entries(part).map(([key, value]) => [key.startsWith("$") ? `$${key}` : key, plain(value)]),
		);
	};
	return { json: JSON.stringify(plain(value)), arrays };
}

/**
 * What was packed. `bytes` gives an array's bytes by its number.
 * Throws an error with the reason where the JSON or the length of an array is wrong, or as `bytes` does.
 */
export function unpack(json: string, bytes: (at: number, type: ArrayType) => Uint8Array): unknown {
	const arrays = new Map<number, TypedArray>();
	const array = (at: number, type: ArrayType): TypedArray => {
		const known = arrays.get(at) ?? unpackedArray(type, bytes(at, type));
		arrays.set(at, known);
		return known;
	};
	const whole = (part: unknown): unknown => {
		if (typeof part !== "object" || part === null) return part;
		if (Array.isArray(part)) return part.map(whole);
		const entries = Object.entries(part);
		const [first] = entries;
		if (entries.length === 1 && first?.[0] === "$number") return Number(first[1]);
		if (entries.length === 1 && first?.[0] === "$array") return array(...arrayReference(first[1]));
		return Object.fromEntries(entries.map(([key, value]) => [key.startsWith("$$") ? key.slice(1) : key, whole(value)]));
	};
	return whole(JSON.parse(json));
}

function special(number: number): boolean {
	return !Number.isFinite(number) || Object.is(number, -0);
}

function isTypedArray(value: object): value is TypedArray {
	return Object.values(TYPES).some((type) => value instanceof type);
}

function packedArray(array: TypedArray): PackedArray {
	const exact = array instanceof Float32Array ? exactBytes(array) : null;
	if (exact) return { type: "f32/255", bytes: exact };
	const known = Object.entries(TYPES).find(([, ofType]) => array instanceof ofType) as [ArrayType, unknown];
	return { type: known[0], bytes: new Uint8Array(array.buffer, array.byteOffset, array.byteLength) };
}

/** Values k such that `data` is k / 255 to the last bit; null where there are none. */
function exactBytes(data: Float32Array): Uint8Array | null {
	const bytes = new Uint8Array(data.length);
	for (let at = 0; at < data.length; at++) {
		const value = data[at] as number;
		const byte = Math.round(value * 255);
		if (!(byte >= 0 && byte <= 255) || Object.is(value, -0) || Math.fround(byte / 255) !== value) return null;
		bytes[at] = byte;
	}
	return bytes;
}

function unpackedArray(type: ArrayType, bytes: Uint8Array): TypedArray {
	if (type === "f32/255") return ofBytes(bytes);
	const OfType = TYPES[type];
	if (bytes.length % OfType.BYTES_PER_ELEMENT !== 0)
		throw new Error(`${bytes.length} bytes are no whole number of ${type}`);
	// A copy, as the bytes may lie at an odd place of a larger buffer.
	return new OfType(bytes.slice().buffer);
}

function ofBytes(bytes: Uint8Array): Float32Array<ArrayBuffer> {
	const floats = new Float32Array(bytes.length);
	for (let at = 0; at < bytes.length; at++) floats[at] = (bytes[at] as number) / 255;
	return floats;
}

function arrayReference(value: unknown): [number, ArrayType] {
	const [at, type] = Array.isArray(value) ? value : [];
	const known = ARRAY_TYPES.find((name) => name === type);
	if (!Number.isInteger(at) || at < 0 || known === undefined) throw new Error("a reference to an array is damaged");
	return [at, known];
}
