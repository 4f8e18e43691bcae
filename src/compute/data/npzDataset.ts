/** An `.npz` archive as a data set: `x` (uint8, or float in [0, 1]; channels last) and, if known, `y`. */

import type { Dataset } from "./entries.js";
import { fileEntries } from "./entries.js";
import type { NpyArray } from "./npy.js";
import { readNpz } from "./npz.js";
import { fitRaster, scaled, type WantedPixels } from "./raster.js";
import type { Pixels, Size } from "./types.js";
import { unreadable } from "./unreadable.js";

interface Pictures extends Size {
	readonly count: number;
	readonly channels: 1 | 3;
	readonly data: Uint8Array | Float32Array | Float64Array;
}

/** Opens an archive as a data set. Throws `unreadable-data` where `x` or `y` is missing, malformed or out of range. */
export async function openNpzDataset(path: string): Promise<Dataset> {
	const { names, arrays } = await readNpz(path, ["x", "y"]);
	const x = arrays.get("x");
	if (!x) throw unreadable(path, `no array 'x'; it holds ${names.length > 0 ? names.join(", ") : "nothing"}`);
	const pictures = picturesOf(path, x);
	const y = arrays.get("y");
	const labels = y ? labelsOf(path, y, pictures.count) : null;
	const { width, height, count } = pictures;
	const entries = fileEntries({
		path,
		count,
		label: (index) => labels?.[index] ?? null,
		load: async (index, wanted) => ({ fileSize: { width, height }, pixels: await pixelsAt(pictures, index, wanted) }),
	});
	return { kind: "npz", path, entries, skipped: [], labels: labels === null ? null : "array 'y'" };
}

function picturesOf(path: string, x: NpyArray): Pictures {
	const [count = 0, height = 0, width = 0, channels = 1] = x.shape;
	const shape = `(${x.shape.join(", ")})`;
	if (x.shape.length < 3 || x.shape.length > 4 || (channels !== 1 && channels !== 3)) {
		throw unreadable(
			path,
			`'x' has shape ${shape}; (count, height, width) or (count, height, width, 1 or 3) is wanted`,
		);
	}
	if (x.data.length === 0) throw unreadable(path, `'x' holds no pictures, its shape is ${shape}`);
	const { data } = x;
	if (x.type === "u1" && data instanceof Uint8Array) return { count, height, width, channels, data };
	if (!(data instanceof Float32Array || data instanceof Float64Array) || !x.type.startsWith("f")) {
		throw unreadable(path, `'x' is of type ${x.type}; uint8, or float in [0, 1], is wanted`);
	}
	const outside = data.findIndex((value) => !(value >= 0 && value <= 1));
	if (outside >= 0) {
		throw unreadable(path, `'x' holds ${data[outside]}; floats must be in [0, 1] (save 0..255 as uint8)`);
	}
	return { count, height, width, channels, data };
}

/** Labels as indices, null for -1 (unknown). */
function labelsOf(path: string, y: NpyArray, count: number): readonly (number | null)[] {
	const flat = y.shape.length === 1 || (y.shape.length === 2 && y.shape[1] === 1);
	if (!flat) throw unreadable(path, `'y' has shape (${y.shape.join(", ")}); one class index per picture is wanted`);
	if (y.data.length !== count) throw unreadable(path, `${count} labels expected in 'y', ${y.data.length} found`);
	return Array.from(y.data, (label) => {
		if (!Number.isSafeInteger(label) || label < -1)
			throw unreadable(path, `'y' holds ${label}; class indices are wanted`);
		return label === -1 ? null : label;
	});
}

async function pixelsAt(pictures: Pictures, index: number, wanted: WantedPixels): Promise<Pixels> {
	const { width, height, channels } = pictures;
	const values = width * height * channels;
	const data = pictures.data.subarray(index * values, (index + 1) * values);
	if (data instanceof Uint8Array) return fitRaster({ width, height, channels, data }, wanted);
	if (width === wanted.width && height === wanted.height) {
		return { width, height, channels: wanted.channels, data: scaled(data, channels, wanted.channels, 1) };
	}
	// Resized with 16 bits; the error is far below one 8-bit level.
	const words = Uint16Array.from(data, (value) => Math.round(value * 65_535));
	return fitRaster({ width, height, channels, data: words }, wanted);
}
