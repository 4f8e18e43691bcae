/** What is kept of a report, whatever kind of page shows it. */

/** What a list of reports shows. */
export interface StoredHead {
	/** The kind of page that shows it: "adversarial". */
	readonly kind: string;
	/** "Adversarial: 3 images" */
	readonly title: string;
	/** The models it is of; `sha256` of their files, null before they were read. */
	readonly models: readonly { readonly path: string; readonly sha256: string | null }[];
	/** When it was run, ISO 8601; null where that isn't known. */
	readonly date: string | null;
	/** False where the run was stopped by something else than its end. */
	readonly complete: boolean;
	/** How far an incomplete one came, in words ("12 of 40"); may be empty. */
	readonly words: string;
}

export interface StoredReport {
	readonly head: StoredHead;
	/** Plain data and typed arrays; the kind of page knows its form. */
	readonly content: unknown;
}
