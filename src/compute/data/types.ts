/** Pictures and how a model wants them. */

export interface Size {
	readonly width: number;
	readonly height: number;
}

/**
 * Pixels at the model's input size: `height·width·channels` values in [0, 1], row by row, channels last,
 * RGB or grey. Attacks, distortion, saved files and reports all mean these pixels.
 */
export interface Pixels extends Size {
	readonly channels: 1 | 3;
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
}

export interface UnreadableImage extends ImageSource {
	readonly kind: "unreadable";
	readonly error: string;
}

/** How a picture is brought to the model's input size: stretched, or scaled and cut in the middle. */
export type Fit = "resize" | "crop";

/**
 * What happens to a picture on its way into the model, in this order: fit to the input size; grey or RGB
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
}

/** Why a preprocessing or the class names are what they are. */
export interface Provenance {
	/** `checked`: tried on labelled pictures and shown to be better than what had been assumed. */
	readonly origin: "configuration" | "option" | "model" | "side-file" | "checked" | "assumed";
	/** For people: "blindspot.json", "the input shape: RGB, 224 × 224, 0 to 1". */
	readonly because: string;
}

export interface ChosenPreprocessing {
	readonly preprocessing: Preprocessing;
	readonly provenance: Provenance;
}

export interface ClassNames {
	/** As many as the model has classes; "class 7" where nothing better is known. */
	readonly names: readonly string[];
	readonly provenance: Provenance;
}
