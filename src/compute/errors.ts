/** Errors with a reason that code can act on and a message that a person can act on. */

export type ErrorReason =
	/** A model file is damaged, inconsistent or dangerous. */
	| "unreadable-model"
	/** A model file is fine but has an operation that `Network` can't represent. */
	| "unsupported-model"
	/** A picture or data file can't be decoded. */
	| "unreadable-data"
	/** `blindspot.json` or an option is wrong. */
	| "bad-configuration"
	/** The request makes no sense for this model: no such label, no pictures. */
	| "bad-request"
	/** A file can't be written. */
	| "unwritable"
	| "backend"
	| "cancelled"
	| "time-out"
	/** The compute process died while it worked. */
	| "process-ended"
	| "internal";

/** An error whose message says what happened, in which file or at which node, and what to do. */
export class BlindspotError extends Error {
	override readonly name = "BlindspotError";

	constructor(
		readonly reason: ErrorReason,
		message: string,
		/** The file or node that the error is about, where there is one. */
		readonly subject: string | null = null,
	) {
		super(message);
	}
}

/** Whatever was thrown, as a `BlindspotError`; unknown errors become `internal` and keep their message. */
export function asBlindspotError(thrown: unknown): BlindspotError {
	if (thrown instanceof BlindspotError) return thrown;
	return new BlindspotError("internal", thrown instanceof Error ? thrown.message : String(thrown));
}

/** A message without the path in front that it is about, for where that stands beside it already. */
export function withoutPath(message: string, path: string): string {
	return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/** Throws `cancelled` when the signal has been raised. */
export function throwIfCancelled(signal: AbortSignal): void {
	if (signal.aborted) throw new BlindspotError("cancelled", "Cancelled.");
}
