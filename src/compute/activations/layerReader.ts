/** A layer's activations for pictures, batch by batch, on the backend. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import { type LabelledEntry, loadImages } from "../data/loading.js";
import type { WantedPixels } from "../data/raster.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { Random } from "../math/random.js";
import type { PictureShape } from "../network/entrance.js";
import type { Executor } from "../network/execute.js";
import type { ProbedLayer } from "./probe/report.js";

/** A picture with its position in the data. */
export interface IndexedImage extends LoadedImage {
	readonly index: number;
}

export interface ActivationBatch {
	readonly images: readonly IndexedImage[];
	/** `[images, places, units]`, finite: what isn't is 0 here. */
	readonly activations: tf.Tensor3D;
	/** 1 for each `[image, unit]` that has a value that is no finite number; null where all are. */
	readonly broken: Uint8Array | null;
	/** Penultimate activations `[images, features]`, averaged over places; empty where none were asked for. */
	readonly features: Float32Array;
}

/** Reads the activations of one layer, and on the way those of the penultimate one. */
export class LayerReader {
	constructor(
		private readonly executor: Executor,
		readonly layer: ProbedLayer,
		/** Name of the penultimate node; null to leave its values out. */
		private readonly features: string | null,
		private readonly pixelShape: PictureShape,
		readonly batchSize: number,
	) {}

	/** Activations of pictures that are in memory. `activations` is the caller's to dispose. */
	read(images: readonly IndexedImage[]): ActivationBatch {
		const { places, units, node } = this.layer;
		const names = this.features === null ? [node] : [node, this.features];
		const pixels = this.#pixels(images);
		const [activations, features] = tf.tidy(() => {
			const [own, penultimate] = this.executor.runAll(tf.tensor4d(pixels, [images.length, ...this.pixelShape]), names);
			return [
				tf.reshape(own as tf.Tensor, [images.length, places, units]) as tf.Tensor3D,
				penultimate ? averaged(penultimate) : tf.zeros([0]),
			];
		}) as [tf.Tensor3D, tf.Tensor];
		const values = features.dataSync() as Float32Array;
		// A layer may be the penultimate one itself.
		features.dispose();
		return { images, features: values, ...withoutBroken(activations) };
	}

	/**
	 * Reads pictures of the data, given by their positions, and their activations. `onUnreadable` hears of those that can't be
	 * read. Tensors are let go when the next batch is asked for. Throws `cancelled` once the signal is raised.
	 */
	async *stream(
		data: readonly LabelledEntry[],
		order: Uint32Array,
		wanted: WantedPixels,
		slices: Slices,
		onUnreadable: (image: UnreadableImage) => void = () => undefined,
	): AsyncGenerator<ActivationBatch> {
		for await (const images of batches(data, order, wanted, this.batchSize, slices, onUnreadable)) {
			const batch = this.read(images);
			try {
				yield batch;
			} finally {
				batch.activations.dispose();
			}
			await slices.breathe();
		}
	}

	#pixels(images: readonly IndexedImage[]): Float32Array {
		const size = this.pixelShape.reduce((product, n) => product * n, 1);
		const pixels = new Float32Array(images.length * size);
		images.forEach((image, i) => {
			pixels.set(image.pixels.data, i * size);
		});
		return pixels;
	}
}

/** Over all axes but the first and the last. */
function averaged(x: tf.Tensor): tf.Tensor {
	const places = x.shape.map((_, axis) => axis).slice(1, -1);
	return places.length === 0 ? x : tf.mean(x, places);
}

/** Positions `[0, count)` in a seeded order. */
export function seededOrder(count: number, seed: number): Uint32Array {
	const positions = Uint32Array.from({ length: count }, (_, i) => i);
	return Random.stream(seed, "order").shuffle(positions);
}

export function* inOrder(data: readonly LabelledEntry[], order: Uint32Array): Generator<LabelledEntry> {
	for (const position of order) yield data[position] as LabelledEntry;
}

async function* batches(
	data: readonly LabelledEntry[],
	order: Uint32Array,
	wanted: WantedPixels,
	size: number,
	slices: Slices,
	onUnreadable: (image: UnreadableImage) => void,
): AsyncGenerator<IndexedImage[]> {
	let batch: IndexedImage[] = [];
	let position = 0;
	for await (const image of loadImages(inOrder(data, order), wanted, slices.signal)) {
		const index = order[position++] as number;
		if (image.kind === "unreadable") {
			onUnreadable(image);
			continue;
		}
		batch.push({ ...image, index });
		if (batch.length < size) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}

/** Sets what is no finite number to 0 and says where that was; disposes of the given tensor where it makes another. */
function withoutBroken(activations: tf.Tensor3D): Pick<ActivationBatch, "activations" | "broken"> {
	const total = tf.tidy(() => tf.sum(activations).dataSync()[0] as number);
	if (Number.isFinite(total)) return { activations, broken: null };
	const [cleaned, broken] = tf.tidy(() => {
		const finite = tf.isFinite(activations);
		const zeros = tf.zerosLike(activations);
		return [tf.where(finite, activations, zeros), tf.min(tf.cast(finite, "int32"), 1)] as [tf.Tensor3D, tf.Tensor];
	});
	const mask = Uint8Array.from(broken.dataSync(), (one) => 1 - one);
	tf.dispose([activations, broken]);
	return { activations: cleaned, broken: mask.includes(1) ? mask : null };
}
