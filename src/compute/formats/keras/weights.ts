/** What a layer asks of the file that holds its weights. */
import { BlindspotError } from "../../errors.js";
import { showShape } from "../../network/shapes.js";
import type { Shape } from "../../network/types.js";

/** Which layer: its name within the models around it, outermost first, and its place in a `.keras` file. */
export interface LayerAddress {
	readonly names: readonly string[];
	readonly storePath: string;
}

export interface WeightRequest {
	/** What this weight has been called: `depthwise_kernel` in Keras 2, `kernel` in Keras 3. */
	readonly names: readonly string[];
	/** Its position among the weights of its layer, for files that number them. */
	readonly position: number;
	/** What the layer's configuration and input imply; checked before anything is allocated. */
	readonly shape: Shape;
}

/** A weight of a file that has not been read yet. */
export interface StoredWeight {
	readonly name: string;
	/** Where in the file it stands, for people to read. */
	readonly place: string;
	readonly shape: Shape;
	/** Reads the values as float32. Throws `unreadable-model` where the bytes aren't there. */
	read(): Float32Array;
}

export interface WeightSource {
	/** Throws `unreadable-model` where the file has no such weight. */
	find(layer: LayerAddress, request: WeightRequest): StoredWeight;
}

/** Reads a weight after its shape has been compared with what its layer needs. */
export function readChecked(stored: StoredWeight, request: WeightRequest): Float32Array {
	const { name, shape } = stored;
	if (shape.length !== request.shape.length || shape.some((size, i) => size !== request.shape[i])) {
		throw new BlindspotError(
			"unreadable-model",
			`Weight '${name}' has the shape ${showShape(shape)}; its layer needs ${showShape(request.shape)}.`,
			name,
		);
	}
	return stored.read();
}

export function missingWeight(layer: LayerAddress, request: WeightRequest, found: readonly string[]): never {
	const layerName = layer.names.join("/");
	const there = found.length === 0 ? "nothing" : found.slice(0, 8).join(", ");
	throw new BlindspotError(
		"unreadable-model",
		`The weight '${request.names[0]}' of layer '${layerName}' is not in the file; found: ${there}.`,
		layerName,
	);
}
