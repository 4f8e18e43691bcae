/** Two model files side by side. */

import { Slices } from "../backend/slices.js";
import type { HandlerContext } from "../prepare/context.js";
import { reportHead, runSince } from "../prepare/reportHead.js";
import { type AnyModel, withAnyModel } from "./anyModel.js";
import { compareNetworks } from "./compare.js";
import type { ModelComparison } from "./report.js";
import type { CompareModelsParams } from "./requests.js";

/** Which layers are the same, how far weights moved, what came and went. Throws what reading throws, and `cancelled`. */
export async function compareModels(
	context: HandlerContext,
	{ before, after }: CompareModelsParams,
	signal: AbortSignal,
): Promise<ModelComparison> {
	return withAnyModel(context, before, signal, (first) =>
		withAnyModel(context, after, signal, async (second) => {
			const began = new Date();
			return {
				kind: "model comparison",
				...reportHead(context),
				before: summaryOf(first),
				after: summaryOf(second),
				...(await compareNetworks(first.model.network, second.model.network, new Slices(signal))),
				warnings: [...new Set([...first.summary.warnings, ...second.summary.warnings])],
				run: runSince(began),
			};
		}),
	);
}

function summaryOf({ summary: { path, sha256, format, parameters } }: AnyModel) {
	return { path, sha256, format, parameters };
}
