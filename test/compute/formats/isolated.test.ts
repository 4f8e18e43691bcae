import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type IsolationLimits, readModelIsolated } from "../../../src/compute/formats/isolated.js";
import { readModel } from "../../../src/compute/formats/read.js";
import { expectRefusal } from "./reading.js";
import { h5Model, input, layer, sequential, values, writeTfjs } from "./writers.js";

const source = join(dirname(fileURLToPath(import.meta.url)), "../../../src/compute/formats/readerProcess.ts");
const OPTIONS = { inputSize: null };
let folder: string;
let model: string;
let limits: IsolationLimits;
let standIns = 0;

/** A stand-in for the reader process that does this and never answers. */
async function misbehaving(code: string): Promise<IsolationLimits> {
	const scriptPath = join(folder, `stand-in-${++standIns}.cjs`);
	await writeFile(scriptPath, code);
	return { ...limits, scriptPath };
}

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "blindspot-isolated-"));
	const scriptPath = join(folder, "readerProcess.js");
	// As scripts/build.mjs does it.
	await esbuild.build({
		entryPoints: [source],
		outfile: scriptPath,
		bundle: true,
		platform: "node",
		format: "cjs",
		logLevel: "silent",
		define: { "import.meta.url": "bundleUrl" },
		banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
	});
	limits = { timeoutSeconds: 20, memoryMiB: 1024, signal: new AbortController().signal, scriptPath };
	const topology = sequential([input([3]), layer("Dense", "d", { units: 3 }), layer("Dense", "e", { units: 3 })]);
	model = await writeTfjs(folder, topology, {
		"d/kernel": values([3, 3]),
		"d/bias": values([3]),
		"e/kernel": values([3, 3]),
		"e/bias": values([3]),
	});
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a reader in a process of its own", () => {
	it("answers what reading in this process answers, typed arrays and all", async () => {
		const here = await readModel(model, OPTIONS);
		const there = await readModelIsolated(model, OPTIONS, limits);
		expect(there).toEqual(here);
		expect(there.network.nodes[1]?.weights.kernel?.data).toBeInstanceOf(Float32Array);
	});

	it("reads HDF5 from the bundle", async () => {
		const path = join(folder, "m.h5");
		await writeFile(path, await h5Model({ config: sequential([input([3]), layer("ReLU", "r")]), weights: {} }));
		expect((await readModelIsolated(path, OPTIONS, limits)).network.nodes).toHaveLength(2);
	});

	it("says how many bytes of how many have been read, of all files that are known by then", async () => {
		const told: (readonly [number, number])[] = [];
		const { files } = await readModel(model, OPTIONS, (read, of) => told.push([read, of]));
		const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
		expect(sizes).toHaveLength(2);
		const all = sizes.reduce((sum, size) => sum + size, 0);
		expect(told).toEqual([
			[sizes[0], sizes[0]],
			[all, all],
		]);
		// The real reader is too fast to say anything.
		const slow = await misbehaving(`process.once("message", () => {
			process.send({ kind: "reading", read: 5, of: 10 });
			process.send({ kind: "failed", reason: "unreadable-model", message: "m: cut off", subject: "m" });
		});`);
		const heard: (readonly [number, number])[] = [];
		const onRead = (read: number, of: number) => void heard.push([read, of]);
		await expectRefusal(readModelIsolated(model, OPTIONS, { ...slow, onRead }), "unreadable-model", "m: cut off");
		expect(heard).toEqual([[5, 10]]);
	});

	it("hands on errors with their reason", async () => {
		const gone = join(folder, "gone.h5");
		await expectRefusal(readModelIsolated(gone, OPTIONS, limits), "unreadable-model", `${gone}: there is no such file`);
	});

	it("is killed when it takes too long", async () => {
		const endless = await misbehaving("process.on('message', () => { for (;;); });");
		const work = readModelIsolated(model, OPTIONS, { ...endless, timeoutSeconds: 0.5 });
		await expectRefusal(work, "time-out", "more than 0.5 s");
	});

	it("is killed when it is cancelled, before and while it runs", async () => {
		const endless = await misbehaving("process.on('message', () => { for (;;); });");
		const controller = new AbortController();
		const work = readModelIsolated(model, OPTIONS, { ...endless, signal: controller.signal });
		setTimeout(() => controller.abort(), 100);
		await expectRefusal(work, "cancelled", "Cancelled");
		await expectRefusal(
			readModelIsolated(model, OPTIONS, { ...limits, signal: controller.signal }),
			"cancelled",
			"Cancelled",
		);
	});

	it.runIf(process.platform === "linux")("is killed when it takes too much memory outside the heap", async () => {
		const code =
			"process.on('message', () => { const kept = []; setInterval(() => kept.push(Buffer.alloc(2 ** 25, 1)), 5); });";
		const greedy = await misbehaving(code);
		const work = readModelIsolated(model, OPTIONS, { ...greedy, memoryMiB: 256 });
		await expectRefusal(work, "unreadable-model", "more than the 256 MiB");
	});

	it("turns running out of heap into an error", async () => {
		const greedy = await misbehaving(
			"process.on('message', () => { const a = []; for (;;) a.push({ a: [a.length, 1] }); });",
		);
		const work = readModelIsolated(model, OPTIONS, { ...greedy, memoryMiB: 128 });
		await expectRefusal(work, "unreadable-model", "more than the 128 MiB");
	});

	it("turns every death into an error that names the file", async () => {
		const crash = await misbehaving("process.on('message', () => process.abort());");
		await expectRefusal(
			readModelIsolated(model, OPTIONS, crash),
			"unreadable-model",
			/model\.json: the process that read it died \(signal SIGABRT/,
		);
		const exit = await misbehaving("process.on('message', () => { console.error('no more'); process.exit(3) });");
		await expectRefusal(readModelIsolated(model, OPTIONS, exit), "unreadable-model", "died (exit code 3: no more)");
	});
});
