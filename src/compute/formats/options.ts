/** What a reader is told and what it answers. */
import type { Network } from "../network/types.js";

export interface ReadOptions {
	/** Pixels to assume where a file leaves height and width open; null for the usual 224×224 with a warning. */
	readonly inputSize: { readonly width: number; readonly height: number } | null;
	/** The layer or node that the network shall end in; the file's own (first) output where absent or null. */
	readonly output?: string | null;
}

export interface ReadModel {
	readonly network: Network;
	/** Paths of all files that the model consists of, the one that was asked for first. */
	readonly files: readonly string[];
	/** Lower-case hexadecimal SHA-256 of the bytes of these files, one after the other. */
	readonly sha256: string;
}
