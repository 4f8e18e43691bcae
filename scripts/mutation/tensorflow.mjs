// TensorFlow.js in a few files. Tests read it as hundreds of modules, which takes longer than most of what a mutant needs.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "..");

const MODULES = {
	core: "@tensorflow/tfjs-core",
	gradients: "@tensorflow/tfjs-core/dist/register_all_gradients",
	cpu: "@tensorflow/tfjs-backend-cpu",
	wasm: "@tensorflow/tfjs-backend-wasm",
};

/** Bundles it into node_modules/.cache; returns what Vite is to read in place of each module. */
export async function bundledTensorFlow() {
	const folder = path.join(root, "node_modules", ".cache", "blindspot", "mutation");
	mkdirSync(folder, { recursive: true });
	await esbuild.build({
		absWorkingDir: root,
		entryPoints: MODULES,
		outdir: folder,
		outExtension: { ".js": ".mjs" },
		bundle: true,
		splitting: true,
		format: "esm",
		platform: "node",
		target: "node20",
		mainFields: ["module", "main"],
		// Its CommonJS parts load Node's modules as these do.
		banner: {
			js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url); const __dirname = import.meta.dirname, __filename = import.meta.filename;',
		},
		logLevel: "error",
	});
	return Object.entries(MODULES).map(([name, module]) => ({
		find: new RegExp(`^${module}$`),
		replacement: path.join(folder, `${name}.mjs`),
	}));
}
