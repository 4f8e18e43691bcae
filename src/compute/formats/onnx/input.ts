/** Which of a graph's inputs is the picture. */
import { BlindspotError } from "../../errors.js";
import type { Emitter } from "../graph/emitter.js";
import { type Entered, enterPicture } from "../graph/entrance.js";
import { elementType } from "./elements.js";
import type { ValueInfoProto } from "./schema.js";
import type { GraphSettings } from "./settings.js";

/** Adds the network's input. Throws `unsupported-model` unless exactly one input is a picture of a known size. */
export function enter(
	inputs: readonly ValueInfoProto[],
	settings: GraphSettings,
	emitter: Emitter,
	warn: (message: string) => void,
): Entered {
	const [input, ...others] = inputs;
	if (!input) throw new BlindspotError("unsupported-model", "The output doesn't depend on any input of the graph.");
	if (others.length > 0)
		throw new BlindspotError(
			"unsupported-model",
			`The model has several inputs (${inputs.map(({ name }) => `'${name}'`).join(", ")}). Export the part that takes one picture.`,
			input.name,
		);
	const type = input.type?.tensor;
	const dimensions = type?.shape?.dimensions;
	if (!type || !dimensions)
		throw new BlindspotError(
			"unsupported-model",
			`The input '${input.name}' has no shape. Export with a fixed size.`,
			input.name,
		);
	const element = elementType(type.elementType);
	if (!element || element === "bool")
		throw new BlindspotError("unsupported-model", `The input '${input.name}' takes no numbers.`, input.name);
	const sizes = dimensions.map(({ value }) => (value !== null && value > 0 ? value : null));
	return enterPicture({ name: input.name, type: element, sizes }, { ...settings, channels: "first" }, emitter, warn);
}
