/** A TensorFlow SavedModel is a folder; people and editors name it or the graph in it. */
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The graph's file, which such a folder is known by. */
export const SAVED_MODEL = "saved_model.pb";

/** The SavedModel's folder that a path means; null where it means none. */
export async function savedModelFolder(path: string): Promise<string | null> {
	if (basename(path) === SAVED_MODEL) return dirname(path);
	const graph = await stat(join(path, SAVED_MODEL)).catch(() => null);
	return graph?.isFile() ? path : null;
}

/** Both ways to name what may be a SavedModel. */
export function savedModelNames(path: string): readonly [string, string] {
	return [path, basename(path) === SAVED_MODEL ? dirname(path) : join(path, SAVED_MODEL)];
}
