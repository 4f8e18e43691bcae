/** Runs the in-host tests with mocha; VS Code calls `run` in its extension host. */
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

/** Resolves when all tests passed, rejects otherwise; the counts go to `results.json` beside this file. */
export function run(): Promise<void> {
	const mocha = new Mocha({ ui: "bdd", timeout: 60_000, reporter: "spec", color: false });
	for (const name of readdirSync(__dirname).sort()) {
		if (name.endsWith(".test.js")) mocha.addFile(path.join(__dirname, name));
	}
	return new Promise((resolve, reject) => {
		const runner = mocha.run((failed) => {
			const { passes = 0 } = runner.stats ?? {};
			writeFileSync(path.join(__dirname, "results.json"), JSON.stringify({ passed: passes, failed }));
			if (failed > 0) reject(new Error(`${failed} in-host tests failed`));
			else resolve();
		});
	});
}
