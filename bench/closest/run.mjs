// Blindspot beside other attacks, on the same nets, images and targets:
//
//   npm run bench:closest [-- --images 200 --slow 50 --nets linear,fc100 --peers pdgd-500,alma-1000 --target next|any
//                             --efforts quick,normal,thorough --out FILE --mnist FOLDER]
//
// The peers are set up once in the cache folder: PyTorch from the system's package python3-torch (apt-get, on Debian and its
// like) and the attacks from PyPI. BENCH_PYTHON names a python that has them all. Everything computes on one thread.
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { cacheFolder, main, root, run, StepError, say, stamp, stamped, which } from "../../scripts/steps.mjs";

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

await main(async () => {
	const python = process.env.BENCH_PYTHON ?? (await setUpPeers());
	const folder = path.join(cacheFolder, "bench-closest");
	mkdirSync(folder, { recursive: true });
	const args = process.argv.slice(2);
	const mnist = args.includes("--mnist") ? [] : ["--mnist", path.join(root, "..", "shared", "data", "mnist")];
	const threads = { TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1", OMP_NUM_THREADS: "1" };
	const program = path.join(root, "bench", "closest", "index.ts");
	const fixed = ["--python", python, "--script", path.join(root, "bench", "closest", "peers.py"), "--folder", folder];
	await run(process.execPath, [path.join(root, "scripts", "run.mjs"), program, ...fixed, ...mnist, ...args], {
		env: threads,
	});
});

async function setUpPeers() {
	const folder = path.join(cacheFolder, "peers");
	const python = path.join(folder, "bin", "python");
	const done = path.join(folder, "complete");
	const wanted = [...PACKAGES, ...ATTACKS].join(" ");
	if (existsSync(python) && stamped(done, wanted)) return python;
	const system = "/usr/bin/python3";
	if (!(await hasTorch(system))) {
		if (!which("apt-get")) throw new StepError("PyTorch is wanted: set BENCH_PYTHON to a python that has torch.");
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
