/** Lists pictures in folders: naturally sorted, symbolic links followed but never in a circle. */
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { BlindspotError } from "../errors.js";
import { describeSystemError } from "./files.js";
import { ownPictures } from "./ownPictures.js";
import { formatOfName } from "./pictureFormats.js";

export interface FolderContent {
	/** Names of pictures by their extension, naturally sorted: 2.png before 10.png. */
	readonly pictures: readonly string[];
	/** How many pictures are left out since Blindspot wrote them. */
	readonly own: number;
	/** Names of folders, by code point as Keras and torchvision sort them. */
	readonly folders: readonly string[];
	/** Names of other files. Hidden ones (starting with a dot) are left out everywhere. */
	readonly others: readonly string[];
}

const MOST_DEPTH = 16;
const MOST_PICTURES = 1_000_000;

const natural = new Intl.Collator("en", { numeric: true });

/** Natural order, the same on every machine: numbers in names by value, ties by code point. */
export function compareNaturally(a: string, b: string): number {
	return natural.compare(a, b) || compareCodePoints(a, b);
}

function compareCodePoints(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

/** What a folder holds. Throws `unreadable-data` where it can't be listed. */
export async function listFolder(folder: string): Promise<FolderContent> {
	const pictures: string[] = [];
	const folders: string[] = [];
	const others: string[] = [];
	try {
		for (const entry of await readdir(folder, { withFileTypes: true })) {
			if (entry.name.startsWith(".")) continue;
			const kind = entry.isSymbolicLink() ? await kindBehindLink(join(folder, entry.name)) : entry;
			if (kind?.isDirectory()) folders.push(entry.name);
			else if (kind?.isFile() && formatOfName(entry.name) !== null) pictures.push(entry.name);
			else others.push(entry.name);
		}
	} catch (thrown) {
		throw new BlindspotError("unreadable-data", `${folder}: ${describeSystemError(thrown)}`, folder);
	}
	const own = await ownPictures(folder, pictures);
	folders.sort(compareCodePoints);
	others.sort(compareNaturally);
	return { pictures: pictures.filter((name) => !own.has(name)).sort(compareNaturally), own: own.size, folders, others };
}

async function kindBehindLink(path: string): Promise<{ isDirectory(): boolean; isFile(): boolean } | null> {
	return stat(path).catch(() => null);
}

export interface FoundPictures {
	/** How many pictures are left out since Blindspot wrote them. */
	readonly own: number;
	/** Paths of pictures; those of a folder before those of its folders. */
	readonly pictures: readonly string[];
	/** Paths of other files that were passed over. */
	readonly others: readonly string[];
}

/** All pictures in a folder and the folders below it. Throws `unreadable-data`. */
export async function findPictures(folder: string): Promise<FoundPictures> {
	const pictures: string[] = [];
	const others: string[] = [];
	const seen = new Set<string>();
	let own = 0;
	const visit = async (path: string, depth: number): Promise<void> => {
		const real = await realpath(path).catch(() => path);
		if (seen.has(real)) return;
		seen.add(real);
		if (depth > MOST_DEPTH) throw new BlindspotError("unreadable-data", `${path}: folders are nested too deeply`, path);
		const content = await listFolder(path);
		own += content.own;
		// Not as arguments: a folder may hold more than a call can take.
		for (const name of content.pictures) pictures.push(join(path, name));
		for (const name of content.others) others.push(join(path, name));
		if (pictures.length > MOST_PICTURES) {
			throw new BlindspotError("unreadable-data", `${folder}: more than ${MOST_PICTURES} pictures`, folder);
		}
		for (const name of [...content.folders].sort(compareNaturally)) await visit(join(path, name), depth + 1);
	};
	await visit(folder, 0);
	return { pictures, own, others };
}
