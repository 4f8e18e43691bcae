/** The picture's way into the network: how large it is, and how its axes lie. */
import { BlindspotError } from "../../errors.js";
import { showShape } from "../../network/shapes.js";
import { type Activation, fromNode } from "./activation.js";
import { noteRounding } from "./coarse.js";
import type { Emitter } from "./emitter.js";
import { type ElementType, isFloat } from "./tensor.js";

/** How the axes of the picture in the file become the network's. */
export interface Entrance {
	/** Whether the file's first axis is the batch. */
	readonly batch: boolean;
	/** For each axis of the network, which axis of the file it is. */
	readonly order: readonly number[];
}

/** The file's input; sizes are null where it leaves them open. */
export interface FileInput {
	readonly name: string;
	readonly type: ElementType;
	readonly sizes: readonly (number | null)[];
}

export interface EntranceSettings {
	/** How the picture comes in; decided from the input's sizes where null. */
	readonly entrance: Entrance | null;
	/** Pixels to assume where the file leaves them open; null for the usual ones. */
	readonly inputSize: { readonly width: number; readonly height: number } | null;
	/** Where the channels of four axes are unless sizes say otherwise. */
	readonly channels: "first" | "last";
}

export interface Entered {
	readonly name: string;
	readonly value: Activation;
	/** The file's batch size where it is fixed to more than one. */
	readonly fixedBatch: number;
}

/** Pixels where a file leaves height and width open and nobody says. */
const USUAL_SIZE = 224;

/** Adds the network's input. Throws `unsupported-model` where its size can't be known. */
export function enterPicture(
	{ name, type, sizes }: FileInput,
	settings: EntranceSettings,
	emitter: Emitter,
	warn: (message: string) => void,
): Entered {
	if (!isFloat(type)) warn(`The input '${name}' takes ${type}; Blindspot gives it the pixels without rounding.`);
	noteRounding(name, type, emitter, warn);
	const entrance = settings.entrance ?? entranceOf(sizes, settings.channels);
	const shape = entrance.order.map((axis) => sizeAlong(axis, sizes, name, settings, entrance, warn));
	const node = emitter.input(name, shape);
	const place = sizes.map((_, axis) => {
		const at = entrance.order.indexOf(axis);
		return at < 0 ? null : at;
	});
	const fixedBatch = entrance.batch ? (sizes[0] ?? 1) : 1;
	return { name, value: fromNode(node, shape, place), fixedBatch };
}

/** Batch first; of four axes the channels where they are usual, unless only the others can be channels. Three: a picture alone or grey ones. */
function entranceOf(sizes: readonly (number | null)[], usual: "first" | "last"): Entrance {
	const isChannels = (size: number | null | undefined) => size === 1 || size === 3 || size === 4;
	if (sizes.length === 4) {
		const [first, last] = [isChannels(sizes[1]), isChannels(sizes[3])];
		const [, a, b, c] = sizes;
		// Of other numbers of channels it is the square that tells.
		const isOdd = !first && !last && (a === b) !== (b === c);
		const isLast = isOdd ? a === b : usual === "last" ? last || !first : last && !first;
		return { batch: true, order: isLast ? [1, 2, 3] : [2, 3, 1] };
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
	{ inputSize }: EntranceSettings,
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
