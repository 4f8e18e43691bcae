// Bundles the extension, the compute process, the reader process, the CLI and the pages into dist/.
//
//   node scripts/build.mjs [--watch] [--production --out=FOLDER]
//
// Node bundles are CommonJS, which VS Code of every supported version loads. `import.meta.url` still works in them.
// External: `vscode` (given by the host) and `sharp`, which is put into dist/node_modules with its WebAssembly build. Where a
// platform's native build of sharp is installed in the clone's own node_modules, sharp takes that one; the package has none.
import { existsSync, readdirSync } from "node:fs";
import { chmod, cp } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const watching = process.argv.includes("--watch");
const production = process.argv.includes("--production");
const named = process.argv.find((arg) => arg.startsWith("--out="))?.slice("--out=".length);
const out = path.resolve(root, named ?? "dist");

const nodeBundles = [
	{ in: "src/extension.ts", out: "extension" },
	{ in: "src/compute/process/host.ts", out: "host" },
	{ in: "src/compute/formats/readerProcess.ts", out: "readerProcess" },
	{ in: "src/cli.ts", out: "cli", shebang: true },
];
/** Every folder of src/webviews/ that has a page. */
const pageBundles = readdirSync(path.join(root, "src", "webviews"))
	.map((name) => ({ in: `src/webviews/${name}/page.ts`, out: `webviews/${name}` }))
	.filter((page) => existsSync(path.join(root, page.in)))
	// The editor's colours, for pages that are exported as files of their own.
	.concat({ in: "src/webviews/ui/themes.css", out: "webviews/themes" });

const shared = {
	absWorkingDir: root,
	bundle: true,
	outdir: out,
	sourcemap: production ? false : "linked",
	minify: production,
	// Error names and kernel names are matched as text at run time.
	keepNames: true,
	// Licence notices of what is bundled go beside the bundles of the package.
	legalComments: production ? "linked" : "none",
	logLevel: "warning",
};

const configurations = [
	...nodeBundles.map((entry) => ({
		...shared,
		entryPoints: [{ in: entry.in, out: entry.out }],
		platform: "node",
		target: "node20",
		format: "cjs",
		// TensorFlow.js in one copy: its gradients are only there as modules.
		mainFields: ["module", "main"],
		external: ["vscode", "sharp"],
		define: { "import.meta.url": "bundleUrl" },
		banner: {
			js: `${entry.shebang ? "#!/usr/bin/env node\n" : ""}const bundleUrl = require("node:url").pathToFileURL(__filename).href;`,
		},
	})),
	...pageBundles.map((entry) => ({
		...shared,
		entryPoints: [{ in: entry.in, out: entry.out }],
		platform: "browser",
		target: "es2022",
		format: "iife",
		define: { "process.env.NODE_ENV": production ? '"production"' : '"development"' },
	})),
];

/** What sharp needs at run time, without type declarations and C++ sources. */
async function copySharp() {
	const from = path.join(root, "scripts", "sharp-wasm", "node_modules");
	if (!existsSync(from)) {
		throw new Error("The picture decoder is not installed: run `npm run setup`.");
	}
	const unneeded =
		/(^|\/)(src|install|\.bin|sharp-webcontainers-wasm32)$|\.(mts|cts|mjs|d\.ts|map|md|html|bnf)$|\/\.[^/]+$/;
	await cp(from, path.join(out, "node_modules"), {
		recursive: true,
		filter: (file) => !unneeded.test(file.slice(from.length).split(path.sep).join("/")),
	});
}

/** TensorFlow.js's WebAssembly programs, with and without vector instructions; not the threaded one, which Node can't run. */
async function copyTensorFlow() {
	const from = path.join(root, "node_modules", "@tensorflow", "tfjs-backend-wasm", "wasm-out");
	const programs = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm"];
	await Promise.all(programs.map((name) => cp(path.join(from, name), path.join(out, "wasm", name))));
}

async function buildOnce() {
	await Promise.all([
		copySharp(),
		copyTensorFlow(),
		...configurations.map((configuration) => esbuild.build(configuration)),
	]);
	await chmod(path.join(out, "cli.js"), 0o755);
	console.log(`build: ${configurations.length} bundles in ${path.relative(root, out)}/`);
}

if (watching) {
	await Promise.all([copySharp(), copyTensorFlow()]);
	for (const configuration of configurations) await (await esbuild.context(configuration)).watch();
	console.log("build: watching");
} else {
	// esbuild has printed its errors by itself.
	await buildOnce().catch((error) => {
		if (!error.errors) throw error;
		process.exitCode = 1;
	});
}
