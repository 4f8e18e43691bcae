// Stryker's settings for the job that main.mjs describes.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { jobOf, RESULTS } from "./job.mjs";

const { name, ranges } = jobOf();

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
	// Code elsewhere stays as it is, and as fast.
	mutate: ranges,
	plugins: ["@stryker-mutator/vitest-runner", path.join(path.dirname(fileURLToPath(import.meta.url)), "plugins.mjs")],
	checkers: ["chosen"],
	testRunner: "vitest",
	vitest: { configFile: "scripts/mutation/vitest.config.mts", related: false },
	coverageAnalysis: "perTest",
	concurrency: Number(process.env.BLINDSPOT_MUTATION_CONCURRENCY ?? 2),
	// A busy machine is no mutant's doing. Endless loops end sooner: Stryker counts how often a mutant is met.
	timeoutMS: 60_000,
	timeoutFactor: 4,
	dryRunTimeoutMinutes: 60,
	disableTypeChecks: false,
	// Of dist/ tests need the reader process, which is mutated nowhere; Stryker itself links the packages in it.
	ignorePatterns: [
		"/dist/*",
		"!/dist/readerProcess.js",
		"/native",
		"/test-results",
		"/test/e2e",
		"/test/inhost",
		"/.vscode-test",
	],
	reporters: ["progress-append-only", "json", "html"],
	jsonReporter: { fileName: path.join(RESULTS, `${name}.json`) },
	htmlReporter: { fileName: path.join(RESULTS, `${name}.html`) },
	logLevel: "warn",
	warnings: { slow: false },
	allowConsoleColors: false,
};
