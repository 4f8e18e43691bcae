// Exports small random PyTorch nets at several operator sets and compares what Blindspot and onnxruntime give:
//
//   npm run test:torch [-- MODEL.onnx ...]
//
// Needs a python with torch 1.13 or later: PYTHON=/path/to/python npm run test:torch. Without one only the files named
// are compared. onnxruntime-node is fetched once into the cache folder.
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { onnxRuntime } from "./onnxRuntime.mjs";
import { cacheFolder, main, root, run, StepError, say, which } from "./steps.mjs";

const nets = path.join(cacheFolder, "torch-nets");

await main(async () => {
	const runtime = await onnxRuntime();
	const files = process.argv.slice(2).map((file) => path.resolve(file));
	if (await exportNets()) files.push(...readdirSync(nets).map((name) => path.join(nets, name)));
	if (files.length === 0) return;
	const program = path.join(root, "scripts", "onnx", "compareNets.ts");
	await run(process.execPath, [path.join(root, "scripts", "run.mjs"), program, runtime, ...files]);
});

/** Whether the nets are there. */
async function exportNets() {
	const python = process.env.PYTHON ?? which("python3");
	try {
		if (!python) throw new StepError("there is no python3");
		await run(python, ["-c", "import torch"], { quiet: true });
	} catch {
		say("PyTorch nets are left out: this python has no torch (PYTHON=/path/to/python chooses another).");
		return false;
	}
	mkdirSync(nets, { recursive: true });
	await run(python, [path.join(root, "scripts", "onnx", "torchNets.py"), nets], { quiet: false });
	return true;
}
