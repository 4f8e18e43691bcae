/** What stands in for the editor and the session around the page "Adversarial": states to show, and a run's results as they arrive. */
import { waitingImage } from "../../../src/compute/attack/attackedImages.js";
import { editor } from "../harness/editor.js";
import { messages, type SampleName } from "../harness/samples.js";

export interface AdversarialHarness {
	show(name: SampleName): void;
	/** Only the results of a state, as they arrive in a run. */
	showResults(name: SampleName): void;
	/** As a run does it: all rows waiting, then some results every 150 ms for a while, then the others and the complete state. */
	stream(name: SampleName): Promise<void>;
	/** Draws the pictures of a state, so that what is measured afterwards is the page's work alone. */
	draw(name: SampleName): void;
}

declare global {
	interface Window {
		readonly adversarial: AdversarialHarness;
	}
}

/** As the session sends them. */
const FLUSH_MILLISECONDS = 150;
const MOST_PER_FLUSH = 8;
const FLUSHES = 12;

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
	editor.post({ type: "state", state: { ...state, rows, phase, facts: null } });
	for (let flush = 0; flush < FLUSHES; flush++) {
		await new Promise((done) => setTimeout(done, FLUSH_MILLISECONDS));
		results.splice(0, MOST_PER_FLUSH).forEach(editor.post);
	}
	results.forEach(editor.post);
	editor.post(whole);
}

Object.assign(window, {
	adversarial: {
		stream,
		draw: (name) => void messages(name),
		show: (name) => messages(name).forEach(editor.post),
		showResults: (name) =>
			messages(name)
				.filter(({ type }) => type === "image")
				.forEach(editor.post),
	} satisfies AdversarialHarness,
});
