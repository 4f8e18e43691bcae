// Runs ONNX's own tests of the operations that Blindspot reads:
//
//   npm run test:onnx [-- --list] [-- --only Resize]
//
// The tests are part of the Python package onnx, which is fetched once into the cache folder.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheFolder, main, root, run, StepError, say, which } from "./steps.mjs";

const wheel = "onnx==1.22.0";
const folder = path.join(cacheFolder, wheel.replace("==", "-"));

await main(async () => {
	if (!existsSync(folder)) await fetchPackage();
	const tests = path.join(folder, "onnx", "backend", "test", "data", "node");
	const program = path.join(root, "scripts", "onnx", "nodeTests.ts");
	await run(process.execPath, [path.join(root, "scripts", "run.mjs"), program, tests, ...process.argv.slice(2)]);
});

async function fetchPackage() {
	const python = which("python3") ?? which("python");
	if (!python) throw new StepError("Fetching the onnx package needs python3 with pip on the PATH.");
	say(`Downloading ${wheel}`);
	const partial = `${folder}.partial-${process.pid}`;
	mkdirSync(partial, { recursive: true });
	try {
		const pip = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.12"];
		await run(python, [...pip, "-d", partial, wheel], { quiet: true, timeout: 600_000 });
		const [file] = readdirSync(partial);
		await run(python, ["-m", "zipfile", "-e", path.join(partial, file), partial], { quiet: true });
		rmSync(path.join(partial, file));
		renameSync(partial, folder);
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
}
