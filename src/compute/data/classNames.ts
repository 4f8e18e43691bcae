/** Which names a model's classes have, and how that is known. */
import { basename } from "node:path";
import { BlindspotError } from "../errors.js";
import type { ClassText } from "../network/types.js";
import { classesInText, type NamedClass, namedClass, readClassFile } from "./classFiles.js";
import type { ModelSettings } from "./configuration.js";
import type { KnownClasses } from "./labels.js";
import type { SideFiles } from "./sideFiles.js";
import type { ClassNames, Provenance } from "./types.js";

export interface ChosenClassNames extends ClassNames {
	/** What is known of the classes, for matching pictures' labels. */
	readonly known: KnownClasses;
	readonly warnings: readonly string[];
}

export interface ClassNameSources {
	/** Number of classes of the model. */
	readonly count: number;
	/** File that the caller named; null for none. */
	readonly optionFile: string | null;
	readonly settings: ModelSettings | null;
	readonly sideFiles: SideFiles;
	/** Names that the model's own file keeps; null for none. */
	readonly ownNames: ClassText | null;
}

/**
 * The names in order of precedence: the file in the options, `blindspot.json`, the model's own file, a side file, ImageNet's where there are
 * 1,000 classes (an assumption), else "class 0" and so on. A list of
 * another length than the model's classes is passed over with a warning; but 1 too many or few is accepted where the first
 * is a background class. Throws `unreadable-data` where a file that was named can't be read.
 */
export async function chooseClassNames(sources: ClassNameSources): Promise<ChosenClassNames> {
	const { count, sideFiles } = sources;
	const warnings = [...sideFiles.warnings];
	for (const candidate of await candidatesOf(sources)) {
		const classes = fitted(candidate.classes, count);
		if (classes === null) {
			warnings.push(
				`${candidate.where} has ${candidate.classes.length} class names, the model ${count} classes; passed over.`,
			);
			continue;
		}
		const ids = classes.map(({ wordNetId }) => wordNetId);
		if (candidate.provenance.origin === "assumed")
			warnings.push(`Class names are assumed: ${candidate.provenance.because}.`);
		warnings.push(...contradictions(candidate.provenance, ids, sideFiles));
		const names = classes.map(({ name }) => name);
		const wordNetIds = ids.some((id) => id !== null) ? ids : null;
		return { names, provenance: candidate.provenance, known: { count, names, wordNetIds }, warnings };
	}
	const names = Array.from({ length: count }, (_, index) => `class ${index}`);
	const provenance: Provenance = { origin: "assumed", because: "no class names were found" };
	return { names, provenance, known: { count, names: null, wordNetIds: null }, warnings };
}

interface Candidate {
	readonly where: string;
	readonly classes: readonly NamedClass[];
	readonly provenance: Provenance;
}

async function candidatesOf({
	count,
	optionFile,
	settings,
	ownNames,
	sideFiles,
}: ClassNameSources): Promise<readonly Candidate[]> {
	const candidates: Candidate[] = [];
	if (optionFile !== null) {
		const provenance: Provenance = { origin: "option", because: `the file ${optionFile}` };
		candidates.push({ where: optionFile, classes: await readClassFile(optionFile), provenance });
	}
	const configured = settings?.classes;
	if (settings && configured) {
		const place = `models[${JSON.stringify(settings.glob)}].classes in ${settings.path}`;
		const classes =
			configured.kind === "names" ? configured.names.map(namedClass) : await readConfigured(place, configured.path);
		candidates.push({ where: place, classes, provenance: { origin: "configuration", because: place } });
	}
	const own = ownNames && classesInText(ownNames.text);
	if (ownNames && own) {
		const { place } = ownNames;
		candidates.push({ where: place, classes: own, provenance: { origin: "model", because: place } });
	}
	for (const { path, classes } of sideFiles.classLists) {
		const because = `${basename(path)} beside the model`;
		candidates.push({ where: path, classes, provenance: { origin: "side-file", because } });
	}
	if (IMAGENET_COUNTS.has(count)) candidates.push(await imageNet());
	return candidates;
}

/** With and without a background class in front. */
const IMAGENET_COUNTS: ReadonlySet<number> = new Set([1000, 1001]);

async function imageNet(): Promise<Candidate> {
	const { IMAGENET_CLASSES } = await import("./imageNetClasses.js");
	const because = "ImageNet's, as the model has 1,000 classes";
	const classes = IMAGENET_CLASSES.split("\n").map(namedClass);
	return { where: "ImageNet's list", classes, provenance: { origin: "assumed", because } };
}

async function readConfigured(place: string, path: string): Promise<readonly NamedClass[]> {
	try {
		return await readClassFile(path);
	} catch (thrown) {
		if (!(thrown instanceof BlindspotError)) throw thrown;
		throw new BlindspotError("bad-configuration", `${place}: ${thrown.message}`, path);
	}
}

const BACKGROUND = /^(background|dummy)$/i;

/** The names where they are as many as the classes, or differ only by a background class in front. */
function fitted(classes: readonly NamedClass[], count: number): readonly NamedClass[] | null {
	if (classes.length === count) return classes;
	const [first] = classes;
	if (classes.length === count + 1 && first && BACKGROUND.test(first.name)) return classes.slice(1);
	if (classes.length + 1 === count && count === 1001) return [{ name: "background", wordNetId: null }, ...classes];
	return null;
}

/** Two lists of the same WordNet ids in different orders can't both be the model's. */
function contradictions(chosen: Provenance, ids: readonly (string | null)[], sideFiles: SideFiles): readonly string[] {
	if (chosen.origin === "side-file" || ids.length < 2 || ids.includes(null)) return [];
	const sorted = [...ids].sort().join();
	return sideFiles.classLists.flatMap(({ path, classes }) => {
		const others = classes.map(({ wordNetId }) => wordNetId);
		if (others.join() === ids.join() || [...others].sort().join() !== sorted) return [];
		return [
			`Class names are from ${chosen.because}, but ${basename(path)} beside the model has the same WordNet ids in another order: if labels look wrong, use that one.`,
		];
	});
}
