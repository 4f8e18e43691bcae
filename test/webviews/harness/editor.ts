/** What stands in for the editor around a page: its API, its theme, and buttons for the test to press. */
import type { ExtensionMessage, PageMessage } from "../../../src/webviews/adversarial/messages.js";
import { messages, type SampleName } from "./samples.js";

export interface Harness {
	readonly sent: PageMessage[];
	readonly violations: string[];
	show(name: SampleName): void;
	/** Only the results of a state, as they arrive in a run. */
	showResults(name: SampleName): void;
	post(message: ExtensionMessage): void;
}

declare global {
	interface Window {
		harness: Harness;
		acquireVsCodeApi: () => {
			postMessage(message: PageMessage): void;
			getState(): unknown;
			setState(state: unknown): void;
		};
	}
}

const STORED = "harness-state";
const sent: PageMessage[] = [];
const violations: string[] = [];
const post = (message: ExtensionMessage): void => window.postMessage(message, "*");

const theme = new URLSearchParams(location.search).get("theme") ?? "dark";
document.documentElement.dataset.theme = theme;
document.body.className = `vscode-${theme}`;
document.addEventListener("securitypolicyviolation", (event) =>
	violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
);

window.acquireVsCodeApi = () => ({
	postMessage: (message) => sent.push(message),
	getState: () => JSON.parse(sessionStorage.getItem(STORED) ?? "null"),
	setState: (state) => sessionStorage.setItem(STORED, JSON.stringify(state)),
});

window.harness = {
	sent,
	violations,
	post,
	show: (name) => messages(name).forEach(post),
	showResults: (name) =>
		messages(name)
			.filter(({ type }) => type === "image")
			.forEach(post),
};
