// Bundles a TypeScript program of the project and runs it:
//
//   node scripts/run.mjs PROGRAM.ts [arguments]
//
// The bundle lies inside node_modules, so that sharp, which stays out of it, is found.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import esbuild from "esbuild";

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [program, ...args] = process.argv.slice(2);
if (!program) {
	console.error("usage: node scripts/run.mjs PROGRAM.ts [arguments]");
	process.exit(2);
}
const folder = path.join(root, "node_modules", ".cache", "blindspot");
const bundle = path.join(folder, `${path.basename(program, ".ts")}.cjs`);
await mkdir(folder, { recursive: true });
await esbuild.build({
	absWorkingDir: root,
	entryPoints: [path.resolve(program)],
	outfile: bundle,
	bundle: true,
	platform: "node",
	target: "node20",
	// As scripts/build.mjs bundles what is installed.
	format: "cjs",
	mainFields: ["module", "main"],
	external: ["sharp"],
	define: { "import.meta.url": "bundleUrl" },
	banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
	sourcemap: "inline",
	keepNames: true,
	logLevel: "warning",
});
process.argv.splice(1, process.argv.length, bundle, ...args);
await import(pathToFileURL(bundle).href);
