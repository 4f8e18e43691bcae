/** Data sets: a folder of class folders, a flat folder of pictures, an IDX images file, an `.npz` archive or files of CIFAR. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { isCifarName, readCifar } from "./cifar.js";
import { type DataEntry, type Dataset, fileEntries, fileEntry, type LabelHint } from "./entries.js";
import { describeSystemError, readStart } from "./files.js";
import { findIdxLabels, looksLikeIdx, readIdxImages, readIdxLabels } from "./idx.js";
import { type FolderContent, findPictures, listFolder } from "./listing.js";
import { openNpzDataset } from "./npzDataset.js";
import { ownWords } from "./ownPictures.js";
import { fitRaster } from "./raster.js";
import { unreadable } from "./unreadable.js";

/** Opens a data set. Throws `unreadable-data` where it can't be read or holds no pictures. */
export async function openDataset(path: string): Promise<Dataset> {
	const status = await stat(path).catch((thrown: unknown) => {
		throw unreadable(path, describeSystemError(thrown));
	});
	if (status.isDirectory()) return openFolder(path);
	// By its name: its records have no mark, and could look like IDX.
	if (isCifarName(path)) return openCifar(path, [path], []);
	const start = await readStart(path, 4);
	if (start.toString("latin1", 0, 2) === "PK") return openNpzDataset(path);
	if (looksLikeIdx(start)) return openIdx(path);
	throw unreadable(
		path,
		"not a data set; a folder of pictures, an IDX images file, an .npz or a CIFAR batch is wanted",
	);
}

async function openFolder(path: string): Promise<Dataset> {
	const content = await listFolder(path);
	const others = content.others.map((name) => join(path, name));
	const batches = others.filter(isCifarName);
	if (content.pictures.length === 0 && batches.length > 0) {
		const rest = others.filter((other) => !isCifarName(other));
		return openCifar(path, batches, [...rest, ...content.folders.map((name) => join(path, name))]);
	}
	if (content.pictures.length > 0) {
		const entries = content.pictures.map((name) => fileEntry(join(path, name), { kind: "none" }));
		const skipped = [...others, ...content.folders.map((name) => join(path, name))];
		return { kind: "flat-folder", path, entries, skipped, labels: null, notes: ownWords(content.own) };
	}
	return openClassFolders(path, content, others);
}

async function openClassFolders(path: string, content: FolderContent, others: readonly string[]): Promise<Dataset> {
	const classes: { readonly name: string; readonly pictures: readonly string[] }[] = [];
	const skipped = [...others];
	let nestedOnly = 0;
	let own = content.own;
	for (const name of content.folders) {
		const folder = join(path, name);
		const found = await findPictures(folder);
		own += found.own;
		for (const other of found.others) skipped.push(other);
		if (found.pictures.length === 0) continue;
		if ((await listFolder(folder)).pictures.length === 0) nestedOnly++;
		classes.push({ name, pictures: found.pictures });
	}
	const names = classes.map(({ name }) => name);
	if (classes.length === 0) throw unreadable(path, describeEmptyFolder(content));
	if (nestedOnly === classes.length) {
		throw unreadable(
			path,
			`its pictures lie two folders deep; give one of ${names.map((name) => `'${name}'`).join(", ")}`,
		);
	}
	const entries = classes.flatMap(({ name, pictures }) => {
		const hint: LabelHint = { kind: "folder", name, among: names };
		return pictures.map((picture) => fileEntry(picture, hint));
	});
	const labels = `names of ${names.length} class folders`;
	return { kind: "class-folders", path, entries, skipped, labels, notes: ownWords(own) };
}

function describeEmptyFolder(content: FolderContent): string {
	const files = content.others.filter((name) => /\.npz$|images.*(idx|ubyte)/i.test(name));
	if (files.length === 0) return "no pictures in this folder";
	return `no pictures in this folder; give the file itself: ${files.join(", ")}`;
}

async function openIdx(path: string): Promise<Dataset> {
	const images = await readIdxImages(path);
	const labelsPath = await findIdxLabels(path);
	const labels = labelsPath === null ? null : await readIdxLabels(labelsPath, images.count);
	const { width, height, channels } = images;
	const values = width * height * channels;
	const entries = fileEntries({
		path,
		count: images.count,
		label: (index) => labels?.[index] ?? null,
		load: async (index, wanted) => {
			const data = images.data.subarray(index * values, (index + 1) * values);
			return { fileSize: { width, height }, pixels: await fitRaster({ width, height, channels, data }, wanted) };
		},
	});
	return { kind: "idx", path, entries, skipped: [], labels: labelsPath === null ? null : `labels in ${labelsPath}` };
}

/** The pictures of one batch, or of all batches of a folder in the order of their names. */
async function openCifar(path: string, batches: readonly string[], skipped: readonly string[]): Promise<Dataset> {
	const entries: DataEntry[] = [];
	for (const batch of batches) {
		const images = await readCifar(batch);
		const { width, height, count } = images;
		const own = fileEntries({
			path: batch,
			count,
			label: (index) => images.labelOf(index),
			load: async (index, wanted) => {
				const raster = { width, height, channels: 3, data: images.pixelsOf(index) } as const;
				return { fileSize: { width, height }, pixels: await fitRaster(raster, wanted) };
			},
		});
		for (const entry of own) entries.push(entry);
	}
	return { kind: "cifar", path, entries, skipped, labels: "labels in the files themselves" };
}
