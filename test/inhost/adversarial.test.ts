import assert from "node:assert/strict";
import path from "node:path";
import * as vscode from "vscode";
import { parseRun } from "../../src/compute/attack/storedRun.js";
import type { Api } from "../../src/extension.js";
import { api, until, workspaceFolder } from "./support.js";

const isPage = (tab: vscode.Tab): boolean =>
	tab.input instanceof vscode.TabInputWebview && tab.input.viewType.endsWith("blindspot.adversarial");

const pages = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isPage);

describe("generate adversarial", () => {
	let blindspot: Api;
	let pictures: readonly vscode.Uri[];

	before(async () => {
		blindspot = await api();
		const pattern = new vscode.RelativePattern(workspaceFolder(), "**/*.png");
		pictures = (await vscode.workspace.findFiles(pattern, undefined, 2)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
		assert.equal(pictures.length, 2, "the workspace has no pictures");
		const [model] = (await blindspot.catalog.found()).filter(({ state }) => state.kind !== "foreign");
		assert.ok(model, "the workspace has no model");
		await blindspot.active.set(model.path);
	});

	afterEach(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

	it("opens a page on the selected pictures and stores what it found", async () => {
		const [first, second] = pictures as [vscode.Uri, vscode.Uri];
		const notes = vscode.Uri.file(path.join(workspaceFolder(), "README.md"));
		const id = await vscode.commands.executeCommand<string>("blindspot.generateAdversarial", first, [
			first,
			second,
			notes,
		]);
		await until(() => pages().length === 1, "the page is open");
		assert.equal(pages()[0]?.label, "Adversarial: 2 images");
		let complete = false;
		const poll = setInterval(() => {
			void blindspot.pages.store.list().then((runs) => {
				complete = runs.some((run) => run.id === id && run.complete);
			});
		}, 200);
		await until(() => complete, "the run is complete and stored", 50_000).finally(() => clearInterval(poll));
		const run = parseRun((await blindspot.pages.store.load(id)).content);
		assert.equal(run.report?.summary.succeeded, 2);
		assert.deepEqual(
			run.rows.map((row) => [row.image.source, row.pixels.adversarial !== null, row.pixels.stored !== null]),
			[first, second].map((uri) => [uri.fsPath, true, true]),
		);
	});

	it("opens no page where nothing selected is a picture", async () => {
		const notes = vscode.Uri.file(path.join(workspaceFolder(), "README.md"));
		// The warning waits for a person; what counts is that nothing opens.
		void vscode.commands.executeCommand("blindspot.generateAdversarial", notes, [notes]);
		await new Promise((resolve) => setTimeout(resolve, 500));
		assert.deepEqual(pages(), []);
	});
});

describe("the compute process", () => {
	it("is started again after it was killed", async () => {
		const { client } = await api();
		await client.start();
		const before = client.pid;
		assert.ok(before);
		process.kill(before, "SIGKILL");
		await until(() => client.state.kind === "ended", "the end is noticed");
		const { pid } = await client.status(null);
		assert.notEqual(pid, before);
		assert.equal(client.state.kind, "ready");
	});

	it("is described in the diagnostics", async () => {
		await (await api()).client.start();
		const text = await vscode.commands.executeCommand<string>("blindspot.copyDiagnostics");
		assert.match(text, /^Blindspot \d+\.\d+\.\d+\nVS Code /);
		assert.match(text, /Backend: (native|js), TensorFlow/);
		assert.equal(await vscode.env.clipboard.readText(), text);
	});
});
