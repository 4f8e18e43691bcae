// All mutants of some sources, and samples of them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Instrumenter } from "@stryker-mutator/instrumenter";
import { equivalent } from "./equivalent.mjs";
import { guards, NO_CONDITION } from "./guards.mjs";

/**
 * @typedef {object} Mutant
 * @property {string} file from the root, with slashes
 * @property {string} identity what tells it from others
 * @property {string} range its place, as Stryker's `mutate` names it
 * @property {{ readonly line: number, readonly column: number }} start from 1
 * @property {string} original what stands there
 * @property {string} replacement
 */

const quiet = { isDebugEnabled: () => false, debug() {}, info() {}, warn() {} };

/** Wording is not what these tests are for. */
const excludedMutations = (guardsOnly) => ["StringLiteral", ...(guardsOnly ? NO_CONDITION : [])];

/**
 * Those of the files (from the root, with slashes) but for equivalent ones.
 *
 * @param {readonly string[]} files
 * @param {boolean} guardsOnly
 * @returns {Promise<readonly Mutant[]>}
 */
export async function mutantsOf(files, guardsOnly) {
	const sources = files.map((name) => ({ name, mutate: true, content: readFileSync(name, "utf8") }));
	const ignorers = guardsOnly ? [guards] : [];
	const options = { plugins: null, excludedMutations: excludedMutations(guardsOnly), ignorers };
	const { mutants } = await new Instrumenter(quiet).instrument(sources, options);
	const lines = new Map(sources.map(({ name, content }) => [name, content.split("\n")]));
	return mutants
		.filter(({ status }) => status !== "Ignored")
		.map((mutant) => located(mutant, lines.get(mutant.fileName)))
		.filter((mutant) => !isEquivalent(mutant, lines.get(mutant.file)));
}

/** What Stryker calls a mutant, by file and place; lines and columns from 0. */
export function identityOf(file, { mutatorName, replacement, location: { start, end } }) {
	return [file, `${start.line}:${start.column}-${end.line}:${end.column}`, mutatorName, oneLine(replacement)].join(" ");
}

function located(mutant, lines) {
	const { fileName: file, replacement, location } = mutant;
	const { start, end } = location;
	const inside = lines.slice(start.line, end.line + 1);
	inside.push(inside.pop().slice(0, end.column));
	inside[0] = inside[0].slice(start.column);
	return {
		file,
		identity: identityOf(file, mutant),
		range: `${file}:${start.line + 1}:${start.column}-${end.line + 1}:${end.column}`,
		start: { line: start.line + 1, column: start.column + 1 },
		original: oneLine(inside.join("\n")),
		replacement: oneLine(replacement),
	};
}

function isEquivalent({ file, start, original, replacement }, lines) {
	return equivalent.some(
		(known) =>
			known.file === file &&
			lines[start.line - 1].includes(known.line) &&
			known.change[0] === original &&
			known.change[1] === replacement,
	);
}

function oneLine(code) {
	return code.replaceAll(/\s+/g, " ").trim();
}

/**
 * The `count` mutants that come first in the seed's order, which depends on what a mutant is and not on how many others
 * there are: a change elsewhere leaves most of a sample as it was.
 *
 * @param {readonly Mutant[]} mutants
 * @param {number} seed
 * @param {number} count
 */
export function sampleOf(mutants, seed, count) {
	return mutants
		.map((mutant) => ({ mutant, place: createHash("sha256").update(`${seed} ${mutant.identity}`).digest("hex") }))
		.sort((a, b) => (a.place < b.place ? -1 : 1))
		.slice(0, count)
		.map(({ mutant }) => mutant);
}
