/** Every colour that a chart or a figure is told apart by, against what is behind it, in all themes that VS Code comes with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ui = join(import.meta.dirname, "..", "..", "..", "src", "webviews", "ui");
const sheet = (name: string): string => readFileSync(join(ui, name), "utf8");

/** Class of the page's body, and the theme in `themes.css`. */
const THEMES = {
	"Dark Modern": { classes: [], theme: "dark" },
	"Light Modern": { classes: ["vscode-light"], theme: "light" },
	"Dark High Contrast": { classes: ["vscode-high-contrast"], theme: "high-contrast" },
	"Light High Contrast": {
		classes: ["vscode-high-contrast", "vscode-high-contrast-light"],
		theme: "high-contrast-light",
	},
} as const;
/** What shows a value or is read; tracks and lines only divide. */
const TOLD_APART = [
	"--blue",
	"--orange",
	"--grey",
	"--secondary",
	"--weakest",
	"--warning",
	"--error",
	"--vscode-foreground",
];
const BACKGROUND = "--vscode-editor-background";

type Colour = readonly [red: number, green: number, blue: number];

/** Declarations under a selector of its own or in a list of selectors. */
function declarations(css: string, selector: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const [, selectors = "", body = ""] of css.replaceAll(/\/\*[\s\S]*?\*\//g, "").matchAll(/([^{}]+)\{([^{}]*)\}/g))
		if (selectors.split(",").some((one) => one.trim() === selector))
			for (const [, name = "", value = ""] of body.matchAll(/(--[\w-]+):\s*([^;]+);/g)) found.set(name, value.trim());
	return found;
}

function variablesOf({ classes, theme }: (typeof THEMES)[keyof typeof THEMES]): ReadonlyMap<string, string> {
	const all = new Map<string, string>();
	const add = (css: string, selector: string) => {
		for (const [name, value] of declarations(css, selector)) all.set(name, value);
	};
	add(sheet("themes.css"), `html[data-theme="${theme}"]`);
	for (const name of ["base.css", "chartColours.css"]) {
		add(sheet(name), ":root");
		for (const own of classes) add(sheet(name), `.${own}`);
	}
	return all;
}

/** `#rrggbb`, a variable with or without a fallback, or a share of a colour over the background. */
function colourOf(value: string, variables: ReadonlyMap<string, string>, behind: Colour | null): Colour {
	const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(value);
	if (hex) return [1, 2, 3].map((at) => Number.parseInt(hex[at] as string, 16)) as unknown as Colour;
	const variable = /^var\((--[\w-]+)(?:,\s*(#\w+))?\)$/.exec(value);
	if (variable) return colourOf(variables.get(variable[1] as string) ?? (variable[2] as string), variables, behind);
	const mix = /^color-mix\(in srgb, (.+) (\d+)%, transparent\)$/.exec(value);
	if (!mix || behind === null) throw new Error(`not understood: ${value}`);
	const share = Number(mix[2]) / 100;
	const over = colourOf(mix[1] as string, variables, behind);
	return over.map((part, at) => share * part + (1 - share) * (behind[at] as number)) as unknown as Colour;
}

/** Contrast of two colours (WCAG 2.1, relative luminance). */
function contrast(a: Colour, b: Colour): number {
	const luminance = (colour: Colour) => {
		const [red = 0, green = 0, blue = 0] = colour.map((part) => {
			const value = part / 255;
			return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
	return (light + 0.05) / (dark + 0.05);
}

describe("colours", () => {
	it("have a contrast of 3:1 and more against their background in every theme", () => {
		const faint = Object.entries(THEMES).flatMap(([name, theme]) => {
			const variables = variablesOf(theme);
			const behind = colourOf(variables.get(BACKGROUND) as string, variables, null);
			return TOLD_APART.flatMap((variable) => {
				const found = contrast(colourOf(`var(${variable})`, variables, behind), behind);
				return found < 3 ? [`${variable} in ${name}: ${found.toFixed(2)}`] : [];
			});
		});
		expect(faint).toEqual([]);
	});

	it("are measured as WCAG does", () => {
		expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 10);
		// A grey that is known to be just enough for text on white.
		expect(contrast([0x76, 0x76, 0x76], [255, 255, 255])).toBeCloseTo(4.54, 2);
	});
});
