/** What stands in for the editor around any page: its API, its theme, and what the page sent. */
export interface Editor {
	/** What the page sent, oldest first. */
	readonly sent: readonly { readonly type: string }[];
	/** What its policy refused. */
	readonly violations: readonly string[];
	/** Sends the page a message. */
	post(message: object): void;
	/** Called with what the page sends. */
	answer: (message: { readonly type: string }) => void;
}

declare global {
	interface Window {
		readonly editor: Editor;
	}
}

const STORED = "harness-state";
const sent: { readonly type: string }[] = [];
const violations: string[] = [];

const theme = new URLSearchParams(location.search).get("theme") ?? "dark";
document.documentElement.dataset.theme = theme;
document.body.className = `vscode-${theme}`;
document.addEventListener("securitypolicyviolation", (event) =>
	violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
);

export const editor: Editor = {
	sent,
	violations,
	post: (message) => window.postMessage(message, "*"),
	answer: () => undefined,
};

Object.assign(window, {
	editor,
	acquireVsCodeApi: () => ({
		postMessage: (message: { readonly type: string }) => {
			sent.push(message);
			editor.answer(message);
		},
		getState: (): unknown => JSON.parse(sessionStorage.getItem(STORED) ?? "null"),
		setState: (state: unknown) => sessionStorage.setItem(STORED, JSON.stringify(state)),
	}),
});
