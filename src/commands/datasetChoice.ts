/** Which data set a person means, and how many of its pictures. */
import { dirname, relative } from "node:path";
import * as vscode from "vscode";
import { findConfiguration, readConfiguration, settingsForModel } from "../compute/data/configuration.js";
import type { DataDescription } from "../compute/process/requests.js";
import { chooseData } from "../webviews/dataChoice.js";

interface Choice<T> extends vscode.QuickPickItem {
	readonly value: T;
}

const USUAL_COUNTS = [20, 100, 200, 1000];

/** One of the data sets that `blindspot.json` names for the model, or another; null where the person chose none. */
export async function chooseDataset(model: string): Promise<string | null> {
	const { t } = vscode.l10n;
	const choices: readonly Choice<() => Promise<string | null>>[] = [
		...(await configuredData(model)),
		{ label: `$(folder-opened) ${t("Choose Folder…")}`, value: () => chooseData("folder") },
		{
			label: `$(file) ${t("Choose Data File…")}`,
			description: t("IDX, .npz or CIFAR"),
			value: () => chooseData("file"),
		},
	];
	const chosen = await vscode.window.showQuickPick(choices, { title: t("Data Set"), matchOnDescription: true });
	return chosen ? chosen.value() : null;
}

async function configuredData(model: string): Promise<readonly Choice<() => Promise<string>>[]> {
	const root = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(model))?.uri.fsPath ?? null;
	const configuration = await findConfiguration(model, root);
	if (configuration === null) return [];
	const settings = settingsForModel(configuration, await readConfiguration(configuration), model);
	return (settings?.data ?? []).map((path) => ({
		label: relative(dirname(configuration), path) || path,
		description: vscode.workspace.asRelativePath(configuration),
		value: async () => path,
	}));
}

/** How many images `model` (its name) is attacked on: a number, `all`, or null where the person chose nothing. */
export async function chooseCount(data: DataDescription, seed: number, model: string): Promise<number | "all" | null> {
	const { t } = vscode.l10n;
	const drawn =
		data.labels === null
			? t("drawn with seed {0}", seed)
			: t("balanced across classes if labels are known, sampled with seed {0}", seed);
	const all = t("All {0}", data.count.toLocaleString(vscode.env.language));
	const choices: readonly Choice<number | "all" | "another">[] = [
		...USUAL_COUNTS.filter((count) => count < data.count).map((count) => ({
			label: count.toLocaleString(vscode.env.language),
			description: drawn,
			value: count,
		})),
		{ label: all, description: data.labels ?? t("no labels"), value: "all" },
		{ label: t("Another Number…"), description: drawn, value: "another" },
	];
	const chosen = await vscode.window.showQuickPick(choices, { title: t("Number of Images to Attack {0} On", model) });
	return chosen?.value === "another" ? askCount(data.count) : (chosen?.value ?? null);
}

async function askCount(most: number): Promise<number | null> {
	const { t } = vscode.l10n;
	const text = await vscode.window.showInputBox({
		title: t("Number of Images"),
		prompt: t("1 to {0}", most),
		validateInput: (value) =>
			countOf(value, most) === null ? t("Enter a whole number from 1 to {0}.", most) : undefined,
	});
	return text === undefined ? null : countOf(text, most);
}

function countOf(text: string, most: number): number | null {
	const count = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
	return count >= 1 && count <= most ? count : null;
}
