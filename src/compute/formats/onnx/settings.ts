/** What reading an ONNX graph is told beside the graph. */
import type { Entrance } from "../graph/entrance.js";
import type { FunctionProto } from "./schema.js";
import type { ExternalData } from "./tensors.js";

export interface GraphSettings {
	readonly versions: ReadonlyMap<string, number>;
	/** The model's own, which its nodes may call. */
	readonly functions: readonly FunctionProto[];
	readonly external: ExternalData;
	/** How the picture comes in; decided from the graph's input where null. */
	readonly entrance: Entrance | null;
	readonly inputSize: { readonly width: number; readonly height: number } | null;
	/** The node or value to take as the output; the graph's own where null. */
	readonly output: string | null;
}
