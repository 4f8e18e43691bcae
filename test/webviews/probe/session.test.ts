import { beforeEach, describe, expect, it } from "vitest";
import type { OwnDirection, ProbeRecord } from "../../../src/compute/activations/probe/report.js";
import type { ProbeParams, ProbeProgress } from "../../../src/compute/activations/probe/requests.js";
import type { ActivationMapParams } from "../../../src/compute/activations/unit/requests.js";
import { BlindspotError } from "../../../src/compute/errors.js";
import { ComputeClient } from "../../../src/compute/process/client.js";
import { readReport, writeReport } from "../../../src/compute/reports/reportFile.js";
import { storedAnalysis } from "../../../src/webviews/analysis/session.js";
import type { PageSurroundings } from "../../../src/webviews/pageKind.js";
import { probeAnalysis } from "../../../src/webviews/probe/analysis.js";
import type { BlindTest } from "../../../src/webviews/probe/blind/blindTest.js";
import { combination } from "../../../src/webviews/probe/combination.js";
import type { ProbeExtensionMessage } from "../../../src/webviews/probe/messages.js";
import { ownAfter } from "../../../src/webviews/probe/ownDirections.js";
import type { ProbeQuestion } from "../../../src/webviews/probe/question.js";
import { blindOf, ProbeSession, type StoredProbe } from "../../../src/webviews/probe/session.js";
import type { UnitQuestion } from "../../../src/webviews/unit/question.js";
import { sampleReport } from "./sampleReport.js";

const REPORT = sampleReport({ units: 30, directions: 60 });
const PICTURE = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) } as const;
const THUMBNAILS = [{ index: REPORT.units[0]!.top[0]!.index, picture: PICTURE }];
const QUESTION: ProbeQuestion = {
	model: REPORT.model.path,
	layer: "dense_1",
	data: { path: "/data/t10k", take: null },
	options: REPORT.options,
	seed: 1,
};
const analysis = probeAnalysis(() => ({ options: REPORT.options, seed: 1 }));

/** A compute process in which the test is the probe. */
class FakeClient extends ComputeClient {
	params: ProbeParams | null = null;
	tell: (event: ProbeProgress) => void = () => undefined;
	finish: (record: ProbeRecord) => void = () => undefined;
	readonly stopped: string[] = [];
	readonly mapped: ActivationMapParams[] = [];

	override readonly probe: ComputeClient["probe"] = (params, tell, signal) => {
		this.params = params;
		this.tell = tell ?? this.tell;
		return new Promise((finish, fail) => {
			this.finish = finish;
			signal?.addEventListener("abort", () => fail(new BlindspotError("cancelled", "Cancelled.")));
		});
	};

	override async stop({ run }: { readonly run: string }): Promise<void> {
		this.stopped.push(run);
		this.finish({ report: { ...REPORT, data: { ...REPORT.data, stopped: true } }, thumbnails: THUMBNAILS });
	}

	override readonly activationMap: ComputeClient["activationMap"] = async (params) => {
		this.mapped.push(params);
		return { picture: PICTURE, rows: 1, columns: 1, values: Float32Array.of(2), score: 2 };
	};
}

let client: FakeClient;
let messages: ProbeExtensionMessage[];
let opened: UnitQuestion[];
let saved: object[];
let around: PageSurroundings;
/** What the person writes where they are asked for a combination. */
let written = "";

beforeEach(() => {
	client = new FakeClient({
		hostPath: "",
		settings: () => {
			throw new Error("no process is started");
		},
		log: { info: () => undefined, warn: () => undefined, error: () => undefined },
	});
	[messages, opened, saved] = [[], [], []];
	around = {
		client,
		models: () => [],
		activeModel: () => null,
		modelRequest: (path) => ({ path, configuration: null, preprocessing: {}, classesFile: null }),
		modelChanged: async () => false,
		dataOf: async () => null,
		post: (message) => messages.push(message as ProbeExtensionMessage),
		notice: () => undefined,
		changed: () => undefined,
		failed: () => undefined,
	};
});

const sessionOf = (start: StoredProbe): ProbeSession =>
	new ProbeSession("id-1", analysis, start, around, {
		openUnit: async (question) => void opened.push(question),
		save: async (_name, content) => void saved.push(content),
		askCombination: async (problem) => (problem(written) === null ? written : null),
		loadDirections: async () => [{ name: "values", kind: "values", values: [1, 2] }],
		saveDirections: async (directions) => void saved.push(directions),
	});
const asking = () => sessionOf({ asked: QUESTION, shown: null, complete: true, report: null, blind: null });
const finished = () =>
	sessionOf({
		asked: QUESTION,
		shown: QUESTION,
		complete: true,
		report: { ...REPORT, thumbnails: THUMBNAILS },
		blind: null,
	});
const blind = (): BlindTest | null => {
	const last = messages.findLast(({ type }) => type === "blind");
	return last?.type === "blind" ? last.test : null;
};
const settle = () => new Promise((done) => setTimeout(done, 5));

describe("a probe's run", () => {
	it("asks for the layer and data, says how far it is, and shows rows so far with all their pictures", async () => {
		const session = asking();
		const run = session.run(QUESTION);
		await settle();
		expect(client.params).toMatchObject({
			layer: "dense_1",
			data: { kind: "dataset", path: "/data/t10k", take: null, skip: 0 },
			options: REPORT.options,
			seed: 1,
		});
		client.tell({ kind: "progress", stage: "scores", done: 4000, total: 10_000 });
		expect(session.phase).toEqual({ kind: "running", words: "4,000 of 10,000 images", share: 0.4 });
		client.tell({ kind: "rows", report: REPORT, thumbnails: THUMBNAILS });
		client.tell({ kind: "rows", report: REPORT, thumbnails: [{ index: 3, picture: PICTURE }] });
		expect(session.report?.thumbnails.map(({ index }) => index)).toEqual([THUMBNAILS[0]?.index, 3]);
		client.finish({ report: REPORT, thumbnails: THUMBNAILS });
		await run;
		expect(session.phase).toEqual({ kind: "complete" });
		expect(session.exported?.report).toEqual(REPORT);
		expect(session.exported?.rows).toHaveLength(1 + 30 + 60);
	});

	it("is stopped with what is there once there are rows, and cancelled before", async () => {
		const session = asking();
		const early = session.run(QUESTION);
		await settle();
		session.cancel();
		await early;
		expect(session.phase).toEqual({ kind: "cancelled" });
		expect(client.stopped).toEqual([]);
		const late = session.run(QUESTION);
		await settle();
		client.tell({ kind: "rows", report: REPORT, thumbnails: THUMBNAILS });
		session.cancel();
		await late;
		expect(client.stopped).toEqual([client.params?.run]);
		expect(session.report?.data.stopped).toBe(true);
		expect(session.phase).toEqual({ kind: "complete" });
	});
});

describe("a probe's page", () => {
	it("gets activation maps of units and of directions that the seed draws", async () => {
		const session = finished();
		await session.receive({ type: "map", source: "/data/t10k#3", of: { kind: "unit", index: 4 } });
		expect(messages.at(-1)).toMatchObject({ type: "map", source: "/data/t10k#3", of: { kind: "unit", index: 4 } });
		await session.receive({ type: "map", source: "/data/t10k#3", of: { kind: "direction", index: 9 } });
		expect(client.mapped.map(({ unit }) => unit)).toEqual([
			{ kind: "unit", index: 4 },
			{ kind: "drawn", control: "gaussian", index: 9, seed: 1 },
		]);
	});

	it("opens a unit with how it stands among the directions", async () => {
		await finished().receive({ type: "openUnit", of: { kind: "unit", index: 4 } });
		expect(opened[0]).toMatchObject({
			layer: "dense_1",
			unit: { kind: "unit", index: 4 },
			standings: { directions: 60 },
		});
	});

	it("says why a direction that depends on the data can't be looked at alone", async () => {
		const session = sessionOf({
			asked: QUESTION,
			shown: QUESTION,
			complete: true,
			report: { ...REPORT, options: { ...REPORT.options, control: "whitened" }, thumbnails: [] },
			blind: null,
		});
		await expect(session.receive({ type: "openUnit", of: { kind: "direction", index: 1 } })).rejects.toThrow(
			"Direction 1 can't be looked at alone: whitened directions depend on the whole data.",
		);
	});

	it("refuses messages that are none of its own", async () => {
		const session = finished();
		for (const message of [
			{ type: "map", source: "", of: { kind: "unit", index: 1 } },
			{ type: "openUnit", of: { kind: "unit", index: -1 } },
			{ type: "startBlind", seed: 1, perKind: 1e9 },
			{ type: "blind", test: { seed: 1, grids: [{ kind: "other" }] } },
			{ type: "else" },
		])
			expect(await session.receive(message)).toBe(false);
	});
});

describe("own directions", () => {
	it("are saved so that they go with any data: means of pictures by their values", async () => {
		const [probed] = REPORT.units;
		const own = [
			{ name: "both", kind: "combination", parts: [{ unit: 1, weight: 1 }] },
			{ name: "mean of 2 pictures", kind: "images", sources: ["a", "b"] },
			{ name: "not probed yet", kind: "images", sources: ["c"] },
		] as const;
		const values = [0.6, 0.8];
		const written: OwnDirection[] = [];
		const editor = {
			askCombination: async () => null,
			loadDirections: async () => null,
			saveDirections: async (directions: readonly OwnDirection[]) => void written.push(...directions),
		};
		const known = [{ ...probed!, name: "mean of 2 pictures", values }];
		expect(await ownAfter({ kind: "save" }, own, 2, known, editor)).toBeNull();
		expect(written).toEqual([own[0], { name: "mean of 2 pictures", kind: "values", values }, own[2]]);
	});

	it("are combinations of units, means of pictures and those of files, each probed at once, under names of their own", async () => {
		const session = finished();
		written = "unit 3 + .5 unit 7 - 2*u29";
		void session.receive({ type: "own", action: { kind: "combination" } });
		await settle();
		expect(client.params?.options.own).toEqual([
			{
				name: written,
				kind: "combination",
				parts: [
					{ unit: 3, weight: 1 },
					{ unit: 7, weight: 0.5 },
					{ unit: 29, weight: -2 },
				],
			},
		]);
		for (let twice = 0; twice < 2; twice++) {
			void session.receive({ type: "own", action: { kind: "images", sources: ["a", "b"] } });
			await settle();
		}
		void session.receive({ type: "own", action: { kind: "load" } });
		await settle();
		const names = [written, "mean of 2 pictures", "mean of 2 pictures (2)", "values"];
		expect(client.params?.options.own.map(({ name }) => name)).toEqual(names);
		await session.receive({ type: "own", action: { kind: "save" } });
		expect(saved[0]).toEqual(client.params?.options.own);
		void session.receive({ type: "own", action: { kind: "clear" } });
		await settle();
		expect(client.params?.options.own).toEqual([]);
		session.cancel();
	});

	it.each([
		["", "Nothing is written."],
		["unit 3 unit 4", "'unit 4' is no unit with a weight."],
		["unit 3 + seven", "'+ seven' is no unit"],
		["unit 30", "There is no unit 30; units are 0 to 29."],
	])("that can't be read say why: '%s'", (text, why) => {
		expect(() => combination(text, 30)).toThrowError(why);
	});
});

describe("a blind test", () => {
	it("is drawn by its seed, kept with the report, saved with its answer, and gone with a new run", async () => {
		const session = finished();
		await session.receive({ type: "startBlind", seed: 5, perKind: 20 });
		const first = blind();
		expect(first?.grids).toHaveLength(40);
		await finished().receive({ type: "startBlind", seed: 5, perKind: 20 });
		expect(blind()).toEqual(first);
		const judged: BlindTest = {
			seed: 5,
			grids: first!.grids.map((grid) => ({ ...grid, mark: grid.kind === "unit" ? "coherent" : "incoherent" })),
		};
		await session.receive({ type: "blind", test: judged });
		const { content } = readReport(writeReport(session.stored!), "a.blindspot");
		const again = sessionOf({ ...storedAnalysis(content, analysis), blind: blindOf(content) });
		again.sendAll();
		expect(blind()).toEqual(judged);
		expect(again.exported?.report).toMatchObject({ blindTest: judged });
		await again.receive({ type: "exportBlind" });
		expect(saved[0]).toMatchObject({
			kind: "blind-test",
			seed: 5,
			probe: { layer: "dense_1", seed: 1 },
			result: { units: 20, unitsCoherent: 20, directions: 20, directionsCoherent: 0 },
		});
		void again.run(QUESTION);
		await settle();
		expect(blind()).toBeNull();
		again.cancel();
	});

	it("says what it needs where there is too little", async () => {
		const session = sessionOf({
			asked: QUESTION,
			shown: QUESTION,
			complete: true,
			report: { ...REPORT, units: REPORT.units.slice(0, 1), thumbnails: [] },
			blind: null,
		});
		await expect(session.receive({ type: "startBlind", seed: 1, perKind: 20 })).rejects.toThrow("at least 2 units");
	});
});
