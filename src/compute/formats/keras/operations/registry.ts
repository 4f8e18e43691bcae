/** The operations between layers that are read, by their names in the file. Nothing else in a file is ever looked up or run. */
import type { Entry, OperationReader, Signature } from "./call.js";
import { KERAS_OPERATIONS } from "./kerasOperations.js";
import { TENSORFLOW_FUNCTIONS } from "./tensorFlowFunctions.js";

export interface KnownOperation {
	readonly signature: Signature;
	readonly read: OperationReader;
}

const KERAS = table(KERAS_OPERATIONS);
const TENSORFLOW = table(TENSORFLOW_FUNCTIONS);

/** A class of Keras 3's operations; undefined for one that isn't read. */
export function kerasOperation(className: string): KnownOperation | undefined {
	return KERAS.get(className);
}

/** A function as Keras 2 calls it, `math.add` for `tf.math.add`; undefined for one that isn't read. */
export function tensorFlowFunction(name: string): KnownOperation | undefined {
	return (
		TENSORFLOW.get(name) ??
		(name.startsWith(FIRST_TENSORFLOW) ? TENSORFLOW.get(name.slice(FIRST_TENSORFLOW.length)) : undefined)
	);
}

/** TensorFlow 1's forms, which differ in nothing that a file says but for images. */
const FIRST_TENSORFLOW = "compat.v1.";

function table(entries: readonly Entry[]): ReadonlyMap<string, KnownOperation> {
	return new Map(entries.map(([name, signature, read]) => [name, { signature: signatureOf(signature), read }]));
}

/** `"x, y/other | axis"`: names in order, other names after a slash, those by name only after the bar. */
function signatureOf(text: string): Signature {
	const [positional = "", named = ""] = text.split("|");
	const names = (part: string) =>
		part
			.split(",")
			.map((name) => name.trim())
			.filter((name) => name !== "")
			.map((name) => name.split("/"));
	return { names: [...names(positional), ...names(named)], positional: names(positional).length };
}
