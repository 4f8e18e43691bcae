/**
 * Keeps plain keys typed into a control from the editor, where they may be shortcuts of the page. Function keys
 * and keys with Ctrl, Alt or Cmd go on: they mean the same everywhere.
 */
export function keepFromEditor(event: KeyboardEvent): void {
	const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d/.test(event.key);
	if (plain) event.stopPropagation();
}
