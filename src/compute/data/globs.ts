/** Globs over paths with forward slashes: `*`, `?`, `**` and `{a,b}`. */

const MOST_LENGTH = 200;
/** Each pair of braces multiplies the plain globs that one glob stands for. */
const MOST_ALTERNATIVES = 64;

/** Why a glob can't be used; null where it can. */
export function describeBadGlob(glob: string): string | null {
	if (glob === "") return "is empty";
	if (glob.length > MOST_LENGTH) return `is longer than ${MOST_LENGTH} characters`;
	if (glob.includes("\\")) return "has a backslash; write paths with /";
	if (/\{[^{}]*\{|\{[^}]*$|^[^{]*\}|\}[^{]*\}/.test(glob)) return "has braces that don't match or are nested";
	if (countAlternatives(glob) > MOST_ALTERNATIVES) return `has braces for more than ${MOST_ALTERNATIVES} globs`;
	return null;
}

/**
 * Whether a path, relative to the folder that the glob is meant for, matches. A glob without a slash is about the
 * file's name, in whatever folder. `*` and `?` stop at slashes, `**` doesn't. For globs that `describeBadGlob` accepts.
 */
export function matchesGlob(glob: string, relativePath: string): boolean {
	const path = relativePath.replaceAll("\\", "/");
	const subject = glob.includes("/") ? path : path.slice(path.lastIndexOf("/") + 1);
	return alternatives(glob.replace(/^\.?\//, "")).some((plain) => matchesPlain(partsOf(plain), subject));
}

function countAlternatives(glob: string): number {
	return [...glob.matchAll(/\{([^}]*)\}/g)].reduce((count, [, options = ""]) => count * options.split(",").length, 1);
}

/** All globs without braces that one with braces stands for. */
function alternatives(glob: string): readonly string[] {
	const braces = /\{([^}]*)\}/.exec(glob);
	if (!braces) return [glob];
	const before = glob.slice(0, braces.index);
	const after = alternatives(glob.slice(braces.index + braces[0].length));
	return (braces[1] ?? "").split(",").flatMap((option) => after.map((rest) => before + option + rest));
}

/** A literal character, or a wildcard: one character, any in a folder, any at all, any number of whole folders. */
type Part = { readonly literal: string } | "?" | "*" | "**" | "**/";

function partsOf(glob: string): readonly Part[] {
	return (glob.match(/\*\*\/|\*\*+|./gsu) ?? []).map((part): Part => {
		if (part === "**/" || part === "*" || part === "?") return part;
		return part.startsWith("**") ? "**" : { literal: part };
	});
}

/** Follows all ways to match at once, so that the time is at most parts times characters whatever they are. */
function matchesPlain(parts: readonly Part[], path: string): boolean {
	let reached = withoutCharacter(parts, new Set([0]), true);
	for (const character of path) {
		const next = new Set<number>();
		for (const at of reached) {
			const part = parts[at];
			if (part === undefined) continue;
			if (part === "**" || part === "**/") next.add(at);
			else if (part === "*") {
				if (character !== "/") next.add(at);
			} else if (part === "?") {
				if (character !== "/") next.add(at + 1);
			} else if (part.literal === character) next.add(at + 1);
		}
		reached = withoutCharacter(parts, next, character === "/");
	}
	return reached.has(parts.length);
}

/** Adds the places that are reached by wildcards ending here; whole folders end only at a folder's start. */
function withoutCharacter(parts: readonly Part[], reached: Set<number>, atFolderStart: boolean): Set<number> {
	for (const at of reached) {
		const part = parts[at];
		// A set's iteration goes on to what is added meanwhile.
		if (part === "*" || part === "**" || (part === "**/" && atFolderStart)) reached.add(at + 1);
	}
	return reached;
}
