// TensorFlow.js in a few files, for the unit tests. It publishes over a thousand ES modules, and every test file has a process
// of its own that would load them one by one; Node alone can't load all of them, since its gradients are ES modules that
// don't say so.
import { existsSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";
import { fingerprint, root } from "./steps.mjs";

const MODULES = [
	"@tensorflow/tfjs-core",
	"@tensorflow/tfjs-core/dist/register_all_gradients",
	"@tensorflow/tfjs-backend-cpu",
	"@tensorflow/tfjs-backend-wasm",
];

/** Bundles what `src/` and the tests import of TensorFlow.js, with one core for all; returns Vite's aliases for them. */
export async function tensorflowBundles() {
	const recipe = fingerprint(path.join(root, "package-lock.json"), fileURLToPath(import.meta.url)).slice(0, 16);
	const folder = path.join(root, "node_modules", ".cache", "blindspot", `tensorflow-${recipe}`);
	const fileOf = (module) => module.replace("@tensorflow/", "").replaceAll("/", "-");
	if (!existsSync(folder)) await bundle(folder, fileOf);
	return MODULES.map((module) => ({
		find: new RegExp(`^${module}$`),
		replacement: path.join(folder, `${fileOf(module)}.mjs`),
	}));
}

async function bundle(folder, fileOf) {
	// Several runs may begin at once.
	const partial = `${folder}.partial-${process.pid}`;
	await esbuild.build({
		absWorkingDir: root,
		entryPoints: MODULES.map((module) => ({ in: module, out: fileOf(module) })),
		outdir: partial,
		outExtension: { ".js": ".mjs" },
		bundle: true,
		splitting: true,
		platform: "node",
		target: "node20",
		format: "esm",
		// As scripts/build.mjs bundles what is installed.
		mainFields: ["module", "main"],
		keepNames: true,
		// The WebAssembly backend's loader is a CommonJS program.
		banner: {
			js: [
				'import { createRequire as createRequireOf } from "node:module";',
				"const require = createRequireOf(import.meta.url);",
				"const [__filename, __dirname] = [import.meta.filename, import.meta.dirname];",
			].join("\n"),
		},
		logLevel: "warning",
	});
	try {
		renameSync(partial, folder);
	} catch (error) {
		rmSync(partial, { recursive: true, force: true });
		if (!existsSync(folder)) throw error;
	}
}
