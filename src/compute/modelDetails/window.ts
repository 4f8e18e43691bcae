/** How a node slides over its input. */

import type { Without } from "../network/operationTraits.js";
import type { NetworkNode } from "../network/types.js";
import type { SlidingWindow } from "./report.js";

/** Null for operations that don't slide. */
export function windowOf({ operation, weights }: NetworkNode): SlidingWindow | null {
	const [height = 1, width = 1] = weights.kernel?.shape ?? [];
	switch (operation.op) {
		case "Conv2D":
		case "ConvTranspose2D": {
			const { strides, dilations, padding, groups } = operation;
			return { size: [height, width], strides, dilations, padding, groups };
		}
		case "DepthwiseConv2D": {
			const { strides, dilations, padding } = operation;
			return { size: [height, width], strides, dilations, padding, groups: weights.kernel?.shape[2] ?? 1 };
		}
		case "MaxPool2D":
		case "AveragePool2D": {
			const { size, strides, padding, dilations = [1, 1] } = operation;
			return { size, strides, dilations, padding, groups: 1 };
		}
		default:
			operation satisfies Without<"window">;
			return null;
	}
}
