// Sets up native TensorFlow in a folder of its own that every clone, and an installed extension, can use.
//
//   node scripts/native.mjs [--again]
//
// The folder is <cache>/native, where <cache> is $BLINDSPOT_CACHE, else blindspot/ in $XDG_CACHE_HOME or ~/.cache.
// Its layout, which src/compute/backend/native.ts relies on:
//
//   node_modules/@tensorflow/tfjs-node/            what is to be `require`d (by this absolute path)
//   node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node
//   node_modules/@tensorflow/tfjs-node/deps/lib/   TensorFlow's libraries, found from the binding by a relative path
//   node_modules/...                               what tfjs-node needs at run time
//   tensorflow-version                             written last: "2.18.1"
//
// Nothing in it knows where it is, so it can be copied or linked: to `native/` in the extension's folder, or to the
// place that the setting `blindspot.nativePath` names. On Node 23 and later `util.isNullOrUndefined` has to be defined
// before the `require`, and TF_CPP_MIN_LOG_LEVEL=3 keeps TensorFlow from writing to stderr.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import {
	cacheFolder,
	fingerprint,
	installPackages,
	main,
	root,
	run,
	StepError,
	say,
	stamp,
	stamped,
	which,
} from "./steps.mjs";

const sources = path.join(root, "scripts", "native");
const version = JSON.parse(readFileSync(path.join(sources, "package.json"), "utf8")).dependencies[
	"@tensorflow/tfjs-node"
];
const wheel = "tensorflow-cpu==2.18.1";

export const nativeFolder = path.join(cacheFolder, "native");

/** Makes sure that the native folder is there if this machine allows it. Returns TensorFlow's version, or null. */
export async function setUpNative({ again = false } = {}) {
	if (process.env.BLINDSPOT_SKIP_NATIVE === "1") {
		say("Native TensorFlow: left out (BLINDSPOT_SKIP_NATIVE=1)");
		return null;
	}
	const ready = path.join(nativeFolder, "tensorflow-version");
	if (!again && existsSync(ready)) return readFileSync(ready, "utf8").trim();

	const failed = `${nativeFolder}.failed`;
	const recipe = fingerprint(path.join(sources, "package-lock.json"), path.join(root, "scripts", "native.mjs"));
	if (!again && stamped(failed, recipe)) {
		say("Native TensorFlow could not be set up before; `npm run setup -- --again` tries again. Using JavaScript.");
		return null;
	}
	const partial = `${nativeFolder}.partial-${process.pid}`;
	try {
		const tensorflow = await build(partial);
		rmSync(nativeFolder, { recursive: true, force: true });
		renameSync(partial, nativeFolder);
		rmSync(failed, { force: true });
		say(`Native TensorFlow ${tensorflow} is ready in ${nativeFolder}`);
		return tensorflow;
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		stamp(failed, recipe);
		say(`Native TensorFlow is not available here; Blindspot uses JavaScript, which is slower.\n${error.message}`);
		return null;
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
}

async function build(folder) {
	mkdirSync(folder, { recursive: true });
	for (const file of ["package.json", "package-lock.json", ".npmrc"]) {
		cpSync(path.join(sources, file), path.join(folder, file));
	}
	await installPackages(folder, `tfjs-node ${version} for the native backend`);
	const addon = path.join(folder, "node_modules", "@tensorflow", "tfjs-node");
	const problems = [];
	for (const method of [usualDownload, librariesFromWheel]) {
		try {
			await method(addon, folder);
			const tensorflow = await check(addon);
			prune(path.join(folder, "node_modules"));
			await check(addon);
			stamp(path.join(folder, "tensorflow-version"), tensorflow);
			return tensorflow;
		} catch (error) {
			if (!(error instanceof StepError)) throw error;
			problems.push(error.message);
			for (const made of ["deps", "lib"]) rmSync(path.join(addon, made), { recursive: true, force: true });
		}
	}
	throw new StepError(problems.join("\n"));
}

/** tfjs-node's own install script, if the site it downloads from can be reached. */
async function usualDownload(addon) {
	const manifest = JSON.parse(readFileSync(path.join(addon, "package.json"), "utf8"));
	const site = new URL(manifest.binary.host).origin;
	say(`Native TensorFlow: trying tfjs-node's own download from ${site}`);
	try {
		await fetch(site, { method: "HEAD", signal: AbortSignal.timeout(8000) });
	} catch (error) {
		say(`Native TensorFlow: ${site} can't be reached`);
		throw new StepError(`${site}: ${error.cause?.message ?? error.message}`);
	}
	await run("npm", ["run", "install"], { cwd: addon, quiet: true, timeout: 600_000 });
}

/** TensorFlow's libraries and C headers out of its Python wheel, and the binding compiled against them. */
async function librariesFromWheel(addon, folder) {
	if (process.platform !== "linux") throw new StepError("Building against the Python wheel works on Linux only.");
	const python = which("python3") ?? which("python");
	if (!python) throw new StepError("Building against the Python wheel needs python3 with pip on the PATH.");
	const compiler = which(process.env.CXX ?? "g++") ?? which("clang++");
	if (!compiler) throw new StepError("Building against the Python wheel needs a C++ compiler: g++ on the PATH.");

	say(`Native TensorFlow: downloading ${wheel} (230 MB)`);
	const download = path.join(folder, "wheel");
	const pip = ["-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--python-version", "3.11"];
	await run(python, [...pip, "--retries", "2", "--timeout", "20", "--no-cache-dir", "-d", download, wheel], {
		quiet: true,
		timeout: 900_000,
	});
	say("Native TensorFlow: unpacking");
	const [file] = readdirSync(download);
	await run(python, ["-c", unpackScript, path.join(download, file), download], { quiet: true });

	const library = path.join(addon, "deps", "lib");
	mkdirSync(library, { recursive: true });
	const names = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
	for (const name of names) renameSync(path.join(download, "tensorflow", name), path.join(library, name));

	say("Native TensorFlow: compiling the binding");
	mkdirSync(path.join(addon, "lib", "napi-v8"), { recursive: true });
	await run(
		compiler,
		[
			...["-shared", "-fPIC", "-O2", "-std=c++17", "-DNAPI_VERSION=8", "-w"],
			...["-I..", `-I${path.join(folder, "node_modules", "node-api-headers", "include")}`],
			`-I${path.join(download, "tensorflow", "include")}`,
			...["tfjs_backend.cc", "tfjs_binding.cc", "-o", path.join("..", "lib", "napi-v8", "tfjs_binding.node")],
			...[`-L${library}`, ...names.map((name) => `-l:${name}`), "-Wl,-rpath,$ORIGIN/../../deps/lib"],
		],
		{ cwd: path.join(addon, "binding"), quiet: true },
	);
	rmSync(download, { recursive: true });
}

const unpackScript = `
import sys, zipfile
wanted = ("tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2", "tensorflow/include/tensorflow/c/",
  "tensorflow/include/xla/tsl/", "tensorflow/include/tsl/", "tensorflow/include/tensorflow/core/platform/ctstring")
with zipfile.ZipFile(sys.argv[1]) as archive:
    archive.extractall(sys.argv[2], [name for name in archive.namelist() if name.startswith(wanted)])
`;

/** Loads the addon in a process of its own and differentiates a small product. Returns TensorFlow's version. */
async function check(addon) {
	const output = await run(process.execPath, [path.join(sources, "check.cjs"), addon], {
		quiet: true,
		timeout: 120_000,
		env: { TF_CPP_MIN_LOG_LEVEL: "3" },
	});
	return output.trim().split("\n").at(-1);
}

/** Takes away what is not needed at run time: TensorFlow.js' bundles for browsers, source maps, sources, types. */
function prune(modules) {
	const scope = path.join(modules, "@tensorflow");
	for (const name of readdirSync(scope)) {
		const folder = path.join(scope, name);
		if (name === "tfjs-node") {
			for (const part of ["src", "binding", "scripts", "python"]) {
				rmSync(path.join(folder, part), { recursive: true, force: true });
			}
			continue;
		}
		const entry = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).main;
		const kept = new Set(["package.json", "LICENSE", "node_modules", path.normalize(entry)]);
		removeAllBut(folder, kept);
	}
	rmSync(path.join(modules, "node-api-headers"), { recursive: true, force: true });
}

function removeAllBut(folder, kept, inside = "") {
	for (const name of readdirSync(path.join(folder, inside))) {
		const relative = path.join(inside, name);
		if (kept.has(relative)) continue;
		const file = path.join(folder, relative);
		const leadsToKept = [...kept].some((entry) => entry.startsWith(relative + path.sep));
		if (leadsToKept && statSync(file).isDirectory()) removeAllBut(folder, kept, relative);
		else rmSync(file, { recursive: true });
	}
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(() => setUpNative({ again: process.argv.includes("--again") }));
}
