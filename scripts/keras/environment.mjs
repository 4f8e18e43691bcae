// The pythons that have Keras: Keras 3 with JAX, and Keras 2 as tf_keras with TensorFlow, which brings a Keras 3 along. Each is
// installed into the cache folder once; KERAS_PYTHON and KERAS2_PYTHON name ones that have them already.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { cacheFolder, run, StepError, say, which } from "../steps.mjs";

const kinds = {
	keras3: { given: process.env.KERAS_PYTHON, packages: ["keras==3.15.1", "jax[cpu]==0.10.2", "h5py==3.16.0"] },
	keras2: { given: process.env.KERAS2_PYTHON, packages: ["tensorflow-cpu==2.21.0", "tf_keras==2.21.0"] },
};

export const quietPython = { JAX_PLATFORMS: "cpu", TF_CPP_MIN_LOG_LEVEL: "3", PYTHONWARNINGS: "ignore" };

/** The python of a virtual environment that has the packages. */
export async function pythonWith(kind) {
	const { given, packages } = kinds[kind];
	if (given) return given;
	const folder = path.join(cacheFolder, packages.map((name) => name.replace(/\W+/g, "-")).join("_"));
	const python = path.join(folder, ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]));
	const done = path.join(folder, "complete");
	if (existsSync(done)) return python;
	const system = which("python3") ?? which("python");
	if (!system) throw new StepError("Installing Keras needs python3 with venv on the PATH.");
	say(`Installing ${packages.join(", ")}`);
	rmSync(folder, { recursive: true, force: true });
	await run(system, ["-m", "venv", folder], { quiet: true });
	await run(python, ["-m", "pip", "install", "--quiet", ...packages], { quiet: true, timeout: 1_800_000 });
	mkdirSync(done);
	return python;
}
