/** Pictures and how a model wants them. */

export interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * Pixels at the model's input size: `height·width·channels` values in [0, 1], row by row, channels last: grey (1), RGB (3),
 * RGBA (4) or any other number, which no picture file has. Attacks, distortion, saved files and reports all mean these pixels.
 */
export interface Pixels extends Size {
	readonly channels: number;
	readonly data: Float32Array;
}

/** Where a picture came from. */
export interface ImageSource {
	/** Path of the file, or `path#index` for an entry of an IDX or `.npz` file. */
	readonly source: string;
	/** Index of the true class, or null where it isn't known. */
	readonly label: number | null;
}

export interface LoadedImage extends ImageSource {
	readonly kind: "loaded";
	/** The size in the file, before resizing or cropping. */
	readonly fileSize: Size;
	readonly pixels: Pixels;
	/** Whether transparent parts of it were filled, since the model takes no alpha. */
	readonly isFilled?: boolean;
}

export interface UnreadableImage extends ImageSource {
	readonly kind: "unreadable";
	readonly error: string;
}

/** How a picture is brought to the model's input size: stretched, or scaled and cut in the middle. */
export type Fit = "resize" | "crop";

/** What a picture's transparent parts become where the model takes none: laid on white or black, or shown as if opaque. */
export type Transparency = "white" | "black" | "drop";

/**
 * What happens to a picture on its way into the model, in this order: transparent parts; fit to the input size; grey or RGB
 * in [0, 1]; scale to `range`; swap to BGR; `(v - mean) / std` per channel in the order the model sees.
 */
export interface Preprocessing {
	readonly fit: Fit;
	/** What the model's 0 and 1 are: [0, 1], [-1, 1] or [0, 255]. */
	readonly range: readonly [low: number, high: number];
	readonly bgr: boolean;
	/** One value per channel (or a single one), after scaling and BGR swap; null for none. */
	readonly mean: readonly number[] | null;
	readonly std: readonly number[] | null;
	/** White where absent. */
	readonly transparency?: Transparency;
}

/**
 * Where a preprocessing or the class names come from: the person's options or `blindspot.json`, a file beside the model, the
 * model's graph, labelled pictures that several were tried on, or a guess.
 */
export const ORIGINS = ["option", "configuration", "side-file", "model", "checked", "assumed"] as const;
export type Origin = (typeof ORIGINS)[number];

/** Why a preprocessing or the class names are what they are. */
export interface Provenance {
	readonly origin: Origin;
	/** For people: "blindspot.json", "the input shape: RGB, 224 × 192, 0 to 1"; of pictures with the accuracy. */
	readonly because: string;
}

export interface ChosenPreprocessing {
	readonly preprocessing: Preprocessing;
	readonly provenance: Provenance;
	/** Sources that contradict each other, and what one asks for and isn't done, for people. */
	readonly warnings: readonly string[];
}

export interface ClassNames {
	/** As many as the model has classes; "class 7" where nothing better is known. */
	readonly names: readonly string[];
	readonly provenance: Provenance;
}
