// Makes blindspot-<version>.vsix: one package for every platform, as sharp is in it as WebAssembly and native TensorFlow
// stays outside (see native.mjs).
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, run, say } from "./steps.mjs";

/** Builds the package and returns its path. */
export async function makePackage() {
	const { name, version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
	const file = path.join(root, `${name}-${version}.vsix`);
	say(`Packaging ${path.basename(file)}`);
	await run(process.execPath, [path.join(root, "scripts", "build.mjs"), "--production"], { quiet: true });
	const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
	const options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
	await run(process.execPath, [vsce, "package", ...options], { quiet: true });
	return file;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(async () => say(`Made ${await makePackage()}`));
}
