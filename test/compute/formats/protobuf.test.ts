import { describe, expect, it } from "vitest";
import {
	bytes,
	decode,
	float,
	int32,
	message,
	nested,
	optional,
	repeated,
	repeatedNested,
	single,
	text,
	topLevelFields,
} from "../../../src/compute/formats/protobuf.js";

const inner = message({ value: single(1, int32), name: single(2, text) });
const outer = message({
	number: single(1, int32),
	maybe: optional(2, int32),
	list: repeated(3, int32),
	child: nested(4, inner),
	children: repeatedNested(5, inner, 3),
	raw: single(6, bytes),
	real: single(7, float),
});
const read = (...data: readonly number[]) => decode(outer, Uint8Array.from(data), "The file");

/** The tag of a field: varints are wire type 0, lengths 2, four bytes 5. */
const tag = (number: number, wireType: number) => number * 8 + wireType;

describe("a message", () => {
	it("has what is there and else what is absent, and skips what isn't described", () => {
		expect(read()).toEqual({
			number: 0,
			maybe: null,
			list: [],
			child: null,
			children: [],
			raw: new Uint8Array(0),
			real: 0,
		});
		const found = read(tag(1, 0), 7, tag(2, 0), 0, tag(9, 0), 99, tag(10, 2), 2, 1, 1, tag(4, 2), 2, tag(1, 0), 5);
		expect(found).toMatchObject({ number: 7, maybe: 0, child: { value: 5, name: "" } });
	});

	it("has repeated values one by one or packed, also of nested messages", () => {
		expect(read(tag(3, 0), 1, tag(3, 2), 3, 2, 0x81, 0x01, tag(3, 0), 3).list).toEqual([1, 2, 129, 3]);
		const { children } = read(tag(5, 2), 2, tag(1, 0), 1, tag(5, 2), 0, tag(5, 2), 3, tag(2, 2), 1, 0x61);
		expect(children).toEqual([
			{ value: 1, name: "" },
			{ value: 0, name: "" },
			{ value: 0, name: "a" },
		]);
		expect([...read(tag(6, 2), 2, 8, 9).raw]).toEqual([8, 9]);
	});
});

describe("a damaged message", () => {
	it("has a length that is longer than what is left, by one", () => {
		expect(() => read(tag(4, 2), 2, tag(1, 0), 5)).not.toThrow();
		expect(() => read(tag(4, 2), 3, tag(1, 0), 5)).toThrow("a length of 3 where 2 bytes are left");
		expect(() => read(tag(6, 2), 3, 1, 2)).toThrow(/^The file is damaged: .*\(byte \d of 4\)\.$/);
	});

	it("has a field that reaches out of the message that it is in", () => {
		// The nested message has two bytes; its text has one more.
		expect(() => read(tag(4, 2), 2, tag(2, 2), 1, 0x61)).toThrow("The file is damaged");
		expect(() => read(tag(4, 2), 2, tag(1, 0), 0x85, 0x01)).toThrow("The file is damaged");
		expect(() => read(tag(3, 2), 1, 0x81, 0x01)).toThrow("The file is damaged");
	});

	it("has a field of another wire type", () => {
		expect(() => read(tag(1, 2), 1, 1)).toThrow("field 1 of wire type 2 instead of 0");
		expect(() => read(tag(2, 5), 1, 1, 1, 1)).toThrow("field 2 of wire type 5 instead of 0");
		expect(() => read(tag(3, 5), 1, 1, 1, 1)).toThrow("field 3 of wire type 5 instead of 0");
		expect(() => read(tag(4, 0), 1)).toThrow("field 4 of wire type 0 instead of 2");
		expect(() => read(tag(5, 0), 1)).toThrow("field 5 of wire type 0 instead of 2");
		expect(() => read(tag(7, 0), 1)).toThrow("field 7 of wire type 0 instead of 5");
	});

	it("has more entries in a list than it may", () => {
		const entries = (count: number) => Array.from({ length: count }, () => [tag(5, 2), 0]).flat();
		expect(read(...entries(3)).children).toHaveLength(3);
		expect(() => read(...entries(4))).toThrow("more than 3 entries in one list");
	});
});

it("the outermost fields are known where the bytes are a message", () => {
	const fields = (...data: readonly number[]) => topLevelFields(Uint8Array.from(data));
	expect(fields(tag(1, 0), 7, tag(9, 2), 1, 0)).toEqual(new Set([1, 9]));
	expect(fields()).toEqual(new Set());
	expect(fields(tag(9, 2), 2, 0)).toBeNull();
});
