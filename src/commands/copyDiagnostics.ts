import { arch, cpus, platform, release, totalmem } from "node:os";
import * as vscode from "vscode";
import { stateWords } from "../explorer/wording.js";
import type { Services } from "../services.js";
import { SECTION } from "../settings.js";
import { EVERY_SETTING } from "../settingsTable.js";
import type { Command } from "./command.js";

/** Copies what a fault report needs: versions, backend, platform, models and settings; no file contents. */
export const copyDiagnostics: Command = {
	name: "copyDiagnostics",
	async run(services) {
		const text = diagnostics(services);
		await vscode.env.clipboard.writeText(text);
		vscode.window.setStatusBarMessage(vscode.l10n.t("Blindspot: diagnostics copied"), 4_000);
		return text;
	},
};

function diagnostics({ context, client, catalog, active }: Services): string {
	const { state } = client;
	const backend = client.backend;
	const models = catalog.models.map((model) => {
		const marks = [model.state.kind, stateWords(model), model.path === active.path ? "active" : ""];
		return `- ${model.name}: ${marks.filter((mark) => mark !== "").join(", ")}`;
	});
	return [
		`Blindspot ${String((context.extension.packageJSON as { readonly version: unknown }).version)}`,
		`VS Code ${vscode.version}, ${vscode.env.appName}, ${vscode.env.remoteName ?? "local"}, ${vscode.env.uiKind === vscode.UIKind.Web ? "web" : "desktop"}`,
		`Node ${process.versions.node}, ${platform()} ${release()} ${arch()}, ${cpus().length} processors, ${Math.round(totalmem() / 2 ** 30)} GiB`,
		`Compute process: ${state.kind}${state.kind === "ended" ? ` (${state.error.message})` : ""}, pid ${client.pid ?? "none"}`,
		`Backend: ${backend === null ? "not known yet" : `${backend.name}, ${backend.version}${backend.note ? `, ${backend.note}` : ""}`}`,
		`Trusted: ${vscode.workspace.isTrusted ? "yes" : "no"}`,
		`Models: ${models.length}`,
		...models,
		"Settings that differ from their defaults:",
		...changedSettings(),
	].join("\n");
}

/** Settings that are set somewhere. */
function changedSettings(): readonly string[] {
	const settings = vscode.workspace.getConfiguration(SECTION);
	const lines = EVERY_SETTING.flatMap(({ name }) => {
		const inspected = settings.inspect(name);
		const value = settings.get(name);
		return JSON.stringify(inspected?.defaultValue) === JSON.stringify(value)
			? []
			: [`- ${name}: ${JSON.stringify(value)}`];
	});
	return lines.length === 0 ? ["- none"] : lines;
}
