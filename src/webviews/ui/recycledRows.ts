/** Elements for those rows of a long list that are in the document: what leaves is filled again for what comes. */

/**
 * Children of `parent`, which have to be placed by their style: to move an element in the document costs far more than to
 * fill it anew. `aria-owns` says in which order they are read. A row that stays keeps its element, and with it the focus,
 * so a step of scrolling costs what the rows cost that come, however many the list has.
 */
export class RecycledRows {
	readonly #elements = new Map<number, HTMLElement>();
	#made = 0;

	constructor(
		private readonly parent: HTMLElement,
		private readonly create: () => HTMLElement,
	) {}

	/** Has these rows in the document, ascending and each once, and gives all of them to `fill`. */
	show(rows: readonly number[], fill: (element: HTMLElement, row: number) => void): void {
		const wanted = new Set(rows);
		const free: HTMLElement[] = [];
		for (const [row, element] of this.#elements) {
			if (wanted.has(row)) continue;
			free.push(element);
			this.#elements.delete(row);
		}
		for (const row of rows) {
			const element = this.#elements.get(row) ?? free.pop() ?? this.#another();
			this.#elements.set(row, element);
			fill(element, row);
		}
		for (const element of free) element.remove();
		this.parent.setAttribute("aria-owns", rows.map((row) => this.#elements.get(row)?.id).join(" "));
	}

	#another(): HTMLElement {
		const element = this.create();
		element.id = `${this.parent.id}-${this.#made++}`;
		this.parent.append(element);
		return element;
	}
}
