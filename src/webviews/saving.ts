/** Saves adversarial and noise pictures where the person says; never over a file without asking. */
import { mkdir, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { BytePicture } from "../compute/data/png.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { SavedPart } from "./adversarial/messages.js";
import type { AttackSession } from "./adversarial/session/attackSession.js";
import { adversarialPicture, noisePictureOf, suggestedPath } from "./adversarial/session/pictures.js";
import type { SessionRow } from "./adversarial/session/rows.js";

type Part = Exclude<SavedPart, "both">;

interface PictureFile {
	readonly part: Part;
	readonly path: string;
	readonly picture: BytePicture;
}

/** Asks where to, saves, and says what was written; null where the person changed their mind. */
export async function saveImage(
	session: AttackSession,
	client: ComputeClient,
	index: number,
	what: SavedPart,
	factor: number,
): Promise<string | null> {
	const row = session.row(index);
	if (!row) return null;
	const parts: readonly Part[] = what === "both" ? ["adversarial", "noise"] : [what];
	const pictures = picturesOf(row, parts, factor);
	const first = pictures[0];
	if (!first) throw new NothingToSave(reasonForNothing(row));
	return withFolder(dirname(first.path), async () => {
		const chosen = await vscode.window.showSaveDialog({
			title: first.part === "noise" ? vscode.l10n.t("Save Noise") : vscode.l10n.t("Save Adversarial"),
			defaultUri: vscode.Uri.file(first.path),
			filters: { PNG: ["png"] },
		});
		if (!chosen) return null;
		// The dialog asks about the file it was given; the second one's name follows from the first's.
		const files = pictures.map((picture) => ({
			...picture,
			path: nameBeside(chosen.fsPath, first.part, picture.part),
		}));
		if (!(await mayReplace(files.slice(1).map(({ path }) => path)))) return null;
		await write(session, client, index, files);
		const names = files.map(({ path }) => basename(path)).join(", ");
		return pictures.length < parts.length
			? vscode.l10n.t("Saved {0}. {1}", names, reasonForNothing(row))
			: vscode.l10n.t("Saved {0}.", names);
	});
}

/** Saves what there is of all images into one folder. */
export async function saveAll(session: AttackSession, client: ComputeClient, factor: number): Promise<string | null> {
	const rows = session.sources.map((_, index) => session.row(index) as SessionRow);
	const found = rows.map((row) => picturesOf(row, ["adversarial", "noise"], factor));
	const savable = found.filter((pictures) => pictures.some(({ part }) => part === "adversarial")).length;
	const [first] = found.flat();
	if (savable === 0 || !first) throw new NothingToSave(vscode.l10n.t("There are no adversarial examples to save."));
	return withFolder(dirname(first.path), async () => {
		const folder = await vscode.window.showOpenDialog({
			title: vscode.l10n.t("Save All"),
			openLabel: vscode.l10n.t("Save Here"),
			canSelectFiles: false,
			canSelectFolders: true,
			defaultUri: vscode.Uri.file(dirname(first.path)),
		});
		const target = folder?.[0]?.fsPath;
		if (target === undefined) return null;
		const taken = new Set<string>();
		const files = found.map((pictures) =>
			pictures.map((picture) => ({ ...picture, path: freeName(join(target, basename(picture.path)), taken) })),
		);
		if (!(await mayReplace(files.flat().map(({ path }) => path)))) return null;
		for (const [index, pictures] of files.entries())
			if (pictures.length > 0) await write(session, client, index, pictures);
		return vscode.l10n.t("Saved {0} adversarials in {1}.", savable, vscode.workspace.asRelativePath(target));
	});
}

/** A dialog opens in a folder that is there only: it is made before, and goes again where nothing was saved in it. */
async function withFolder<T>(folder: string, save: () => Promise<T>): Promise<T> {
	await mkdir(folder, { recursive: true }).catch(() => undefined);
	try {
		return await save();
	} finally {
		// Fails where it has files in it.
		await rmdir(folder).catch(() => undefined);
	}
}

/** There is nothing to save; the message says why. */
export class NothingToSave extends Error {}

function picturesOf(row: SessionRow, parts: readonly Part[], factor: number): readonly PictureFile[] {
	return parts.flatMap((part) => {
		const picture = part === "adversarial" ? adversarialPicture(row) : noisePictureOf(row, factor);
		return picture ? [{ part, picture, path: suggestedPath(row.image, part) }] : [];
	});
}

function reasonForNothing({ image, status }: SessionRow): string {
	const name = basename(image.source);
	if (status === "running" || status === "waiting") return vscode.l10n.t("The search for {0} is still running.", name);
	if (image.stored && !image.stored.success) {
		return vscode.l10n.t("{0} wasn't saved: no 8-bit version that keeps the new label was found.", name);
	}
	return vscode.l10n.t("{0} has no adversarial to save.", name);
}

function nameBeside(chosen: string, chosenPart: Part, part: Part): string {
	if (part === chosenPart) return chosen;
	const stem = chosen.replace(/\.png$/i, "").replace(new RegExp(`\\.${chosenPart}$`, "i"), "");
	return `${stem}.${part}.png`;
}

/** Two pictures of one name from different folders: the second gets a number. */
function freeName(path: string, taken: Set<string>): string {
	let name = path;
	for (let number = 2; taken.has(name); number++) name = path.replace(/(\.\w+\.png)$/, `-${number}$1`);
	taken.add(name);
	return name;
}

async function mayReplace(paths: readonly string[]): Promise<boolean> {
	const existing = (await Promise.all(paths.map(async (path) => ((await exists(path)) ? path : null)))).filter(
		(path) => path !== null,
	);
	if (existing.length === 0) return true;
	const replace = vscode.l10n.t("Replace");
	const question =
		existing.length === 1
			? vscode.l10n.t("{0} already exists. Do you want to replace it?", basename(existing[0] as string))
			: vscode.l10n.t("{0} files exist already. Replace them?", existing.length);
	return (await vscode.window.showWarningMessage(question, { modal: true }, replace)) === replace;
}

async function exists(path: string): Promise<boolean> {
	return stat(path).then(
		() => true,
		() => false,
	);
}

async function write(
	session: AttackSession,
	client: ComputeClient,
	index: number,
	files: readonly PictureFile[],
): Promise<void> {
	const written = { ...(session.row(index) as SessionRow).image.files };
	for (const { part, path, picture } of files) {
		written[part] = await client.savePng({ path, picture, whenExisting: "replace" });
	}
	session.setFiles(index, written);
}
