// Sets up, then runs every check: types, lint, the direction of imports, unit tests, those that read shared data once more
// as if there were none, tests inside VS Code's extension host, and the installed package in a window. Ends with one line
// that sums them up: `N passed, N failed`, and `, N skipped` where something that they need is absent.
//
//   node scripts/test.mjs [types] [lint] [imports] [unit] [newcomer] [inhost] [e2e]      (none named: all)
//
// BLINDSPOT_SKIP_BROWSER=1 leaves out the two that need a VS Code; without it a VS Code that can't be had is a failure.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { setUp } from "./setup.mjs";
import { main, root, run, StepError, say } from "./steps.mjs";
import { setUpBrowser, setUpWorkbench } from "./workbench.mjs";

const tool = (...parts) => path.join(root, "node_modules", ...parts);

const suites = {
	types: () => check(process.execPath, [tool("typescript", "bin", "tsc"), "--noEmit"]),
	lint: () =>
		check(process.execPath, [tool("@biomejs", "biome", "bin", "biome"), "check", "--diagnostic-level=error", "."]),
	imports: () => check("npm", ["run", "imports"]),
	unit: () => vitest("unit", "vitest.config.mts"),
	// One check: what it runs has been counted before.
	newcomer: () =>
		check(process.execPath, [tool("vitest", "vitest.mjs"), "related", "test/sharedData.ts", "--run"], {
			BLINDSPOT_SHARED: "none",
		}),
	inhost: () =>
		inEditor(async () => {
			const { testInHost } = await import("./testInHost.mjs");
			return testInHost();
		}),
	e2e: () => inEditor(() => vitest("e2e", "vitest.e2e.config.mts")),
};

/** A program that passes or fails as a whole. */
async function check(program, args, env = {}) {
	try {
		await run(program, args, { env });
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
	const { failed: ended } = await check(process.execPath, [
		tool("vitest", "vitest.mjs"),
		...["run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${results}`],
	]);
	if (!existsSync(results)) return { passed: 0, failed: 1 };
	const report = JSON.parse(readFileSync(results, "utf8"));
	// A file that doesn't load has no tests to fail.
	const unloadable = report.testResults.filter(
		(file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
	).length;
	const failed = report.numFailedTests + unloadable;
	const skipped = report.testResults
		.flatMap((file) => file.assertionResults)
		.filter(({ status }) => status === "skipped").length;
	return { passed: report.numPassedTests, failed: Math.max(failed, ended), skipped };
}

function inWords({ passed, failed, skipped }) {
	return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
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
	const total = { passed: 0, failed: 0, skipped: 0 };
	for (const [name, suite] of Object.entries(suites)) {
		if (named.length > 0 && !named.includes(name)) continue;
		say(`Tests: ${name}`);
		const counts = { skipped: 0, ...(await suite()) };
		say(`Tests: ${name}: ${inWords(counts)}`);
		for (const [outcome, count] of Object.entries(counts)) total[outcome] += count;
	}
	console.log(inWords(total));
	if (total.failed > 0) process.exitCode = 1;
});
