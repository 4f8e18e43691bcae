/** What is in a model file, in short. */

import type { HandlerContext } from "../prepare/context.js";
import type { ModelSummary } from "../reports/report.js";
import { withAnyModel } from "./anyModel.js";
import type { InspectParams } from "./requests.js";

/** Layers, shapes and parameters; what the model says as a classifier, or a warning that says why it is none. */
export async function inspect(
	context: HandlerContext,
	{ model }: InspectParams,
	signal: AbortSignal,
): Promise<ModelSummary> {
	return withAnyModel(context, model, signal, async ({ summary }) => summary);
}
