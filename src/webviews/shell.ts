/** The HTML around every page. A pure function, so that tests serve a page with the policy it has in the editor. */

/** Style sheets that the toolkit inserts empty and fills by script. */
export const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

export interface Shell {
	/** The webview's `cspSource`. */
	readonly cspSource: string;
	readonly scriptUri: string;
	readonly styleUri: string;
	/** Fresh for every page: base64 letters and digits. */
	readonly nonce: string;
	readonly title: string;
	/** The page's element, such as `blindspot-adversarial`. */
	readonly element: string;
}

export const escaped = (text: string): string =>
	text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** The document of a webview: nothing is allowed but the page's own script and style. */
export function html(shell: Shell): string {
	const policy = [
		"default-src 'none'",
		`script-src 'nonce-${shell.nonce}'`,
		`style-src ${shell.cspSource} ${EMPTY_STYLE}`,
		`img-src ${shell.cspSource} blob:`,
		`font-src ${shell.cspSource}`,
	].join("; ");
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(shell.title)}</title>
<link rel="stylesheet" href="${escaped(shell.styleUri)}">
</head>
<body>
<${shell.element} class="root"></${shell.element}>
<script nonce="${escaped(shell.nonce)}" src="${escaped(shell.scriptUri)}"></script>
</body>
</html>
`;
}
