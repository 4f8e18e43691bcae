/**
 * Blindspot beside other attacks; `run.mjs` starts it. For each net: the images that it gets right, Blindspot's efforts, then the
 * peers in turn. Every result is judged by PyTorch, each point alone, and kept: a run that is started again goes on where it was.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type AttackSettings, attackImages, type ImageToAttack } from "../../src/compute/adversarial/run.js";
import { EFFORTS, type Effort } from "../../src/compute/attack/methods.js";
import { startBackend } from "../../src/compute/backend/startBackend.js";
import { readIdxImages, readIdxLabels } from "../../src/compute/data/idx.js";
import { readNpz, writeNpz } from "../../src/compute/data/npz.js";
import { TensorClassifier } from "../../src/compute/network/tensorClassifier.js";
import { Kept } from "./kept.js";
import { NETS, type NetName, readNet } from "./nets.js";
import { type Measured, tableOf } from "./table.js";

/** Those that take seconds for an image come last and, with `--slow`, get fewer images. */
const PEERS = ["ddn-1000", "pdgd-500", "pdgd-1500", "alma-1000", "cw-1000", "bb-1000", "scipy"];
const SLOW = ["cw-1000", "bb-1000", "scipy"];
/** The paper's method wants a label. */
const TARGETED_ONLY = ["scipy"];
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
		target: { type: "string", default: "next,any" },
		again: { type: "string", default: "" },
		out: { type: "string" },
	},
});

/** What is wanted: the label after the original's, or any but that. */
const KINDS = ["next", "any"] as const;
type Kind = (typeof KINDS)[number];

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
	readonly kind: Kind;
	readonly images: readonly ImageToAttack[];
}

/** Those of the test images from `--from` on that the net gets right; written for the peers. */
async function taskFor(net: NetName, kind: Kind, classifier: TensorClassifier): Promise<Task> {
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
	const targets = labels.map((label) => (kind === "any" ? -1 : (label + 1) % 10));
	const integers = (list: readonly number[]) => ({ shape: [list.length], data: Int32Array.from(list) });
	await writeNpz(
		path.join(asked.folder, `${net}-images.npz`),
		{ x: { shape: [images.length, PIXELS], data: x }, label: integers(labels), target: integers(targets) },
		"replace",
	);
	return { kind, images };
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
	{ kind, images }: Task,
	effort: Effort,
	result: string,
): Promise<number> {
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

/** CPU seconds per image; the points go to `result`. */
async function peer(net: NetName, name: string, count: number, result: string): Promise<number> {
	peers("attack", asked.folder, net, name, result, String(count));
	const [total = Number.NaN] = await floats(result, "seconds");
	return total / count;
}

async function judged(net: NetName, name: string, seconds: number, result: string): Promise<Measured> {
	const verdict = path.join(asked.folder, `${net}-judged.npz`);
	peers("judge", asked.folder, net, result, verdict);
	const [success, distance] = [await floats(verdict, "success"), await floats(verdict, "distance")];
	return { name, seconds, distances: Array.from(distance, (d, i) => (success[i] ? d : null)) };
}

/** `told` hears the table so far. */
async function measure(net: NetName, kind: Kind, kept: Kept, told: (table: string) => void): Promise<string> {
	const classifier = new TensorClassifier(await readNet(asked.folder, net));
	const task = await taskFor(net, kind, classifier);
	const result = path.join(asked.folder, `${net}-result.npz`);
	const heading = `${NETS[net]}, ${kind} label`;
	const all = task.images.length;
	const ours: Measured[] = [];
	for (const effort of EFFORTS.filter((name) => asked.efforts.split(",").includes(name))) {
		const run = async () => judged(net, effort, await blindspot(classifier, task, effort, result), result);
		ours.push(await kept.or(net, effort, all, run));
	}
	const theirs: Measured[] = [];
	for (const name of asked.peers.split(",").filter(Boolean)) {
		if (kind === "any" && TARGETED_ONLY.includes(name)) continue;
		const count = SLOW.includes(name) && asked.slow ? Math.min(Number(asked.slow), all) : all;
		const run = async () => judged(net, name, await peer(net, name, count, result), result);
		theirs.push(await kept.or(net, name, count, run));
		told(tableOf(heading, ours, theirs, null));
	}
	classifier.dispose();
	if (net !== "linear") return tableOf(heading, ours, theirs, null);
	const count = Math.min(Number(asked.slow ?? all), all);
	const exact = await kept.or(net, "exact", count, async () => {
		peers("exact", asked.folder, net, result, String(count));
		return { name: "exact", seconds: 0, distances: [...(await floats(result, "distance"))] };
	});
	return tableOf(heading, ours, theirs, exact.distances);
}

function partsOf<Name extends string>(option: string, value: string, known: readonly Name[]): Name[] {
	return value.split(",").map((part) => {
		const name = known.find((one) => one === part);
		if (name === undefined) throw new RangeError(`--${option} ${part}: one of ${known.join(", ")} is wanted`);
		return name;
	});
}

async function main(): Promise<void> {
	const nets = partsOf("nets", asked.nets, Object.keys(NETS) as NetName[]);
	const kinds = partsOf("target", asked.target, KINDS);
	if (Object.keys(NETS).some((net) => !existsSync(path.join(asked.folder, `${net}.npz`)))) {
		console.error("Training the nets");
		peers("train", asked.folder, asked.mnist);
	}
	const { name, version } = await startBackend("auto", null);
	const [cpu] = os.cpus();
	const from = Number(asked.from);
	const sections = [
		[
			`MNIST test images ${from} to ${from + Number(asked.images) - 1} that the net gets right; ${name} (${version}).`,
			`${cpu?.model ?? os.arch()}, one thread; ${new Date().toISOString().slice(0, 10)}.`,
		].join("\n"),
	];
	for (const kind of kinds) {
		const folder = path.join(asked.folder, "measured", `${from}-${asked.images}-${kind}`);
		mkdirSync(folder, { recursive: true });
		const kept = new Kept(folder, asked.again.split(","));
		for (const net of nets) {
			const write = (section: string) => {
				if (asked.out) writeFileSync(asked.out, `${[...sections, section].join("\n\n")}\n`);
			};
			const section = await measure(net, kind, kept, write);
			console.log(section);
			write(section);
			sections.push(section);
		}
	}
}

void main();
