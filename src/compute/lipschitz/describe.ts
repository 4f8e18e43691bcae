/** What goes with the name of an operation in a table. */
import type { Without } from "../network/operationTraits.js";
import type { NetworkNode, Pair } from "../network/types.js";

/** "5×5 / 2", "relu"; empty where there is nothing to say. */
export function describeOperation({ operation, weights }: NetworkNode): string {
	switch (operation.op) {
		case "Conv2D":
		case "DepthwiseConv2D":
		case "ConvTranspose2D": {
			const [height, width] = weights.kernel?.shape ?? [];
			return windows([height ?? 0, width ?? 0], operation.strides);
		}
		case "MaxPool2D":
		case "AveragePool2D":
			return windows(operation.size, operation.strides);
		case "Pointwise":
			return operation.function.fn;
		case "Binary":
			return operation.function;
		case "Reduce":
			return operation.kind;
		default:
			operation satisfies Without<"window">;
			return "";
	}
}

function windows([height, width]: Pair, [down, across]: Pair): string {
	const stride = down === across ? `${down}` : `${down}×${across}`;
	return `${height}×${width}${stride === "1" ? "" : ` / ${stride}`}`;
}
