/** What a command is, and how it is registered. */
import * as vscode from "vscode";
import { asBlindspotError } from "../compute/errors.js";
import type { Services } from "../services.js";

export interface Command {
	/** Without the `blindspot.` in front. */
	readonly name: string;
	run(services: Services, ...args: readonly unknown[]): unknown;
}

export function register(services: Services, { name, run }: Command): vscode.Disposable {
	return vscode.commands.registerCommand(`blindspot.${name}`, async (...args: unknown[]) => {
		try {
			return await run(services, ...args);
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			if (error.reason === "cancelled") return undefined;
			services.log.error(error);
			const showLog = vscode.l10n.t("Show Log");
			if ((await vscode.window.showErrorMessage(error.message, showLog)) === showLog) services.log.show();
			return undefined;
		}
	});
}
