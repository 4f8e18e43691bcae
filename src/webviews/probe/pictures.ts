/** The pictures of a report by the images' index, and the part of a picture that a place of the layer sees. */

import type { ProbeThumbnail } from "../../compute/activations/probe/report.js";
import type { BytePicture } from "../../compute/data/png.js";
import type { Size } from "../../compute/data/types.js";
import type { PixelBox } from "../../compute/network/receptiveField.js";
import type { Part } from "../ui/thumbnail.js";

export type Pictures = ReadonlyMap<number, BytePicture>;

export function picturesOf(thumbnails: readonly ProbeThumbnail[]): Pictures {
	return new Map(thumbnails.map(({ index, picture }) => [index, picture]));
}

/** The box as shares of the model's input; null where it is all of it, for an outline would say nothing then. */
export function partOf(box: PixelBox | null, { width, height }: Size): Part | null {
	if (box === null || (box.width >= width && box.height >= height)) return null;
	return {
		left: box.left / width,
		top: box.top / height,
		width: box.width / width,
		height: box.height / height,
	};
}
