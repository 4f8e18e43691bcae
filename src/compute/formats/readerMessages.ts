/** What crosses between the process that asks for a model and the short-lived one that parses it. */
import type { ErrorReason } from "../errors.js";
import type { ReadModel, ReadOptions } from "./options.js";

export interface ReaderRequest {
	readonly path: string;
	readonly options: ReadOptions;
	/** How long whoever asks waits for the answer. */
	readonly timeoutSeconds: number;
}

/** How many bytes of how many have been read, before the answer. */
export interface ReaderProgress {
	readonly kind: "reading";
	readonly read: number;
	readonly of: number;
}

export type ReaderAnswer =
	| { readonly kind: "read"; readonly model: ReadModel }
	| {
			readonly kind: "failed";
			readonly reason: ErrorReason;
			readonly message: string;
			readonly subject: string | null;
	  };
