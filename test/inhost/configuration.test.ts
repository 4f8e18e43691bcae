import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { api, until, workspaceFolder } from "./support.js";

const TEXT = `{
	"models": {
		"nothing/*.onnx": { "preprocessing": { "std": 0 }, "colour": 1 },
		"*": { "data": ["missing", "."] }
	}
}
`;

describe("blindspot.json", () => {
	let file: string;

	before(async () => {
		await api();
		file = path.join(workspaceFolder(), "in-host-configuration", "blindspot.json");
		await vscode.workspace.fs.createDirectory(vscode.Uri.file(path.dirname(file)));
	});

	after(() => rmSync(path.dirname(file), { recursive: true, force: true }));

	const marked = (text: string, source: (name: string | undefined) => boolean): readonly string[] => {
		const lines = text.split("\n");
		return vscode.languages
			.getDiagnostics(vscode.Uri.file(file))
			.filter((diagnostic) => source(diagnostic.source))
			.map(({ range }) => lines[range.start.line]?.slice(range.start.character, range.end.character) ?? "");
	};
	const ours = (name: string | undefined) => name === "Blindspot";

	it("is checked without being opened, each problem marked where it stands", async () => {
		const text = TEXT.replace(', "colour": 1', "").replace('"std": 0', '"std": 1');
		writeFileSync(file, text);
		await until(() => marked(text, ours).length === 3, "the problems are marked");
		assert.deepEqual(marked(text, ours).toSorted(), ['"*"', '"missing"', '"nothing/*.onnx"']);
	});

	it("is right again as soon as what it names is there", async () => {
		const text = TEXT.replace(', "colour": 1', "").replace('"std": 0', '"std": 1');
		assert.ok(marked(text, ours).includes('"missing"'));
		await vscode.workspace.fs.createDirectory(vscode.Uri.file(path.join(path.dirname(file), "missing")));
		await until(() => !marked(text, ours).includes('"missing"'), "the mark is gone");
	});

	it("has unknown keys marked by its schema, and what the schema can't tell by the extension", async () => {
		const document = await vscode.workspace.openTextDocument(file);
		await vscode.window.showTextDocument(document);
		const edit = new vscode.WorkspaceEdit();
		edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), TEXT);
		await vscode.workspace.applyEdit(edit);
		await until(() => marked(TEXT, (name) => !ours(name)).includes('"colour"'), "the unknown key is marked");
		await until(() => marked(TEXT, ours).includes("0"), "the zero is marked");
		await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
	});
});
