/**
 * Blindspot beside other attacks; `run.mjs` starts it. For each net: the images that it gets right, Blindspot's efforts, then the
 * peers in turn. Every result is judged by PyTorch, each point alone.
 */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type AttackSettings, attackImages, type ImageToAttack } from "../../src/compute/adversarial/run.js";
import { startBackend } from "../../src/compute/backend.js";
import { readIdxImages, readIdxLabels } from "../../src/compute/data/idx.js";
import { readNpz, writeNpz } from "../../src/compute/data/npz.js";
import { TensorClassifier } from "../../src/compute/network/tensorClassifier.js";
import { EFFORTS, type Effort } from "../../src/compute/report.js";
import { NETS, type NetName, readNet } from "./nets.js";
import { type Measured, tableOf } from "./table.js";

/** Those that take seconds for an image come last and, with `--slow`, get fewer images. */
const PEERS = ["ddn-1000", "pdgd-500", "pdgd-1500", "alma-1000", "cw-1000", "bb-1000", "scipy"];
const SLOW = ["cw-1000", "bb-1000", "scipy"];
const PIXELS = 784;

const { values: asked } = parseArgs({
	options: {
		python: { type: "string", default: "python3" },
		script: { type: "string", default: "" },
		folder: { type: "string", default: "" },
		mnist: { type: "string", default: "" },
		nets: { type: "string", default: Object.keys(NETS).join(",") },
		peers: { type: "string", default: PEERS.join(",") },
		efforts: { type: "string", default: EFFORTS.join(",") },
		from: { type: "string", default: "1000" },
		images: { type: "string", default: "200" },
		slow: { type: "string" },
		target: { type: "string", default: "next" },
		out: { type: "string" },
	},
});

function peers(...args: readonly string[]): void {
	execFileSync(asked.python, [asked.script, ...args], {
		stdio: ["ignore", "inherit", process.env.BENCH_DEBUG ? "inherit" : "ignore"],
		env: { ...process.env, MNIST: asked.mnist, OPENBLAS_NUM_THREADS: "1", PYTHONWARNINGS: "ignore" },
	});
}

async function floats(file: string, name: string): Promise<Float32Array> {
	const { arrays } = await readNpz(file, [name]);
	const data = arrays.get(name)?.data;
	if (!(data instanceof Float32Array)) throw new Error(`${file} has no float32 array ${name}`);
	return data;
}

interface Task {
	readonly images: readonly ImageToAttack[];
	readonly labels: readonly number[];
}

/** Those of the test images from `--from` on that the net gets right; written for the peers. */
async function taskFor(net: NetName, classifier: TensorClassifier): Promise<Task> {
	const all = await readIdxImages(path.join(asked.mnist, "t10k-images-idx3-ubyte.gz"));
	const truth = await readIdxLabels(path.join(asked.mnist, "t10k-labels-idx1-ubyte.gz"), all.count);
	const images: ImageToAttack[] = [];
	const labels: number[] = [];
	const from = Number(asked.from);
	for (let i = from; i < from + Number(asked.images) && i < all.count; i++) {
		const pixels = Float32Array.from(all.data.subarray(i * PIXELS, (i + 1) * PIXELS), (byte) => byte / 255);
		const logits = classifier.logits(pixels, 1);
		const label = logits.indexOf(Math.max(...logits));
		if (label !== truth[i]) continue;
		images.push({ pixels, position: i });
		labels.push(label);
	}
	const x = new Float32Array(images.length * PIXELS);
	for (const [i, { pixels }] of images.entries()) x.set(pixels, i * PIXELS);
	const targets = labels.map((label) => (asked.target === "any" ? -1 : (label + 1) % 10));
	const integers = (list: readonly number[]) => ({ shape: [list.length], data: Int32Array.from(list) });
	await writeNpz(
		path.join(asked.folder, `${net}-images.npz`),
		{ x: { shape: [images.length, PIXELS], data: x }, label: integers(labels), target: integers(targets) },
		"replace",
	);
	return { images, labels };
}

const QUIET: AttackSettings = {
	seed: 0,
	signal: new AbortController().signal,
	batchSize: 64,
	examine: false,
	stopped: () => false,
	onPredicted() {},
	onBetter() {},
	onFinished() {},
};

/** CPU seconds per image; the points go to `result`. */
async function blindspot(
	classifier: TensorClassifier,
	{ images }: Task,
	effort: Effort,
	result: string,
): Promise<number> {
	const kind = asked.target === "any" ? "any" : "next";
	const options = { method: "closest", effort, target: { kind }, budget: null } as const;
	const settings = { ...QUIET, batchSize: classifier.batchSize };
	await attackImages(classifier, images.slice(0, 4), options, settings);
	const before = process.cpuUsage();
	const outcomes = await attackImages(classifier, images, options, settings);
	const { user, system } = process.cpuUsage(before);
	const x = new Float32Array(images.length * PIXELS);
	for (const [i, { pixels }] of images.entries()) x.set(outcomes[i]?.adversarial?.pixels ?? pixels, i * PIXELS);
	await writeNpz(result, { x: { shape: [images.length, PIXELS], data: x } }, "replace");
	return (user + system) / 1e6 / images.length;
}

async function judged(net: NetName, name: string, seconds: number, result: string): Promise<Measured> {
	const verdict = path.join(asked.folder, `${net}-judged.npz`);
	peers("judge", asked.folder, net, result, verdict);
	const [success, distance] = [await floats(verdict, "success"), await floats(verdict, "distance")];
	return { name, seconds, distances: Array.from(distance, (d, i) => (success[i] ? d : null)) };
}

/** `told` hears the table so far. */
async function measure(net: NetName, told: (table: string) => void): Promise<string> {
	const classifier = new TensorClassifier(await readNet(asked.folder, net));
	const task = await taskFor(net, classifier);
	const result = path.join(asked.folder, `${net}-result.npz`);
	const ours: Measured[] = [];
	for (const effort of EFFORTS.filter((name) => asked.efforts.split(",").includes(name))) {
		const seconds = await blindspot(classifier, task, effort, result);
		ours.push(await judged(net, effort, seconds, result));
		console.error(`${net}: ${effort} done`);
	}
	const theirs: Measured[] = [];
	for (const peer of asked.peers.split(",").filter(Boolean)) {
		const count =
			SLOW.includes(peer) && asked.slow ? Math.min(Number(asked.slow), task.images.length) : task.images.length;
		peers("attack", asked.folder, net, peer, result, String(count));
		const [total = Number.NaN] = await floats(result, "seconds");
		theirs.push(await judged(net, peer, total / count, result));
		told(tableOf(NETS[net], ours, theirs, null));
		console.error(`${net}: ${peer} done`);
	}
	classifier.dispose();
	let exact: Float32Array | null = null;
	if (net === "linear" && asked.target !== "any") {
		const count = Math.min(Number(asked.slow ?? 50), task.images.length);
		peers("exact", asked.folder, net, result, String(count));
		exact = await floats(result, "distance");
	}
	return tableOf(NETS[net], ours, theirs, exact);
}

async function main(): Promise<void> {
	if (Object.keys(NETS).some((net) => !existsSync(path.join(asked.folder, `${net}.npz`)))) {
		console.error("Training the nets");
		peers("train", asked.folder, asked.mnist);
	}
	const { name, version } = await startBackend("auto", null);
	const [cpu] = os.cpus();
	const kind = asked.target === "any" ? "any other label" : "next label";
	const from = Number(asked.from);
	const head = [
		`MNIST test images ${from} to ${from + Number(asked.images) - 1} that the net gets right, ${kind}; ${name} (${version}).`,
		`${cpu?.model ?? os.arch()}, one thread; ${new Date().toISOString().slice(0, 10)}.`,
	].join("\n");
	const sections = [head];
	for (const net of asked.nets.split(",") as NetName[]) {
		if (!(net in NETS)) throw new RangeError(`--nets ${net}: one of ${Object.keys(NETS).join(", ")} is wanted`);
		const write = (section: string) => {
			if (asked.out) writeFileSync(asked.out, `${[...sections, section].join("\n\n")}\n`);
		};
		const section = await measure(net, write);
		console.log(section);
		write(section);
		sections.push(section);
	}
}

void main();
