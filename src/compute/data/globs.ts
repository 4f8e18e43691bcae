/** Globs over paths with forward slashes: `*`, `?`, `**` and `{a,b}`. */

/** Keeps the time to match bounded, whatever a file holds. */
const MOST_LENGTH = 200;
const MOST_STARS = 8;

/** Why a glob can't be used; null where it can. */
export function describeBadGlob(glob: string): string | null {
	if (glob === "") return "is empty";
	if (glob.length > MOST_LENGTH) return `is longer than ${MOST_LENGTH} characters`;
	if (glob.replace(/\*+/g, "*").split("*").length - 1 > MOST_STARS) return `has more than ${MOST_STARS} stars`;
	if (glob.includes("\\")) return "has a backslash; write paths with /";
	if (/\{[^{}]*\{|\{[^}]*$|^[^{]*\}/.test(glob)) return "has braces that don't match or are nested";
	return null;
}

/**
 * Whether a path, relative to the folder that the glob is meant for, matches. A glob without a slash is about the
 * file's name, in whatever folder. `*` and `?` stop at slashes, `**` doesn't.
 */
export function matchesGlob(glob: string, relativePath: string): boolean {
	const path = relativePath.replaceAll("\\", "/");
	const subject = glob.includes("/") ? path : path.slice(path.lastIndexOf("/") + 1);
	return new RegExp(`^${expressionOf(glob.replace(/^\.?\//, ""))}$`, "su").test(subject);
}

function expressionOf(glob: string): string {
	return glob.replace(/\*\*\/|\*+|\?|\{([^{}]*)\}|[\\^$.*+()[\]|/{}-]/gu, (part, options: string | undefined) => {
		if (part === "**/") return "(?:.*/)?";
		if (part.startsWith("**")) return ".*";
		if (part === "*") return "[^/]*";
		if (part === "?") return "[^/]";
		if (options !== undefined) return `(?:${options.split(",").map(expressionOf).join("|")})`;
		return part === "-" ? part : `\\${part}`;
	});
}
