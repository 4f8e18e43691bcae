/** Pictures of a run as 8-bit pictures to save. */
import type { BytePicture } from "../../compute/data/png.js";
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

/** `x.jpg` to `x.adversarial.png`; an entry of a data file, `x.npz#7`, to `x.npz-7.adversarial.png`. */
export function suggestedName(source: string, part: "adversarial" | "noise"): string {
	const stem = source.includes("#") ? source.replaceAll("#", "-") : source.replace(/\.[^./\\]*$/, "");
	return `${stem}.${part}.png`;
}
