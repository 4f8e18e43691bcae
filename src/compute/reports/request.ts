/** What analyses are asked about: a model, and pictures. */
import type { FolderOrder } from "../data/folderOrders.js";
import type { Preprocessing } from "../data/types.js";

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
