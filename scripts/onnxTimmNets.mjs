// Exports nets of timm and torchvision with random weights by both of PyTorch's exporters, and compares what Blindspot
// and onnxruntime give:
//
//   npm run test:timm [-- PART OF A NAME ...]
//
// A python with PyTorch, torchvision, timm and onnxscript is set up once in the cache folder, some 6 GB with CUDA's
// libraries unless pip finds a CPU build of PyTorch; PYTHON names one that has them. Each file is compared in a process
// of its own, whose memory is what the table says.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { onnxRuntime } from "./onnxRuntime.mjs";
import { cacheFolder, fingerprint, main, root, run, StepError, say, stamp, stamped, which } from "./steps.mjs";

const PACKAGES = ["torch==2.15.0", "torchvision==0.29.2", "timm==1.0.31", "onnx==1.22.0", "onnxscript==0.7.2"];
/** Both compute in float32, in different orders. */
const TOLERANCE = 1e-4;

await main(async () => {
	const parts = process.argv.slice(2);
	const program = path.join(root, "scripts", "onnx", "timmNets.py");
	const nets = path.join(cacheFolder, `timm-nets-${fingerprint(program).slice(0, 12)}`);
	mkdirSync(nets, { recursive: true });
	const runtime = await onnxRuntime();
	const python = await timmPython();
	say("Exporting nets that aren't there yet");
	await run(python, [program, nets, ...parts]);
	const wanted = (name) => parts.length === 0 || parts.some((part) => name.includes(part));
	const files = readdirSync(nets).filter((name) => name.endsWith(".onnx") && wanted(name));
	console.log("| net, exporter, opset | read | largest relative difference | seconds | MiB |\n|---|---|---|---|---|");
	const rows = files.map((name) => compared(runtime, path.join(nets, name)));
	const failed = rows.filter((isFine) => !isFine).length;
	say(`${rows.length - failed} of ${rows.length} files give what onnxruntime gives, within ${TOLERANCE}.`);
	if (failed > 0) throw new StepError(`${failed} don't.`);
});

/** Prints a file's row; whether it is read and its outputs are right. */
function compared(runtime, file) {
	const program = path.join(root, "scripts", "onnx", "compareOne.ts");
	const args = [path.join(root, "scripts", "run.mjs"), program, runtime, file];
	const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
	const line = stdout.split("\n").find((text) => text.startsWith("{"));
	const { failed, worst, seconds, mebibytes } = line ? JSON.parse(line) : { failed: "the process ended" };
	const name = path.basename(file, ".onnx");
	const figures = failed
		? [`no: ${failed}`, "", "", ""]
		: ["yes", worst.toExponential(1), seconds.toFixed(1), mebibytes.toFixed(0)];
	console.log(`| ${[name, ...figures].join(" | ")} |`);
	return !failed && worst < TOLERANCE;
}

async function timmPython() {
	if (process.env.PYTHON) return process.env.PYTHON;
	const folder = path.join(cacheFolder, "timm");
	const python = path.join(folder, "bin", "python");
	const done = path.join(folder, "complete");
	if (existsSync(python) && stamped(done, PACKAGES.join(" "))) return python;
	const own = which("python3");
	if (!own) throw new StepError("There is no python3: PYTHON=/path/to/python names one.");
	say("Installing PyTorch, torchvision and timm, some 6 GB");
	await run(own, ["-m", "venv", folder], { quiet: true });
	await run(python, ["-m", "pip", "install", "--quiet", ...PACKAGES], { quiet: true, timeout: 3_600_000 });
	stamp(done, PACKAGES.join(" "));
	return python;
}
