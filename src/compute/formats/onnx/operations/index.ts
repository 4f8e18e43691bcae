/** Every operation that may depend on the picture, by its ONNX name. */
import type { OperationReader } from "../lowering.js";
import { attention, rotaryEmbedding } from "./attention.js";
import { einsum } from "./einsum.js";
import { ELEMENTWISE_OPERATIONS } from "./elementwise.js";
import { IMAGE_OPERATIONS } from "./images.js";
import { LINEAR_OPERATIONS } from "./linear.js";
import { PLACE_OPERATIONS } from "./places.js";
import { SHAPING_OPERATIONS } from "./shaping.js";

const OPERATIONS: Readonly<Record<string, OperationReader>> = {
	...IMAGE_OPERATIONS,
	...ELEMENTWISE_OPERATIONS,
	...LINEAR_OPERATIONS,
	...SHAPING_OPERATIONS,
	...PLACE_OPERATIONS,
	Attention: attention,
	RotaryEmbedding: rotaryEmbedding,
	Einsum: einsum,
};

/** Null for an operation that isn't read. */
export function operationReader(name: string): OperationReader | null {
	return Object.hasOwn(OPERATIONS, name) ? (OPERATIONS[name] as OperationReader) : null;
}
