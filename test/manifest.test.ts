/** The manifest against the code and the texts that it names. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ATTACK_METHODS, costWords, EFFORTS, METHODS } from "../src/compute/attack/methods.ts";
import { FORMAT_LIST, MODEL_NAMES } from "../src/compute/formats/formats.ts";
import { EVERY_SETTING } from "../src/settingsTable.ts";

interface MenuItem {
	readonly command: string;
	readonly when: string;
}

/** A setting as the manifest has it. */
interface Property {
	readonly enum?: readonly string[];
	readonly enumDescriptions?: readonly string[];
	readonly scope: string;
	readonly order?: number;
	readonly markdownDescription: string;
}

interface Manifest {
	readonly activationEvents: readonly string[];
	readonly contributes: {
		readonly commands: readonly { readonly command: string }[];
		readonly customEditors: readonly {
			readonly viewType: string;
			readonly priority: "default" | "option";
			readonly selector: readonly { readonly filenamePattern: string }[];
		}[];
		readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
		readonly keybindings: readonly { readonly command: string; readonly key: string; readonly when: string }[];
		readonly configuration: readonly { readonly properties: Readonly<Record<string, Property>> }[];
	};
}

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const exists = (name: string) => existsSync(new URL(`../${name}`, import.meta.url));
const text = read("package.json");
const manifest = JSON.parse(text) as Manifest;
const texts = JSON.parse(read("package.nls.json")) as Readonly<Record<string, string>>;
const { commands, customEditors, menus, keybindings, configuration } = manifest.contributes;
const properties = Object.assign({}, ...configuration.map((group) => group.properties)) as Readonly<
	Record<string, Property>
>;
/** A page in a panel of its own, or as the editor of a file. */
const ANY_PAGE = "(activeWebviewPanelId =~ /^blindspot\\./ || activeCustomEditorId =~ /^blindspot\\./)";

/** The regular expression that a `when` clause tests `key` with. */
function pattern(when: string, key: string): RegExp {
	const found = new RegExp(`${key} =~ /(.*?)/(i?)(?: |$)`).exec(when);
	if (!found) throw new Error(`${key} is not tested in: ${when}`);
	return new RegExp(found[1] as string, found[2]);
}

describe("the manifest", () => {
	it("has every text that it refers to, and no other", () => {
		const used = [...text.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] as string);
		expect([...new Set(used)].sort()).toEqual(Object.keys(texts).sort());
	});

	it("names in menus and keys only commands that it has", () => {
		const known = commands.map(({ command }) => command);
		const named = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
		expect(named.filter((command) => !known.includes(command))).toEqual([]);
	});

	it("offers adversarials for pictures and folders of a trusted workspace, and for nothing else", () => {
		const items = (menus["explorer/context"] ?? []).filter(({ command }) => command.includes("generateAdversarial"));
		expect(items).toHaveLength(4);
		for (const { when } of items) {
			expect(when.startsWith("isWorkspaceTrusted && ")).toBe(true);
			const scheme = pattern(when, "resourceScheme");
			expect(["file", "vscode-remote"].every((name) => scheme.test(name))).toBe(true);
			expect(["git", "untitled", "output"].some((name) => scheme.test(name))).toBe(false);
			if (!when.includes("!explorerResourceIsFolder")) {
				expect(when.endsWith(" && explorerResourceIsFolder")).toBe(true);
				continue;
			}
			const extension = pattern(when, "resourceExtname");
			const pictures = [".png", ".jpg", ".JPEG", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif"];
			expect(pictures.filter((name) => !extension.test(name))).toEqual([]);
			expect([".txt", ".svg", ".json", ".pngx", "png", ""].filter((name) => extension.test(name))).toEqual([]);
		}
	});

	it("opens in the page Model the files of the list of formats, by themselves or on demand", () => {
		expect(customEditors.map(({ priority }) => priority)).toEqual(["default", "option"]);
		for (const { priority, selector } of customEditors) {
			const names = FORMAT_LIST.filter(({ editor }) => editor === priority).flatMap(({ names }) => names);
			const patterns = selector.map(({ filenamePattern }) => filenamePattern);
			expect(patterns.sort()).toEqual([...new Set(names)].sort());
		}
	});

	it("starts the extension where there is a model", () => {
		for (const name of MODEL_NAMES) expect(manifest.activationEvents).toContain(`workspaceContains:**/${name}`);
	});

	it("offers what is done with a model for the files of the list of formats, and for nothing else", () => {
		const items = (menus["explorer/context"] ?? []).filter(({ when }) => /\bonnx\b/.test(when));
		expect(items.map(({ command }) => command)).toEqual(["blindspot.inspectModel", "blindspot.compareModels"]);
		for (const { when } of items) {
			const extension = pattern(when, "resourceExtname");
			const names = [...when.matchAll(/resourceFilename == ([\w.]+)/g)].map(([, name]) => name as string);
			const offers = (name: string) => names.includes(name) || extension.test(/\.[^.]*$/.exec(name)?.[0] ?? "");
			// The folder of a SavedModel is the model; it has an item of its own.
			const wanted = MODEL_NAMES.filter((name) => name !== "saved_model.pb").map((name) => name.replace("*", "net"));
			expect(wanted.filter((name) => !offers(name))).toEqual([]);
			const others = ["net.json", "net.pb", "net.png", "net.pt", "net.kerasx", "keras", "net", "saved_model.pb"];
			expect(others.filter(offers)).toEqual([]);
		}
		const folders = (menus["explorer/context"] ?? []).filter(({ when }) => when.includes("in blindspot.savedModels"));
		expect(folders.map(({ command }) => command)).toEqual(items.map(({ command }) => command));
	});

	it("binds keys only while a page is in front and nothing else has the focus", () => {
		for (const { when, command } of keybindings) {
			const kind = /^blindspot\.(\w+)\./.exec(command)?.[1];
			const page = kind === "page" ? ANY_PAGE : `activeWebviewPanelId == 'blindspot.${kind}'`;
			expect(when.startsWith(`${page} && !inputFocus && !listFocus && `), when).toBe(true);
		}
	});

	it("brings back every kind of page, with icons for its tab", () => {
		const folders = readdirSync(new URL("../src/webviews/", import.meta.url), { withFileTypes: true });
		const pages = folders.map(({ name }) => name).filter((name) => exists(`src/webviews/${name}/page.ts`));
		expect(pages).toContain("adversarial");
		for (const name of pages) {
			expect(manifest.activationEvents).toContain(`onWebviewPanel:blindspot.${name}`);
			expect(exists(`media/${name}-dark.svg`) && exists(`media/${name}-light.svg`), name).toBe(true);
		}
	});

	it("hides from the palette what needs a page or a node", () => {
		const hidden = (menus.commandPalette ?? []).filter(({ when }) => when === "false").map(({ command }) => command);
		expect(hidden).toEqual([
			"blindspot.openAdversarials",
			"blindspot.generateForModel",
			"blindspot.useModel",
			"blindspot.showRunning",
			"blindspot.openStoredReport",
			"blindspot.stopReport",
			"blindspot.deleteReport",
		]);
		const ofPages = commands
			.map(({ command }) => command)
			.filter((command) => /\.(page|adversarial)\.|exportReport/.test(command));
		const onPage = (menus.commandPalette ?? []).filter(({ command }) => ofPages.includes(command));
		expect(onPage.map(({ command }) => command).sort()).toEqual(ofPages.sort());
		expect(onPage.every(({ when }) => when.startsWith("activeWebviewPanelId == ") || when.startsWith(ANY_PAGE))).toBe(
			true,
		);
	});

	it("has every setting of the table, with its type, default, range and choices, and no other", () => {
		const said = Object.entries(properties).map(([name, property]) => {
			const { enumDescriptions, scope, order, markdownDescription, ...schema } = property;
			return [name, schema] as const;
		});
		const table = EVERY_SETTING.map(({ name, schema }) => [`blindspot.${name}`, schema] as const);
		expect(table.length).toBeGreaterThan(0);
		expect(Object.fromEntries(said)).toEqual(Object.fromEntries(table));
		expect(said).toHaveLength(table.length);
	});

	it("lets no workspace, trusted or not, choose the code that is loaded", () => {
		expect(properties["blindspot.nativePath"]?.scope).toBe("machine");
	});

	it("says a word of every choice of a setting", () => {
		const choices = Object.entries(properties).filter(([, property]) => property.enum);
		expect(choices.length).toBeGreaterThan(0);
		for (const [name, property] of choices) {
			const key = name.replace("blindspot.", "setting.");
			expect(property.enumDescriptions).toEqual(property.enum?.map((choice) => `%${key}.${choice}%`));
		}
	});

	it("says of attack methods and efforts what the table of methods says", () => {
		expect(properties["blindspot.attack.method"]?.enum).toEqual(ATTACK_METHODS);
		for (const method of ATTACK_METHODS)
			expect(texts[`setting.attack.method.${method}`]).toBe(METHODS[method].description);
		for (const effort of EFFORTS)
			expect(texts[`setting.attack.effort.${effort}`]).toMatch(new RegExp(`^${costWords("closest", effort)}[.:]`));
	});
});
