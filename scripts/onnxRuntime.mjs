// onnxruntime-node, fetched once into the cache folder: what files are compared with.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { cacheFolder, run, say } from "./steps.mjs";

const folder = path.join(cacheFolder, "onnxruntime-1.30.0");

/** The folder whose `node_modules` has it. */
export async function onnxRuntime() {
	if (existsSync(path.join(folder, "node_modules", "onnxruntime-node"))) return folder;
	mkdirSync(folder, { recursive: true });
	writeFileSync(path.join(folder, "package.json"), '{ "private": true }\n');
	const version = path.basename(folder).replace("onnxruntime-", "");
	say(`Installing onnxruntime-node ${version}`);
	const options = ["--ignore-scripts", "--no-audit", "--no-fund"];
	await run("npm", ["install", ...options, `onnxruntime-node@${version}`], { cwd: folder, quiet: true });
	return folder;
}
