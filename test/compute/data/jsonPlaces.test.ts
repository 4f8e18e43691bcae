import { describe, expect, it } from "vitest";
import { JsonPlaces } from "../../../src/compute/data/jsonPlaces.js";

const TEXT = `{
	"a": [1, -2.5e3 , "x\\"]}"],
	"b c": { "": null, "d": {}, "é\\n": [[], [true]] }
}
`;

describe("places in JSON", () => {
	const places = new JsonPlaces(TEXT);
	const slice = (range: { start: number; end: number } | null | undefined) =>
		range ? TEXT.slice(range.start, range.end) : null;

	it("are those of every value, as the text itself has it", () => {
		const visit = (value: unknown, path: readonly (string | number)[]): void => {
			const place = places.nearest(path);
			expect(JSON.parse(slice(place.value) ?? "")).toEqual(value);
			const last = path.at(-1);
			if (typeof last === "string") expect(JSON.parse(slice(place.key) ?? "")).toBe(last);
			if (Array.isArray(value)) for (const [at, entry] of value.entries()) visit(entry, [...path, at]);
			else if (typeof value === "object" && value !== null)
				for (const [key, entry] of Object.entries(value)) visit(entry, [...path, key]);
		};
		visit(JSON.parse(TEXT), []);
		expect(slice(places.nearest(["a", 1]).value)).toBe("-2.5e3");
	});

	it("are those on the way to what the text doesn't have", () => {
		expect(slice(places.nearest(["a", 3, "x"]).value)).toBe('[1, -2.5e3 , "x\\"]}"]');
		expect(slice(places.nearest(["b c", "e"]).key)).toBe('"b c"');
		expect(slice(places.nearest(["c"]).value)).toBe(TEXT.trim());
	});

	it("are those of the last of two equal keys, as JSON.parse has it", () => {
		const text = '{"a": 1, "a": {"b": 2}}';
		const { start, end } = new JsonPlaces(text).nearest(["a"]).value;
		expect(JSON.parse(text.slice(start, end))).toEqual(JSON.parse(text).a);
	});

	it("are the whole text where it is nested without end", () => {
		const text = "[".repeat(200_000) + "]".repeat(200_000);
		expect(new JsonPlaces(text).nearest([0, 0])).toEqual({ value: { start: 0, end: 400_000 }, key: null });
	});

	it("begin after a byte order mark", () => {
		expect(new JsonPlaces(`\uFEFF{"a":1}`).nearest(["a"]).key).toEqual({ start: 2, end: 5 });
	});
});
