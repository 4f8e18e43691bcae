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
			const place = places.get(path);
			expect(JSON.parse(slice(place?.value) ?? "")).toEqual(value);
			const last = path.at(-1);
			if (typeof last === "string") expect(JSON.parse(slice(place?.key) ?? "")).toBe(last);
			if (Array.isArray(value)) for (const [at, entry] of value.entries()) visit(entry, [...path, at]);
			else if (typeof value === "object" && value !== null)
				for (const [key, entry] of Object.entries(value)) visit(entry, [...path, key]);
		};
		visit(JSON.parse(TEXT), []);
		expect(slice(places.get(["a", 1])?.value)).toBe("-2.5e3");
	});

	it("are none where the text has none, and the nearest is on the way there", () => {
		expect(places.get(["a", 3])).toBeNull();
		expect(slice(places.nearest(["a", 3, "x"]).value)).toBe(slice(places.get(["a"])?.value));
	});

	it("begin after a byte order mark", () => {
		expect(new JsonPlaces(`\uFEFF{"a":1}`).get(["a"])?.key).toEqual({ start: 2, end: 5 });
	});
});
