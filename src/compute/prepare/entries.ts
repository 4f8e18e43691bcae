/** The pictures that a request names, and those that lie with them. */
import { dirname } from "node:path";
import { openDataset } from "../data/dataset.js";
import type { DataEntry } from "../data/entries.js";
import { type KnownClasses, resolveLabels } from "../data/labels.js";
import { expandPictures } from "../data/selection.js";
import type { DataRequest } from "../reports/request.js";

export interface ListedEntries {
	readonly entries: readonly DataEntry[];
	readonly skipped: readonly string[];
	readonly notes?: readonly string[];
}

export async function listEntries(request: DataRequest): Promise<ListedEntries> {
	return request.kind === "pictures" ? expandPictures(request.paths) : openDataset(request.path);
}

/**
 * All pictures of the data set that the request's belong to: what a trial may draw from. Single pictures belong to the folder that
 * they lie in where its pictures have labels by their names, else to the class folders around it.
 */
export async function entriesAround(
	request: DataRequest,
	listed: readonly DataEntry[],
	classes: KnownClasses,
): Promise<readonly DataEntry[]> {
	if (request.kind === "dataset") return listed;
	const { labels } = resolveLabels(listed, classes);
	const first = listed[labels.findIndex((label) => label !== null)];
	if (first === undefined) return listed;
	for (const folder of [dirname(first.source), dirname(dirname(first.source))]) {
		const entries = await openDataset(folder).then(
			(dataset) => dataset.entries,
			// A folder that is no data set, or can't be listed, has nothing to offer.
			() => [],
		);
		const known = resolveLabels(entries, classes).labels.filter((label) => label !== null).length;
		if (known > 0 && entries.some(({ source }) => source === first.source)) return entries;
	}
	return listed;
}
