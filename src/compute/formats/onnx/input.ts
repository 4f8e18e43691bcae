/** Which of a graph's inputs is the picture, how large it is, and how its axes lie in the network. */
import { BlindspotError } from "../../errors.js";
import { showShape } from "../../network/shapes.js";
import { type Activation, fromNode } from "../graph/activation.js";
import type { Emitter } from "../graph/emitter.js";
import { isFloat } from "../graph/tensor.js";
import { elementType } from "./elements.js";
import type { GraphSettings } from "./graph.js";
import type { ValueInfoProto } from "./schema.js";

/** How the axes of the picture in the file become the network's. */
export interface Entrance {
	/** Whether the file's first axis is the batch. */
	readonly batch: boolean;
	/** For each axis of the network, which axis of the file it is. */
	readonly order: readonly number[];
}

interface Entered {
	readonly name: string;
	readonly value: Activation;
	/** The file's batch size where it is fixed to more than one. */
	readonly fixedBatch: number;
}

/** Pixels where a file leaves height and width open and nobody says. */
const USUAL_SIZE = 224;

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
	if (!isFloat(element))
		warn(`The input '${input.name}' takes ${element}; Blindspot gives it the pixels without rounding.`);
	const sizes = dimensions.map(({ value }) => (value !== null && value > 0 ? value : null));
	const entrance = settings.entrance ?? entranceOf(sizes);
	const shape = entrance.order.map((axis) => sizeAlong(axis, sizes, input.name, settings, entrance, warn));
	const node = emitter.input(input.name, shape);
	const place = sizes.map((_, axis) => {
		const at = entrance.order.indexOf(axis);
		return at < 0 ? null : at;
	});
	const batch = entrance.batch ? (sizes[0] ?? 1) : 1;
	return { name: input.name, value: fromNode(node, shape, place), fixedBatch: batch };
}

/** Batch first; of four axes the channels second, unless only the last can be channels. Three: a picture alone or grey ones. */
function entranceOf(sizes: readonly (number | null)[]): Entrance {
	const isChannels = (size: number | null | undefined) => size === 1 || size === 3 || size === 4;
	if (sizes.length === 4) {
		const last = !isChannels(sizes[1]) && isChannels(sizes[3]);
		return { batch: true, order: last ? [1, 2, 3] : [2, 3, 1] };
	}
	if (sizes.length === 3 && isChannels(sizes[0]) && sizes[0] !== 1) return { batch: false, order: [1, 2, 0] };
	if (sizes.length === 3 && isChannels(sizes[2]) && (sizes[0] ?? 1) > 4) return { batch: false, order: [0, 1, 2] };
	if (sizes.length === 1) return { batch: false, order: [0] };
	return { batch: true, order: sizes.map((_, axis) => axis).slice(1) };
}

function sizeAlong(
	axis: number,
	sizes: readonly (number | null)[],
	name: string,
	{ inputSize }: GraphSettings,
	entrance: Entrance,
	warn: (message: string) => void,
): number {
	const known = sizes[axis];
	if (known) return known;
	const place = entrance.order.indexOf(axis);
	if (sizes.length === 4 && place < 2) {
		const given = place === 0 ? inputSize?.height : inputSize?.width;
		if (given === undefined)
			warn(`The model leaves the ${place === 0 ? "height" : "width"} of its input open; ${USUAL_SIZE} is assumed.`);
		return given ?? USUAL_SIZE;
	}
	const shown = showShape(sizes.map((size) => size ?? Number.NaN)).replaceAll("NaN", "?");
	throw new BlindspotError(
		"unsupported-model",
		`The input '${name}' is ${shown}: axis ${axis} is open. Export with a fixed size.`,
		name,
	);
}
