/** From what a person selected to the pictures in it, and words for what was left out. */
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import { findPictures } from "../compute/data/listing.js";
import { formatOfName } from "../compute/data/pictureFormats.js";

export interface PictureChoice {
	/** Paths, each once, in the order selected. */
	readonly pictures: readonly string[];
	/** What was left out, in words; null where nothing was. */
	readonly skipped: string | null;
}

const NAMED_WHEN_SKIPPED = 3;
const PICTURE_EXTENSIONS = ["png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff", "avif"];
/** More than this and the person is asked. */
const MANY = 200;

/** Keeps pictures and looks into folders. */
export async function keepPictures(uris: readonly vscode.Uri[]): Promise<PictureChoice> {
	const pictures = new Set<string>();
	const skipped: string[] = [];
	for (const uri of uris) {
		const found = uri.scheme === "file" ? await picturesAt(uri.fsPath) : [];
		if (found.length === 0) skipped.push(basename(uri.path));
		for (const path of found) pictures.add(path);
	}
	return { pictures: [...pictures], skipped: skippedWords(skipped) };
}

async function picturesAt(path: string): Promise<readonly string[]> {
	const status = await stat(path).catch(() => null);
	if (status?.isDirectory()) return (await findPictures(path)).pictures;
	return formatOfName(path) === null ? [] : [path];
}

function skippedWords(skipped: readonly string[]): string | null {
	if (skipped.length === 0) return null;
	const named = skipped.slice(0, NAMED_WHEN_SKIPPED).join(", ");
	const more = skipped.length - NAMED_WHEN_SKIPPED;
	return more > 0
		? vscode.l10n.t("Skipped, no pictures: {0} and {1} more.", named, more)
		: vscode.l10n.t("Skipped, no pictures: {0}.", named);
}

/** Asks for pictures by the editor's own dialog; null where the person chose none. */
export async function choosePictures(): Promise<PictureChoice | null> {
	const chosen = await vscode.window.showOpenDialog({
		title: vscode.l10n.t("Choose Images"),
		openLabel: vscode.l10n.t("Choose"),
		canSelectMany: true,
		filters: { [vscode.l10n.t("Images")]: PICTURE_EXTENSIONS },
	});
	return chosen ? askWhenMany(await keepPictures(chosen)) : null;
}

/** Asks before a very large selection is run whole; null where the person wants none of it. */
export async function askWhenMany(choice: PictureChoice): Promise<PictureChoice | null> {
	const { pictures } = choice;
	if (pictures.length <= MANY) return choice;
	const all = vscode.l10n.t("All {0}", pictures.length);
	const some = vscode.l10n.t("{0} of Them", MANY);
	const answer = await vscode.window.showInformationMessage(
		vscode.l10n.t("Look for adversarials of {0} images?", pictures.length),
		{ modal: true, detail: vscode.l10n.t("A part is taken evenly from the whole selection.") },
		all,
		some,
	);
	if (answer === all) return choice;
	if (answer !== some) return null;
	const evenly = Array.from({ length: MANY }, (_, at) => pictures[Math.floor((at * pictures.length) / MANY)] as string);
	return { ...choice, pictures: evenly };
}
