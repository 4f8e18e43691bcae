import { expect, it } from "vitest";
import { plain, plainJson } from "../../src/compute/plainText.js";

const UNSEEN = [
	"\u001b",
	"\n",
	"\u0085",
	"\u009b",
	"\u00ad",
	"\u034f",
	"\u200b",
	"\u200f",
	"\u202e",
	"\u2028",
	"\u2029",
];
const MORE = ["\u2066", "\u2060", "\ufeff", "\u3164", "\u180b", "\ud800", "\u{e0041}"];

it.each([...UNSEEN, ...MORE].map((character) => [character.codePointAt(0)?.toString(16), character]))(
	"U+%s can't be hidden in a name, and stays what it is in JSON",
	(_code, character) => {
		const text = `a${character}b`;
		expect(plain(text)).toBe("a\ufffdb");
		const json = plainJson(JSON.stringify({ [text]: text }));
		expect(json).not.toContain(character);
		expect(JSON.parse(json)).toEqual({ [text]: text });
	},
);

it("leaves what is seen, and the form of JSON", () => {
	const text = "Katze, 猫, قطة, ñ, ❤\ufe0f, \u{1f408} → 3×3 «x»\u00a0";
	expect(plain(text)).toBe(text);
	const json = JSON.stringify({ text, list: [1, 2] }, null, "\t");
	expect(plainJson(json)).toBe(json);
});
