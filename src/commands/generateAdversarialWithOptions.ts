import * as vscode from "vscode";
import {
	ATTACK_METHODS,
	type AttackMethod,
	costWords,
	EFFORTS,
	type Effort,
	hasEfforts,
	METHODS,
} from "../compute/attack/methods.js";
import type { LabelProbability, Target } from "../compute/reports/report.js";
import { attackSettings } from "../settings.js";
import { trusted } from "../trust.js";
import { openAdversarial } from "../webviews/adversarial/kind.js";
import { EFFORT_NAMES } from "../webviews/ui/attackNames.js";
import type { Command } from "./command.js";
import { picturesFor } from "./selection.js";

interface Choice<T> extends vscode.QuickPickItem {
	readonly value: T;
}

/** As `generateAdversarial`, after asking for model, target, method and effort. */
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
		const usual = attackSettings().options;
		const method = await pick(vscode.l10n.t("Method"), methods(usual.effort));
		if (method === null) return undefined;
		const effort = hasEfforts(method) ? await pick(vscode.l10n.t("Effort"), efforts(method)) : usual.effort;
		if (effort === null) return undefined;
		return openAdversarial(pages, { model, target, method, effort }, choice);
	},
};

async function pick<T>(title: string, choices: readonly Choice<T>[]): Promise<T | null> {
	const chosen = await vscode.window.showQuickPick(choices, { title, matchOnDescription: true, matchOnDetail: true });
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

function methods(effort: Effort): readonly Choice<AttackMethod>[] {
	return ATTACK_METHODS.map((value) => {
		const { label, description } = METHODS[value];
		return { label, description: costWords(value, effort), detail: description, value };
	});
}

function efforts(method: AttackMethod): readonly Choice<Effort>[] {
	return EFFORTS.map((value) => ({ label: EFFORT_NAMES[value], description: costWords(method, value), value }));
}
