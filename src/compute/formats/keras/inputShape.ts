/** The shape of a model's input, with sizes that the file leaves open filled in and said. */
import { BlindspotError } from "../../errors.js";
import type { Shape } from "../../network/types.js";
import type { ReadOptions } from "../options.js";
import type { Settings } from "./settings.js";
import type { ModelTopology } from "./topology.js";

/** What most published models are trained at. */
const USUAL_SIZE = 224;

/**
 * Whether the model's pictures have their channels first: where every layer that says has them so. What Flatten says
 * is Keras' own setting, whatever the layers before were told.
 */
export function isChannelsFirst({ layers }: ModelTopology): boolean {
	const formats = layers.flatMap(({ className, settings }) =>
		className === "Flatten" ? [] : (settings.raw("data_format") ?? []),
	);
	const inner = layers.flatMap(({ model }) => (model ? [model] : []));
	if (formats.length === 0) return inner.length > 0 && inner.some(isChannelsFirst);
	return formats.every((format) => format === "channels_first");
}

/** Shape without batch, as the file has it; whatever batch size the file fixes is left out. */
export function inputShape(
	settings: Settings,
	inputSize: ReadOptions["inputSize"],
	channelsFirst: boolean,
	warn: (message: string) => void,
): Shape {
	const batched = settings.sizes("batch_shape") ?? settings.sizes("batch_input_shape");
	const unbatched = settings.sizes("shape") ?? settings.sizes("input_shape");
	const shape = batched ? batched.slice(1) : unbatched;
	if (!shape || shape.length === 0) {
		throw new BlindspotError(
			"unreadable-model",
			`The file doesn't say what shape ${settings.owner} takes. Build the model (call it once) before saving it.`,
			settings.owner,
		);
	}
	const [height, width, channels] = channelsFirst ? [shape[1], shape[2], shape[0]] : shape;
	if (shape.length !== 3 || channels == null) {
		if (shape.includes(null))
			throw new BlindspotError(
				"unsupported-model",
				`${settings.owner} leaves a size open other than height and width: ${shape.map((size) => size ?? "?").join("×")}.`,
				settings.owner,
			);
		return shape as readonly number[];
	}
	if (height != null && width != null) return shape as readonly number[];
	const filled = [height ?? inputSize?.height ?? USUAL_SIZE, width ?? inputSize?.width ?? USUAL_SIZE, channels];
	if (!inputSize)
		warn(`The model takes pictures of any size; ${filled[0]}×${filled[1]} is assumed. Set another in blindspot.json.`);
	return channelsFirst ? [channels, ...filled.slice(0, 2)] : filled;
}
