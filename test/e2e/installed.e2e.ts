import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorkbench, type Workbench } from "./workbench.js";

let folder: string;
let workbench: Workbench;

beforeAll(async () => {
	folder = mkdtempSync(path.join(tmpdir(), "blindspot-installed-"));
	mkdirSync(path.join(folder, "notes"));
	writeFileSync(path.join(folder, "notes", "first.txt"), "1");
	writeFileSync(path.join(folder, "notes", "second.txt"), "2");
	workbench = await openWorkbench({ folder });
});

afterAll(async () => {
	await workbench?.close();
	rmSync(folder, { recursive: true, force: true });
});

describe("the installed package", () => {
	test("is known to VS Code", async () => {
		await workbench.runCommand("Extensions: Show Installed Extensions");
		await workbench.page.locator(".extension-list-item", { hasText: "Blindspot" }).first().waitFor();
		await workbench.screenshot("installed");
	});

	test("leaves the menu of files that it can't read alone", async () => {
		await workbench.openViewContainer("Explorer");
		const items = await workbench.openContextMenu(["notes/first.txt", "notes/second.txt"]);
		const labels = await items.allTextContents();
		await workbench.page.keyboard.press("Escape");
		expect(labels.join("\n")).toContain("Delete");
		expect(labels.join("\n")).not.toMatch(/adversarial/i);
	});

	test("follows the theme", async () => {
		await workbench.setTheme("light");
		await workbench.setTheme("high contrast");
		await workbench.setTheme("dark");
	});

	test("comes back after a reload, without a complaint about the content security policy", async () => {
		await workbench.reload();
		expect(workbench.cspMessages()).toEqual([]);
	});
});
