// Compares Blindspot with Keras itself on small nets with random weights that cover the layers Blindspot reads:
//
//   npm run test:keras [-- --keras3 | --keras2]
//   npm run test:long [-- --smallest]      every net of keras.applications instead, or the smallest of each family
//   npm run test:long -- --keras2 NET...   these nets of Keras 2
//   npm run test:tensorflow    the same nets as SavedModels and TensorFlow.js GraphModels, and some without Keras
//
// Keras is installed into the cache folder (keras/environment.mjs); the nets are made once and kept there.
import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { pythonWith, quietPython } from "./keras/environment.mjs";
import { Maker } from "./keras/maker.mjs";
import { cacheFolder, fingerprint, main, root, run, StepError, say } from "./steps.mjs";

const script = path.join(root, "scripts", "keras", "nets.py");
const graphScripts = path.join(root, "scripts", "tensorflow");
const isLong = process.argv.includes("--long");
const isGraphs = process.argv.includes("--graphs");
const chosen = ["keras3", "keras2"].filter((name) => process.argv.includes(`--${name}`));
// TensorFlow brings Keras 3 along, and computes large nets without compiling each operation first.
const environments = { keras3: isGraphs || isLong ? "keras2" : "keras3", keras2: "keras2", plain: "keras2" };
const converter = "tensorflowjs==4.22.0";

await main(async () => {
	const versions = chosen.length > 0 ? chosen : ["keras3", "keras2"];
	if (isLong) return compareApplications(versions);
	const folders = [];
	for (const kind of versions) folders.push(await makeNets(kind));
	if (isGraphs) folders.push(await makeNets("plain"));
	const program = path.join(root, "scripts", "keras", "compareNets.ts");
	await run(process.execPath, [path.join(root, "scripts", "run.mjs"), program, ...folders]);
});

/** Makes the nets of keras.applications one by one, since they are large, and prints a row of a table for each. */
async function compareApplications(versions) {
	const program = path.join(root, "scripts", "keras", "applications.py");
	const compare = path.join(root, "scripts", "keras", "compareApplication.ts");
	const named = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
	const smallest = process.argv.includes("--smallest") ? ["--smallest"] : [];
	const folder = path.join(cacheFolder, `applications-${process.pid}`);
	const env = { ...quietPython, KERAS_BACKEND: "tensorflow" };
	let failed = 0;
	console.log("| net | read | largest relative difference | seconds | MiB |\n|---|---|---|---|---|");
	for (const version of versions) {
		const python = await pythonWith(environments[version]);
		const maker = new Maker(python, [program, version, folder, ...smallest], env);
		try {
			const names = await maker.names();
			for (const name of names.filter((net) => named.length === 0 || named.includes(net))) {
				const said = await maker.make(name);
				const file = path.join(folder, `${name}.${version === "keras2" ? "h5" : "keras"}`);
				const net = version === "keras2" ? `${name} (Keras 2)` : name;
				const args = [path.join(root, "scripts", "run.mjs"), compare, net, file, path.join(folder, `${name}.npz`)];
				if (said !== `made ${name}`) {
					failed++;
					say(`Keras itself: ${name}: ${said}`);
				} else await run(process.execPath, args).catch(() => failed++);
				rmSync(folder, { recursive: true, force: true });
			}
		} finally {
			maker.end();
			rmSync(folder, { recursive: true, force: true });
		}
	}
	if (failed > 0) throw new StepError(`${failed} nets of keras.applications failed`);
}

async function makeNets(kind) {
	const isPlain = kind === "plain";
	const program = isPlain ? path.join(graphScripts, "plain.py") : script;
	const parts = ["operations.py", "random_weights.py"].map((file) => path.join(root, "scripts", "keras", file));
	const sources = [program, ...parts, ...(isGraphs ? [path.join(graphScripts, "graphs.py")] : [])];
	const more = isGraphs ? "-graphs" : "";
	const made = path.join(cacheFolder, `nets-${kind}${more}-${fingerprint(...sources).slice(0, 12)}`);
	if (existsSync(made)) return made;
	const python = await pythonWith(environments[kind]);
	const modules = isGraphs ? [graphScripts, await installConverter(python)].join(path.delimiter) : "";
	say(`Making nets with ${kind}; this takes some minutes`);
	const partial = `${made}.partial-${process.pid}`;
	try {
		const backend = isGraphs ? "tensorflow" : "jax";
		const env = { ...quietPython, KERAS_BACKEND: backend };
		// Otherwise the converter's optimiser writes operations of oneDNN's, with other constants than the model's.
		if (isGraphs) env.TF_ENABLE_ONEDNN_OPTS = "0";
		const args = isPlain ? [] : [kind, ...(isGraphs ? ["--graphs"] : [])];
		const output = await run(python, [program, partial, ...args], {
			env: { ...env, ...(modules && { PYTHONPATH: modules }) },
			quiet: true,
		});
		for (const line of output.split("\n").filter((text) => text.startsWith("not "))) say(line);
		renameSync(partial, made);
	} finally {
		rmSync(partial, { recursive: true, force: true });
	}
	return made;
}

/** The folder of TensorFlow.js' converter, without the packages that it needs for other conversions. */
async function installConverter(python) {
	const folder = path.join(cacheFolder, converter.replace("==", "-"));
	if (existsSync(folder)) return folder;
	say(`Installing ${converter}`);
	const partial = `${folder}.partial-${process.pid}`;
	await run(python, ["-m", "pip", "install", "--quiet", "--no-deps", "--target", partial, converter], { quiet: true });
	renameSync(partial, folder);
	return folder;
}
