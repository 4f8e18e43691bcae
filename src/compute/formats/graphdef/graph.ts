/** A TensorFlow graph into a `Network`. */
import { BlindspotError } from "../../errors.js";
import { NetworkBuilder } from "../../network/build.js";
import type { Network } from "../../network/types.js";
import type { ModelFormat } from "../formats.js";
import type { Value } from "../graph/align.js";
import { asOutput, Emitter } from "../graph/emitter.js";
import { enterPicture } from "../graph/entrance.js";
import { withPlaces } from "../graph/places.js";
import { type Tensor, tensor } from "../graph/tensor.js";
import { warnOfOddValues } from "../numbers.js";
import type { ReadOptions } from "../options.js";
import { chooseOutput, choosePicture, outputNamed, pictureInput, type Signature } from "./ends.js";
import { Evaluation } from "./evaluation.js";
import type { Frame } from "./frames.js";
import type { GraphNode, Source } from "./node.js";

export interface StoredWeight {
	readonly value: Tensor;
	/** Where it stands in the model's files, for people to read. */
	readonly place: string;
}

/** Where the graph's weights are. */
export interface Weights {
	/** What a Const holds; null where it is in the node itself. */
	constant(node: GraphNode): StoredWeight | null;
	/** What a variable was saved with. Throws where it wasn't. */
	variable(node: GraphNode): StoredWeight;
}

/**
 * The network that gives the signature's first output, or the node that the options name. Throws
 * `unsupported-model` naming operation and node for what can't be represented, `unreadable-model` for what no sound
 * file has.
 */
export function readGraph(
	format: ModelFormat,
	main: Frame,
	signature: Signature | null,
	weights: Weights,
	options: ReadOptions,
): Network {
	const builder = new NetworkBuilder(format);
	const emitter = new Emitter(builder);
	const warn = (message: string) => builder.warn(message);
	const output = takenOutput(main, signature, options.output ?? null, builder);
	const picture = choosePicture(main, signature, output);
	const settings = { entrance: null, inputSize: options.inputSize, channels: "last" } as const;
	const entered = enterPicture(pictureInput(picture), settings, emitter, warn);
	const places = new Map<string, string>();
	const taken = ({ value, place }: StoredWeight): Tensor => {
		warnOfOddValues(value.name, value.data, warn);
		places.set(value.name, place);
		return value;
	};
	const values = {
		constant(node: GraphNode): Tensor | null {
			const found = weights.constant(node);
			return found && taken(found);
		},
		variable: (node: GraphNode) => taken(weights.variable(node)),
		placeholder: (node: GraphNode) => (node === picture.node ? entered.value : switchedOff(node, warn)),
	};
	const result = new Evaluation(values, new Set([picture.node]), { emitter, warn }).valueOf(output);
	const { name } = output.node.origin;
	if (result.kind === "tensor")
		throw new BlindspotError("unreadable-model", "The output doesn't depend on the model's input.", name);
	if (main.outside) warn(main.outside);
	return withPlaces(builder.build(asOutput(emitter, result, name)), places);
}

/** The one that is asked for, else the file's; `builder` hears what else could have been taken. */
function takenOutput(main: Frame, signature: Signature | null, wanted: string | null, builder: NetworkBuilder): Source {
	if (wanted !== null) return outputNamed(main, () => chooseOutput(main, signature).source, wanted);
	const { source, name, others, note } = chooseOutput(main, signature);
	builder.choseOutput({ taken: name, others });
	if (note !== null) builder.warn(note);
	return source;
}

/** A switch that says whether the model is being trained. */
function switchedOff(node: GraphNode, warn: (message: string) => void): Value {
	if (node.type("dtype") !== "bool") throw node.unsupported("it is a second input, which Blindspot has no value for");
	warn(`The switch '${node.origin.name}' is taken as off.`);
	return tensor("bool", [], [0], node.origin.name);
}
