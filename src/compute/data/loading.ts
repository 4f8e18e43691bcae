/** Reads pictures in order, a few ahead of the one that is asked for. */
import { asBlindspotError, throwIfCancelled } from "../errors.js";
import type { DataEntry } from "./entries.js";
import type { WantedPixels } from "./raster.js";
import type { LoadedImage, UnreadableImage } from "./types.js";

export interface LabelledEntry {
	readonly entry: DataEntry;
	/** Index of the true class, or null where it isn't known. */
	readonly label: number | null;
}

/** Decoding runs on other threads; more at a time would only take memory. */
const READ_AHEAD = 4;

/**
 * Yields one image per entry, in order. A picture that can't be read is yielded as such and doesn't end the run.
 * Throws `cancelled` once the signal is raised.
 */
export async function* loadImages(
	entries: Iterable<LabelledEntry>,
	wanted: WantedPixels,
	signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<LoadedImage | UnreadableImage> {
	const running: Promise<LoadedImage | UnreadableImage>[] = [];
	for (const entry of entries) {
		throwIfCancelled(signal);
		running.push(loadOne(entry, wanted));
		if (running.length < READ_AHEAD) continue;
		yield (await running.shift()) as LoadedImage | UnreadableImage;
	}
	for (const image of running) {
		throwIfCancelled(signal);
		yield await image;
	}
}

/** What was done with transparent parts of so many images, for people; nothing where there were none. */
export function filledWords(images: number, { transparency = "white" }: WantedPixels): readonly string[] {
	if (images === 0) return [];
	const where = transparency === "drop" ? "shown as if they were opaque" : `laid on ${transparency}`;
	const who = images === 1 ? "1 image has" : `${images} images have`;
	return [`${who} transparent parts, ${where}. Set "transparency" in blindspot.json to change that.`];
}

async function loadOne({ entry, label }: LabelledEntry, wanted: WantedPixels): Promise<LoadedImage | UnreadableImage> {
	const { source } = entry;
	try {
		const { pixels, fileSize, isFilled } = await entry.load(wanted);
		return { kind: "loaded", source, label, pixels, fileSize, ...(isFilled && { isFilled }) };
	} catch (thrown) {
		return { kind: "unreadable", source, label, error: asBlindspotError(thrown).message };
	}
}
