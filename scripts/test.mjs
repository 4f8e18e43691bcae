// Sets up, then runs every check: types, lint, unit tests, tests inside VS Code's extension host, and the installed package
// in a window. Ends with one line that sums them up: `N passed, N failed`.
//
//   node scripts/test.mjs [types] [lint] [unit] [inhost] [e2e]      (none named: all)
//
// BLINDSPOT_SKIP_BROWSER=1 leaves out the two that need a VS Code; without it a VS Code that can't be had is a failure.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setUp } from "./setup.mjs";
import { main, root, run, StepError, say } from "./steps.mjs";
import { setUpBrowser, setUpWorkbench } from "./workbench.mjs";

const tool = (...parts) => path.join(root, "node_modules", ...parts);

const suites = {
	types: () => check(tool("typescript", "bin", "tsc"), "--noEmit"),
	lint: () => check(tool("@biomejs", "biome", "bin", "biome"), "check", "--diagnostic-level=error", "."),
	unit: () => vitest("unit", "vitest.config.mts"),
	inhost: () =>
		inEditor(async () => {
			const { testInHost } = await import("./testInHost.mjs");
			return testInHost();
		}),
	e2e: () => inEditor(() => vitest("e2e", "vitest.e2e.config.mts")),
};

/** A program that passes or fails as a whole. */
async function check(program, ...args) {
	try {
		await run(process.execPath, [program, ...args]);
		return { passed: 1, failed: 0 };
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		return { passed: 0, failed: 1 };
	}
}

async function vitest(name, config) {
	const results = path.join(root, "test-results", `${name}.json`);
	mkdirSync(path.dirname(results), { recursive: true });
	rmSync(results, { force: true });
	const { failed: ended } = await check(
		tool("vitest", "vitest.mjs"),
		...["run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${results}`],
	);
	if (!existsSync(results)) return { passed: 0, failed: 1 };
	const report = JSON.parse(readFileSync(results, "utf8"));
	// A file that doesn't load has no tests to fail.
	const unloadable = report.testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
	).length;
	const failed = report.numFailedTests + unloadable;
	return { passed: report.numPassedTests, failed: Math.max(failed, ended) };
}

async function inEditor(tests) {
	if (process.env.BLINDSPOT_SKIP_BROWSER === "1") {
		say("Left out (BLINDSPOT_SKIP_BROWSER=1)");
		return { passed: 0, failed: 0 };
	}
	try {
		await setUpWorkbench();
		await setUpBrowser();
	} catch (error) {
		if (!(error instanceof StepError)) throw error;
		say(`There is no VS Code to test in: ${error.message}\nBLINDSPOT_SKIP_BROWSER=1 leaves these tests out.`);
		return { passed: 0, failed: 1 };
	}
	return tests();
}

await main(async () => {
	const named = process.argv.slice(2);
	const unknown = named.find((name) => !(name in suites));
	if (unknown) throw new StepError(`There is no suite '${unknown}'. There are: ${Object.keys(suites).join(", ")}`);
	await setUp();
	const total = { passed: 0, failed: 0 };
	for (const [name, suite] of Object.entries(suites)) {
		if (named.length > 0 && !named.includes(name)) continue;
		say(`Tests: ${name}`);
		const { passed, failed } = await suite();
		say(`Tests: ${name}: ${passed} passed, ${failed} failed`);
		total.passed += passed;
		total.failed += failed;
	}
	console.log(`${total.passed} passed, ${total.failed} failed`);
	if (total.failed > 0) process.exitCode = 1;
});
