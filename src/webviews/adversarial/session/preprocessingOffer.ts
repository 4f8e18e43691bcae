/** Whether another preprocessing is to be offered before an attack, and what the person made of it. */

import type { AttackParams } from "../../../compute/attack/requests.js";
import { asBlindspotError, type BlindspotError } from "../../../compute/errors.js";
import {
	offersOf,
	type PreprocessingTrial,
	type SuggestResult,
	withOffer,
} from "../../../compute/predict/suggestion.js";
import type { ComputeClient } from "../../../compute/process/client.js";
import type { ImagesProgress, ModelRequest } from "../../../compute/reports/request.js";

/** What was tried for one model, and which way the person chose: remembered as long as the page is open. */
export class PreprocessingOffer {
	/** What was tried; null where nothing was yet, or nothing was to be tried. */
	tried: SuggestResult | null = null;
	#model: string | null = null;
	#taken: PreprocessingTrial | null = null;
	#asAssumed = false;

	constructor(
		private readonly client: Pick<ComputeClient, "suggestPreprocessing">,
		/** Hears why nothing could be tried. */
		private readonly failed: (error: BlindspotError) => void,
	) {}

	/**
	 * Tries the usual preprocessings on labelled pictures where the present one is an assumption; true where others are to be offered
	 * first. Throws `cancelled`.
	 */
	async look(asked: AttackParams, hear: (event: ImagesProgress) => void, signal: AbortSignal): Promise<boolean> {
		const { run, model, data, seed } = asked;
		if (this.#model !== model.path) this.forget();
		this.#model = model.path;
		if (this.#taken !== null || this.#asAssumed) return false;
		try {
			const tried = await this.client.suggestPreprocessing({ run, model, data, seed }, hear, signal);
			this.tried = tried.trials.length > 0 ? tried : null;
			return offersOf(tried).length > 0;
		} catch (thrown) {
			const error = asBlindspotError(thrown);
			if (error.reason === "cancelled" || signal.aborted) throw error;
			// What is wrong with the model or the data the attack says itself.
			this.failed(error);
			return false;
		}
	}

	/** One of the ways that were tried; null where there is none. */
	trial(index: number): PreprocessingTrial | null {
		return this.tried?.trials[index] ?? null;
	}

	/** Takes one of the ways that were tried: it is what the model is asked with from now on. */
	take(index: number): void {
		this.#taken = this.trial(index);
	}

	/** Attacks go on with what is assumed. */
	keepAssumed(): void {
		this.#asAssumed = true;
	}

	/** The request with what was taken. */
	applied(model: ModelRequest): ModelRequest {
		return this.#taken === null || model.path !== this.#model ? model : withOffer(model, this.#taken);
	}

	/** Another model, or other pictures, or the configuration says something else now. */
	forget(): void {
		this.tried = null;
		this.#taken = null;
		this.#asAssumed = false;
	}
}
