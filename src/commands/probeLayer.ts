import * as vscode from "vscode";
import type { ModelCatalog } from "../explorer/modelCatalog.js";
import { trusted } from "../trust.js";
import { openProbe } from "../webviews/probe/kind.js";
import { lastHiddenLayer, layerChoices } from "../webviews/probe/question.js";
import type { Command } from "./command.js";

/** Undone by the person. */
const NOTHING = Symbol("nothing chosen");

/**
 * Probes a layer: units beside random directions. Asks for what it isn't given. From the palette without arguments; with the
 * path of a model and the name of a layer; or with a node of the view "Models".
 */
export const probeLayer: Command = {
	name: "probeLayer",
	async run({ active, catalog, pages }, ...args) {
		if (!(await trusted())) return;
		const named = asked(args);
		const model = named.model ?? (catalog.usable.length > 1 ? await active.choose() : await active.resolve());
		// Several models and none picked: the person changed their mind. No model at all: the page asks for one.
		if (model === null && catalog.usable.length > 0) return;
		const layer = named.layer ?? (model === null ? null : await pickLayer(catalog, model));
		if (layer !== NOTHING) await openProbe(pages, model, layer);
	},
};

/** What the arguments say: a path and a name, or a node of the view. */
function asked([first, second]: readonly unknown[]): { readonly model: string | null; readonly layer: string | null } {
	if (typeof first === "string") return { model: first, layer: typeof second === "string" ? second : null };
	if (typeof first !== "object" || first === null || !("path" in first) || typeof first.path !== "string")
		return { model: null, layer: null };
	const layer = "layer" in first && typeof first.layer === "object" && first.layer !== null ? first.layer : null;
	const name = layer !== null && "name" in layer && typeof layer.name === "string" ? layer.name : null;
	return { model: first.path, layer: name };
}

/** Null where the model could not be read: the page says why. */
async function pickLayer(catalog: ModelCatalog, model: string): Promise<string | null | typeof NOTHING> {
	const state = await catalog.inspect(model);
	if (state.kind !== "read") return null;
	const { layers } = state.summary;
	const usual = lastHiddenLayer(layers);
	// The first is the one that Enter takes.
	const choices = layerChoices(layers).toSorted((a, b) => Number(b.name === usual) - Number(a.name === usual));
	const items = choices.map(
		({ name, words }): vscode.QuickPickItem => ({
			label: name,
			description: words,
			...(name === usual ? { detail: vscode.l10n.t("the last hidden layer") } : {}),
		}),
	);
	const chosen = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t("Probe Layer"),
		placeHolder: vscode.l10n.t("Select the layer to probe"),
		matchOnDescription: true,
	});
	return chosen?.label ?? NOTHING;
}
