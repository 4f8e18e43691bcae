/** What is known of a model in few words, for the tree, the pick and the status bar. */
import { l10n } from "vscode";
import type { BlindspotError } from "../compute/errors.js";
import type { LayerSummary, ModelSummary } from "../compute/reports/report.js";
import type { CatalogModel, ModelState } from "./modelCatalog.js";

const numbers = new Intl.NumberFormat("en");

export function count(value: number): string {
	return numbers.format(value);
}

/** "28×28×1", "100". */
export function shape(sizes: readonly number[]): string {
	return sizes.join("×");
}

/** "Dense · 100 · 10,100"; the parameters where there are any. */
export function layerWords({ type, outputShape, parameters }: LayerSummary): string {
	return [type, shape(outputShape), ...(parameters > 0 ? [count(parameters)] : [])].join(" · ");
}

/** An error without the file's path in front, which stands beside it already. */
export function shortError(error: BlindspotError, path: string): string {
	const { message } = error;
	return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/** Vital words first: the end is cut off where the view is narrow. */
export function stateWords({ path, state }: Pick<CatalogModel, "path" | "state">): string {
	switch (state.kind) {
		case "unread":
			return "";
		case "reading":
			return l10n.t("reading");
		case "read":
			return count(state.summary.parameters);
		case "unreadable":
			return shortError(state.error, path);
		case "foreign":
			return l10n.t("not supported; save it as .keras");
	}
}

/** What the view says above its list where not all files were looked at; null where they were. */
export function cutShortSentence(names: readonly string[], most: number): string | null {
	if (names.length === 0) return null;
	const named = names.join(", ");
	return l10n.t("Only {0} of the files called {1} were looked at. Choose Model opens others.", count(most), named);
}

/** A sentence or two for tooltips. */
export function stateSentence(path: string, state: ModelState): string {
	switch (state.kind) {
		case "unread":
		case "reading":
			return "";
		case "read":
			return summarySentence(state.summary);
		case "unreadable":
			return shortError(state.error, path);
		case "foreign":
			return state.advice;
	}
}

function summarySentence({ inputs, layers, parameters, classes }: ModelSummary): string {
	const facts = [
		l10n.t("{0} parameters in {1} layers", count(parameters), count(layers.length)),
		...inputs.map((input) => l10n.t("input {0}", shape(input.shape))),
		classes === null ? l10n.t("not a classifier that Blindspot can attack") : l10n.t("{0} classes", count(classes)),
	];
	return facts.join(" · ");
}
