import { describe, expect, it, vi } from "vitest";
import type { ComparedReport } from "../../../../src/compute/attack/methodComparison.js";
import type { AttackParams, AttackProgress } from "../../../../src/compute/attack/requests.js";
import { parseRun } from "../../../../src/compute/attack/storedRun.js";
import { BlindspotError } from "../../../../src/compute/errors.js";
import type { SuggestParams } from "../../../../src/compute/predict/requests.js";
import type { SuggestResult } from "../../../../src/compute/predict/suggestion.js";
import type { AttackRecord, AttackReport } from "../../../../src/compute/reports/report.js";
import type { AdversarialState, ExtensionMessage } from "../../../../src/webviews/adversarial/messages.js";
import { AttackSession, type SessionStart } from "../../../../src/webviews/adversarial/session/attackSession.js";
import { attacked, pixels, question, report, storedRun } from "../../../compute/reports/sampleRun.js";

/** What the data set of these tests gives. */
const ENTRIES = ["/data/test.npz#4", "/data/test.npz#1"];

type Progress = (event: AttackProgress) => void;

/** One attack as the compute process sees it: the test answers it. */
interface Asked {
	readonly params: AttackParams;
	readonly tell: Progress;
	readonly signal: AbortSignal;
	finish(change?: Partial<AttackReport>): void;
	fail(error: BlindspotError): void;
}

const SOURCES = ["/data/one/a.png", "/data/one/b.png", "/data/zero/c.png"];

const NEW: SessionStart = { kind: "new", question, data: { kind: "pictures" }, sources: SOURCES };

/** `isDeaf`: its attacks don't hear that they are cancelled, and come to their end. */
function setUp(start: SessionStart = NEW, isDeaf = false) {
	const asked: Asked[] = [];
	const messages: ExtensionMessage[] = [];
	const stopped: unknown[] = [];
	const notices: string[] = [];
	const failures: BlindspotError[] = [];
	const changed = { model: false };
	const suggestions: SuggestResult = {
		trials: [],
		pictures: 0,
		chosen: null,
		samples: [],
		labels: null,
		assumed: "",
		classNames: null,
		evidence: [],
	};
	const suggest = vi.fn(async () => suggestions);
	const session = new AttackSession("id-1", start, {
		client: {
			attack: (params, tell = () => undefined, signal = new AbortController().signal) =>
				new Promise<AttackRecord>((resolve, reject) => {
					const paths = params.data.kind === "pictures" ? params.data.paths : (params.data.only ?? ENTRIES);
					const images = paths.map((path) => attacked(path));
					asked.push({
						params,
						tell,
						signal,
						finish: (change) =>
							resolve({ report: report(images, change), pixels: images.map(() => pixels()), unwritten: [] }),
						fail: reject,
					});
					if (isDeaf) return;
					signal.addEventListener("abort", () => reject(new BlindspotError("cancelled", "Cancelled.")));
				}),
			stop: async (params) => void stopped.push(params),
			suggestPreprocessing: suggest,
		},
		models: () => [{ path: "/models/mlp.keras", name: "mlp.keras" }],
		modelRequest: (path) => ({ path, configuration: null, preprocessing: {}, classesFile: null }),
		post: (message) => messages.push(message),
		changed: () => undefined,
		modelChanged: async () => changed.model,
		skipped: null,
		notice: (words) => notices.push(words),
		failed: (error) => failures.push(error),
	});
	const state = (): AdversarialState => {
		messages.length = 0;
		session.sendState();
		const [message] = messages;
		if (message?.type !== "state") throw new Error("no state");
		return message.state;
	};
	return { session, asked, messages, stopped, notices, failures, changed, suggest, state };
}

const started = (sources: readonly string[]): AttackProgress => ({
	kind: "started",
	report: report(sources.map((source) => attacked(source, { success: false, adversarial: null, distortion: null }))),
});

const finished = (index: number, source: string): AttackProgress => ({
	kind: "finished",
	index,
	image: attacked(source),
	pixels: pixels(),
	seconds: 0.5,
});

const statuses = (state: AdversarialState) => state.rows.map((row) => row.status);
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("a page's session", () => {
	it("learns its images from a data set, and later asks for just these", async () => {
		const data = { kind: "dataset", path: "/data/test.npz", take: 2 } as const;
		const { session, asked, state } = setUp({ kind: "new", question, data, sources: [] });
		const run = session.run(question);
		await settle();
		expect(asked[0]?.params.data).toEqual({ ...data, skip: 0, seed: question.seed });
		asked[0]?.tell(started(ENTRIES));
		expect(session.sources).toEqual(ENTRIES);
		expect(state().phase).toEqual({ kind: "running", words: "0 of 2 images", share: 0 });
		asked[0]?.tell(finished(1, "/data/test.npz#1"));
		expect(session.phase).toEqual({ kind: "running", words: "1 of 2 images", share: 0.5 });
		asked[0]?.finish();
		await run;
		expect(statuses(state())).toEqual(["done", "done"]);
		expect(session.storedRun.data).toEqual(data);
		const again = session.runImage(1, { kind: "next" }, null);
		expect(asked[1]?.params.data).toEqual({ ...data, skip: 0, only: ["/data/test.npz#1"] });
		asked[1]?.finish();
		await again;
		const stored = setUp({ kind: "stored", run: session.storedRun });
		void stored.session.run(question);
		await settle();
		expect(stored.asked[0]?.params.data).toEqual({ ...data, skip: 0, only: ENTRIES });
	});

	it("tells the page no text that would reorder or hide what is around it, and keeps it as it is", () => {
		const evil = "\u202egnp.\u200btac\u2028";
		const name = { index: 0, name: evil, probability: 0.5 };
		const run = storedRun();
		const rows = run.rows.map((row) => {
			const image = attacked(`/p/${evil}.png`, { predicted: name, adversarial: name, error: evil });
			return { ...row, image: { ...image, labels: [{ ...name, before: 0.5, after: 0.25 }] } };
		});
		const foreign = report(
			rows.map(({ image }) => image),
			{ warnings: [evil], labels: evil },
		);
		const model = { ...foreign.model, path: `/m/${evil}.keras`, classNames: [evil] };
		const { session, state } = setUp({ kind: "stored", run: { ...run, rows, report: { ...foreign, model } } });
		// Paths that come back from the page are as they are; it shows names.
		const { models, asked: _, shown: __, ...told } = state();
		expect(models.map(({ name }) => name).join()).not.toMatch(/[\u202e\u200b\u2028]/);
		expect(JSON.stringify(told)).not.toMatch(/[\u202e\u200b\u2028]/);
		expect(told.rows[0]?.image.source).toBe("/p/\ufffdgnp.\ufffdtac\ufffd.png");
		expect(session.sources[0]).toBe(`/p/${evil}.png`);
	});

	it("runs all pictures and becomes complete", async () => {
		const { session, asked, state } = setUp();
		expect(state().phase.kind).toBe("idle");
		const run = session.run(question);
		await settle();
		expect(state().phase).toEqual({ kind: "running", words: "Reading mlp.keras", share: null });
		expect(asked[0]?.params).toMatchObject({ seed: 7, data: { kind: "pictures", paths: SOURCES } });
		asked[0]?.tell(started(SOURCES));
		expect(state().phase).toEqual({ kind: "running", words: "0 of 3 images", share: 0 });
		asked[0]?.finish();
		await run;
		expect(state()).toMatchObject({ phase: { kind: "complete" }, classNames: ["zero", "one"] });
		expect(statuses(state())).toEqual(["done", "done", "done"]);
		expect(session.report?.summary).toEqual({ attacked: 3, succeeded: 3, unreadable: 0, meanDistortion: 0.02 });
		expect(state().facts).toMatchObject({ sha256: "ab", backend: "native TensorFlow 2.18.1" });
	});

	it("keeps what is finished when the process ends, and runs the others", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.tell(started(SOURCES));
		asked[0]?.tell(finished(1, SOURCES[1] as string));
		asked[0]?.fail(new BlindspotError("process-ended", "The compute process ended: exit code 7."));
		await run;
		expect(state().phase).toEqual({ kind: "ended", message: "The compute process ended: exit code 7." });
		expect(statuses(state())).toEqual(["unfinished", "done", "unfinished"]);
		expect(session.report?.images.map((image) => image.source)).toEqual([SOURCES[1]]);
		const others = session.runOthers();
		expect(asked[1]?.params.data).toEqual({ kind: "pictures", paths: [SOURCES[0], SOURCES[2]] });
		asked[1]?.finish();
		await others;
		expect(state().phase.kind).toBe("complete");
		expect(session.report?.images.map((image) => image.source)).toEqual(SOURCES);
	});

	it("gives each of the others the target that it was asked for", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.finish();
		await run;
		const single = session.runImage(2, { kind: "label", index: 0 }, 50);
		expect(asked[1]?.params.options).toEqual({
			method: "closest",
			effort: "normal",
			target: { kind: "label", index: 0 },
			budget: 50,
		});
		session.cancel();
		await single;
		expect(state().phase.kind).toBe("cancelled");
		const others = session.runOthers();
		expect(asked[2]?.params.options.target).toEqual({ kind: "label", index: 0 });
		asked[2]?.finish();
		await others;
		expect(state().phase.kind).toBe("complete");
		expect(state().rows[2]?.target).toEqual({ kind: "label", index: 0 });
	});

	it("cancels without losing results", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.tell(started(SOURCES));
		asked[0]?.tell(finished(0, SOURCES[0] as string));
		session.cancel();
		await run;
		expect(asked[0]?.signal.aborted).toBe(true);
		expect(state().phase.kind).toBe("cancelled");
		expect(statuses(state())).toEqual(["done", "unfinished", "unfinished"]);
	});

	it("drops what comes of a run that another took the place of", async () => {
		const { session, asked, failures, state } = setUp(NEW, true);
		const first = session.run(question);
		await settle();
		asked[0]?.tell(started(SOURCES));
		const second = session.run(question);
		expect(asked[0]?.signal.aborted).toBe(true);
		await settle();
		asked[0]?.tell(finished(0, SOURCES[0] as string));
		asked[0]?.finish({ warnings: ["late"] });
		await first;
		expect(session.running).toBe(true);
		expect(state()).toMatchObject({ phase: { kind: "running", words: "Reading mlp.keras" }, warnings: [] });
		expect(statuses(state())).toEqual(["waiting", "waiting", "waiting"]);
		expect(session.report).toBeNull();
		const third = session.run(question);
		asked[1]?.fail(new BlindspotError("process-ended", "The compute process ended: exit code 7."));
		await second;
		expect(failures).toEqual([]);
		expect(state().phase).toMatchObject({ kind: "running" });
		asked[2]?.finish();
		await third;
		expect(state().phase.kind).toBe("complete");
	});

	it("lets other pictures have nothing of the run before them", async () => {
		const { session, asked, state } = setUp(NEW, true);
		const run = session.run(question);
		asked[0]?.tell(started(SOURCES));
		session.setSources(["/data/one/d.png"]);
		asked[0]?.tell(finished(0, SOURCES[0] as string));
		asked[0]?.finish();
		await run;
		expect(state()).toMatchObject({ phase: { kind: "idle" }, shown: null });
		expect(session.sources).toEqual(["/data/one/d.png"]);
		expect(session.hasResults).toBe(false);
	});

	it("shows a model that can't be read in place of the rows", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.fail(new BlindspotError("unreadable-model", "/models/mlp.keras: cut off", "/models/mlp.keras"));
		await run;
		expect(state()).toMatchObject({ phase: { kind: "failed", reason: "unreadable-model" }, rows: [] });
		const again = session.run(question);
		await settle();
		expect(state().rows).toHaveLength(3);
		asked[1]?.finish();
		await again;
	});

	it("forgets what it heard when the attack is started again in a new process", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.tell(started(SOURCES));
		asked[0]?.tell(finished(0, SOURCES[0] as string));
		asked[0]?.tell(started(SOURCES));
		expect(statuses(state())).toEqual(["waiting", "waiting", "waiting"]);
		asked[0]?.finish();
		await run;
	});

	it("passes better results on in batches, finished ones first", async () => {
		vi.useFakeTimers();
		try {
			const sources = Array.from({ length: 20 }, (_, at) => `/p/${at}.png`);
			const { session, asked, messages } = setUp({ kind: "new", question, data: { kind: "pictures" }, sources });
			void session.run(question);
			await vi.advanceTimersByTimeAsync(0);
			asked[0]?.tell(started(sources));
			messages.length = 0;
			const photograph = { width: 256, height: 256, channels: 3, data: new Float32Array(3 * 256 ** 2) } as const;
			const large = { original: photograph, adversarial: photograph, stored: null };
			for (let index = 0; index < 19; index++) {
				const image = attacked(sources[index] as string, { stored: null });
				asked[0]?.tell({ kind: "better", index, image, pixels: large });
				asked[0]?.tell({ kind: "better", index, image, pixels: large });
			}
			asked[0]?.tell(finished(19, sources[19] as string));
			vi.advanceTimersByTime(151);
			const images = messages.filter((message) => message.type === "image");
			// The finished one and as many photographs as 10 MiB hold.
			expect(images).toHaveLength(8);
			expect(images[0]).toMatchObject({ index: 19, row: { status: "done" } });
			vi.advanceTimersByTime(450);
			expect(messages.filter((message) => message.type === "image")).toHaveLength(20);
			session.dispose();
		} finally {
			vi.useRealTimers();
		}
	});

	it("passes many small pictures on at once", async () => {
		vi.useFakeTimers();
		try {
			const sources = Array.from({ length: 100 }, (_, at) => `/p/${at}.png`);
			const { session, asked, messages } = setUp({ kind: "new", question, data: { kind: "pictures" }, sources });
			void session.run(question);
			await vi.advanceTimersByTimeAsync(0);
			asked[0]?.tell(started(sources));
			messages.length = 0;
			for (const [index, source] of sources.entries()) asked[0]?.tell(finished(index, source));
			vi.advanceTimersByTime(151);
			expect(messages.filter((message) => message.type === "image")).toHaveLength(100);
			session.dispose();
		} finally {
			vi.useRealTimers();
		}
	});

	it("names an image of a partial run by its place in that run", async () => {
		const { session, asked, stopped } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.finish();
		await run;
		void session.runImage(2, { kind: "any" }, null);
		await session.stopImage(2);
		await session.stopImage(0);
		expect(stopped).toEqual([{ run: asked[1]?.params.run, image: 0 }]);
	});

	const tried: SuggestResult = {
		trials: [
			{ name: "0 to 1", state: "present", right: 3, against: null, range: [0, 1] as const },
			{
				name: "-1 to 1",
				state: "offered",
				right: 60,
				against: { better: 57, worse: 0, p: 1e-6 },
				range: [-1, 1] as const,
			},
		].map(({ range, ...trial }) => ({
			...trial,
			state: trial.state as "present" | "offered",
			preprocessing: { fit: "crop", range, bgr: false, mean: null, std: null },
			folders: null,
			written: "{}",
			of: 64,
			accuracy: null,
			says: [],
		})),
		pictures: 64,
		chosen: { right: 60, accuracy: { value: 60 / 64, interval: [0.85, 0.98] } },
		samples: [],
		labels: "the folder is named after the class",
		assumed: "the input shape",
		classNames: null,
		evidence: [],
	};

	it("offers a preprocessing that is shown to be better before it attacks, and attacks with it when it is taken", async () => {
		const { session, asked, suggest, state } = setUp();
		suggest.mockResolvedValue(tried);
		await session.run(question);
		expect(asked).toHaveLength(0);
		expect(state()).toMatchObject({ phase: { kind: "idle" }, tried });
		const [[suggested]] = suggest.mock.calls as unknown as [[SuggestParams]];
		expect(suggested.data).toEqual({ kind: "pictures", paths: SOURCES });
		void session.useTried(1);
		await settle();
		expect(asked[0]?.params.model).toMatchObject({
			preprocessing: { range: [-1, 1] },
			checked: "60 of 64 labelled pictures are right with it",
		});
		expect(suggest).toHaveBeenCalledTimes(1);
	});

	it("attacks as assumed where the person wants it, and doesn't ask again", async () => {
		const { session, asked, suggest } = setUp();
		suggest.mockResolvedValue(tried);
		await session.run(question);
		void session.runAsAssumed();
		await settle();
		expect(asked[0]?.params.model.preprocessing).toEqual({});
		void session.run(question);
		await settle();
		expect(suggest).toHaveBeenCalledTimes(1);
		expect(asked).toHaveLength(2);
	});

	it("attacks at once where nothing is shown to be better", async () => {
		const { session, asked, suggest } = setUp();
		suggest.mockResolvedValue({ ...tried, trials: tried.trials.slice(0, 1), chosen: null });
		void session.run(question);
		await settle();
		expect(asked).toHaveLength(1);
	});

	it("says that blindspot.json was edited, until it is run again", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.finish();
		await run;
		session.configurationChanged();
		expect(state().configurationChanged).toBe(true);
		void session.run(question);
		await settle();
		expect(state().configurationChanged).toBe(false);
	});

	it("comes back from its file with its results, ready to run the others", async () => {
		const { session, asked, state, messages } = setUp({ kind: "stored", run: storedRun() });
		expect(state().phase.kind).toBe("ended");
		expect(statuses(state())).toEqual(["done", "unfinished", "unfinished"]);
		session.sendAll();
		const withPixels = messages.filter((message) => message.type === "image" && message.pixels !== null);
		expect(withPixels).toHaveLength(2);
		expect(session.storedRun).toEqual({ ...storedRun(), report: session.report });
		const others = session.runOthers();
		expect(asked[0]?.params.data).toEqual({ kind: "pictures", paths: ["/p/b.png", "/p/b.png"] });
		asked[0]?.finish();
		await others;
		expect(session.storedRun.complete).toBe(true);
	});

	describe("comparing methods on one image", () => {
		const ready = async () => {
			const set = setUp();
			const run = set.session.run({ ...question, target: { kind: "random" } });
			await settle();
			set.asked[0]?.tell(started(SOURCES));
			set.asked[0]?.finish();
			await run;
			return set;
		};
		const methods = (state: AdversarialState) =>
			Object.entries(state.rows[1]?.methods ?? {}).map(([method, { status }]) => `${method} ${status}`);
		const answered = () => new Promise((resolve) => setTimeout(resolve, 0));

		it("asks for each beside the run's own, of the same image in the same place, and keeps the row", async () => {
			const { session, asked, messages, state } = await ready();
			const before = state().rows[1];
			messages.length = 0;
			const comparing = session.compareMethods(1, ["fgsm", "closest", "ddn"]);
			expect(methods(state())).toEqual(["fgsm waiting", "ddn waiting"]);
			expect(session.phase).toEqual({ kind: "running", words: "FGSM, 1 of 2 methods", share: 0 });
			expect(asked[1]?.params).toMatchObject({
				data: { kind: "pictures", paths: [SOURCES[1]] },
				places: [1],
				seed: 7,
				options: { method: "fgsm", target: { kind: "random" } },
			});
			asked[1]?.tell(started([SOURCES[1] as string]));
			asked[1]?.tell({
				kind: "better",
				index: 0,
				image: attacked(SOURCES[1] as string, { distortion: 0.5 }),
				pixels: pixels(),
			});
			expect(methods(state())).toEqual(["fgsm running", "ddn waiting"]);
			asked[1]?.finish();
			await answered();
			expect(session.phase).toEqual({ kind: "running", words: "DDN, 2 of 2 methods", share: 0.5 });
			asked[2]?.finish();
			await comparing;
			expect(methods(state())).toEqual(["fgsm done", "ddn done"]);
			expect(state().rows[1]).toEqual({ ...before, methods: expect.anything() });
			expect(session.phase.kind).toBe("complete");
			const sent = messages.filter((message) => message.type === "method");
			expect(sent.every(({ index }) => index === 1)).toBe(true);
			messages.length = 0;
			session.sendAll();
			expect(messages.filter((message) => message.type === "method").map(({ method }) => method)).toEqual([
				"fgsm",
				"ddn",
			]);
		});

		it("goes into the stored run, the exported report and its table, with the command line's fields", async () => {
			const { session, asked } = await ready();
			expect(session.exported?.report).not.toHaveProperty("methods");
			const comparing = session.compareMethods(1, ["ddn"]);
			asked[1]?.finish();
			await comparing;
			const again = setUp({ kind: "stored", run: parseRun(structuredClone(session.storedRun)) });
			for (const { exported } of [session, again.session]) {
				const report = exported?.report as ComparedReport;
				expect(report.images.map((image) => Object.keys(image.methods))).toEqual([
					["closest"],
					["closest", "ddn"],
					["closest"],
				]);
				expect(report.methods.ddn).toEqual({ attacked: 1, succeeded: 1, unreadable: 0, meanDistortion: 0.02 });
				expect(report.run.methodSeconds).toEqual({ closest: 1.5, ddn: 1 });
				expect(exported?.rows.map(([image, method]) => [image, method])).toEqual([
					["image", "method"],
					[SOURCES[0], "closest"],
					[SOURCES[1], "closest"],
					[SOURCES[1], "ddn"],
					[SOURCES[2], "closest"],
				]);
				const noise = exported?.messages.find((message) => "type" in message && message.type === "exportedMethod");
				expect(noise).toMatchObject({ index: 1, method: "ddn", noise: { scale: expect.any(Number) } });
			}
			const run = session.runImage(1, { kind: "next" }, null);
			asked[2]?.finish();
			await run;
			expect(session.exported?.report).not.toHaveProperty("methods");
		});

		it("keeps what is there when it is cancelled, or the process ends", async () => {
			const { session, asked, state, notices } = await ready();
			const comparing = session.compareMethods(1, ["fgsm", "ddn", "pgd"]);
			asked[1]?.finish();
			await answered();
			asked[2]?.tell({ kind: "better", index: 0, image: attacked(SOURCES[1] as string), pixels: pixels() });
			session.cancel();
			await comparing;
			expect(asked[2]?.signal.aborted).toBe(true);
			expect(methods(state())).toEqual(["fgsm done", "pgd unfinished", "ddn unfinished"]);
			expect(state().rows[1]?.methods.ddn?.image.distortion).toBe(0.02);
			expect(session.phase.kind).toBe("complete");
			expect(notices).toEqual([]);
			const again = session.compareMethods(1, ["ddn"]);
			asked[3]?.fail(new BlindspotError("process-ended", "The compute process ended: exit code 7."));
			await again;
			expect(methods(state())).toEqual(["fgsm done", "pgd unfinished", "ddn unfinished"]);
			expect(session.phase.kind).toBe("complete");
			expect(notices).toEqual(["The compute process ended: exit code 7."]);
		});

		it("drops the methods of an image whose rows were run again", async () => {
			const { session, asked, state, notices, failures } = setUp(NEW, true);
			const run = session.run(question);
			await settle();
			asked[0]?.finish();
			await run;
			const comparing = session.compareMethods(1, ["fgsm"]);
			await settle();
			const again = session.run(question);
			await settle();
			asked[1]?.tell(started([SOURCES[1] as string]));
			asked[1]?.fail(new BlindspotError("process-ended", "The compute process ended: exit code 7."));
			await comparing;
			expect(session.running).toBe(true);
			expect(methods(state())).toEqual([]);
			expect([...notices, ...failures]).toEqual([]);
			asked[2]?.finish();
			await again;
			expect(state().phase.kind).toBe("complete");
		});

		it("stops one method and goes on with the next", async () => {
			const { session, asked, stopped } = await ready();
			const comparing = session.compareMethods(0, ["pgd", "ddn"]);
			await session.stopMethod("ddn");
			await session.stopMethod("pgd");
			expect(stopped).toEqual([{ run: asked[1]?.params.run, image: 0 }]);
			asked[1]?.finish();
			await answered();
			asked[2]?.finish();
			await comparing;
		});

		it("refuses a model that has changed since the results", async () => {
			const { session, asked, state, notices } = await ready();
			const comparing = session.compareMethods(1, ["ddn"]);
			const other = started([SOURCES[1] as string]);
			if (other.kind !== "started") throw new Error("not started");
			asked[1]?.tell({ ...other, report: { ...other.report, model: { ...other.report.model, sha256: "cd" } } });
			await comparing;
			expect(notices).toEqual(["The model has changed since. Run again before comparing methods."]);
			expect(methods(state())).toEqual(["ddn unfinished"]);
		});

		it("does nothing where there is nothing to compare with", async () => {
			const { session, asked } = setUp();
			await session.compareMethods(0, ["ddn"]);
			const run = session.run(question);
			await session.compareMethods(0, ["ddn"]);
			await settle();
			asked[0]?.finish();
			await run;
			await session.compareMethods(0, ["closest"]);
			await session.compareMethods(9, ["ddn"]);
			expect(asked).toHaveLength(1);
		});
	});

	it("says that the model's file has changed, until it is run again", async () => {
		const { session, asked, changed, state } = setUp();
		const run = session.run(question);
		await settle();
		asked[0]?.finish();
		await run;
		changed.model = true;
		session.lookAtModel();
		await settle();
		expect(state().modelChanged).toBe(true);
		const again = session.run(question);
		await settle();
		expect(state().modelChanged).toBe(false);
		changed.model = false;
		asked[1]?.finish();
		await again;
	});

	it("says once that the preprocessing was assumed", async () => {
		const { session, asked, state } = setUp();
		const run = session.run(question);
		await settle();
		const { because } = report([]).preprocessing.provenance;
		asked[0]?.finish({
			warnings: [`Preprocessing was assumed from ${because}.`, "labels.txt has 3 lines for 2 classes."],
		});
		await run;
		expect(state().warnings).toEqual(["labels.txt has 3 lines for 2 classes."]);
	});
});
