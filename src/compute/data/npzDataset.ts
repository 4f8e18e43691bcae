/**
 * An `.npz` archive as a data set: images as people save them (`x`, `X`, `x_test`, `test_images`, `arr_0` and so on; bytes or floats;
 * channels last or first, or flat) and, if known, labels (indices, one-hot rows, or names).
 */
import { BlindspotError } from "../errors.js";
import type { Dataset, LabelHint } from "./entries.js";
import { fileEntries } from "./entries.js";
import type { NpyArray } from "./npy.js";
import { readNpz } from "./npz.js";
import { KNOWN_NAMES, nameArrays } from "./npzNames.js";
import { type PixelValues, pixelValues } from "./npzValues.js";
import { fitRaster, scaled, type WantedPixels } from "./raster.js";
import type { Pixels, Size } from "./types.js";
import { unreadable } from "./unreadable.js";

/** Images one after the other, as the array has them. */
interface Images {
	readonly count: number;
	/** Of one image: height and width; with channels last or first; or a single number of values. */
	readonly shape: readonly number[];
	readonly values: PixelValues;
}

/** Opens an archive as a data set. Throws `unreadable-data` where images or labels are missing, malformed or could be several things. */
export async function openNpzDataset(path: string): Promise<Dataset> {
	const { names } = await readNpz(path, []);
	const named = nameArrays(names);
	const held = names.length > 0 ? names.join(", ") : "nothing";
	if (named === null) throw unreadable(path, `no array of images; it holds ${held}. Known names are ${KNOWN_NAMES}`);
	if ("clash" in named)
		throw unreadable(path, `${named.clash.map((name) => `'${name}'`).join(" and ")} could both be meant; keep one`);
	const { images: imagesName, labels: labelsName, others } = named.found;
	const archive = await readNpz(path, labelsName === null ? [imagesName] : [imagesName, labelsName]);
	const x = archive.arrays.get(imagesName);
	if (!x) throw unreadable(path, `'${imagesName}' holds text, no images`);
	const images = imagesOf(path, imagesName, x);
	const hints = labelsName === null ? null : hintsOf(path, labelsName, archive, images.count);
	const entries = fileEntries({
		path,
		count: images.count,
		label: () => null,
		...(hints && { hint: (index: number) => hints[index] ?? { kind: "none" as const } }),
		load: async (index, wanted) => pictureAt(path, images, index, wanted),
	});
	const left = others.map((name) => `'${name}'`).join(" and ");
	return {
		kind: "npz",
		path,
		entries,
		skipped: [],
		labels: labelsName === null ? null : `array '${labelsName}'`,
		...(others.length > 0 && { notes: [`${path}: '${imagesName}' is used, ${left} left out.`] }),
	};
}

function imagesOf(path: string, name: string, x: NpyArray): Images {
	const [count = 0, ...shape] = x.shape;
	const shown = `(${x.shape.join(", ")})`;
	if (shape.length < 1 || shape.length > 3)
		throw unreadable(
			path,
			`'${name}' has shape ${shown}; (count, height, width), (count, height, width, channels) or (count, values) is wanted`,
		);
	if (x.data.length === 0) throw unreadable(path, `'${name}' holds no pictures, its shape is ${shown}`);
	const values = pixelValues(x);
	if (typeof values === "string") throw unreadable(path, `'${name}' ${values}`);
	return { count, shape, values };
}

interface Layout extends Size {
	readonly channels: number;
	readonly isFirst: boolean;
}

/** How one image lies, given what the model wants; null where that could be several things or none. */
function layoutOf(shape: readonly number[], wanted: WantedPixels): Layout | null {
	const values = shape.reduce((product, size) => product * size, 1);
	if (shape.length < 3 && Math.max(...shape) === values) {
		// A list: what the model wants, or a square of grey. Of colours nobody knows whether they come last.
		const { width, height, channels } = wanted;
		if (channels === 1 && width * height === values) return { width, height, channels, isFirst: false };
		const side = Math.sqrt(values);
		if (Number.isInteger(side)) return { width: side, height: side, channels: 1, isFirst: false };
		if (shape.length < 2) return null;
	}
	const [a = 1, b = 1, c] = shape;
	if (c === undefined) return { height: a, width: b, channels: 1, isFirst: false };
	const last: Layout = { height: a, width: b, channels: c, isFirst: false };
	const first: Layout = { height: b, width: c, channels: a, isFirst: true };
	const fits = ({ channels }: Layout) => channels === wanted.channels;
	const isSquare = ({ width: w, height: h }: Layout) => w === h;
	const isUsual = ({ channels }: Layout) => channels === 1 || channels === 3 || channels === 4;
	for (const holds of [fits, isSquare, isUsual]) {
		if (holds(last) !== holds(first)) return holds(last) ? last : first;
	}
	return last;
}

async function pictureAt(path: string, images: Images, index: number, wanted: WantedPixels) {
	const layout = layoutOf(images.shape, wanted);
	if (layout === null)
		throw unreadable(
			path,
			`${images.shape[0]} values for each image make no square; save (count, height, width) or (count, height, width, channels)`,
		);
	const { width, height, channels, isFirst } = layout;
	const size = width * height * channels;
	const own = images.values.subarray(index * size, (index + 1) * size);
	const values = isFirst ? channelsLast(own, width * height, channels) : own;
	try {
		return { fileSize: { width, height }, pixels: await pixelsOf(values, layout, wanted) };
	} catch (thrown) {
		if (!(thrown instanceof BlindspotError)) throw thrown;
		throw unreadable(path, `image ${index} ${thrown.message}`);
	}
}

function channelsLast(values: PixelValues, places: number, channels: number): PixelValues {
	const moved = values.slice();
	for (let channel = 0; channel < channels; channel++) {
		for (let place = 0; place < places; place++)
			moved[place * channels + channel] = values[channel * places + place] as number;
	}
	return moved;
}

async function pixelsOf(values: PixelValues, layout: Layout, wanted: WantedPixels): Promise<Pixels> {
	const { width, height, channels } = layout;
	if (!(values instanceof Float32Array)) return fitRaster({ width, height, channels, data: values }, wanted);
	const isPlain = channels === wanted.channels || channels === 1 || channels === 3;
	if (width === wanted.width && height === wanted.height && isPlain)
		return { width, height, channels: wanted.channels, data: scaled(values, channels, wanted.channels, 1) };
	// Resized with 16 bits; the error is far below one 8-bit level.
	const words = Uint16Array.from(values, (value) => Math.round(value * 65_535));
	return fitRaster({ width, height, channels, data: words }, wanted);
}

type Archive = Awaited<ReturnType<typeof readNpz>>;

/** What each label says: an index, a name, or nothing for -1 (unknown). */
function hintsOf(path: string, name: string, { arrays, texts }: Archive, count: number): readonly LabelHint[] {
	const words = texts.get(name);
	if (words) {
		if (words.length !== count) throw unreadable(path, `${count} labels expected in '${name}', ${words.length} found`);
		if (words.every((word) => /^\d{1,9}$/.test(word)))
			return words.map((word) => ({ kind: "index", index: Number(word) }));
		const among = [...new Set(words)].sort();
		return words.map((word) => ({ kind: "folder", name: word, among }));
	}
	const y = arrays.get(name);
	if (!y) throw unreadable(path, `'${name}' can't be read`);
	return labelsOf(path, name, y, count).map((label): LabelHint => {
		return label === null ? { kind: "none" } : { kind: "index", index: label };
	});
}

/** Labels as indices, null for -1 (unknown). */
function labelsOf(path: string, name: string, y: NpyArray, count: number): readonly (number | null)[] {
	const [rows = 0, columns = 1] = y.shape;
	if (y.shape.length > 2)
		throw unreadable(path, `'${name}' has shape (${y.shape.join(", ")}); one class index per picture is wanted`);
	if (rows !== count) throw unreadable(path, `${count} labels expected in '${name}', ${rows} found`);
	if (columns > 1) return Array.from({ length: count }, (_, row) => hotOf(path, name, y, row, columns));
	return Array.from(y.data, (label) => {
		if (!Number.isSafeInteger(label) || label < -1)
			throw unreadable(path, `'${name}' holds ${label}; class indices are wanted`);
		return label === -1 ? null : label;
	});
}

/** The column of a one-hot row. */
function hotOf(path: string, name: string, y: NpyArray, row: number, columns: number): number {
	const values = y.data.subarray(row * columns, (row + 1) * columns);
	const hot = values.indexOf(1);
	const isOneHot = hot >= 0 && values.every((value, column) => value === (column === hot ? 1 : 0));
	if (!isOneHot)
		throw unreadable(
			path,
			`row ${row} of '${name}' (${y.shape.join(", ")}) is not one-hot; one class per picture is wanted`,
		);
	return hot;
}
