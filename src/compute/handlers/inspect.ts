/** What is in a model file, in short. */
import type { InspectParams } from "../protocol.js";
import type { ModelSummary } from "../report.js";
import { withAnyModel } from "./anyModel.js";
import type { HandlerContext } from "./context.js";

/** Layers, shapes and parameters; what the model says as a classifier, or a warning that says why it is none. */
export async function inspect(
	context: HandlerContext,
	{ model }: InspectParams,
	signal: AbortSignal,
): Promise<ModelSummary> {
	return withAnyModel(context, model, signal, async ({ summary }) => summary);
}
