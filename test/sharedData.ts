/** Real models and pictures that lie beside the checkout, where they do; they are no part of the project. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const shared = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "shared");
const said = new Set<string>();

/** Path of a file or folder of the shared data, which may be absent. */
export function sharedPath(...path: readonly string[]): string {
	return join(shared, "data", ...path);
}

/** Path of a case: a file as people have it, with the right values beside it; it may be absent. */
export function casePath(...path: readonly string[]): string {
	return join(shared, "cases", ...path);
}

/**
 * Whether one of these paths leads nowhere, which is said once a test file: for `skipIf` of each test that needs them.
 * BLINDSPOT_SHARED=none says so of all, as in a clone that has nothing beside it.
 */
export function isAbsent(...paths: readonly string[]): boolean {
	const absent = paths.filter((path) => process.env.BLINDSPOT_SHARED === "none" || !existsSync(path));
	for (const path of absent) {
		if (!said.has(path)) console.warn(`Skipped: ${join("../shared", relative(shared, path))} is not there.`);
		said.add(path);
	}
	return absent.length > 0;
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
