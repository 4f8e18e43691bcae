/** Activations of the architecture with re-drawn weights, for the images that the rotation test is done on. */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../../backend/slices.js";
import { type LabelledEntry, loadImages } from "../../data/loading.js";
import { Executor } from "../../network/execute.js";
import type { PreparedModel } from "../../prepare/prepare.js";
import { inOrder, LayerReader } from "../layerReader.js";
import { Scorer } from "../scorer.js";
import { joined } from "../scoringPass.js";
import { redrawn } from "./redrawn.js";
import type { ProbedLayer, ProbeReduction } from "./report.js";

/** Pictures that batch normalisations get their statistics from. */
const SETTLING_PICTURES = 16;

export interface RedrawnRequest {
	readonly prepared: PreparedModel;
	readonly layer: ProbedLayer;
	readonly reduce: ProbeReduction;
	readonly data: readonly LabelledEntry[];
	/** Positions, as they were scored. */
	readonly order: Uint32Array;
	/** How many of the readable ones are wanted. */
	readonly images: number;
	readonly seed: number;
	readonly slices: Slices;
	readonly stopped: () => boolean;
	readonly onImages: (done: number) => void;
}

/** Activations as `Scorer.tested` keeps them; null where it was stopped. */
export async function readRedrawn(request: RedrawnRequest): Promise<Float32Array | null> {
	const { prepared, layer, images, slices } = request;
	const { classifier, wanted } = prepared;
	const pictures = await somePictures(request);
	const network = redrawn(classifier.network, layer.node, request.seed, pictures);
	pictures.dispose();
	const executor = new Executor(network);
	const reader = new LayerReader(executor, layer, null, classifier.pixelShape, classifier.batchSize);
	const scorer = new Scorer(layer, null, new Float32Array(0), request.reduce);
	const parts: Float32Array[] = [];
	try {
		let done = 0;
		for await (const batch of reader.stream(request.data, request.order, wanted, slices)) {
			if (request.stopped()) return null;
			const count = Math.min(batch.images.length, images - done);
			parts.push(scorer.tested(batch, count));
			done += count;
			request.onImages(done);
			if (done >= images) break;
		}
	} finally {
		executor.dispose();
		scorer.dispose();
	}
	return joined(parts);
}

async function somePictures({ prepared, data, order, slices }: RedrawnRequest): Promise<tf.Tensor4D> {
	const { wanted, classifier } = prepared;
	const pictures: Float32Array[] = [];
	for await (const image of loadImages(inOrder(data, order), wanted, slices.signal)) {
		if (image.kind === "loaded") pictures.push(image.pixels.data);
		if (pictures.length === SETTLING_PICTURES) break;
	}
	return tf.tensor4d(joined(pictures), [pictures.length, ...classifier.pixelShape]);
}
