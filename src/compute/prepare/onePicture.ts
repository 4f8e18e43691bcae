/** One picture by its source: a file, or an entry of a data set's file. */
import { loadImages } from "../data/loading.js";
import type { LoadedImage } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import type { DataRequest } from "../reports/request.js";
import { type PreparedModel, prepareData } from "./prepare.js";

/**
 * Reads a picture of the data, or, where no data is given, of the file (`path`, `path#index`) that its source names. Throws
 * `unreadable-data` where it can't be read or is not there.
 */
export async function onePicture(
	source: string,
	data: DataRequest | null,
	prepared: PreparedModel,
	signal: AbortSignal,
): Promise<LoadedImage> {
	const { entries } = await prepareData(requestFor(source, data), prepared, signal);
	for await (const image of loadImages(entries, prepared.wanted, signal)) {
		if (image.kind === "loaded") return image;
		throw new BlindspotError("unreadable-data", image.error, source);
	}
	throw new BlindspotError("unreadable-data", `${source} is not there.`, source);
}

function requestFor(source: string, data: DataRequest | null): DataRequest {
	if (data?.kind === "dataset") return { ...data, only: [source] };
	const path = /^(.+)#\d+$/.exec(source)?.[1];
	if (path === undefined) return { kind: "pictures", paths: [source] };
	return { kind: "dataset", path, take: null, skip: 0, only: [source] };
}
