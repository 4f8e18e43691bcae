// Makes blindspot-<version>.vsix: one package for every platform, as sharp is in it as WebAssembly and native TensorFlow
// stays outside (see native.mjs).
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { main, root, run, say } from "./steps.mjs";

/** Beside the bundles; what isn't there is left out. */
const included = [
	"package.nls.json",
	"l10n",
	"media",
	"examples",
	"README.md",
	"CHANGELOG.md",
	"LICENSE",
	".vscodeignore",
];

/**
 * Builds the package into `folder` and returns its path. It is put together in a folder of its own, so that dist/ stays as
 * it is and two can be made at the same time.
 */
export async function makePackage(folder = root) {
	const source = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
	const { scripts, devDependencies, private: unpublished, ...manifest } = source;
	const file = `${manifest.name}-${manifest.version}.vsix`;
	say(`Packaging ${file}`);
	const staging = mkdtempSync(path.join(tmpdir(), "blindspot-staging-"));
	try {
		const dist = path.join(staging, "dist");
		await run(process.execPath, [path.join(root, "scripts", "build.mjs"), "--production", `--out=${dist}`], {
			quiet: true,
		});
		for (const name of included.filter((name) => existsSync(path.join(root, name)))) {
			// The README's pictures are for those who read it elsewhere: in the package nothing shows them.
			const filter = (from) => from !== path.join(root, "media", "readme");
			cpSync(path.join(root, name), path.join(staging, name), { recursive: true, filter });
		}
		writeFileSync(path.join(staging, "package.json"), `${JSON.stringify(manifest, null, "\t")}\n`);
		const vsce = path.join(root, "node_modules", "@vscode", "vsce", "vsce");
		const options = [
			"--no-dependencies",
			"--allow-missing-repository",
			"--skip-license",
			"--no-rewrite-relative-links",
		];
		await run(process.execPath, [vsce, "package", ...options, "--out", file], { cwd: staging, quiet: true });
		cpSync(path.join(staging, file), path.join(folder, file));
	} finally {
		rmSync(staging, { recursive: true, force: true });
	}
	return path.join(folder, file);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	await main(async () => say(`Made ${await makePackage()}`));
}
