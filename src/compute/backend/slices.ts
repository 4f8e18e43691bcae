/**
 * Long work in slices: the event loop gets a turn at least every `SLICE_MILLISECONDS`, so that a cancel
 * arrives and short requests are answered in between.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { throwIfCancelled } from "../errors.js";

const SLICE_MILLISECONDS = 200;

export class Slices {
	#since = performance.now();

	constructor(readonly signal: AbortSignal) {}

	/** Call between pieces of work; gives the loop a turn when the slice is used up. Throws `cancelled`. */
	async breathe(): Promise<void> {
		if (performance.now() - this.#since < SLICE_MILLISECONDS) return;
		await nextTurn();
		throwIfCancelled(this.signal);
		this.#since = performance.now();
	}
}
