// Makes blindspot-<version>.vsix: one package for every platform, as sharp is in it as WebAssembly and native TensorFlow
// stays outside (see native.mjs).
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, run, say } from "./steps.mjs";

/** Beside the bundles; what isn't there is left out. */
const included = ["package.nls.json", "l10n", "media", "README.md", "CHANGELOG.md", "LICENSE", ".vscodeignore"];

/** Builds the package and returns its path. It is put together in a folder of its own, so that dist/ stays as it is. */
export async function makePackage() {
	const {
		scripts,
		devDependencies,
		private: _,
		...manifest
	} = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
	const file = path.join(root, `${manifest.name}-${manifest.version}.vsix`);
	say(`Packaging ${path.basename(file)}`);
	const staging = path.join(root, ".package");
	rmSync(staging, { recursive: true, force: true });
	mkdirSync(staging);
	const dist = path.join(staging, "dist");
	await run(process.execPath, [path.join(root, "scripts", "build.mjs"), "--production", `--out=${dist}`], {
		quiet: true,
	});
	for (const name of included) {
		if (existsSync(path.join(root, name))) cpSync(path.join(root, name), path.join(staging, name), { recursive: true });
	}
	writeFileSync(path.join(staging, "package.json"), `${JSON.stringify(manifest, null, "\t")}\n`);
	const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
	const options = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
	await run(process.execPath, [vsce, "package", ...options], { cwd: staging, quiet: true });
	rmSync(staging, { recursive: true });
	return file;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(async () => say(`Made ${await makePackage()}`));
}
