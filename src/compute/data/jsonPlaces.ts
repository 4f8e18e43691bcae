/** Where the parts of a JSON text stand in it. */
import { type JSONPath, type Node, parseTree } from "jsonc-parser";

/** Offsets into the text, the end exclusive. */
export interface TextRange {
	readonly start: number;
	readonly end: number;
}

export interface JsonPlace {
	readonly value: TextRange;
	/** The property's name with its quotes; null for entries of lists and for the whole. */
	readonly key: TextRange | null;
}

export type JsonPath = Readonly<JSONPath>;

/** The text must be JSON that `JSON.parse` accepts; of a key that is given twice, the last counts. */
export class JsonPlaces {
	readonly #root: Node | undefined;
	readonly #whole: JsonPlace;

	constructor(text: string) {
		this.#whole = { value: { start: 0, end: text.length }, key: null };
		this.#root = treeOf(text);
	}

	/** The place of the deepest value on the way to `path`. */
	nearest(path: JsonPath): JsonPlace {
		if (!this.#root) return this.#whole;
		let place: JsonPlace = { value: rangeOf(this.#root), key: null };
		let node = this.#root;
		for (const part of path) {
			const [key, value] = partOf(node, part);
			if (!value) return place;
			place = { value: rangeOf(value), key: key ? rangeOf(key) : null };
			node = value;
		}
		return place;
	}
}

/** Undefined where a hostile text is nested deeper than the parser can follow. */
function treeOf(text: string): Node | undefined {
	try {
		// A space is as long as the byte order mark, which the parser doesn't know.
		return parseTree(text.replace(/^\uFEFF/, " "));
	} catch (thrown) {
		if (thrown instanceof RangeError) return undefined;
		throw thrown;
	}
}

/** The nodes of a property's name, for objects, and of its value or a list's entry. */
function partOf({ type, children = [] }: Node, part: string | number): readonly [Node | undefined, Node | undefined] {
	if (type === "array") return [undefined, typeof part === "number" ? children[part] : undefined];
	const property = children.findLast(({ children: [key] = [] }) => key?.value === part);
	return [property?.children?.[0], property?.children?.[1]];
}

function rangeOf({ offset, length }: Node): TextRange {
	return { start: offset, end: offset + length };
}
