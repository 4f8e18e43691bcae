/** The binary files that a `model.json` names, and the weights in them. */
import { BlindspotError } from "../../errors.js";
import { toFloat32 } from "../numbers.js";
import { type ModelFiles, resolveInside, sizeOnDisk } from "../source.js";
import type { ManifestGroup, ManifestWeight } from "./manifest.js";

/** The files of a group one after the other. Their sizes are compared with the manifest before they are read. */
export async function readGroup(modelFile: string, group: ManifestGroup, files: ModelFiles): Promise<Uint8Array> {
	const paths: string[] = [];
	let found = 0;
	for (const reference of group.paths) {
		const path = await resolveInside(modelFile, reference);
		paths.push(path);
		found += await sizeOnDisk(path);
	}
	compareSizes(group, found);
	const parts: Uint8Array[] = [];
	for (const path of paths) parts.push(await files.read(path));
	const bytes = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
	compareSizes(group, bytes.length);
	return bytes;
}

function compareSizes(group: ManifestGroup, found: number): void {
	if (found === group.bytes) return;
	const names = group.paths.join(", ");
	const cut = group.weights.find((weight) => weight.offset + weight.bytes > found);
	const where = cut
		? `weight '${cut.name}' needs bytes ${cut.offset} to ${cut.offset + cut.bytes}`
		: `${found - group.bytes} bytes follow the last weight '${group.weights.at(-1)?.name ?? "none"}'`;
	throw new BlindspotError(
		"unreadable-model",
		`The weights in ${names || "a group without files"} have ${found} bytes, ${group.bytes} are expected: ${where}.`,
		cut?.name ?? null,
	);
}

/** A weight's values, unpacked where it is quantised; `group` is what `readGroup` gave. */
export function unpackWeight(weight: ManifestWeight, group: Uint8Array): Float32Array {
	const values = toFloat32(group.subarray(weight.offset, weight.offset + weight.bytes), weight.type);
	const { affine } = weight;
	return affine ? values.map((value) => value * affine.scale + affine.min) : values;
}

/** Where a weight stands, for people to read. */
export function placeOf({ paths }: ManifestGroup, { offset, bytes }: ManifestWeight): string {
	const [first, ...others] = paths;
	const files = others.length > 0 ? `${first} and ${others.length} more` : first;
	return `${files}, bytes ${offset} to ${offset + bytes}`;
}
