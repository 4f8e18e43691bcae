// A python with other implementations of attacks, which benchmarks and comparisons run: set up once in the cache folder, with PyTorch
// from the system's package python3-torch (apt-get, on Debian and its like) and the attacks from PyPI. PEERS_PYTHON names a
// python that has them all.
import { existsSync } from "node:fs";
import path from "node:path";
import { cacheFolder, run, StepError, say, stamp, stamped, which } from "./steps.mjs";

// Newer NumPys don't go with Debian's PyTorch. The attacks come without their dependencies, which would bring another PyTorch.
const PACKAGES = [
	"numpy==1.26.4",
	"scipy==1.13.1",
	"quadprog==0.1.14",
	"numba==0.60.0",
	"gitpython",
	"requests",
	"tqdm",
];
const ATTACKS = ["foolbox==3.3.4", "eagerpy==0.30.0", "adv-lib==0.2.8"];

/** Path of the python. */
export async function peersPython() {
	if (process.env.PEERS_PYTHON) return process.env.PEERS_PYTHON;
	const folder = path.join(cacheFolder, "peers");
	const python = path.join(folder, "bin", "python");
	const done = path.join(folder, "complete");
	const wanted = [...PACKAGES, ...ATTACKS].join(" ");
	if (existsSync(python) && stamped(done, wanted)) return python;
	const system = "/usr/bin/python3";
	if (!(await hasTorch(system))) {
		if (!which("apt-get")) throw new StepError("PyTorch is wanted: set PEERS_PYTHON to a python that has torch.");
		say("Installing PyTorch, with OpenBLAS, by apt-get");
		const packages = ["python3-torch", "python3-venv", "libopenblas0-pthread"];
		await run("apt-get", ["update"], { quiet: true });
		await run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { quiet: true });
	}
	say("Installing the attacks");
	await run(system, ["-m", "venv", "--system-site-packages", folder], { quiet: true });
	const pip = [python, ["-m", "pip", "install", "--quiet"]];
	await run(pip[0], [...pip[1], ...PACKAGES], { quiet: true, timeout: 1_800_000 });
	await run(pip[0], [...pip[1], "--no-deps", ...ATTACKS], { quiet: true, timeout: 1_800_000 });
	stamp(done, wanted);
	return python;
}

async function hasTorch(python) {
	return run(python, ["-c", "import torch"], { quiet: true }).then(
		() => true,
		() => false,
	);
}
