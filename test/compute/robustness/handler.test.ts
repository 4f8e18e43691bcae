import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { median } from "../../../src/compute/math/statistics.js";
import { predict } from "../../../src/compute/predict/handler.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import type { ModelRequest } from "../../../src/compute/reports/request.js";
import { robustness } from "../../../src/compute/robustness/handler.js";
import type { RobustnessParams, RobustnessProgress } from "../../../src/compute/robustness/requests.js";
import { example } from "../../examples/paths.js";
import { control } from "../control.js";

const request = (...file: string[]): ModelRequest => ({
	path: example("models", ...file),
	configuration: null,
	preprocessing: {},
	classesFile: null,
});
const mlp = request("mlp", "model.json");
const cnn = request("cnn.keras");
const data = { kind: "dataset", path: example("digits", "test"), take: 12, skip: 0 } as const;
const never = new AbortController().signal;

let context: HandlerContext;

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB: 256 }) };
});

function params(changes: Partial<RobustnessParams> = {}): RobustnessParams {
	return {
		run: "test",
		model: mlp,
		against: null,
		data,
		options: { method: "closest", effort: "quick", target: { kind: "any" }, budget: null, noiseLevels: 3 },
		seed: 1,
		...changes,
	};
}

describe("robustness", { timeout: 120_000 }, () => {
	it("puts the distortions of one model's images together", async () => {
		const events: RobustnessProgress[] = [];
		const before = tf.memory().numTensors;
		const { report, pictures } = await robustness(
			context,
			params(),
			control({ tell: (event) => void events.push(event) }),
		);
		const [only] = report.models;
		expect(report.models).toHaveLength(1);
		expect(report.comparison).toBeNull();
		expect(report.data).toMatchObject({ total: 12, done: 12, unreadable: 0, stopped: false });
		const { accuracy } = await predict(context, { model: mlp, data, top: 1, npz: null }, never);
		expect(only.accuracy?.value).toBe(accuracy);
		expect(only.attacked).toBe(only.images.filter(({ right }) => right).length);
		expect(only.succeeded).toBe(only.attacked);
		const found = only.images.flatMap(({ distortion }) => distortion ?? []);
		expect(only.mean?.value).toBeCloseTo(found.reduce((a, b) => a + b, 0) / found.length, 12);
		expect(only.curve[0]?.share.value).toBe(accuracy);
		for (const [i, point] of only.curve.entries())
			expect(point.share.value).toBeLessThanOrEqual(only.curve[i - 1]?.share.value ?? 1);
		// Noise of the largest distortion changes fewer labels than the closest adversarials of that distortion.
		expect(only.noise.map(({ distortion }) => distortion)).toEqual(
			[0, 0.5, 1].map((k) => k * (only.curve.at(-1)?.distortion ?? 0)),
		);
		expect(only.noise[0]?.share.value).toBe(accuracy);
		expect(only.noise.at(-1)?.share.value).toBeGreaterThan(only.curve.at(-1)?.share.value ?? 1);
		expect(pictures.length).toBe(found.length);
		expect(pictures[0]?.pictures[0]?.adversarial.data.length).toBe(784);
		expect(report.finding).toContain(`${only.succeeded} of the ${only.attacked} images that mlp gets right`);
		expect(events.filter(({ kind }) => kind === "progress").at(-1)).toMatchObject({ done: 12, total: 12 });
		expect(tf.memory().numTensors).toBeLessThan(before + 40);
	});

	it("gives the same for the same seed, and holds two models against each other", async () => {
		const ask = params({ against: cnn });
		const { report, pictures } = await robustness(context, ask, control());
		const again = await robustness(context, ask, control());
		expect({ ...again.report, run: null }).toEqual({ ...report, run: null });
		const [first, second] = report.models;
		if (!second) throw new Error("one model only");
		const pairs = first.images.flatMap(({ distortion: a }, i) => {
			const b = second.images[i]?.distortion ?? null;
			return a === null || b === null ? [] : [Math.log(b / a)];
		});
		expect(report.comparison?.found.both).toBe(pairs.length);
		expect(report.comparison?.ratio?.value).toBeCloseTo(Math.exp(median(pairs)), 12);
		expect(pictures.every(({ pictures: of }) => of.length === 2)).toBe(true);
		expect(report.finding).toMatch(/cnn (needs [\d.]+ times|is not shown)/);
		expect(first.curve.map(({ distortion }) => distortion)).toEqual(second.curve.map(({ distortion }) => distortion));
	});

	it("answers with what it has when it is stopped", async () => {
		let isStopped = false;
		const { report } = await robustness(
			context,
			params(),
			control({
				tell: () => {
					isStopped = true;
				},
				stopped: () => isStopped,
			}),
		);
		expect(report.data.stopped).toBe(true);
		expect(report.data.done).toBeLessThan(12);
		expect(report.models[0].noise).toEqual([]);
	});

	it("says so when it is stopped before the first images", async () => {
		const { report } = await robustness(context, params(), control({ stopped: () => true }));
		expect(report.data).toMatchObject({ done: 0, stopped: true });
		expect(report.finding).toBe("Stopped before the first images were done.");
	});

	it("refuses models with different labels, and is cancelled", async () => {
		const controller = new AbortController();
		const running = robustness(
			context,
			params(),
			control({ signal: controller.signal, tell: () => controller.abort() }),
		);
		await expect(running).rejects.toMatchObject({ reason: "cancelled" });
		const nowhere = params({ data: { ...data, path: example("nowhere") } });
		await expect(robustness(context, nowhere, control())).rejects.toMatchObject({
			reason: expect.any(String),
		});
	});
});
