/**
 * Protocol-buffer messages as typed values. A message is described by its fields; what isn't described is skipped.
 *
 * Descriptions can't be recursive, so nesting is bounded by the description itself (and by the library's own limit
 * for skipped groups); every length is checked against the bytes that are there.
 */
import protobuf from "protobufjs/minimal.js";
import { BlindspotError } from "../errors.js";

type Reader = protobuf.Reader;

/** Messages of one file; a two-byte message takes a hundred bytes once decoded. */
const MOST_MESSAGES = 4_000_000;

const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

interface Decoding {
	readonly reader: Reader;
	messages: number;
}

/** One field of a message: its number, what it is where absent, and how an occurrence changes it. */
export interface Field<T> {
	readonly number: number;
	initial(): T;
	read(decoding: Decoding, wireType: number, previous: T): T;
}

export interface Message<T> {
	read(decoding: Decoding, end: number): T;
}

/** What a message is read as. */
export type MessageOf<M> = M extends Message<infer T> ? T : never;

type Fields = Readonly<Record<string, Field<unknown>>>;
type Decoded<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** How one value of a repeated or single field is read. */
interface Scalar<T> {
	readonly wireType: number;
	readonly zero: T;
	read(decoding: Decoding): T;
}

function scalar<T>(wireType: number, zero: T, read: (reader: Reader) => T): Scalar<T> {
	return { wireType, zero, read: ({ reader }) => read(reader) };
}

export const int32 = scalar(WIRE.varint, 0, (reader) => reader.int32());
/** As a number: exact up to 2^53, rounded beyond. */
export const int64 = scalar(WIRE.varint, 0, (reader) => Number(reader.int64()));
export const uint64 = scalar(WIRE.varint, 0, (reader) => Number(reader.uint64()));
export const bool = scalar(WIRE.varint, false, (reader) => reader.bool());
export const fixed32 = scalar(WIRE.fixed32, 0, (reader) => reader.fixed32());
export const float = scalar(WIRE.fixed32, 0, (reader) => reader.float());
export const double = scalar(WIRE.fixed64, 0, (reader) => reader.double());
export const text = scalar(WIRE.bytes, "", (reader) => reader.string());
/** A view into the file's bytes, not a copy. */
export const bytes = scalar<Uint8Array>(WIRE.bytes, new Uint8Array(0), (reader) => {
	const length = reader.uint32();
	const start = reader.pos;
	reader.skip(length);
	return reader.buf.subarray(start, start + length);
});

export function single<T>(number: number, value: Scalar<T>): Field<T> {
	return {
		number,
		initial: () => value.zero,
		read: (decoding, wireType) => {
			expectWire(number, wireType, value.wireType);
			return value.read(decoding);
		},
	};
}

/** A field whose absence differs from zero. */
export function optional<T>(number: number, value: Scalar<T>): Field<T | null> {
	return {
		number,
		initial: () => null,
		read: (decoding, wireType) => {
			expectWire(number, wireType, value.wireType);
			return value.read(decoding);
		},
	};
}

export function repeated<T>(number: number, value: Scalar<T>): Field<T[]> {
	return {
		number,
		initial: () => [],
		read: (decoding, wireType, previous) => {
			if (wireType === WIRE.bytes && value.wireType !== WIRE.bytes) {
				within(decoding, (end) => {
					while (decoding.reader.pos < end) previous.push(value.read(decoding));
				});
				return previous;
			}
			expectWire(number, wireType, value.wireType);
			previous.push(value.read(decoding));
			return previous;
		},
	};
}

/** A nested message that may be absent. */
export function nested<T>(number: number, type: Message<T>): Field<T | null> {
	return {
		number,
		initial: () => null,
		read: (decoding, wireType) => {
			expectWire(number, wireType, WIRE.bytes);
			return within(decoding, (end) => type.read(decoding, end));
		},
	};
}

/** Nested messages, at most `limit` of them. */
export function repeatedNested<T>(number: number, type: Message<T>, limit = MOST_MESSAGES): Field<T[]> {
	return {
		number,
		initial: () => [],
		read: (decoding, wireType, previous) => {
			expectWire(number, wireType, WIRE.bytes);
			if (previous.length >= limit) throw new RangeError(`more than ${limit} entries in one list`);
			previous.push(within(decoding, (end) => type.read(decoding, end)));
			return previous;
		},
	};
}

export function message<F extends Fields>(fields: F): Message<Decoded<F>> {
	const entries = Object.entries(fields);
	const byNumber = new Map(entries.map(([name, field]) => [field.number, { name, field }]));
	return {
		read(decoding, end) {
			decoding.messages += 1;
			if (decoding.messages > MOST_MESSAGES) throw new RangeError(`more than ${MOST_MESSAGES} messages`);
			const values: Record<string, unknown> = {};
			for (const [name, field] of entries) values[name] = field.initial();
			const { reader } = decoding;
			while (reader.pos < end) {
				const tag = reader.uint32();
				const known = byNumber.get(tag >>> 3);
				if (known) values[known.name] = known.field.read(decoding, tag & 7, values[known.name]);
				else reader.skipType(tag & 7, 0, tag >>> 3);
			}
			return values as Decoded<F>;
		},
	};
}

/** Decodes a whole file; `what` names it in the error. Throws `unreadable-model` where it is no such message. */
export function decode<T>(type: Message<T>, data: Uint8Array, what: string): T {
	const decoding: Decoding = { reader: protobuf.Reader.create(data), messages: 0 };
	try {
		return type.read(decoding, data.length);
	} catch (thrown) {
		const why = thrown instanceof Error ? thrown.message : String(thrown);
		throw new BlindspotError(
			"unreadable-model",
			`${what} is damaged: ${why} (byte ${decoding.reader.pos} of ${data.length}).`,
		);
	}
}

/** Numbers of the fields of a file's outermost message; null where the bytes are no message. */
export function topLevelFields(data: Uint8Array): ReadonlySet<number> | null {
	const reader = protobuf.Reader.create(data);
	const fields = new Set<number>();
	try {
		while (reader.pos < data.length) {
			const tag = reader.uint32();
			reader.skipType(tag & 7, 0, tag >>> 3);
			fields.add(tag >>> 3);
		}
	} catch {
		return null;
	}
	return fields;
}

/** Reads a length and then exactly that many bytes, which must lie within what encloses them. */
function within<T>({ reader }: Decoding, read: (end: number) => T): T {
	const length = reader.uint32();
	const end = reader.pos + length;
	const enclosing = reader.len;
	if (end > enclosing) throw new RangeError(`a length of ${length} where ${enclosing - reader.pos} bytes are left`);
	reader.len = end;
	const value = read(end);
	if (reader.pos !== end) throw new RangeError("a field that is longer than what it is in");
	reader.len = enclosing;
	return value;
}

function expectWire(number: number, found: number, expected: number): void {
	if (found !== expected) throw new TypeError(`field ${number} of wire type ${found} instead of ${expected}`);
}
