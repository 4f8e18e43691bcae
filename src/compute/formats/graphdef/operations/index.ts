/** Every operation that may depend on the picture, by TensorFlow's name. */
import type { OperationReader } from "../lowering.js";
import { CONVOLUTIONS } from "./convolutions.js";
import { ELEMENTWISE } from "./elementwise.js";
import { IMAGES } from "./images.js";
import { LINEAR } from "./linear.js";
import { RESIZING } from "./resizing.js";
import { SHAPING } from "./shaping.js";

const OPERATIONS: Readonly<Record<string, OperationReader>> = {
	...CONVOLUTIONS,
	...IMAGES,
	...RESIZING,
	...ELEMENTWISE,
	...LINEAR,
	...SHAPING,
};

/** Null for an operation that isn't read. */
export function operationReader(name: string): OperationReader | null {
	return Object.hasOwn(OPERATIONS, name) ? (OPERATIONS[name] as OperationReader) : null;
}
