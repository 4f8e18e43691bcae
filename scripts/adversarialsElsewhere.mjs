// Attacks pictures with the shared real models and has each model's own runtime judge the adversarials, one picture at a time:
// onnxruntime, Keras 2 and 3, TensorFlow, TensorFlow.js' plain JavaScript. All must give the labels that Blindspot gives.
//
//   npm run test:runtimes [-- --take 8 --effort quick PART OF A MODEL'S NAME ...]
//
// Needs ../shared/data, the built bundles and, once, the runtimes, which are installed into the cache folder.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { pythonWith, quietPython } from "./keras/environment.mjs";
import { onnxRuntime } from "./onnxRuntime.mjs";
import { cacheFolder, main, root, run, StepError, say } from "./steps.mjs";

const TFJS = "4.22.0";
const shared = path.join(root, "..", "shared", "data");
const digits = ["--data", path.join(shared, "mnist", "t10k-images-idx3-ubyte.gz")];
const objects = ["--data", path.join(shared, "cifar10-test")];
const photos = ["--data", path.join(shared, "photos")];

const MODELS = [
	{ name: "onnx-mnist-8", file: "model.onnx", runtime: "onnx", data: digits, channelsFirst: true },
	{
		name: "onnx-cifar10-winml",
		file: "model.onnx",
		runtime: "onnx",
		data: [...objects, "--scale=-1..1"],
		channelsFirst: true,
	},
	{
		name: "onnx-resnet8-cifar10",
		file: "model.onnx",
		runtime: "onnx",
		data: [...objects, "--scale=0..255"],
		probabilities: true,
	},
	{
		name: "onnx-squeezenet1.1",
		file: "model.onnx",
		runtime: "onnx",
		data: photos,
		channelsFirst: true,
		probabilities: true,
	},
	{
		name: "onnx-squeezenet1.1-fp16",
		file: "model.onnx",
		runtime: "onnx",
		data: photos,
		channelsFirst: true,
		probabilities: true,
		// To halves, which takes parts of the noise back: its adversarials have to hold in 8 bits only.
		roundsPixels: true,
	},
	{ name: "h5-resnet8-cifar10", file: "model.h5", runtime: "keras2", data: objects, probabilities: true },
	{ name: "h5-vww96", file: "model.h5", runtime: "keras2", data: photos, probabilities: true },
	{ name: "keras3-mobilenet_v1_025_224", file: "model.keras", runtime: "keras3", data: photos },
	{ name: "savedmodel-mobilenet_v1_025_224", file: "saved_model", runtime: "tensorflow", data: photos },
	{
		name: "tfjs-graph-resnet8-cifar10",
		file: "model.json",
		runtime: "tfjs",
		data: [...objects, "--scale=0..255"],
		probabilities: true,
	},
	{
		...{ name: "tfjs-graph-mobilenet_v1_025_224", file: "model.json", runtime: "tfjs", data: photos },
		output: "MobilenetV1/Predictions/Reshape",
	},
	{ name: "tfjs-layers-darknet-tiny", file: "model.json", runtime: "tfjs", data: photos },
	{ name: "tfjs-layers-doodlenet", file: "model.json", runtime: "tfjs", data: digits, probabilities: true },
];

await main(async () => {
	const options = { take: { type: "string", default: "8" }, effort: { type: "string", default: "quick" } };
	const { values, positionals: parts } = parseArgs({ options, allowPositionals: true });
	if (!existsSync(shared)) throw new StepError(`${shared} is not there.`);
	const models = MODELS.filter(({ name }) => parts.length === 0 || parts.some((part) => name.includes(part)));
	const folder = mkdtempSync(path.join(tmpdir(), "blindspot-runtimes-"));
	let failed = 0;
	console.log(
		"| model | runtime | before | adversarials as float | in 8 bits | least margin in roundings: there, here |",
	);
	console.log("|---|---|---|---|---|---|");
	try {
		for (const model of models) {
			const isRight = await judged(model, path.join(folder, model.name), values);
			if (!isRight) failed++;
		}
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	say(`${models.length - failed} of ${models.length} models give every adversarial the label that Blindspot gives it.`);
	if (failed > 0) throw new StepError(`${failed} don't.`);
});

/** Prints a model's row; whether its runtime agrees on everything. */
async function judged(model, folder, { take, effort }) {
	const {
		name,
		file,
		runtime,
		data,
		channelsFirst = false,
		probabilities = false,
		output = null,
		roundsPixels = false,
	} = model;
	mkdirSync(folder);
	const [report, npz] = [path.join(folder, "report.json"), path.join(folder, "attack.npz")];
	const modelFile = path.join(shared, "models", name, file);
	const attack = [path.join(root, "dist", "cli.js"), "attack", modelFile, ...data, "--take", take, "--effort", effort];
	const more = ["--npz", npz, "--out", path.join(folder, "pictures"), ...(output ? ["--output", output] : [])];
	const { stdout, stderr, status } = spawnSync(process.execPath, [...attack, ...more, "--json"], {
		...{ encoding: "utf8", maxBuffer: 2 ** 30 },
	});
	if (status === null || status > 1) throw new StepError(`${name}: ${stderr.trim()}`);
	writeFileSync(report, stdout);
	const program = path.join(root, "scripts", "runtimes", "outputs.py");
	const question = { model: modelFile, runtime, where: await whereIs(runtime), report, npz, channelsFirst, output };
	const judge = path.join(root, "scripts", "runtimes", "judge.ts");
	const args = [path.join(root, "scripts", "run.mjs"), judge, JSON.stringify({ ...question, probabilities, program })];
	const answer = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...quietPython } });
	const line = answer.stdout.split("\n").find((text) => text.startsWith("{"));
	if (!line) throw new StepError(`${name}: ${answer.stderr.trim().split("\n").slice(-8).join("\n")}`);
	const verdicts = JSON.parse(line);
	const counts = ["before", "float", "8 bit"].map((kind) => {
		const agreeing = verdicts[kind].filter(({ agrees }) => agrees).length;
		return `${agreeing} of ${verdicts[kind].length}`;
	});
	const least = (value) => Math.min(...verdicts.float.map((verdict) => value(verdict) / verdict.rounding)).toFixed(1);
	const margins = `${least(({ margin }) => margin)}, ${least(({ here }) => here)}`;
	console.log(`| ${[name, runtime, ...counts, margins].join(" | ")} |`);
	const counted = roundsPixels ? ["before", "8 bit"] : ["before", "float", "8 bit"];
	return counted.every((kind) => verdicts[kind].every(({ agrees }) => agrees));
}

/** The folder of a runtime's packages, or the python that has it. */
async function whereIs(runtime) {
	if (runtime === "onnx") return onnxRuntime();
	if (runtime === "keras3") return pythonWith("keras3");
	return runtime === "tfjs" ? tensorflowJs() : pythonWith("keras2");
}

async function tensorflowJs() {
	const folder = path.join(cacheFolder, `tfjs-${TFJS}`);
	if (existsSync(path.join(folder, "node_modules", "@tensorflow", "tfjs-layers"))) return folder;
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
	say(`Installing TensorFlow.js ${TFJS}`);
	const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps"];
	const packages = ["core", "backend-cpu", "layers", "converter"].map((part) => `@tensorflow/tfjs-${part}@${TFJS}`);
	await run("npm", ["install", ...options, ...packages], { cwd: folder, quiet: true });
	return folder;
}
