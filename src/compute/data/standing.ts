/** How sure it is what a model's pixels must be, in three words. */
import type { Provenance } from "./types.js";

/**
 * `settled`: said by the person or a file beside the model, or implied by the model's graph. `checked`: tried on labelled
 * pictures. `assumed`: a guess.
 */
export type Standing = "settled" | "checked" | "assumed";

export function standingOf({ origin }: Provenance): Standing {
	if (origin === "assumed") return "assumed";
	return origin === "checked" ? "checked" : "settled";
}

/** "Preprocessing settled: the model divides by 255 first ('rescaling')." */
export function preprocessingSentence(provenance: Provenance): string {
	const standing = standingOf(provenance);
	if (standing === "assumed") return `Preprocessing was assumed from ${provenance.because}.`;
	return `Preprocessing ${standing}: ${provenance.because}.`;
}
