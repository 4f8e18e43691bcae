/** The commonest slips in what people read first: commands, settings, the walkthrough, the README (docs/words.md has the rules). */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.join(import.meta.dirname, "..");
const text = (name: string): string => readFileSync(path.join(root, name), "utf8");

const SLIPS: readonly (readonly [slip: RegExp, better: string])[] = [
	[/\bpictures?\b/i, "image"],
	[/\bdata sets?\b/i, "dataset"],
	[/\b(colour|neighbour|favour)\w*/i, "color, neighbor, favor"],
	[/\bgrey\w*/i, "gray"],
	[/\b(label|model|cancel)l(ed|ing)\b/i, "labeled, modeled, canceled"],
	[/\b(normal|quant|initial|recogn)is(e|ed|es|ing|ation)\b/i, "-ize"],
	[/\bcannot\b/i, "can't"],
	[/\bnearest\b/i, "closest"],
	[/\blicence\b/i, "license"],
	[/\b\d+ GB\b/, "GiB"],
];

/** Without code, links' targets and the tags of images: `picture` is one. */
const read = (markdown: string): string =>
	markdown
		.replaceAll(/```[\s\S]*?```/g, "")
		.replaceAll(/`[^`\n]*`/g, "")
		.replaceAll(/\]\([^)]*\)/g, "]")
		.replaceAll(/<\/?(picture|source|img)\b[^>]*>/g, (tag) => /alt="([^"]*)"/.exec(tag)?.[1] ?? "");

function slips(name: string, words: string): readonly string[] {
	return SLIPS.flatMap(([slip, better]) =>
		[...words.matchAll(new RegExp(slip, `${slip.flags}g`))].map(([found]) => `${name}: ${found} (${better})`),
	);
}

describe("words", () => {
	it("of commands, settings and the walkthrough have no slip", () => {
		const strings = JSON.parse(text("package.nls.json")) as Record<string, string>;
		expect(Object.entries(strings).flatMap(([key, words]) => slips(key, read(words)))).toEqual([]);
	});

	it("of the README have none either", () => {
		expect(slips("README.md", read(text("README.md")))).toEqual([]);
	});

	it("would be found", () => {
		expect(slips("x", "A labelled picture, 2 GB")).toHaveLength(3);
	});

	it("fit into 150 lines of README", () => {
		expect(text("README.md").split("\n").length).toBeLessThanOrEqual(150);
	});
});
