// Certified operator norms beside NumPy's FFT and SVD, both on one core:
//
//   npm run bench:lipschitz
//
// NumPy is installed into the cache folder once; NUMPY_PYTHON names a python that has it already.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheFolder, main, root, run, StepError, say, which } from "./steps.mjs";

const NUMPY = "numpy==2.2.6";

await main(async () => {
	const python = process.env.NUMPY_PYTHON ?? (await installNumpy());
	const program = [path.join(root, "scripts", "run.mjs"), path.join(root, "bench", "lipschitz.ts"), python];
	const pin = which("taskset");
	// One thread each: threads that wait for each other on one core only cost time.
	const env = { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1" };
	if (pin) await run(pin, ["-c", firstCore(), process.execPath, ...program], { env });
	else {
		say("There is no taskset here: nothing is pinned to one core, so the ratios say less");
		await run(process.execPath, program, { env });
	}
});

/** The first core that this process may use. */
function firstCore() {
	const [, list] = /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
	return list ?? "0";
}

async function installNumpy() {
	const folder = path.join(cacheFolder, NUMPY.replace(/\W+/g, "-"));
	const python = path.join(folder, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
	const done = path.join(folder, "complete");
	if (existsSync(done)) return python;
	const system = which("python3") ?? which("python");
	if (!system) throw new StepError("Installing NumPy needs python3 with venv on the PATH.");
	say(`Installing ${NUMPY}`);
	rmSync(folder, { recursive: true, force: true });
	await run(system, ["-m", "venv", folder], { quiet: true });
	await run(python, ["-m", "pip", "install", "--quiet", NUMPY], { quiet: true, timeout: 600_000 });
	mkdirSync(done);
	return python;
}
