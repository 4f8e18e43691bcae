import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { CatalogModel } from "../../src/explorer/modelCatalog.js";
import type { Api } from "../../src/extension.js";
import { type GraphSpec, node, placeholder, writeSavedModel } from "../compute/formats/graphdef/writer.js";
import { api, until, workspaceFolder } from "./support.js";

describe("the models of the workspace", () => {
	let blindspot: Api;
	let folder: string;

	before(async () => {
		blindspot = await api();
		folder = path.join(workspaceFolder(), "in-host");
		mkdirSync(path.join(folder, "node_modules", "dependency"), { recursive: true });
		writeFileSync(path.join(folder, "broken.h5"), "not HDF5");
		writeFileSync(path.join(folder, "net.pt"), "");
		writeFileSync(path.join(folder, "notes.json"), '{"no": "model"}');
		writeFileSync(path.join(folder, "node_modules", "dependency", "other.keras"), "");
		await blindspot.catalog.refresh();
	});

	after(async () => {
		rmSync(folder, { recursive: true, force: true });
		await blindspot.catalog.refresh();
	});

	const named = (name: string): CatalogModel | undefined =>
		blindspot.catalog.models.find((model) => model.path === path.join(folder, name));

	it("are found by name and content, dependencies left out", () => {
		assert.ok(named("broken.h5"));
		assert.equal(named("net.pt")?.state.kind, "foreign");
		assert.equal(named("notes.json"), undefined);
		const paths = blindspot.catalog.models.map((model) => model.path);
		assert.deepEqual(
			paths.filter((file) => file.includes("node_modules")),
			[],
		);
	});

	it("stay in the list with the reason when they can't be read", async () => {
		const state = await blindspot.catalog.inspect(path.join(folder, "broken.h5"));
		assert.equal(state.kind, "unreadable");
		assert.match(state.kind === "unreadable" ? state.error.message : "", /broken\.h5/);
		assert.ok(!blindspot.catalog.usable.some((model) => model.path.endsWith("broken.h5")));
	});

	it("are read with their layers", async () => {
		const [example] = blindspot.catalog.usable;
		assert.ok(example, "the workspace has no model");
		const state = await blindspot.catalog.inspect(example.path);
		assert.equal(state.kind, "read");
		assert.ok(state.kind === "read" && state.summary.layers.some((layer) => layer.parameters > 0));
	});

	it("appear and go as files do", async () => {
		const late = path.join(folder, "late.keras");
		writeFileSync(late, "");
		await until(() => named("late.keras") !== undefined, "the new file is listed");
		rmSync(late);
		await until(() => named("late.keras") === undefined, "the deleted file is gone");
	});

	it("are found in folders that came with them", async () => {
		// Of files that are written right after their folder the watcher misses some: one in four, as measured.
		for (let at = 0; at < 10; at++) {
			const file = path.join("copied", `run-${at}`, "last", "net.keras");
			mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
			writeFileSync(path.join(folder, file), "");
			await until(() => named(file) !== undefined, `${file} is listed`, 10_000);
		}
	}).timeout(120_000);

	it("are read again when their weights change: a SavedModel's variables", async () => {
		const saved = path.join(folder, "net");
		mkdirSync(saved, { recursive: true });
		const spec: GraphSpec = {
			nodes: [placeholder("x", [-1, 4, 4, 1]), node("read", "ReadVariableOp", "w"), node("y", "Mul", "x read")],
			variables: { w: [1] },
		};
		await writeSavedModel(saved, spec);
		const graph = path.join("net", "saved_model.pb");
		await until(() => named(graph) !== undefined, "the SavedModel is listed");
		const model = path.join(folder, graph);
		const first = await blindspot.catalog.inspect(model);
		assert.equal(first.kind, "read");
		writeFileSync(path.join(saved, "variables", "variables.data-00000-of-00001"), "oh");
		await until(() => named(graph)?.state.kind === "unread", "the model is to be read again");
		assert.equal((await blindspot.catalog.inspect(model)).kind, "unreadable");
		await writeSavedModel(saved, { ...spec, variables: { w: [2] } });
		await until(() => named(graph)?.state.kind === "unread", "the repaired model is to be read again");
		const second = await blindspot.catalog.inspect(model);
		assert.ok(first.kind === "read" && second.kind === "read" && first.summary.sha256 !== second.summary.sha256);
	});

	it("become the active one when chosen", async () => {
		const [example] = blindspot.catalog.usable;
		assert.ok(example);
		await vscode.commands.executeCommand("blindspot.useModel", { kind: "model", path: example.path });
		assert.equal(blindspot.active.path, example.path);
	});
});
