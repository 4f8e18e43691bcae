/** One picture of the data, wherever it lies, before it is read. */
import { basename, dirname } from "node:path";
import { loadPicture, type Picture } from "./pictures.js";
import type { WantedPixels } from "./raster.js";

/** What the data itself says about a picture's class, before it is matched with the model's classes. */
export type LabelHint =
	/** An index in an IDX or `.npz` file. */
	| { readonly kind: "index"; readonly index: number }
	/** The folder that the picture lies in may be named after its class. */
	| {
			readonly kind: "folder";
			readonly name: string;
			/** All folders that hold pictures beside each other, this one too, sorted by code point. */
			readonly among: readonly string[];
	  }
	| { readonly kind: "none" };

export interface DataEntry {
	/** Path of the file, or `path#index` for an entry of an IDX or `.npz` file. */
	readonly source: string;
	readonly hint: LabelHint;
	/** Reads the picture at the size wanted. Throws `unreadable-data`. */
	readonly load: (wanted: WantedPixels) => Promise<Picture>;
}

/** An entry for a picture file, read when asked for. */
export function fileEntry(path: string, hint: LabelHint): DataEntry {
	return { source: path, hint, load: (wanted) => loadPicture(path, wanted) };
}

/** A file that holds many pictures. */
export interface PictureFile {
	readonly path: string;
	readonly count: number;
	/** Null where it isn't known. */
	readonly label: (index: number) => number | null;
	/** What the file says of its class where that may be more than an index; in place of `label`. */
	readonly hint?: (index: number) => LabelHint;
	readonly load: (index: number, wanted: WantedPixels) => Promise<Picture>;
}

/** An entry for each picture of a file. */
export function fileEntries(file: PictureFile): readonly DataEntry[] {
	return Array.from({ length: file.count }, (_, index) => new IndexEntry(file, index));
}

/** Says what it is when it is asked: a data set may have millions. */
class IndexEntry implements DataEntry {
	constructor(
		private readonly file: PictureFile,
		private readonly index: number,
	) {}

	get source(): string {
		return `${this.file.path}#${this.index}`;
	}

	get hint(): LabelHint {
		if (this.file.hint) return this.file.hint(this.index);
		const label = this.file.label(this.index);
		return label === null ? { kind: "none" } : { kind: "index", index: label };
	}

	load(wanted: WantedPixels): Promise<Picture> {
		return this.file.load(this.index, wanted);
	}
}

/** Name of the folder that a file lies in. */
export function parentName(path: string): string {
	return basename(dirname(path));
}

export type DatasetKind = "class-folders" | "flat-folder" | "idx" | "npz" | "cifar";

export interface Dataset {
	readonly kind: DatasetKind;
	readonly path: string;
	/** In the order of the files: class folders by code point, pictures in them naturally sorted. */
	readonly entries: readonly DataEntry[];
	/** Files passed over because they are no pictures, and folders beside the pictures of a flat folder. */
	readonly skipped: readonly string[];
	/** Where labels come from, for people: "labels in t10k-labels-idx1-ubyte"; null where there are none. */
	readonly labels: string | null;
	/** What people should know of how it was read. */
	readonly notes?: readonly string[];
}
