/** The search for models by the names of files, each group of names with a cap of its own. */
import { type FoundModel, modelsAmong, SEARCHED_NAMES } from "../compute/formats/discover.js";

/** As many files of one group of names are looked at. */
export const MOST_FILES = 1_000;

export const PATTERNS = SEARCHED_NAMES.map((names) => `**/{${names.join(",")}}`);

export interface FoundModels {
	readonly models: readonly FoundModel[];
	/** Names of which there are more files than were looked at. */
	readonly cutShort: readonly string[];
}

/** `find` gives the paths of at most so many files that a glob matches. */
export async function searchModels(
	find: (pattern: string, most: number) => Promise<readonly string[]>,
): Promise<FoundModels> {
	const found = await Promise.all(PATTERNS.map((pattern) => find(pattern, MOST_FILES)));
	// A file whose name several patterns take is found more than once.
	return {
		models: await modelsAmong(found.flat()),
		cutShort: SEARCHED_NAMES.flatMap((names, at) => ((found[at]?.length ?? 0) < MOST_FILES ? [] : names)),
	};
}

/** Work that many ask for: done once at a time, and once more for all who asked while it was done. */
export class OneAtATime {
	#running: Promise<void> | null = null;
	#next: Promise<void> | null = null;

	constructor(private readonly work: () => Promise<void>) {}

	/** Resolves when the work was done from its beginning after this call. */
	ask(): Promise<void> {
		if (this.#running === null) {
			this.#running = this.work().finally(() => {
				this.#running = null;
			});
			return this.#running;
		}
		this.#next ??= this.#running
			.catch(() => undefined)
			.then(() => {
				this.#next = null;
				return this.ask();
			});
		return this.#next;
	}
}
