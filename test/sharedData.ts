/** Real models and pictures that lie beside the checkout, where they do; they are no part of the project. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const shared = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "shared");

/** Path of a file or folder of the shared data, or null with a message where it is absent. */
export function sharedData(...path: readonly string[]): string | null {
	return sharedPath("data", ...path);
}

/** Path of a case, a file as people have it with the right values beside it, or null with a message where it is absent. */
export function sharedCase(name: string): string | null {
	return sharedPath("cases", name);
}

function sharedPath(...path: readonly string[]): string | null {
	const found = join(shared, ...path);
	if (existsSync(found)) return found;
	console.warn(`Skipped: ${join("../shared", ...path)} is not there.`);
	return null;
}

export interface NumpyArray {
	readonly shape: readonly number[];
	readonly data: Float32Array;
}

/** A little-endian float32 `.npy` file in C order, as the reference outputs are. */
export function readFloat32Npy(path: string): NumpyArray {
	const bytes = readFileSync(path);
	const start = 10 + bytes.readUInt16LE(8);
	const header = bytes.toString("latin1", 10, start);
	if (!header.includes("'<f4'") || !header.includes("'fortran_order': False")) throw new Error(`${path}: ${header}`);
	const shape = (/\(([\d, ]*)\)/.exec(header)?.[1] ?? "")
		.split(",")
		.filter((s) => s.trim())
		.map(Number);
	return {
		shape,
		data: new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)),
	};
}
