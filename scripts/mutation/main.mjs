// How many of the changes that Stryker makes to the sources are noticed by the unit tests of the same folder:
//
//   npm run test:mutation -- [FOLDER...] [--sample N | --all] [--seed N]
//
// Without names all folders of folders.mjs. Prints a score with Wilson's 95% interval for each, and what nobody noticed.
// BLINDSPOT_MUTATION_CONCURRENCY is the number of processes (2).
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { setUp } from "../setup.mjs";
import { main, root, run, StepError } from "../steps.mjs";
import { folders } from "./folders.mjs";
import { environmentOf, RESULTS } from "./job.mjs";
import { identityOf, mutantsOf, sampleOf } from "./mutants.mjs";

const NOTICED = ["Killed", "Timeout"];
const UNNOTICED = ["Survived", "NoCoverage"];

await main(async () => {
	const { names, sample, seed } = asked();
	process.chdir(root);
	await setUp();
	const shareOf = await wilsonShares();
	for (const [name, folder] of Object.entries(folders)) {
		if (names.length > 0 && !names.includes(name)) continue;
		const began = performance.now();
		const all = await mutantsOf(sourcesOf(folder), folder.guardsOnly ?? false);
		const mutants = sample === null ? all : sampleOf(all, seed, sample);
		const statuses = await tried(name, folder, mutants);
		// A mutant that doesn't even load tells nothing of the tests.
		const counted = mutants.filter(({ identity }) => statuses.get(identity) !== "RuntimeError");
		const having = (...wanted) => counted.filter(({ identity }) => wanted.includes(statuses.get(identity)));
		const share = shareOf(having(...NOTICED).length, counted.length);
		const percent = (value) => `${(100 * value).toFixed(1)}%`;
		const figures = share && `${percent(share.value)} (95%: ${share.interval.map(percent).join(" to ")})`;
		const minutes = ((performance.now() - began) / 60_000).toFixed(1);
		console.log(
			`${name}: ${figures ?? "nothing to try"}: ${having(...NOTICED).length} of ${counted.length} mutants noticed, ` +
				`${having("Timeout").length} of them by time-out; of ${all.length} in all, seed ${seed}, ${minutes} minutes`,
		);
		for (const { file, start, identity, original, replacement } of having(...UNNOTICED)) {
			const unmet = statuses.get(identity) === "NoCoverage" ? "(met by no test) " : "";
			console.log(`  ${file}:${start.line}:${start.column} ${unmet}${original}  →  ${replacement}`);
		}
	}
});

function asked() {
	const { values, positionals: names } = parseArgs({
		allowPositionals: true,
		options: {
			all: { type: "boolean", default: false },
			sample: { type: "string", default: "150" },
			seed: { type: "string", default: "1" },
		},
	});
	const sample = values.all ? null : Number(values.sample);
	const seed = Number(values.seed);
	const isKnown = names.every((name) => name in folders);
	if (!isKnown || !Number.isInteger(seed) || !(sample === null || sample >= 1))
		throw new StepError(
			`usage: npm run test:mutation -- [${Object.keys(folders).join(" | ")}] [--sample N | --all] [--seed N]`,
		);
	return { names, sample, seed };
}

function sourcesOf({ sources }) {
	const folder = path.posix.join("src", "compute", sources);
	return readdirSync(folder, { recursive: true })
		.filter((file) => file.endsWith(".ts"))
		.map((file) => path.posix.join(folder, file.split(path.sep).join("/")))
		.sort();
}

/** What became of each mutant, by identity. */
async function tried(name, { tests, native = false }, mutants) {
	const report = path.join(RESULTS, `${name}.json`);
	rmSync(report, { force: true });
	const stryker = path.join(root, "node_modules", "@stryker-mutator", "core", "bin", "stryker.js");
	// Where there is nothing in the cache, there is no native TensorFlow.
	const cache = native ? {} : { BLINDSPOT_CACHE: path.resolve(RESULTS, "no-cache") };
	const job = environmentOf({
		name,
		tests: `test/compute/${tests}/**/*.test.ts`,
		ranges: [...new Set(mutants.map(({ range }) => range))],
		mutants: mutants.map(({ identity }) => identity),
	});
	const config = path.join(import.meta.dirname, "stryker.config.mjs");
	await run(process.execPath, [stryker, "run", config], { env: { ...job, ...cache } });
	const { files } = JSON.parse(readFileSync(report, "utf8"));
	const fromZero = ({ line, column }) => ({ line: line - 1, column: column - 1 });
	const statuses = new Map(
		Object.entries(files).flatMap(([file, found]) =>
			found.mutants.map((mutant) => {
				const { start, end } = mutant.location;
				const location = { start: fromZero(start), end: fromZero(end) };
				return [identityOf(file, { ...mutant, location }), mutant.status];
			}),
		),
	);
	const known = [...NOTICED, ...UNNOTICED, "RuntimeError"];
	const untried = mutants.find(({ identity }) => !known.includes(statuses.get(identity)));
	if (untried) throw new StepError(`Not tried: ${untried.identity}: ${statuses.get(untried.identity)}`);
	return statuses;
}

/** `shareOf` of the sources: a share with its interval. */
async function wilsonShares() {
	const { outputFiles } = await build({
		entryPoints: [path.join(root, "src", "compute", "math", "intervals.ts")],
		bundle: true,
		write: false,
		format: "esm",
		platform: "node",
	});
	const code = Buffer.from(outputFiles[0].contents).toString("base64");
	return (await import(`data:text/javascript;base64,${code}`)).shareOf;
}
