/** What scripts need to know of the editor's theme; style sheets use the variables themselves. */

/** The value of one of the editor's CSS variables, or of the first fallback that has one. */
export function themeColour(...variables: readonly string[]): string {
	const style = getComputedStyle(document.body);
	for (const variable of variables) {
		const value = style.getPropertyValue(variable).trim();
		if (value !== "") return value;
	}
	return style.color;
}

/** Calls the listener whenever the theme changes; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
	const observer = new MutationObserver(listener);
	observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
	observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style"] });
	return () => observer.disconnect();
}

/** True where colours alone say nothing. */
export function highContrast(): boolean {
	return document.body.className.includes("high-contrast");
}
