import * as vscode from "vscode";
import type { AttackMethod, LabelProbability, Target } from "../compute/reports/report.js";
import { attackSettings } from "../settings.js";
import { trusted } from "../trust.js";
import { openAdversarial } from "../webviews/adversarial/kind.js";
import type { Command } from "./command.js";
import { picturesFor } from "./selection.js";

interface Choice<T> extends vscode.QuickPickItem {
	readonly value: T;
}

/** As `generateAdversarial`, after asking for model, target and method. */
export const generateAdversarialWithOptions: Command = {
	name: "generateAdversarialWithOptions",
	async run({ active, catalog, pages }, ...args) {
		if (!(await trusted())) return undefined;
		const choice = await picturesFor(args);
		if (choice === null) return undefined;
		const model = catalog.usable.length > 1 ? await active.choose() : await active.resolve();
		if (model === null) return catalog.usable.length > 0 ? undefined : openAdversarial(pages, { model }, choice);
		const state = await catalog.inspect(model);
		const names = state.kind === "read" ? state.summary.classNames : [];
		const target = await pick(vscode.l10n.t("Target"), targets(names));
		if (target === null) return undefined;
		const method = await pick(vscode.l10n.t("Method"), methods());
		if (method === null) return undefined;
		return openAdversarial(pages, { model, target, method }, choice);
	},
};

async function pick<T>(title: string, choices: readonly Choice<T>[]): Promise<T | null> {
	const chosen = await vscode.window.showQuickPick(choices, { title, matchOnDescription: true });
	return chosen?.value ?? null;
}

function targets(classNames: readonly LabelProbability["name"][]): readonly Choice<Target>[] {
	const { t } = vscode.l10n;
	return [
		{ label: t("Any other label"), description: t("the nearest"), value: { kind: "any" } },
		{ label: t("Second most probable label"), value: { kind: "second" } },
		{ label: t("Next label"), description: t("(label + 1) mod classes"), value: { kind: "next" } },
		{ label: t("Random label"), description: t("seed {0}", attackSettings().seed), value: { kind: "random" } },
		...classNames.map((name, index): Choice<Target> => {
			return { label: name, description: String(index), value: { kind: "label", index } };
		}),
	];
}

function methods(): readonly Choice<AttackMethod>[] {
	const { t } = vscode.l10n;
	return [
		{ label: t("Closest"), description: t("finishes on the boundary"), value: "closest" },
		{ label: t("Szegedy et al."), description: t("the paper's penalty method, for reference"), value: "szegedy" },
	];
}
