import { describe, expect, it } from "vitest";
import { pack, unpack } from "../../../src/compute/reports/packed.js";

const again = (value: unknown): unknown => {
	const { json, arrays } = pack(value);
	return unpack(json, (at) => arrays[at]!.bytes);
};

describe("packed data", () => {
	it("comes back as it was, to the last bit", () => {
		const value = {
			words: "</script> & “quotes”",
			none: null,
			yes: true,
			list: [1, -2.5, 1e300, Number.MIN_VALUE],
			special: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0],
			// Keys that look like this module's own.
			$array: [0, "u8"],
			deep: { $number: "NaN", $$: 1 },
			arrays: [
				new Uint8Array([1, 2, 255]),
				new Int8Array([-128, 127]),
				new Uint16Array([65_535]),
				new Int16Array([-32_768]),
				new Uint32Array([2 ** 32 - 1]),
				new Int32Array([-(2 ** 31)]),
				new Float32Array([0.1, Number.NaN, Number.NEGATIVE_INFINITY, -0]),
				new Float64Array([0.1, 1e-300]),
				new Float32Array(0),
			],
		};
		const back = again(value) as typeof value;
		expect(back).toEqual(value);
		expect(back.special.map((number) => Object.is(number, -0))).toEqual([false, false, false, true]);
	});

	it("takes a view's own part of its buffer, at whatever place it begins", () => {
		const buffer = new Uint8Array([9, 9, 9, 9, 0, 0, 128, 63, 9]).buffer;
		expect(again(new Float32Array(buffer, 4, 1))).toEqual(new Float32Array([1]));
		const { json, arrays } = pack(new Float32Array([0.3, 7]));
		const odd = new Uint8Array([1, ...arrays[0]!.bytes]).subarray(1);
		expect(unpack(json, () => odd)).toEqual(new Float32Array([0.3, 7]));
	});

	it("keeps floats of pictures as bytes, and those that only look so as floats", () => {
		const picture = Float32Array.from([0, 51, 102, 255], (byte) => byte / 255);
		expect(pack(picture).arrays).toEqual([{ type: "f32/255", bytes: new Uint8Array([0, 51, 102, 255]) }]);
		expect(again(picture)).toEqual(picture);
		const almost = picture.map((value) => Math.fround(value + 1e-7));
		expect(pack(almost).arrays[0]?.type).toBe("f32");
		expect(again(almost)).toEqual(almost);
	});

	it("packs an array once that is there twice", () => {
		const array = new Uint8Array([1, 2]);
		const { json, arrays } = pack([array, { array }]);
		expect(arrays).toHaveLength(1);
		const [first, second] = unpack(json, () => array) as [Uint8Array, { array: Uint8Array }];
		expect(second.array).toBe(first);
	});

	it.each([
		["no JSON", "{", "JSON"],
		["a type that isn't known", '{"$array":[0,"f16"]}', "damaged"],
		["no number", '{"$array":["0","u8"]}', "damaged"],
		["a length that is no multiple", '{"$array":[0,"f32"]}', "3 bytes"],
	])("is refused: %s", (_, json, why) => {
		expect(() => unpack(json, () => new Uint8Array(3))).toThrow(why);
	});
});
