/** The units and layers that one picture drives most, against the data's distribution. */
import * as tf from "@tensorflow/tfjs-core";
import { Slices } from "../../backend/slices.js";
import { loadImages } from "../../data/loading.js";
import { toBytes } from "../../data/png.js";
import { BlindspotError } from "../../errors.js";
import { Random } from "../../math/random.js";
import { mostProbable, probabilities } from "../../network/probabilities.js";
import type { Control, HandlerContext } from "../../prepare/context.js";
import { onePicture } from "../../prepare/onePicture.js";
import { askedOrConfigured, assumptions, nameOf, prepareData, withModel } from "../../prepare/prepare.js";
import { reportHead, reportSubject, runSince } from "../../prepare/reportHead.js";
import type { LabelProbability } from "../../reports/report.js";
import type { ImagesProgress } from "../../reports/request.js";
import { joined } from "../scoringPass.js";
import { FiringComparison, firingLayers, highestActivations } from "./firing.js";
import type { FiringRecord } from "./report.js";
import type { FiringParams } from "./requests.js";

/** Images that the distribution is taken from: more would hardly change a mean. */
const MOST_IMAGES = 2000;

/** Throws `bad-request` where there is no data, `unreadable-data` where the picture or all of the data can't be read. */
export async function whichUnitsFire(
	context: HandlerContext,
	params: FiringParams,
	{ signal, tell }: Control<ImagesProgress>,
): Promise<FiringRecord> {
	const began = new Date();
	return withModel(context, params.model, signal, async (prepared) => {
		const { classifier, model, classNames, wanted } = prepared;
		const image = await onePicture(params.picture, null, prepared, signal);
		const asked = askedOrConfigured(params.data, prepared);
		const data = await prepareData(asked, prepared, signal);
		const entries = Random.stream(params.seed, "order")
			.shuffle([...data.entries])
			.slice(0, MOST_IMAGES);
		const layers = firingLayers(model.network);
		const activationsOf = (pictures: readonly Float32Array[]): Float32Array => {
			const pixels = tf.tensor4d(joined(pictures), [pictures.length, ...classifier.pixelShape]);
			const activations = highestActivations(classifier.executor, layers, pixels);
			pixels.dispose();
			return activations;
		};
		const comparison = new FiringComparison(activationsOf([image.pixels.data]));
		const slices = new Slices(signal);
		const unreadable: { readonly source: string; readonly error: string }[] = [];
		let batch: Float32Array[] = [];
		let scored = 0;
		const flush = async () => {
			if (batch.length > 0) comparison.add(activationsOf(batch));
			scored += batch.length;
			batch = [];
			tell({ done: scored + unreadable.length, total: entries.length });
			await slices.breathe();
		};
		for await (const other of loadImages(entries, wanted, signal)) {
			if (other.kind === "unreadable") unreadable.push({ source: other.source, error: other.error });
			else batch.push(other.pixels.data);
			if (batch.length === classifier.batchSize) await flush();
		}
		await flush();
		if (scored === 0)
			throw new BlindspotError("unreadable-data", `None of the ${entries.length} images of the data can be read.`);
		const logits = classifier.logits(image.pixels.data, 1);
		const [predicted] = mostProbable(probabilities(logits), 1, classNames.names);
		return {
			report: {
				kind: "firing",
				...reportHead(context),
				...reportSubject(prepared),
				source: image.source,
				fileSize: image.fileSize,
				predicted: predicted as LabelProbability,
				seed: params.seed,
				data: {
					name: nameOf(asked, data),
					total: data.entries.length,
					scored,
					unreadable: unreadable.length,
					unreadableExamples: unreadable.slice(0, 10),
					stopped: false,
					perClass: null,
				},
				warnings: [...prepared.warnings, ...assumptions(prepared), ...data.warnings],
				layers: comparison.layers(layers, params.top),
				run: runSince(began),
			},
			picture: toBytes(image.pixels),
		};
	});
}
