/**
 * Globs over paths with forward slashes: `*`, `?`, `**` and `{a,b}`.
 *
 * Not picomatch: it makes regular expressions, which a glob of many stars in somebody's `blindspot.json` sends backtracking
 * without end. Here a path costs its length times that of all the globs without braces that a glob stands for, in bits.
 */

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

/** Whether a path, relative to the folder that a glob is meant for, matches it. */
export type GlobMatcher = (relativePath: string) => boolean;

/**
 * Compiles a glob that `describeBadGlob` accepts. One without a slash is about the file's name, in whatever folder. `*` and
 * `?` stop at slashes, `**` doesn't.
 */
export function compileGlob(glob: string): GlobMatcher {
	const automaton = new GlobAutomaton(alternatives(glob.replace(/^\.?\//, "")).map(partsOf));
	const isAboutNames = !glob.includes("/");
	return (relativePath) => {
		const path = relativePath.replaceAll("\\", "/");
		return automaton.matches(isAboutNames ? path.slice(path.lastIndexOf("/") + 1) : path);
	};
}

/** How many globs without braces a glob stands for. */
export function countAlternatives(glob: string): number {
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
type Part = { readonly literal: string } | "?" | "*" | "**" | "**/" | "end";

function partsOf(glob: string): readonly Part[] {
	const parts = (glob.match(/\*\*\/|\*\*+|./gsu) ?? []).map((part): Part => {
		if (part === "**/" || part === "*" || part === "?") return part;
		return part.startsWith("**") ? "**" : { literal: part };
	});
	return [...parts, "end"];
}

/** A set of places in the parts: bit i of word w is place 32 w + i. */
type Places = Uint32Array;

/** Of the places where one character is met: those that it leads on from, and those that it may be part of and stay. */
interface Moves {
	readonly on: Places;
	readonly stay: Places;
}

/** Follows all ways to match at once (Baeza-Yates and Gonnet, A new approach to text searching, CACM 35(10), 1992). */
class GlobAutomaton {
	/** The parts of all alternatives, one after the other. */
	readonly #parts: readonly Part[];
	readonly #start: Places;
	readonly #end: Places;
	/** For the characters that stand in the glob, and for the slash. */
	readonly #moves: ReadonlyMap<string, Moves>;
	readonly #otherMoves: Moves;
	/** Wildcards that may end where they are: elsewhere, and at the start of a folder's or file's name. */
	readonly #mayEnd: Places;
	readonly #mayEndAtStart: Places;

	constructor(alternatives: readonly (readonly Part[])[]) {
		this.#parts = alternatives.flat();
		this.#start = this.#where((_, at) => at === 0 || this.#parts[at - 1] === "end");
		this.#end = this.#where((part) => part === "end");
		const characters = this.#parts.flatMap((part) => (typeof part === "object" ? part.literal : []));
		this.#moves = new Map(["/", ...characters].map((character) => [character, this.#movesBy(character)]));
		this.#otherMoves = this.#movesBy(null);
		this.#mayEnd = this.#where((part) => part === "*" || part === "**");
		this.#mayEndAtStart = this.#where((part) => part === "*" || part === "**" || part === "**/");
	}

	matches(path: string): boolean {
		const reached = this.#start.slice();
		pass(reached, this.#mayEndAtStart);
		for (const character of path) {
			move(reached, this.#moves.get(character) ?? this.#otherMoves);
			pass(reached, character === "/" ? this.#mayEndAtStart : this.#mayEnd);
		}
		return reached.some((word, at) => (word & (this.#end[at] as number)) !== 0);
	}

	/** Null for a character that the glob doesn't have. */
	#movesBy(character: string | null): Moves {
		const inName = character !== "/";
		return {
			on: this.#where((part) => (typeof part === "object" ? part.literal === character : part === "?" && inName)),
			stay: this.#where((part) => part === "**" || part === "**/" || (part === "*" && inName)),
		};
	}

	#where(holds: (part: Part, at: number) => boolean): Places {
		const places = new Uint32Array(Math.ceil(this.#parts.length / 32));
		for (const [at, part] of this.#parts.entries())
			if (holds(part, at)) places[at >> 5] = (places[at >> 5] as number) | (1 << (at & 31));
		return places;
	}
}

/** To where a character leads. No place is beyond the last: that is an end, which leads nowhere. */
function move(reached: Places, { on, stay }: Moves): void {
	let carried = 0;
	for (let at = 0; at < reached.length; at++) {
		const word = reached[at] as number;
		const moved = word & (on[at] as number);
		reached[at] = (word & (stay[at] as number)) | (moved << 1) | carried;
		carried = moved >>> 31;
	}
}

/** Adds what is reached where wildcards end. */
function pass(reached: Places, mayEnd: Places): void {
	for (let changed = true; changed; ) {
		changed = false;
		let carried = 0;
		for (let at = 0; at < reached.length; at++) {
			const word = reached[at] as number;
			const ended = word & (mayEnd[at] as number);
			const after = (word | (ended << 1) | carried) >>> 0;
			carried = ended >>> 31;
			if (after === word) continue;
			reached[at] = after;
			changed = true;
		}
	}
}
