/** The runs that can be asked to end early. */
import { BlindspotError } from "../errors.js";

/** Stops remembered for runs that haven't begun; the oldest is forgotten first. */
const MOST_REMEMBERED = 1_000;

interface Stops {
	whole: boolean;
	readonly images: Set<number>;
}

/**
 * Which runs, or images of them, a person has stopped. A stop that overtakes its request, which waits for its model or for the
 * process, is remembered until the run begins.
 */
export class StoppableRuns {
	readonly #running = new Set<string>();
	readonly #stops = new Map<string, Stops>();

	/** Asks a run to end with what it has; with `image`, only the search for that one. */
	stop(run: string, image?: number): void {
		const stops = this.#stops.get(run) ?? { whole: false, images: new Set() };
		if (image === undefined) stops.whole = true;
		else stops.images.add(image);
		this.#stops.set(run, stops);
		if (this.#stops.size > MOST_REMEMBERED) this.#forgetOldest();
	}

	/** Does `work`, which asks `stopped` now and then. Throws `internal` where a run of this name is there already. */
	async during<T>(run: string, work: (stopped: (image?: number) => boolean) => Promise<T>): Promise<T> {
		if (this.#running.has(run)) throw new BlindspotError("internal", `The run ${run} is there already.`);
		this.#running.add(run);
		try {
			return await work((image) => {
				const stops = this.#stops.get(run);
				return stops !== undefined && (stops.whole || (image !== undefined && stops.images.has(image)));
			});
		} finally {
			this.#running.delete(run);
			this.#stops.delete(run);
		}
	}

	#forgetOldest(): void {
		for (const run of this.#stops.keys())
			if (!this.#running.has(run)) {
				this.#stops.delete(run);
				return;
			}
	}
}
