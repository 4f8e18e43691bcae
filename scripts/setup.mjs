// Everything a fresh clone needs: packages, native TensorFlow, and the bundles.
//
//   node scripts/setup.mjs [--again]     (--again: try the native backend anew)
import path from "node:path";
import { pathToFileURL } from "node:url";
import { setUpNative } from "./native.mjs";
import { installPackages, main, root, run, say } from "./steps.mjs";

export async function setUp({ again = false } = {}) {
	await installPackages(root, "packages");
	await installPackages(path.join(root, "scripts", "sharp-wasm"), "the picture decoder's WebAssembly build");
	await setUpNative({ again });
	say("Building");
	await run(process.execPath, [path.join(root, "scripts", "build.mjs")]);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(() => setUp({ again: process.argv.includes("--again") }));
}
