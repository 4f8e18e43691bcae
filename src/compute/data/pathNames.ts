/** Paths as names that people read. Text only, with slashes of either kind: pages have no `node:path`. */

/** The last part of a path, or of a data set's entry. */
export function fileName(path: string): string {
	return path.split(/[\\/]/).at(-1) ?? path;
}

/** The last two parts: "digits/model.json", "7/01.png", "t10k-images.gz#12" with its folder. */
export function shortPath(path: string): string {
	return path.split(/[\\/]/).slice(-2).join("/");
}

/** The graph's file, which the folder of a TensorFlow SavedModel is known by. */
export const SAVED_MODEL = "saved_model.pb";

/** Both ways to name what may be a SavedModel: its folder and the graph in it, the given one first. */
export function savedModelNames(path: string): readonly [string, string] {
	const separator = path.includes("/") || !path.includes("\\") ? "/" : "\\";
	if (fileName(path) !== SAVED_MODEL) return [path, `${path}${separator}${SAVED_MODEL}`];
	return [path, path.slice(0, -SAVED_MODEL.length - 1) || "."];
}

/** Whether two paths mean one model: they are equal, or a SavedModel's folder and the graph in it. */
export function isSameModel(a: string, b: string): boolean {
	return savedModelNames(a).includes(b);
}
