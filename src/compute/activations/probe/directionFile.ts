/** A person's own directions as a JSON file, to be saved and used again (docs/directions.md). */
import { z } from "zod";
import { readWholeFile, type WhenExisting, writeWholeFile } from "../../data/files.js";
import { unreadable } from "../../data/unreadable.js";
import type { OwnDirection } from "./report.js";

const MOST_BYTES = 256 * 2 ** 20;
const FILE_VERSION = 1;

const name = z.string().min(1).max(200);
const directionSchema = z.union([
	z.strictObject({ name, kind: z.literal("values"), values: z.array(z.number()).min(1) }),
	z.strictObject({
		name,
		kind: z.literal("combination"),
		parts: z.array(z.strictObject({ unit: z.number().int().min(0), weight: z.number() })).min(1),
	}),
	z.strictObject({ name, kind: z.literal("images"), sources: z.array(z.string()).min(1) }),
]);
const fileSchema = z.strictObject({
	format: z.literal("blindspot-directions"),
	version: z.literal(FILE_VERSION),
	directions: z.array(directionSchema),
});

/** Reads a file of directions. Throws `unreadable-data` where it can't be read or is none. */
export async function readDirections(path: string): Promise<readonly OwnDirection[]> {
	const text = (await readWholeFile(path, MOST_BYTES)).toString("utf8");
	let json: unknown;
	try {
		json = JSON.parse(text);
	} catch (thrown) {
		throw unreadable(path, `not readable as JSON: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
	}
	const parsed = fileSchema.safeParse(json);
	if (parsed.success) return parsed.data.directions;
	const [issue] = parsed.error.issues;
	throw unreadable(path, `no file of directions: ${issue?.path.join(".")}: ${issue?.message}`);
}

/** Writes a file of directions and returns its path. Throws `unwritable`. */
export async function writeDirections(
	path: string,
	directions: readonly OwnDirection[],
	whenExisting: WhenExisting,
): Promise<string> {
	const file = { format: "blindspot-directions", version: FILE_VERSION, directions };
	return writeWholeFile(path, Buffer.from(`${JSON.stringify(file, null, "\t")}\n`), whenExisting);
}
