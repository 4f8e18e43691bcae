/** Selected pictures: files and folders by path, as a person picks them in the explorer or types them. */
import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type DataEntry, fileEntry, type LabelHint, parentName } from "./entries.js";
import { findPictures, listFolder } from "./listing.js";
import { ownWords } from "./ownPictures.js";

export interface ExpandedPictures {
	readonly entries: readonly DataEntry[];
	/** Files in folders that are no pictures. */
	readonly skipped: readonly string[];
	/** What people should know of how folders were read. */
	readonly notes: readonly string[];
}

/**
 * Files as they are named, folders with all pictures in and below them, each picture once. A file that is named is
 * kept even if it doesn't exist or is no picture, so that reading it says so. The folder a picture lies in may name
 * its class. Throws `unreadable-data` where a folder can't be listed.
 */
export async function expandPictures(paths: readonly string[]): Promise<ExpandedPictures> {
	const found = new Map<string, string>();
	const skipped: string[] = [];
	let left = 0;
	for (const path of paths) {
		const status = await stat(path).catch(() => null);
		if (status?.isDirectory()) {
			const { pictures, own, others } = await findPictures(path);
			left += own;
			for (const picture of pictures) found.set(resolve(picture), picture);
			for (const other of others) skipped.push(other);
		} else {
			found.set(resolve(path), path);
		}
	}
	const pictureFolders = new Map<string, Promise<readonly string[]>>();
	const entries: DataEntry[] = [];
	for (const [absolute, path] of found) {
		const grandparent = dirname(dirname(absolute));
		const among = pictureFolders.get(grandparent) ?? listPictureFolders(grandparent);
		pictureFolders.set(grandparent, among);
		const hint: LabelHint = { kind: "folder", name: parentName(absolute), among: await among };
		entries.push(fileEntry(path, hint));
	}
	return { entries, skipped, notes: ownWords(left) };
}

/** Enough to recognise the classes of any data set; keeps a huge folder from being listed in full. */
const MOST_FOLDERS = 20_000;

/** Names of a folder's folders that hold pictures themselves; empty where that can't be told. */
async function listPictureFolders(folder: string): Promise<readonly string[]> {
	try {
		const { folders } = await listFolder(folder);
		if (folders.length > MOST_FOLDERS) return [];
		const names: string[] = [];
		for (const name of folders) {
			const content = await listFolder(join(folder, name)).catch(() => null);
			if (content && content.pictures.length > 0) names.push(name);
		}
		return names;
	} catch {
		return [];
	}
}
