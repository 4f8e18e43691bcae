/**
 * Reads the runs of the page "Adversarial" that versions 1 and 2 of the file stored (docs/report-format.md): one entry
 * `run.json`, the first, and pixels beside it, `pixels/<row>/original.<type>`, `adversarial.<type>` and `stored.u8`.
 */
import { z } from "zod";
import { parseRun, type StoredRun } from "../attack/storedRun.js";
import type { Pixels } from "../data/types.js";

export const OLDER_ENTRY = "run.json";

const sizeSchema = z.object({
	width: z.number().int().positive().max(65_536),
	height: z.number().int().positive().max(65_536),
	channels: z.union([z.literal(1), z.literal(3)]),
});
type PixelSize = z.infer<typeof sizeSchema>;

/** What has to be known to find the pixels; `parseRun` checks the rest. */
const olderSchema = z.looseObject({
	format: z.literal("blindspot-run"),
	version: z.union([z.literal(1), z.literal(2)]),
	rows: z.array(z.looseObject({ pixels: sizeSchema.nullable() })),
});

/**
 * The run in an older file's `run.json`; `entry` gives the pixels' bytes by their name, null where there are none.
 * Throws an error with the reason where it is damaged.
 */
export function readOlderRun(json: unknown, entry: (name: string) => Uint8Array | null): StoredRun {
	const { success, data, error } = olderSchema.safeParse(json);
	if (!success) throw new Error(`${error.issues[0]?.path.join(".")}: ${error.issues[0]?.message}`);
	const rows = data.rows.map(({ pixels: size, ...row }, at) => {
		const pixels = (part: string) => size && readPixels(entry, `pixels/${at}/${part}`, size);
		const stored = entry(`pixels/${at}/stored.u8`);
		return { ...row, pixels: { original: pixels("original"), adversarial: pixels("adversarial"), stored } };
	});
	// Version 1 knew selected pictures only.
	return parseRun({ data: { kind: "pictures" }, ...data, rows });
}

function readPixels(entry: (name: string) => Uint8Array | null, name: string, size: PixelSize): Pixels | null {
	const bytes = entry(`${name}.u8`);
	if (bytes) return { ...size, data: Float32Array.from(bytes, (byte) => byte / 255) };
	const floats = entry(`${name}.f32`);
	if (!floats) return null;
	if (floats.length % 4 !== 0) throw new Error(`${name}: ${floats.length} bytes are no whole number of values`);
	return { ...size, data: new Float32Array(floats.slice().buffer) };
}
