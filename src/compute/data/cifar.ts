/**
 * CIFAR-10 and CIFAR-100 in their binary version: records of one label (CIFAR-100: coarse and fine), then 32×32
 * pixels, all red ones first, then green, then blue. https://www.cs.toronto.edu/~kriz/cifar.html
 */
import { basename } from "node:path";
import { readWholeFile } from "./files.js";
import { unreadable } from "./unreadable.js";

const SIDE = 32;
const PLANE = SIDE * SIDE;
const MOST_CIFAR_BYTES = 2 ** 30;

interface CifarKind {
	/** Bytes before the pixels; the last of them is the label. */
	readonly labels: 1 | 2;
	readonly classes: 10 | 100;
}

export interface CifarImages {
	readonly count: number;
	readonly width: typeof SIDE;
	readonly height: typeof SIDE;
	/** Index of the class, the fine one in CIFAR-100. */
	labelOf(index: number): number;
	/** Row by row, channels last. */
	pixelsOf(index: number): Uint8Array;
}

/** Whether a file's name is one that CIFAR's files have: `data_batch_1.bin`, `test_batch.bin`, `train.bin`, `test.bin`. */
export function isCifarName(path: string): boolean {
	return kindOf(path) !== null;
}

/** Reads a file. Throws `unreadable-data` where its length is no number of records or a label no class. */
export async function readCifar(path: string): Promise<CifarImages> {
	const kind = kindOf(path);
	if (!kind) throw unreadable(path, "not named as a file of CIFAR");
	const bytes = await readWholeFile(path, MOST_CIFAR_BYTES);
	const record = kind.labels + 3 * PLANE;
	const count = Math.floor(bytes.length / record);
	if (count === 0 || bytes.length !== count * record) {
		const name = `CIFAR-${kind.classes}`;
		throw unreadable(
			path,
			`${bytes.length} bytes found; ${name} expects records of ${record} bytes, so ${Math.max(1, count) * record} or ${(Math.max(1, count) + 1) * record}`,
		);
	}
	const labelOf = (index: number) => bytes[index * record + kind.labels - 1] as number;
	for (let index = 0; index < count; index++) {
		if (labelOf(index) >= kind.classes)
			throw unreadable(path, `picture ${index} has the label ${labelOf(index)}; 0 to ${kind.classes - 1} are known`);
	}
	return {
		count,
		width: SIDE,
		height: SIDE,
		labelOf,
		pixelsOf: (index) => interleaved(bytes.subarray(index * record + kind.labels, (index + 1) * record)),
	};
}

function kindOf(path: string): CifarKind | null {
	const name = basename(path).toLowerCase();
	if (/^(data_batch_\d+|test_batch)\.bin$/.test(name)) return { labels: 1, classes: 10 };
	return /^(train|test)\.bin$/.test(name) ? { labels: 2, classes: 100 } : null;
}

function interleaved(planes: Uint8Array): Uint8Array {
	return Uint8Array.from({ length: 3 * PLANE }, (_, i) => planes[(i % 3) * PLANE + Math.floor(i / 3)] as number);
}
