// What one run of Stryker is to do. It lies in a file, since Stryker starts processes of its own.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const NAME = "BLINDSPOT_MUTATION_JOB";
/** Where reports go, from the root. */
export const RESULTS = path.join("test-results", "mutation");

/**
 * @typedef {object} Job
 * @property {string} name
 * @property {string} tests glob of test files
 * @property {readonly string[]} ranges places in sources, as Stryker's `mutate` names them
 * @property {readonly string[]} mutants identities of those that are tried; others lie within the same ranges
 */

/**
 * Writes it down; returns what the environment of a process that is to do it has to have.
 *
 * @param {Job} job
 */
export function environmentOf(job) {
	const file = path.resolve(RESULTS, `${job.name}.job.json`);
	mkdirSync(RESULTS, { recursive: true });
	writeFileSync(file, JSON.stringify(job));
	return { [NAME]: file };
}

/** @returns {Job} */
export function jobOf() {
	const file = process.env[NAME];
	if (!file) throw new Error("This is started by scripts/mutation/main.mjs: npm run test:mutation");
	return JSON.parse(readFileSync(file, "utf8"));
}
