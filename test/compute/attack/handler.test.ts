import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attack } from "../../../src/compute/attack/handler.js";
import { ATTACK_METHODS, EFFORTS, evaluationsOf, hasEfforts } from "../../../src/compute/attack/methods.js";
import type { AttackParams, AttackProgress } from "../../../src/compute/attack/requests.js";
import { startBackend } from "../../../src/compute/backend/startBackend.js";
import { readNpz } from "../../../src/compute/data/npz.js";
import { loadPicture } from "../../../src/compute/data/pictures.js";
import { predict } from "../../../src/compute/predict/handler.js";
import type { HandlerContext } from "../../../src/compute/prepare/context.js";
import { ModelStore } from "../../../src/compute/prepare/modelStore.js";
import type { ModelRequest } from "../../../src/compute/reports/request.js";
import { example } from "../../examples/paths.js";
import { control } from "../control.js";

const model: ModelRequest = {
	path: example("models", "mlp", "model.json"),
	configuration: null,
	preprocessing: {},
	classesFile: null,
};
const digits = ["3/01", "5/01", "7/01"].map((name) => example("digits", "test", ...`${name}.png`.split("/")));
const never = new AbortController().signal;

let context: HandlerContext;
let folder: string;
let broken: string;

beforeAll(async () => {
	const backend = await startBackend("auto", null);
	context = { backend, store: new ModelStore({ loadTimeoutSeconds: 60, readerMemoryMiB: 1024, cacheMiB: 256 }) };
	folder = await mkdtemp(join(tmpdir(), "blindspot-attack-"));
	broken = join(folder, "broken.png");
	await writeFile(broken, "<html>");
});

afterAll(() => rm(folder, { recursive: true }));

function params(changes: Partial<AttackParams> = {}): AttackParams {
	return {
		run: "test",
		model,
		data: { kind: "pictures", paths: digits },
		options: { method: "closest", effort: "normal", target: { kind: "next" }, budget: null },
		seed: 5,
		npz: null,
		out: null,
		keepPixels: true,
		...changes,
	};
}

describe("attack", () => {
	it("lets the pixels go where nobody wants them", async () => {
		const events: AttackProgress[] = [];
		const { report, pixels } = await attack(
			context,
			params({ keepPixels: false }),
			control({ tell: (event) => void events.push(event) }),
		);
		expect(report.summary.succeeded).toBe(3);
		const none = { original: null, adversarial: null, stored: null };
		expect(pixels).toEqual([none, none, none]);
		for (const event of events) if (event.kind !== "started") expect(event.pixels).toEqual(none);
	});

	it("reports, tells and writes what it finds, and goes on past a broken picture", async () => {
		const events: AttackProgress[] = [];
		const npz = join(folder, "out.npz");
		const paths = [digits[0] as string, broken, ...digits.slice(1)];
		const { report, pixels } = await attack(
			context,
			params({ data: { kind: "pictures", paths }, npz, out: join(folder, "png") }),
			control({ tell: (event) => void events.push(event) }),
		);
		expect(report.summary).toMatchObject({ attacked: 3, succeeded: 3, unreadable: 1 });
		expect(report.images.map(({ source }) => source)).toEqual(paths);
		expect(report.images[1]?.error).toContain("broken.png");
		const found = report.images.filter(({ error }) => error === null);
		for (const image of found) {
			expect(image.target).toBe(((image.predicted?.index as number) + 1) % 10);
			expect(image.adversarial?.index).toBe(image.target);
			expect(image.l2).toBeCloseTo((image.distortion as number) * 28, 5);
			expect(image.margin).toBeGreaterThan(0);
			expect(image.labels.reduce((sum, { after }) => sum + after, 0)).toBeLessThanOrEqual(1 + 1e-9);
			// What was saved is what was checked: the model gives the file the target label.
			const { images } = await predict(
				context,
				{ model, data: { kind: "pictures", paths: [image.files.adversarial as string] }, top: 1, npz: null },
				never,
			);
			expect(images[0]?.top[0]?.index).toBe(image.target);
			await loadPicture(image.files.noise as string, { width: 28, height: 28, channels: 1, fit: "crop" });
		}

		expect(events[0]?.kind).toBe("started");
		const finished = events.filter((event) => event.kind === "finished");
		expect(finished.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3]);
		for (const { index, image } of finished) expect(report.images[index]).toEqual(image);

		const { arrays } = await readNpz(npz, ["x", "adversarial", "label", "predicted", "target", "result"]);
		const values = (name: string) => Array.from(arrays.get(name)?.data ?? []);
		expect(arrays.get("x")?.shape).toEqual([3, 28, 28, 1]);
		expect(values("adversarial")).toEqual(pixels.flatMap(({ adversarial }) => Array.from(adversarial?.data ?? [])));
		expect(values("label")).toEqual([3, 5, 7]);
		expect(values("result")).toEqual(found.map(({ target }) => target));
	});

	it("goes on where a file can't be written, says which and why, and leaves no temporary files", async () => {
		const out = join(folder, "blocked");
		mkdirSync(join(out, "01.adversarial.png"), { recursive: true });
		const paths = digits.slice(0, 1);
		const { report, unwritten } = await attack(context, params({ data: { kind: "pictures", paths }, out }), control());
		expect(report.images[0]).toMatchObject({ success: true, files: { adversarial: null } });
		expect(report.images[0]?.files.noise).toBe(join(out, "01.noise.png"));
		expect(unwritten).toEqual([`${join(out, "01.adversarial.png")}: cannot be written: this is a folder`]);
		expect(report.warnings).toContain(unwritten[0]);
		expect((await readdir(out)).sort()).toEqual(["01.adversarial.png", "01.noise.png"]);
	});

	it("finishes although its folder vanishes in mid-run", async () => {
		const out = join(folder, "vanishing");
		const npz = join(out, "all.npz");
		const tell = ({ kind }: AttackProgress) => {
			if (kind === "read") rmSync(out, { recursive: true, force: true });
		};
		const { report, unwritten } = await attack(context, params({ out, npz }), control({ tell }));
		expect(report.summary.succeeded).toBe(3);
		// Two files for each picture, and the archive.
		expect(unwritten).toHaveLength(7);
		for (const words of unwritten) expect(words).toMatch(/: cannot be written: there is no such folder$/);
		expect(report.warnings.at(-1)).toBe(`${unwritten[0]}. 6 more could not be written either.`);
	});

	it.each(["out", "npz"] as const)("tries whether %s can be written before it reads the model", async (option) => {
		const file = join(folder, "a file");
		writeFileSync(file, "");
		const asked = params({ [option]: join(file, "x"), model: { ...model, path: "nowhere.json" } });
		await expect(attack(context, asked, control())).rejects.toMatchObject({ reason: "unwritable" });
	});

	it("gives the same report for the same seed, but for `run`, and leaves no tensors", async () => {
		const ask = () => attack(context, params(), control());
		const first = await ask();
		const tensors = tf.memory().numTensors;
		const second = await ask();
		expect(tf.memory().numTensors).toBe(tensors);
		expect({ ...second.report, run: null }).toEqual({ ...first.report, run: null });
	});

	it("takes the entries of a data set that are named, in their order and with their labels", async () => {
		const path = example("digits", "test");
		const only = [join(path, "7", "01.png"), join(path, "3", "01.png")];
		const ask = (sources: readonly string[]) =>
			attack(context, params({ data: { kind: "dataset", path, take: 1, skip: 0, only: sources } }), control());
		const { report } = await ask(only);
		expect(report.images.map(({ source, label }) => [source, label])).toEqual([
			[only[0], 7],
			[only[1], 3],
		]);
		await expect(ask([join(path, "gone.png")])).rejects.toThrow(/gone\.png is no longer in /);
	});

	it("gives a part of a run that knows its places what the whole run gave it", async () => {
		// Random labels and noisy starts both hang on the place.
		const options = { method: "szegedy", effort: "quick", target: { kind: "random" }, budget: 60 } as const;
		const ask = (paths: readonly string[], places?: readonly number[]) =>
			attack(context, params({ options, data: { kind: "pictures", paths }, ...(places ? { places } : {}) }), control());
		const whole = (await ask(digits)).report.images;
		const part = (await ask(digits.slice(2), [2])).report.images[0];
		const elsewhere = (await ask(digits.slice(2))).report.images[0];
		expect(part?.target).toBe(whole[2]?.target);
		expect(elsewhere?.target).not.toBe(part?.target);
		// Sums of float32 depend on the batch.
		expect(part?.distortion).toBeCloseTo(whole[2]?.distortion as number, 5);
	});

	const said = ATTACK_METHODS.flatMap((method) =>
		(hasEfforts(method) ? EFFORTS : (["normal"] as const)).map((effort) => [method, effort] as const),
	);
	it.each(said)(
		"takes about as many evaluations as pages say of the method %s at effort %s",
		{ timeout: 60_000 },
		async (method, effort) => {
			const [least, most] = evaluationsOf(method, effort);
			const options = { method, effort, target: { kind: "any" }, budget: null } as const;
			for (const path of [model.path, example("models", "cnn.keras")]) {
				const asked = params({
					model: { ...model, path },
					options,
					data: { kind: "pictures", paths: digits.slice(1) },
				});
				const { report } = await attack(context, asked, control());
				for (const { evaluations } of report.images) {
					// The words are of most images: a single one may need half as many again.
					expect(evaluations).toBeGreaterThan(least / 1.5);
					expect(evaluations).toBeLessThan(most * 1.5);
				}
			}
		},
	);

	it("ends when it is cancelled", async () => {
		const controller = new AbortController();
		// Longer than the slices between which a cancel is heard.
		const cnn = { ...model, path: example("models", "cnn.keras") };
		const options = { method: "closest", effort: "thorough", target: { kind: "any" }, budget: null } as const;
		const asked = params({ model: cnn, options });
		const running = attack(
			context,
			asked,
			control({
				signal: controller.signal,
				tell: ({ kind }) => {
					if (kind === "read") controller.abort();
				},
			}),
		);
		await expect(running).rejects.toMatchObject({ reason: "cancelled" });
	});

	it("stops as a whole: what wasn't begun says so", async () => {
		const { report } = await attack(context, params(), control({ stopped: () => true }));
		expect(report.images.map(({ failure, predicted }) => [failure, predicted])).toEqual(
			digits.map(() => ["stopped", null]),
		);
		expect(report.warnings.at(-1)).toBe("Stopped before 3 of 3 images were begun.");
	});

	it("stops one image and finishes the others", async () => {
		let isRead = false;
		const tell = (event: AttackProgress) => {
			isRead ||= event.kind === "read" && event.index === 1;
		};
		const { report } = await attack(context, params(), control({ tell, stopped: (image) => isRead && image === 1 }));
		expect(report.images.map(({ failure }) => failure)).toEqual([null, "stopped", null]);
	});

	it.each([
		["no pictures", { data: { kind: "pictures", paths: [] } }, /There are no pictures/],
		[
			"a label that isn't there",
			{ options: { method: "closest", effort: "normal", target: { kind: "label", index: 10 }, budget: null } },
			/10/,
		],
		["a model that isn't there", { model: { ...model, path: "nowhere.json" } }, /nowhere\.json: there is no such file/],
	] as const)("refuses %s", async (_what, changes, message) => {
		await expect(attack(context, params(changes), control())).rejects.toThrow(message);
	});
});
