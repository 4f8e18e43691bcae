/** Where the parts of a JSON text stand in it. */

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

export type JsonPath = readonly (string | number)[];

/** Where each value stands. The text must be JSON that `JSON.parse` accepts; of a key that is given twice, the last counts. */
export class JsonPlaces {
	readonly #places = new Map<string, JsonPlace>();
	readonly #text: string;
	#at = 0;

	constructor(text: string) {
		this.#text = text;
		this.#value([], null);
	}

	/** The place of a value; null where the text has none there. */
	get(path: JsonPath): JsonPlace | null {
		return this.#places.get(JSON.stringify(path)) ?? null;
	}

	/** The place of the deepest value on the way to `path`. */
	nearest(path: JsonPath): JsonPlace {
		for (let depth = path.length; depth > 0; depth--) {
			const place = this.get(path.slice(0, depth));
			if (place) return place;
		}
		return this.get([]) ?? { value: { start: 0, end: this.#text.length }, key: null };
	}

	#value(path: JsonPath, key: TextRange | null): void {
		this.#skipSpace();
		const start = this.#at;
		const first = this.#text[start];
		if (first === "{") this.#members(() => this.#property(path));
		else if (first === "[") this.#members((index) => this.#value([...path, index], null));
		else if (first === '"') this.#string();
		else this.#at += /^[^\s,\]}]*/.exec(this.#text.slice(start))?.[0].length ?? 0;
		this.#places.set(JSON.stringify(path), { value: { start, end: this.#at }, key });
	}

	#property(path: JsonPath): void {
		const key = this.#string();
		this.#skipSpace();
		this.#at++;
		const name: string = JSON.parse(this.#text.slice(key.start, key.end));
		this.#value([...path, name], key);
	}

	/** What stands between brackets, separated by commas. */
	#members(member: (index: number) => void): void {
		this.#at++;
		this.#skipSpace();
		for (let index = 0; !this.#ends(); index++) {
			member(index);
			this.#skipSpace();
			if (this.#text[this.#at] === ",") this.#at++;
			this.#skipSpace();
		}
		this.#at++;
	}

	#ends(): boolean {
		const next = this.#text[this.#at];
		return next === "]" || next === "}" || next === undefined;
	}

	#string(): TextRange {
		const start = this.#at;
		const { length = 1 } = /^"(?:[^"\\]|\\.)*"/.exec(this.#text.slice(start))?.[0] ?? {};
		this.#at += length;
		return { start, end: this.#at };
	}

	#skipSpace(): void {
		while (/[\s\uFEFF]/.test(this.#text[this.#at] ?? "")) this.#at++;
	}
}
