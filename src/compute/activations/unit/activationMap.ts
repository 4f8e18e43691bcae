/** What a unit or direction says at each place of one picture. */

import { Slices } from "../../backend/slices.js";
import { toBytes } from "../../data/png.js";
import type { HandlerContext } from "../../prepare/context.js";
import { onePicture } from "../../prepare/onePicture.js";
import { withModel } from "../../prepare/prepare.js";
import { chooseLayer } from "../layerChoice.js";
import { LayerReader } from "../layerReader.js";
import { knownChoice } from "./knownChoice.js";
import type { ActivationMap } from "./report.js";
import type { ActivationMapParams } from "./requests.js";
import { unitDirection } from "./unitDirection.js";

/** Throws `bad-request` where there is no such layer or unit, `unreadable-data` where the picture can't be read. */
export async function activationMap(
	context: HandlerContext,
	params: ActivationMapParams,
	signal: AbortSignal,
): Promise<ActivationMap> {
	return withModel(context, params.model, signal, async (prepared) => {
		const { layer } = chooseLayer(prepared.model.network, params.layer, params.pre);
		const direction = unitDirection(await knownChoice(params.unit, layer, new Slices(signal)), layer);
		const image = await onePicture(params.source, params.data, prepared, signal);
		const { executor, pixelShape } = prepared.classifier;
		const { activations } = new LayerReader(executor, layer, null, pixelShape, 1).read([{ ...image, index: 0 }]);
		const all = activations.dataSync();
		activations.dispose();
		const values = Float32Array.from({ length: layer.places }, (_, place) => {
			let sum = 0;
			for (let unit = 0; unit < layer.units; unit++)
				sum += (all[place * layer.units + unit] as number) * (direction[unit] as number);
			return sum;
		});
		const rows = layer.shape.length === 3 ? (layer.shape[0] as number) : 1;
		const total = values.reduce((sum, value) => sum + value, 0);
		return {
			picture: toBytes(image.pixels),
			rows,
			columns: layer.places / rows,
			values,
			score: params.reduce === "mean" ? total / layer.places : values.reduce((most, value) => Math.max(most, value)),
		};
	});
}
