/** How requests to the compute process are declared, and what most are about: a model, and pictures. */

import type { FolderOrder } from "../data/folderOrders.js";
import type { Preprocessing, Size } from "../data/types.js";

/** A model file and what the caller knows about it beyond `blindspot.json` and side files. */
export interface ModelRequest {
	readonly path: string;
	/** `blindspot.json` to use; null to look for one from the model's folder upwards. */
	readonly configuration: string | null;
	/** Overrides single fields of the preprocessing. */
	readonly preprocessing: Partial<Preprocessing>;
	/** File with class names; null to look for one. */
	readonly classesFile: string | null;
	/** The layer or node to take as the output; where absent `blindspot.json`'s, else the file's own. */
	readonly output?: string;
	/** Whether a picture has exactly one of several sigmoids' labels; where absent as `blindspot.json` says, else not. */
	readonly exclusive?: boolean;
	/** Size of the model's pictures, where its file leaves that open or takes a list of values; else `blindspot.json`'s. */
	readonly inputSize?: Size;
	/** How many channels a list of values has; where absent `blindspot.json`'s, else what makes a square. */
	readonly channels?: number;
	/** How class folders are numbered; where absent `blindspot.json`'s, else what labelled pictures show. */
	readonly folders?: FolderOrder;
	/** "60 of 64 labelled pictures right": that `preprocessing` was offered and taken after it was tried, and on what that rests. */
	readonly checked?: string;
}

/** Pictures: files and folders by path, or part of a data set. */
export type DataRequest =
	| { readonly kind: "pictures"; readonly paths: readonly string[] }
	| {
			readonly kind: "dataset";
			/** Folder of class folders, flat folder, IDX images file or `.npz`. */
			readonly path: string;
			/** How many to take, balanced over the classes where labels are known; null for all. */
			readonly take: number | null;
			readonly skip: number;
			/** Draws which ones; without it they are the first ones. */
			readonly seed?: number;
			/** Only these entries, by their sources and in this order, in place of `take` and `skip`. */
			readonly only?: readonly string[];
	  };

/** How many images of the data are read. */
export interface ImagesProgress {
	readonly done: number;
	readonly total: number;
}

/** Holds a declaration's types; nothing is there at run time. */
declare const types: unique symbol;

/**
 * A request as the room that answers it declares it, once: the client's method and the host's registration follow from it.
 * Its name is its key in the room's `requests.ts`.
 */
export interface Declared<Params, Result, Progress> {
	/** Whether it tells anything while it runs; its parameters then name the run. */
	readonly tells: boolean;
	readonly [types]?: { readonly params: Params; readonly result: Result; readonly progress: Progress };
}

export function request<Params, Result>(): Declared<Params, Result, never> {
	return { tells: false };
}

/** A request that tells of its progress and can be asked to end early with what it has (`stop`). */
export function tellingRequest<Params extends { readonly run: string }, Result, Progress>(): Declared<
	Params,
	Result,
	Progress
> {
	return { tells: true };
}
