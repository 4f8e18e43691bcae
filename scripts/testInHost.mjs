// Runs test/inhost/ inside VS Code's extension host with @vscode/test-electron: in the desktop VS Code that BLINDSPOT_VSCODE
// names (its executable, not the `code` script), else in code-server. Returns how many tests passed and failed.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runTests } from "@vscode/test-electron";
import esbuild from "esbuild";
import { root } from "./steps.mjs";

const sources = path.join(root, "test", "inhost");
const built = path.join(root, ".vscode-test", "inhost");

export async function testInHost() {
	const results = path.join(built, "results.json");
	rmSync(built, { recursive: true, force: true });
	const files = readdirSync(sources).filter((name) => name === "index.ts" || name.endsWith(".test.ts"));
	await esbuild.build({
		entryPoints: files.map((name) => path.join(sources, name)),
		outdir: built,
		bundle: true,
		platform: "node",
		target: "node20",
		format: "cjs",
		sourcemap: "inline",
		external: ["vscode", "mocha"],
		logLevel: "warning",
	});
	const workspace = mkdtempSync(path.join(tmpdir(), "blindspot-workspace-"));
	const examples = path.join(root, "examples");
	if (existsSync(examples)) cpSync(examples, workspace, { recursive: true });
	mkdirSync(path.join(root, "test-results"), { recursive: true });
	try {
		await runTests({
			vscodeExecutablePath: process.env.BLINDSPOT_VSCODE ?? path.join(root, "scripts", "codeServerLauncher.mjs"),
			extensionDevelopmentPath: root,
			extensionTestsPath: path.join(built, "index.js"),
			launchArgs: [workspace, "--disable-workspace-trust"],
		});
	} catch (error) {
		console.error(error instanceof Error ? error.message : error);
	} finally {
		rmSync(workspace, { recursive: true, force: true });
	}
	// Without results the host never got as far as running a test.
	return existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : { passed: 0, failed: 1 };
}
