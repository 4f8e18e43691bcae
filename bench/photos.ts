/**
 * The search on photographs beside DDN with 1,000 steps and Carlini and Wagner's attack, on one model:
 *
 *   npm run bench:photos -- MODEL PHOTOS [--images 32 --slow 4 --scale 0..1|-1..1 --target any|next --efforts quick,normal]
 *
 * `--slow`: how many photographs Carlini and Wagner's attack gets. Times are CPU seconds per photograph.
 */
import { parseArgs } from "node:util";
import { ddn } from "../src/compute/adversarial/baselines/ddn.js";
import { closest } from "../src/compute/adversarial/closest.js";
import { highest } from "../src/compute/adversarial/goal.js";
import { gapRounding } from "../src/compute/adversarial/rounding.js";
import { runTogether } from "../src/compute/adversarial/runTogether.js";
import { Search } from "../src/compute/adversarial/search.js";
import type { Steps } from "../src/compute/adversarial/steps.js";
import { EFFORTS } from "../src/compute/attack/methods.js";
import { Slices } from "../src/compute/backend/slices.js";
import { startBackend } from "../src/compute/backend/startBackend.js";
import { findPictures } from "../src/compute/data/listing.js";
import { loadPicture } from "../src/compute/data/pictures.js";
import { readModel } from "../src/compute/formats/read.js";
import { Random } from "../src/compute/math/random.js";
import { withPictureInput } from "../src/compute/network/entrance.js";
import { TensorClassifier } from "../src/compute/network/tensorClassifier.js";
import { carliniWagner } from "./carliniWagner.js";

type Method = (search: Search, logits: Float32Array) => Steps<unknown>;

const { values: asked, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		images: { type: "string", default: "32" },
		slow: { type: "string", default: "4" },
		scale: { type: "string", default: "0..1" },
		target: { type: "string", default: "any" },
		efforts: { type: "string", default: "quick,normal" },
	},
});

interface Measured {
	/** RMS by photograph; null where there is no adversarial. */
	readonly distances: readonly (number | null)[];
	readonly seconds: number;
	readonly evaluations: number;
}

async function measure(
	classifier: TensorClassifier,
	photos: readonly Float32Array[],
	method: Method,
): Promise<Measured> {
	const searches: Search[] = [];
	function* attack(original: Float32Array): Steps<void> {
		const answer = yield { kind: "logits", points: [original], alone: false };
		const logits = answer.logits[0]!.slice();
		const label = highest(logits);
		const target = asked.target === "next" ? (label + 1) % classifier.classes : null;
		const goal = { original: label, target, rounding: yield* gapRounding(original, logits) };
		const search = new Search(original, goal, { budget: null, stopped: () => false, onBetter() {} });
		searches[photos.indexOf(original)] = search;
		yield* method(search, logits);
	}
	const tasks = photos.map((photo) => ({ steps: attack(photo), spend() {} }));
	const before = process.cpuUsage();
	await runTogether(classifier, tasks, classifier.batchSize, new Slices(new AbortController().signal));
	const { user, system } = process.cpuUsage(before);
	return {
		distances: searches.map(({ best, original }) => best && Math.sqrt(best.squaredDistance / original.length)),
		seconds: (user + system) / 1e6 / photos.length,
		evaluations: searches.reduce((sum, search) => sum + search.evaluations, 0) / photos.length,
	};
}

function line(name: string, { distances, seconds, evaluations }: Measured, ours: Measured | null): string {
	const found = distances.flatMap((distance) => distance ?? []);
	const mean = found.reduce((sum, distance) => sum + distance, 0) / found.length;
	const ratios = distances.flatMap((distance, i) => {
		const own = ours?.distances[i];
		return distance && own ? [distance / own] : [];
	});
	const ratio = ratios.reduce((sum, one) => sum + one, 0) / ratios.length;
	const times = ours
		? `, ${ratio.toFixed(3)} times as far as Blindspot on average, nearer on ${ratios.filter((one) => one < 1).length}`
		: "";
	return `${name}: ${found.length} of ${distances.length}, mean RMS ${mean.toFixed(6)}, ${evaluations.toFixed(0)} evaluations and ${seconds.toFixed(1)} s of CPU a photograph${times}`;
}

async function main(): Promise<void> {
	const [model, folder] = positionals;
	if (!model || !folder) throw new Error("usage: npm run bench:photos -- MODEL PHOTOS");
	const { name, version } = await startBackend("auto", null);
	const { network } = await readModel(model, { inputSize: null });
	const range = asked.scale === "-1..1" ? ([-1, 1] as const) : ([0, 1] as const);
	const classifier = new TensorClassifier(
		withPictureInput(network, { fit: "crop", range, bgr: false, mean: null, std: null }),
	);
	const [height, width, channels] = classifier.pixelShape;
	const { pictures } = await findPictures(folder);
	const photos: Float32Array[] = [];
	for (const file of pictures.slice(0, Number(asked.images))) {
		const { pixels } = await loadPicture(file, { height, width, channels, fit: "crop" });
		photos.push(pixels.data);
	}
	console.log(`${model}, ${photos.length} photographs, ${asked.target} label, ${name} (${version})`);
	const noise = Random.stream(0, "bench");
	let ours: Measured | null = null;
	for (const effort of EFFORTS.filter((one) => asked.efforts.split(",").includes(one))) {
		const { linear, kinks } = classifier;
		const options = { effort, linear, kinks, noise: () => noise.normal() };
		ours = await measure(classifier, photos, (search, logits) => closest(search, logits, options));
		console.log(line(effort, ours, null));
	}
	console.log(line("DDN 1000", await measure(classifier, photos, (search) => ddn(search, 1000)), ours));
	const few = photos.slice(0, Number(asked.slow));
	if (few.length === 0) return;
	console.log(line("C&W 9 × 1000", await measure(classifier, few, (search) => carliniWagner(search, 9, 1000)), ours));
}

void main();
