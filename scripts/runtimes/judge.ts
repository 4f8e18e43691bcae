/**
 * Has a model's own runtime judge the adversarials of an attack, each alone, as float pixels and as the 8 bits of their PNGs.
 * Prints one line of JSON.
 *
 *   node scripts/run.mjs scripts/runtimes/judge.ts JSON
 *
 * `JSON` is a `Question`.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { readNpz, writeNpz } from "../../src/compute/data/npz.js";
import { loadPicture } from "../../src/compute/data/pictures.js";
import type { Pixels, Preprocessing } from "../../src/compute/data/types.js";
import { halfToNumber, roundToHalf } from "../../src/compute/math/halfFloats.js";
import type { AttackedImage, AttackReport } from "../../src/compute/reports/report.js";
import { loadRuntime } from "../onnx/runtime.js";
import { tensorflowJsOutputs } from "./tensorflowJs.js";

interface Question {
	readonly model: string;
	readonly runtime: "onnx" | "tfjs" | "keras2" | "keras3" | "tensorflow";
	/** Where the runtime is: the folder of its packages, or a python. */
	readonly where: string;
	readonly report: string;
	readonly npz: string;
	readonly channelsFirst: boolean;
	readonly output: string | null;
	/** Whether the outputs are probabilities. */
	readonly probabilities: boolean;
	/** `outputs.py`. */
	readonly program: string;
}

const question = JSON.parse(process.argv[2] ?? "") as Question;
const report = JSON.parse(readFileSync(question.report, "utf8")) as AttackReport;

async function judged(): Promise<object> {
	const { arrays } = await readNpz(question.npz, ["x", "adversarial"]);
	const [x, adversarial] = [arrays.get("x"), arrays.get("adversarial")];
	if (!x || !adversarial) throw new Error(`${question.npz} lacks arrays`);
	const shape = x.shape.slice(1);
	const [height = 0, width = 0, channels = 0] = shape;
	const size = height * width * channels;
	const rowOf = (data: ArrayLike<number>, i: number) =>
		Float32Array.from({ length: size }, (_, j) => data[i * size + j] ?? 0);
	const wanted = { width, height, channels, fit: "resize" } as const;
	const pictures: Float32Array[] = [];
	const cases: { readonly i: number; readonly kind: "before" | "float" | "8 bit" }[] = [];
	for (const [i, image] of report.images.entries()) {
		pictures.push(rowOf(x.data, i));
		cases.push({ i, kind: "before" });
		if (!image.success) continue;
		pictures.push(rowOf(adversarial.data, i));
		cases.push({ i, kind: "float" });
		if (!image.stored?.success || !image.files.adversarial) continue;
		pictures.push(((await loadPicture(image.files.adversarial, wanted)).pixels as Pixels).data);
		cases.push({ i, kind: "8 bit" });
	}
	const inputs = pictures.map((picture) => asInput(picture, channels, report.preprocessing));
	const outputs = await outputsOf(inputs, shape);
	const answer = { before: [] as Verdict[], float: [] as Verdict[], "8 bit": [] as Verdict[] };
	for (const [k, { i, kind }] of cases.entries()) {
		const image = report.images[i] as AttackedImage;
		const found = marginsOf(outputs[k] as Float32Array, image);
		answer[kind].push({ agrees: found[kind] > 0, margin: found[kind], rounding: image.rounding, here: image.margin });
	}
	return answer;
}

interface Verdict {
	readonly agrees: boolean;
	/** Logit of Blindspot's label minus the highest other one, in this runtime. */
	readonly margin: number;
	readonly rounding: number | null;
	/** The same at the adversarial, here. */
	readonly here: number | null;
}

/**
 * By how much an output is as Blindspot says of each kind. In 8 bits an adversarial without a target may have a third label, which reports
 * don't name: it only has to leave that of the picture.
 */
function marginsOf(output: Float32Array, { predicted, adversarial, target }: AttackedImage) {
	const logits = question.probabilities ? Array.from(output, Math.log) : Array.from(output);
	const margin = (label: number) => (logits[label] ?? Number.NaN) - Math.max(...logits.filter((_, j) => j !== label));
	const before = margin(predicted?.index ?? -1);
	return { before, float: margin(adversarial?.index ?? -1), "8 bit": target === null ? -before : margin(target) };
}

/** As the model wants its pictures, channels last; in float32, step by step, as people's own code would. */
function asInput(picture: Float32Array, channels: number, { range, bgr, mean, std }: Preprocessing): Float32Array {
	const scaled = picture.map((v) => v * (range[1] - range[0]) + range[0]);
	return scaled.map((_, j) => {
		const c = j % channels;
		const value = scaled[j - c + (bgr ? channels - 1 - c : c)] as number;
		return (value - (mean?.[c % mean.length] ?? 0)) / (std?.[c % std.length] ?? 1);
	});
}

async function outputsOf(inputs: readonly Float32Array[], shape: readonly number[]): Promise<readonly Float32Array[]> {
	const { runtime, where, model, output, program, npz } = question;
	if (runtime === "onnx") return onnxOutputs(inputs, shape);
	if (runtime === "tfjs") return tensorflowJsOutputs(where, model, inputs, shape, output);
	const file = `${npz}.inputs.npz`;
	const data = new Float32Array(inputs.length * (inputs[0]?.length ?? 0));
	for (const [i, row] of inputs.entries()) data.set(row, i * row.length);
	await writeNpz(file, { inputs: { shape: [inputs.length, ...shape], data } }, "replace");
	const { status, stderr } = spawnSync(where, [program, runtime, model, file], { encoding: "utf8" });
	if (status !== 0) throw new Error(stderr.trim().split("\n").slice(-5).join("\n"));
	const found = (await readNpz(`${file}.outputs.npz`, ["outputs"])).arrays.get("outputs");
	if (!found) throw new Error("no outputs");
	const classes = found.shape[1] as number;
	return inputs.map((_, i) => Float32Array.from(found.data.slice(i * classes, (i + 1) * classes), Number));
}

async function onnxOutputs(
	inputs: readonly Float32Array[],
	shape: readonly number[],
): Promise<readonly Float32Array[]> {
	const runtime = loadRuntime(question.where);
	const session = await runtime.InferenceSession.create(question.model);
	const [height = 0, width = 0, channels = 0] = shape;
	const outputs: Float32Array[] = [];
	const isHalf = session.inputMetadata[0]?.type === "float16";
	for (const input of inputs) {
		const ordered = question.channelsFirst ? channelsFirst(input, channels) : input;
		const dims = question.channelsFirst ? [1, channels, height, width] : [1, ...shape];
		const given = isHalf
			? new runtime.Tensor("float16", Uint16Array.from(ordered, numberToHalf), dims)
			: new runtime.Tensor("float32", ordered, dims);
		const results = await session.run({ [session.inputNames[0] as string]: given });
		const { data } = results[session.outputNames[0] as string] as { data: Float32Array };
		outputs.push(isHalf ? Float32Array.from(data, halfToNumber) : data);
	}
	await session.release();
	return outputs;
}

/** Bits of the nearest binary16. */
function numberToHalf(x: number): number {
	const value = roundToHalf(x);
	const sign = value < 0 ? 0x8000 : 0;
	const size = Math.abs(value);
	if (size < 2 ** -14) return sign | (size * 2 ** 24);
	const exponent = Math.floor(Math.log2(size));
	return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

function channelsFirst(picture: Float32Array, channels: number): Float32Array {
	const places = picture.length / channels;
	return Float32Array.from(picture, (_, j) => picture[(j % places) * channels + Math.floor(j / places)] as number);
}

void judged().then((answer) => console.log(JSON.stringify(answer)));
