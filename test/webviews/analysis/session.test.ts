import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { BlindspotError } from "../../../src/compute/errors.js";
import { ComputeClient } from "../../../src/compute/process/client.js";
import { readReport, writeReport } from "../../../src/compute/reports/reportFile.js";
import type { RunContext } from "../../../src/webviews/analysis/analysis.js";
import type { AnalysisExtensionMessage } from "../../../src/webviews/analysis/messages.js";
import { type AnalysisSession, analysisPage, newSession } from "../../../src/webviews/analysis/session.js";
import type { PageSurroundings } from "../../../src/webviews/pageKind.js";
import {
	type CountingQuestion,
	type CountingReport,
	counting,
	countingReport,
	DATA,
	MODEL,
} from "../harness/counting.js";

type Message = AnalysisExtensionMessage<CountingQuestion, CountingReport>;

/** A run as the analysis sees it: the test answers it. */
interface Run {
	readonly question: CountingQuestion;
	readonly context: RunContext<CountingReport>;
	finish(report: CountingReport): void;
	fail(error: BlindspotError): void;
}

const WHOLE: CountingQuestion = { model: MODEL, data: DATA, by: "label" };

/** `isDeaf`: its runs don't hear that they are cancelled, and come to their end. */
function setUp(question: CountingQuestion = WHOLE, dataOf: string | null = null, isDeaf = false) {
	const runs: Run[] = [];
	const messages: Message[] = [];
	const failures: BlindspotError[] = [];
	const changes: boolean[] = [];
	const file = { changed: false };
	const analysis = counting(
		(question, context) =>
			new Promise((finish, fail) => {
				runs.push({ question, context, finish, fail });
				if (isDeaf) return;
				context.signal.addEventListener("abort", () => fail(new BlindspotError("cancelled", "Cancelled.")));
			}),
	);
	const around: PageSurroundings = {
		client: new ComputeClient({
			hostPath: "",
			settings: () => {
				throw new Error("no process is started");
			},
			log: { info: () => undefined, warn: () => undefined, error: () => undefined },
		}),
		models: () => [{ path: MODEL, name: "mlp.keras" }],
		activeModel: () => MODEL,
		modelRequest: (path) => ({ path, configuration: null, preprocessing: {}, classesFile: null }),
		modelChanged: async () => file.changed,
		dataOf: async () => dataOf,
		post: (message) => messages.push(message as Message),
		notice: () => undefined,
		changed: (urgent) => changes.push(urgent),
		failed: (error) => failures.push(error),
	};
	const session = newSession("id-1", analysis, question, around);
	return { session, analysis, around, runs, messages, failures, changes, file };
}

const state = (messages: readonly Message[]) => messages.findLast((message) => message.type === "state")?.state;
const reports = (messages: readonly Message[]) =>
	messages.flatMap((message) => (message.type === "report" ? [message.report] : []));
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.useRealTimers();
});

describe("the session of an analysis", () => {
	it("runs, tells how far it is and becomes complete", async () => {
		const { session, runs, messages, changes } = setUp();
		expect(session.phase).toEqual({ kind: "idle" });
		expect(session.stored).toBeNull();
		void session.run(WHOLE);
		expect(session.phase).toEqual({ kind: "running", words: "Starting", share: null });
		runs[0]?.context.progress("50 of 200 images", 0.25);
		expect(messages.at(-1)).toEqual({
			type: "phase",
			phase: { kind: "running", words: "50 of 200 images", share: 0.25 },
		});
		runs[0]?.finish(countingReport([3, 4]));
		await settle();
		expect(session.phase).toEqual({ kind: "complete" });
		expect(state(messages)).toMatchObject({ phase: { kind: "complete" }, shown: WHOLE, missing: null });
		expect(reports(messages).at(-1)?.counts).toEqual(Uint32Array.from([3, 4]));
		expect(changes).toEqual([true, false, true]);
	});

	it("says when the model's file has changed since, and gives the next run what was shown before", async () => {
		const { session, runs, messages, file } = setUp();
		void session.run(WHOLE);
		expect(runs[0]?.context.previous).toBeNull();
		runs[0]?.finish(countingReport([3]));
		await settle();
		expect(state(messages)).toMatchObject({ modelChanged: false });
		file.changed = true;
		session.sendState();
		await settle();
		expect(state(messages)).toMatchObject({ modelChanged: true });
		void session.run(WHOLE);
		expect(state(messages)).toMatchObject({ modelChanged: false });
		expect(runs[1]?.context.previous?.counts).toEqual(Uint32Array.from([3]));
		session.dispose();
	});

	it("passes reports so far on now and then, the latest", async () => {
		const { session, runs, messages } = setUp();
		void session.run(WHOLE);
		messages.length = 0;
		for (let at = 1; at <= 10; at++) runs[0]?.context.soFar(countingReport([at]));
		expect(reports(messages)).toEqual([]);
		await vi.advanceTimersByTimeAsync(301);
		expect(reports(messages).map((report) => report?.counts[0])).toEqual([10]);
		session.dispose();
	});

	it("keeps what there is when it is cancelled or the process ends, and runs again", async () => {
		const { session, runs, failures } = setUp();
		void session.run(WHOLE);
		runs[0]?.context.progress("80 of 200 images", 0.4);
		runs[0]?.context.soFar(countingReport([1]));
		session.cancel();
		await settle();
		expect(session.phase).toEqual({ kind: "cancelled" });
		expect(session.report?.counts[0]).toBe(1);
		expect(session.stored?.head).toMatchObject({ complete: false, words: "cancelled at 40%" });
		expect(failures).toEqual([]);
		void session.run(WHOLE);
		expect(session.report).toBeNull();
		runs[1]?.fail(new BlindspotError("process-ended", "The compute process ended: exit code 7."));
		await settle();
		expect(session.phase).toEqual({ kind: "ended", message: "The compute process ended: exit code 7." });
		expect(failures).toHaveLength(1);
		void session.run(WHOLE);
		runs[2]?.fail(new BlindspotError("unreadable-model", `${MODEL}: cut off`, MODEL));
		await settle();
		expect(session.phase).toMatchObject({ kind: "failed", reason: "unreadable-model", subject: MODEL });
	});

	it("hears no more of a run that another took the place of", async () => {
		const { session, runs } = setUp();
		void session.run(WHOLE);
		void session.run({ ...WHOLE, by: "size" });
		runs[0]?.context.progress("late", 1);
		runs[0]?.context.soFar(countingReport([9]));
		expect(session.report).toBeNull();
		expect(session.phase).toMatchObject({ words: "Starting" });
		runs[1]?.finish(countingReport([2]));
		await settle();
		expect(session.report?.counts[0]).toBe(2);
	});

	it("drops the result of a run that another took the place of, whenever it comes", async () => {
		const { session, runs, messages } = setUp(WHOLE, null, true);
		void session.run(WHOLE);
		void session.run({ ...WHOLE, by: "size" });
		expect(runs[0]?.context.signal.aborted).toBe(true);
		messages.length = 0;
		runs[0]?.finish(countingReport([1]));
		await settle();
		expect(session.phase).toMatchObject({ kind: "running", words: "Starting" });
		expect(session.shown).toMatchObject({ by: "size" });
		expect(session.report).toBeNull();
		expect(messages).toEqual([]);
		runs[1]?.finish(countingReport([2]));
		await settle();
		expect(session.report?.counts[0]).toBe(2);

		void session.run(WHOLE);
		void session.run(WHOLE);
		runs[3]?.finish(countingReport([4]));
		await settle();
		runs[2]?.finish(countingReport([3]));
		await settle();
		expect(session.report?.counts[0]).toBe(4);
		expect(session.phase).toEqual({ kind: "complete" });
	});

	it("doesn't fail with a run that another took the place of", async () => {
		const { session, runs, failures } = setUp(WHOLE, null, true);
		void session.run(WHOLE);
		void session.run({ ...WHOLE, by: "size" });
		runs[0]?.fail(new BlindspotError("process-ended", "The compute process ended."));
		await settle();
		expect(failures).toEqual([]);
		expect(session.phase).toMatchObject({ kind: "running", words: "Starting" });
		session.dispose();
	});

	it("keeps what is shown until the answer to a question beside it is there, and tells only of a long run", async () => {
		const { session, runs, messages, failures } = setUp();
		void session.run(WHOLE);
		runs[0]?.finish(countingReport([1]));
		await settle();
		messages.length = 0;
		void session.run({ ...WHOLE, by: "size" });
		runs[1]?.context.progress("50 of 200 images", 0.25);
		expect(session.report?.counts[0]).toBe(1);
		expect(session.stored?.content).toMatchObject({ shown: WHOLE, report: { counts: Uint32Array.of(1) } });
		runs[1]?.finish(countingReport([2]));
		await settle();
		expect(messages.map(({ type }) => type)).toEqual(["report", "state"]);
		expect(state(messages)).toMatchObject({ shown: { by: "size" }, phase: { kind: "complete" } });

		void session.run(WHOLE);
		await vi.advanceTimersByTimeAsync(500);
		expect(state(messages)).toMatchObject({ shown: { by: "size" }, asked: WHOLE, phase: { kind: "running" } });
		session.cancel();
		await settle();
		expect(state(messages)).toMatchObject({
			shown: { by: "size" },
			asked: { by: "size" },
			phase: { kind: "complete" },
		});
		expect(reports(messages).at(-1)?.counts[0]).toBe(2);

		void session.run(WHOLE);
		runs[3]?.fail(new BlindspotError("process-ended", "The compute process ended."));
		await settle();
		expect(state(messages)).toMatchObject({ shown: { by: "size" }, asked: WHOLE, phase: { kind: "ended" } });
		expect(session.report?.counts[0]).toBe(2);
		expect(failures).toHaveLength(1);
	});

	it("takes the data that the configuration names, and starts only where nothing is missing", async () => {
		const without = setUp({ ...WHOLE, data: null });
		await without.session.start();
		expect(without.runs).toEqual([]);
		without.session.sendState();
		expect(state(without.messages)?.missing).toBe("data");
		const named = setUp({ ...WHOLE, data: null }, "/data/digits");
		void named.session.start();
		await settle();
		expect(named.runs[0]?.question.data).toEqual(DATA);
		named.session.dispose();
	});

	it("runs at once when what was missing is chosen, and only asks where there is something to lose", async () => {
		const { session, runs } = setUp({ ...WHOLE, data: null });
		void session.setData("/data/digits");
		await settle();
		expect(runs).toHaveLength(1);
		runs[0]?.finish(countingReport([1]));
		await settle();
		await session.setModel("/models/other.keras");
		expect(runs).toHaveLength(1);
		expect(session.asked.model).toBe("/models/other.keras");
		expect(session.title).toBe(`Counting: ${MODEL}`);
		expect(session.report).not.toBeNull();
	});

	it("understands its own messages and no others", async () => {
		const { session, runs, messages } = setUp();
		expect(await session.receive({ type: "ask", question: { ...WHOLE, by: "size" } })).toBe(true);
		expect(state(messages)?.asked.by).toBe("size");
		expect(runs).toEqual([]);
		void session.receive({ type: "run", question: { ...WHOLE, model: "/models/other.keras" } });
		await settle();
		expect(runs[0]?.question.model).toBe("/models/other.keras");
		expect(state(messages)?.models.map(({ name }) => name)).toEqual(["mlp.keras", "models/other.keras"]);
		for (const wrong of [null, {}, { type: "run" }, { type: "run", question: { ...WHOLE, by: "age" } }]) {
			expect(await session.receive(wrong)).toBe(false);
		}
		session.dispose();
	});

	it("comes back from its file, complete or interrupted", async () => {
		const { session, analysis, around, runs } = setUp();
		const kind = analysisPage(analysis);
		const restored = () => {
			const { head, content } = readReport(writeReport(session.stored!), "a.blindspot");
			expect(head.kind).toBe("counting");
			return kind.restore("id-1", content, around) as AnalysisSession<CountingQuestion, CountingReport>;
		};
		void session.run(WHOLE);
		expect(restored().phase.kind).toBe("ended");
		runs[0]?.finish(countingReport([3, 4]));
		await settle();
		const back = restored();
		expect(back.phase).toEqual({ kind: "complete" });
		expect(back.report).toEqual(countingReport([3, 4]));
		expect(back.stored).toEqual(session.stored);
		expect(session.stored?.head.models).toEqual([{ path: MODEL, sha256: "ab12" }]);
		expect(() => kind.restore("id-2", { asked: WHOLE }, around)).toThrow(/none of Counting of this version: shown/);
	});

	it("gives its results away as JSON, rows and messages", async () => {
		const { session, runs } = setUp();
		expect(session.exported).toBeNull();
		void session.run(WHOLE);
		runs[0]?.finish(countingReport([3, 4]));
		await settle();
		expect(session.exported?.report).toMatchObject({ counts: [3, 4] });
		expect(session.exported?.rows[2]).toEqual(["label 1", 4]);
		expect(session.exported?.messages.map((message) => (message as Message).type)).toEqual(["state", "report"]);
	});
});
