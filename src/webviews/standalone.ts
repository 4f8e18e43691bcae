/** A page as a file of its own, without the extension: reads the report that a standalone page has in it; `standaloneHtml.ts` writes it. */
import { unpack } from "../compute/reports/packed.js";

/** Ids of the elements that hold the messages as JSON and the typed arrays as base64. */
export const MESSAGES_ID = "blindspot-messages";
export const arrayId = (at: number): string => `blindspot-array-${at}`;

/** The messages that bring the page into the state that was exported. Throws where the file is damaged. */
export function embeddedMessages(): readonly unknown[] {
	const text = (id: string): string => {
		const content = document.getElementById(id)?.textContent;
		if (content == null) throw new Error(`This file is damaged: it has no ${id}.`);
		return content;
	};
	const bytes = (at: number): Uint8Array => {
		const characters = atob(text(arrayId(at)));
		const array = new Uint8Array(characters.length);
		for (let index = 0; index < characters.length; index++) array[index] = characters.charCodeAt(index);
		return array;
	};
	const messages = unpack(text(MESSAGES_ID), bytes);
	return Array.isArray(messages) ? messages : [];
}

/** Follows the system's light or dark, as the editor's theme does otherwise. */
export function followSystemTheme(): void {
	const dark = matchMedia("(prefers-color-scheme: dark)");
	const show = (): void => {
		const theme = dark.matches ? "dark" : "light";
		document.documentElement.dataset.theme = theme;
		document.body.classList.toggle("vscode-dark", dark.matches);
		document.body.classList.toggle("vscode-light", !dark.matches);
	};
	dark.addEventListener("change", show);
	show();
}
