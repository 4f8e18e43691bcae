import type { Tensor } from "../../graph/tensor.js";
import type { OnnxNode } from "../node.js";

/** Values of the node's outputs; an input may be absent (null). */
export type Evaluator = (node: OnnxNode, inputs: readonly (Tensor | null)[]) => readonly Tensor[];
