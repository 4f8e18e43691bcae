/** Files that an attack leaves when it is asked to: a PNG of each adversarial and its noise, and one `.npz` of all. */
import { basename, dirname, join } from "node:path";
import { writeNpz } from "../data/npz.js";
import { type BytePicture, noisePicture, writePng } from "../data/png.js";
import type { Pixels } from "../data/types.js";
import type { AttackedImage } from "../reports/report.js";
import type { ImageState } from "./attackedImage.js";

/**
 * A file name for each picture, without ending: its own name, with its folder's name before it where two pictures
 * are called the same, with its position where that doesn't tell them apart either.
 */
export function stems(sources: readonly string[]): readonly string[] {
	const plain = sources.map(stem);
	const several = repeated(plain);
	const named = plain.map((name, i) =>
		several.has(name) ? `${basename(dirname(sources[i] as string))}-${name}` : name,
	);
	const stillSeveral = repeated(named);
	return named.map((name, i) => (stillSeveral.has(name) ? `${name}-${i}` : name));
}

/** The names that are there more than once. */
function repeated(names: readonly string[]): ReadonlySet<string> {
	const seen = new Set<string>();
	return new Set(names.filter((name) => seen.size === seen.add(name).size));
}

/** `digits/7/x.png` is `x`, `t10k.gz#12` is `t10k.gz-12`. */
function stem(source: string): string {
	return basename(source)
		.replace(/#(\d+)$/, "-$1")
		.replace(/\.(png|jpe?g|webp|gif|bmp|tiff?|avif)$/i, "");
}

/** Writes the adversarial as it was checked in 8 bits, and the noise; says where. `failed` hears why one could not be written. */
export async function writePictures(
	folder: string,
	name: string,
	{ pixels }: ImageState,
	failed: (thrown: unknown) => void,
): Promise<AttackedImage["files"]> {
	const { original, adversarial, stored } = pixels;
	if (!original || !adversarial || !stored) return { adversarial: null, noise: null };
	const { width, height, channels } = original;
	const write = (part: string, picture: BytePicture): Promise<string | null> =>
		writePng(join(folder, `${name}.${part}.png`), picture, "replace").catch((thrown: unknown) => {
			failed(thrown);
			return null;
		});
	return {
		adversarial: await write("adversarial", { width, height, channels, data: stored }),
		noise: await write("noise", noisePicture(original, adversarial).picture),
	};
}

/**
 * Writes float32 `x` and `adversarial` (N,H,W,C in [0, 1]) and int32 `label`, `predicted`, `target`, `result`
 * (-1: unknown or none), one row per readable picture, in order. Where there is no adversarial its row is the original.
 */
export async function writeAttackNpz(path: string, states: readonly ImageState[]): Promise<void> {
	const readable = states.filter(({ pixels }) => pixels.original !== null);
	const { height, width, channels } = readable[0]?.pixels.original ?? { height: 0, width: 0, channels: 1 };
	const shape = [readable.length, height, width, channels];
	const pixels = (pick: (state: ImageState) => Pixels | null) => {
		const data = new Float32Array(readable.length * height * width * channels);
		readable.forEach((state, i) => {
			data.set(pick(state)?.data ?? [], i * height * width * channels);
		});
		return { shape, data };
	};
	const indices = (pick: (image: AttackedImage) => number | null | undefined) => ({
		shape: [readable.length],
		data: Int32Array.from(readable, ({ image }) => pick(image) ?? -1),
	});
	await writeNpz(
		path,
		{
			x: pixels((state) => state.pixels.original),
			adversarial: pixels((state) => state.pixels.adversarial ?? state.pixels.original),
			label: indices((image) => image.label),
			predicted: indices((image) => image.predicted?.index),
			target: indices((image) => image.target),
			result: indices((image) => image.adversarial?.index),
		},
		"replace",
	);
}
