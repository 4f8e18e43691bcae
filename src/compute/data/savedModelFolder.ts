/** A TensorFlow SavedModel is a folder; people and editors name it or the graph in it. */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SAVED_MODEL } from "./pathNames.js";

/** The SavedModel's folder that a path means; null where it means none. */
export async function savedModelFolder(path: string): Promise<string | null> {
	if (basename(path) === SAVED_MODEL) return dirname(path);
	const graph = await stat(join(path, SAVED_MODEL)).catch(() => null);
	return graph?.isFile() ? path : null;
}
