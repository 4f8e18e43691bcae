/** What a model says of pictures. */

import { Slices } from "../backend/slices.js";
import { tryWriting } from "../data/files.js";
import { filledWords, loadImages } from "../data/loading.js";
import { writeNpz } from "../data/npz.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { asBlindspotError } from "../errors.js";
import { mostProbable, probabilities } from "../network/probabilities.js";
import type { TensorClassifier } from "../network/tensorClassifier.js";
import type { HandlerContext } from "../prepare/context.js";
import { assumptions, namedByFolders, prepareData, withModel } from "../prepare/prepare.js";
import type { PredictedImage } from "../reports/report.js";
import type { PredictParams, PredictResult } from "./requests.js";

/**
 * Predictions in the order of the pictures; unreadable ones say why. `npz` gets float32 `logits` and `output` (what
 * the model itself returns), one row per readable picture, in order. Throws `unwritable` where it can't be written from the
 * start; what can't be written at the end is noted.
 */
export async function predict(
	context: HandlerContext,
	{ model, data, top, npz }: PredictParams,
	signal: AbortSignal,
): Promise<PredictResult> {
	if (npz !== null) await tryWriting(npz);
	return withModel(context, model, signal, async (asked) => {
		const prepared = await prepareData(data, asked, signal);
		const { classifier, classNames, wanted, warnings: ofModel } = namedByFolders(asked, prepared);
		const { entries, because: labels, warnings } = prepared;
		const slices = new Slices(signal);
		const images: PredictedImage[] = [];
		let filled = 0;
		const rows: Row[] = [];
		for await (const batch of batches(loadImages(entries, wanted, signal), classifier.batchSize)) {
			const loaded = batch.filter((image) => image.kind === "loaded");
			filled += loaded.filter(({ isFilled }) => isFilled).length;
			const computed = loaded.length > 0 ? classify(classifier, loaded, npz !== null) : [];
			let next = 0;
			for (const image of batch) {
				if (image.kind === "unreadable") {
					images.push({ source: image.source, label: image.label, fileSize: null, top: [], error: image.error });
					continue;
				}
				const row = computed[next++] as Row;
				if (npz !== null) rows.push(row);
				images.push({
					source: image.source,
					label: image.label,
					fileSize: image.fileSize,
					top: mostProbable(probabilities(row.logits), top, classNames.names),
					error: null,
				});
			}
			await slices.breathe();
		}
		const unwritten = npz === null ? [] : await writeRows(npz, rows);
		const labelled = images.filter((image) => image.error === null && image.label !== null);
		const right = labelled.filter((image) => image.top[0]?.index === image.label);
		return {
			images,
			classNames: classNames.names,
			warnings: [
				...ofModel,
				...assumptions(asked),
				...filledWords(filled, wanted),
				...(labels ? [`Labels: ${labels}.`] : []),
				...warnings,
				...unwritten,
			],
			backend: context.backend,
			accuracy: labelled.length > 0 ? right.length / labelled.length : null,
			right: right.length,
			labelled: labelled.length,
			unwritten,
		};
	});
}

interface Row {
	readonly logits: Float32Array;
	/** What the model itself returns; empty where nobody asked for it. */
	readonly output: Float32Array;
}

function classify(classifier: TensorClassifier, images: readonly LoadedImage[], withOutput: boolean): readonly Row[] {
	const size = (images[0] as LoadedImage).pixels.data.length;
	const pixels = new Float32Array(images.length * size);
	images.forEach((image, i) => {
		pixels.set(image.pixels.data, i * size);
	});
	const logits = classifier.logits(pixels, images.length);
	const output = withOutput ? classifier.outputs(pixels, images.length) : new Float32Array(0);
	const outputs = output.length / images.length;
	return images.map((_, i) => ({
		logits: logits.slice(i * classifier.classes, (i + 1) * classifier.classes),
		output: output.slice(i * outputs, (i + 1) * outputs),
	}));
}

async function* batches(
	images: AsyncIterable<LoadedImage | UnreadableImage>,
	size: number,
): AsyncGenerator<(LoadedImage | UnreadableImage)[]> {
	let batch: (LoadedImage | UnreadableImage)[] = [];
	for await (const image of images) {
		batch.push(image);
		if (batch.length === size) {
			yield batch;
			batch = [];
		}
	}
	if (batch.length > 0) yield batch;
}

/** Says why it could not be written; nothing where it was. */
async function writeRows(path: string, rows: readonly Row[]): Promise<readonly string[]> {
	const arrays = { logits: stacked(rows.map((row) => row.logits)), output: stacked(rows.map((row) => row.output)) };
	return writeNpz(path, arrays, "replace").then(
		() => [],
		(thrown: unknown) => [asBlindspotError(thrown).message],
	);
}

function stacked(rows: readonly Float32Array[]): { shape: number[]; data: Float32Array } {
	const width = rows[0]?.length ?? 0;
	const data = new Float32Array(rows.length * width);
	rows.forEach((row, i) => {
		data.set(row, i * width);
	});
	return { shape: [rows.length, width], data };
}
