/** What stands in for the editor around a page: its API, its theme, and buttons for the test to press. */
import { waitingImage } from "../../../src/compute/attackedImages.js";
import type { ExtensionMessage, PageMessage } from "../../../src/webviews/adversarial/messages.js";
import { messages, type SampleName } from "./samples.js";

export interface Harness {
	readonly sent: PageMessage[];
	readonly violations: string[];
	show(name: SampleName): void;
	/** Only the results of a state, as they arrive in a run. */
	showResults(name: SampleName): void;
	/** As a run does it: all rows waiting, then some results every 150 ms for a while, then the others and the complete state. */
	stream(name: SampleName): Promise<void>;
	/** Draws the pictures of a state, so that what is measured afterwards is the page's work alone. */
	draw(name: SampleName): void;
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

/** As the session sends them. */
const FLUSH_MILLISECONDS = 150;
const MOST_PER_FLUSH = 8;
const FLUSHES = 12;
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

async function stream(name: SampleName): Promise<void> {
	const [whole, ...results] = messages(name);
	if (whole?.type !== "state") return;
	const { state } = whole;
	const phase = { kind: "running", words: "Reading", share: null } as const;
	const rows = state.rows.map((row) => ({
		...row,
		image: waitingImage(row.image.source, null),
		status: "waiting" as const,
	}));
	post({ type: "state", state: { ...state, rows, phase, facts: null } });
	for (let flush = 0; flush < FLUSHES; flush++) {
		await new Promise((done) => setTimeout(done, FLUSH_MILLISECONDS));
		results.splice(0, MOST_PER_FLUSH).forEach(post);
	}
	results.forEach(post);
	post(whole);
}

window.harness = {
	stream,
	draw: (name) => void messages(name),
	sent,
	violations,
	post,
	show: (name) => messages(name).forEach(post),
	showResults: (name) =>
		messages(name)
			.filter(({ type }) => type === "image")
			.forEach(post),
};
