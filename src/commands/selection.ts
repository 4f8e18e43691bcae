/** The pictures that a command is about: the Explorer's whole selection, an open picture, or what the person chooses. */
import * as vscode from "vscode";
import { askWhenMany, choosePictures, keepPictures, type PictureChoice } from "../webviews/pictureChoice.js";

/** Null where there are none; the person has been told. */
export async function picturesFor(args: readonly unknown[]): Promise<PictureChoice | null> {
	const selected = selection(args);
	if (selected === null) return choosePictures();
	const choice = await keepPictures(selected);
	if (choice.pictures.length === 0) {
		await vscode.window.showWarningMessage(vscode.l10n.t("The selection doesn't contain any images."));
		return null;
	}
	return askWhenMany(choice);
}

/** The Explorer gives the clicked file and the selection; an editor's title gives its file; the palette nothing. */
function selection([clicked, all]: readonly unknown[]): readonly vscode.Uri[] | null {
	const selected = Array.isArray(all) ? all.filter((item) => item instanceof vscode.Uri) : [];
	if (selected.length > 0) return selected;
	if (clicked instanceof vscode.Uri) return [clicked];
	const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
	const picture = input instanceof vscode.TabInputCustom && input.viewType === "imagePreview.previewEditor";
	return picture ? [input.uri] : null;
}
