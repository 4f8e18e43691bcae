/** Pictures of a run as 8-bit pictures to save. */
import { basename, dirname, join } from "node:path";
import type { BytePicture } from "../../../compute/data/png.js";
import type { AttackedImage, AttackPixels } from "../../../compute/reports/report.js";
import type { ExportedPixels } from "../messages.js";
import type { SessionRow } from "./rows.js";

/** The adversarial exactly as it was checked in 8 bits; null where there is none. */
export function adversarialPicture({ pixels }: SessionRow): BytePicture | null {
	const { original, stored } = pixels;
	if (!original || !stored) return null;
	const { width, height, channels } = original;
	return { width, height, channels, data: stored };
}

/** The noise about mid grey, `factor` times larger than life, as the page shows it; null where there is none. */
export function noisePictureOf({ pixels }: SessionRow, factor: number): BytePicture | null {
	const { original, adversarial } = pixels;
	if (!original || !adversarial) return null;
	const { width, height, channels } = original;
	const data = Uint8ClampedArray.from(adversarial.data, (value, at) => {
		return 255 * (0.5 + (value - (original.data[at] ?? 0)) * factor);
	});
	return { width, height, channels, data: new Uint8Array(data.buffer) };
}

/** The pixels for a page that is a file of its own. */
export function exportedPixels(pixels: AttackPixels): ExportedPixels {
	return { original: pixels.original, noise: exportedNoise(pixels) };
}

/** The noise as bytes, a step of which is 1/127 of its largest value; null where there is none. */
export function exportedNoise({ original, adversarial }: AttackPixels): ExportedPixels["noise"] {
	if (!original || !adversarial) return null;
	// Loops, as hundreds of photographs have tens of millions of values.
	const { length } = original.data;
	const noise = new Float32Array(length);
	let largest = 0;
	for (let at = 0; at < length; at++) {
		const value = (adversarial.data[at] as number) - (original.data[at] as number);
		noise[at] = value;
		largest = Math.max(largest, Math.abs(value));
	}
	const scale = largest / 127;
	const steps = new Int8Array(length);
	if (scale > 0) for (let at = 0; at < length; at++) steps[at] = Math.round((noise[at] as number) / scale);
	return { steps, scale };
}

const FOLDER = "adversarials";

/**
 * Where an image's adversarial or noise is saved unless the person says otherwise: in a folder beside the data, never among the images of a
 * class. `data/7/x.jpg` of class folders gives `adversarials/7-x.adversarial.png`, `photos/x.jpg` gives `adversarials/x.adversarial.png`,
 * `x.npz#7` gives `adversarials/x.npz-7.adversarial.png`.
 */
export function suggestedPath(
	{ source, label }: Pick<AttackedImage, "source" | "label">,
	part: "adversarial" | "noise",
): string {
	const own = dirname(source);
	if (source.includes("#")) return join(own, FOLDER, `${basename(source).replaceAll("#", "-")}.${part}.png`);
	const name = basename(source).replace(/\.[^.]*$/, "");
	if (label === null) return join(dirname(own), FOLDER, `${name}.${part}.png`);
	return join(dirname(dirname(own)), FOLDER, `${basename(own)}-${name}.${part}.png`);
}
