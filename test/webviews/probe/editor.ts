/** What stands in for the editor and the extension around the page "Probe": its API, its theme, answers to what it asks. */
import { drawBlindTest } from "../../../src/webviews/probe/blind/blindTest.js";
import type { ProbePageMessage } from "../../../src/webviews/probe/messages.js";
import { editor } from "../harness/editor.js";
import { messages, type ProbeSampleName } from "./samples.js";

declare global {
	interface Window {
		/** Shows a state; what the page asks is answered from it. */
		readonly showProbe: (name: ProbeSampleName) => void;
	}
}

let shown: ProbeSampleName = "complete";

/** Shuffles by a linear congruential generator. */
function shuffler(seed: number): { shuffle<T>(items: T[]): T[] } {
	let state = seed >>> 0;
	const uniform = (): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 2 ** 32;
	};
	return {
		shuffle: (items) =>
			items
				.map((item) => ({ item, key: uniform() }))
				.toSorted((a, b) => a.key - b.key)
				.map(({ item }) => item),
	};
}

function answer(message: ProbePageMessage): void {
	const report = messages(shown).find(({ type }) => type === "report");
	if (report?.type !== "report" || report.report === null) return;
	if (message.type === "startBlind") {
		const test = drawBlindTest(report.report, message.seed, message.perKind, shuffler(message.seed));
		editor.post({ type: "blind", test });
	}
	if (message.type === "map") {
		const [rows, columns] = report.report.layer.places === 1 ? [1, 1] : [14, 14];
		const values = Float32Array.from(
			{ length: rows * columns },
			(_, at) => Math.sin(at / 9) + Math.cos((at % columns) / 3),
		);
		const { width } = report.report.model.inputSize;
		const { channels } = report.report.model;
		const data = Uint8Array.from({ length: width * width * channels }, (_, at) => (at * 7) % 251);
		const map = { picture: { width, height: width, channels, data }, rows, columns, values, score: 1.5 };
		editor.post({ type: "map", source: message.source, of: message.of, map });
	}
}

editor.answer = (message) => answer(message as ProbePageMessage);
Object.assign(window, {
	showProbe: (name: ProbeSampleName) => {
		shown = name;
		messages(name).forEach(editor.post);
	},
});
