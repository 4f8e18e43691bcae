/**
 * Functions that TensorFlow spells out in arithmetic, recognised as what they are: gated activations and layer
 * normalisation. The last node of such a piece becomes the function; the others stay for whoever else reads them.
 */
import type { Activation } from "../../graph/activation.js";
import type { Emitter } from "../../graph/emitter.js";
import type { GraphNode } from "../node.js";
import { gated } from "./gated.js";
import { centred, normalised } from "./normalised.js";
import { type Known, View } from "./view.js";

/** The value of a node that ends one of these pieces; null for any other. */
export function recognised(node: GraphNode, known: Known, emitter: Emitter): Activation | null {
	const view = new View(known);
	const found = { node, index: 0 };
	switch (node.operation) {
		case "Mul":
		case "RealDiv":
			return gated(view, found, emitter) ?? centred(view, found, emitter);
		case "AddV2":
		case "Add":
		case "AddN":
			return normalised(view, found, emitter);
		default:
			return null;
	}
}
