/** Robustness of a model, or of two beside each other. */
import { BlindspotError } from "../errors.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import {
	askedOrConfigured,
	assumptions,
	namedByFolders,
	nameOf,
	type PreparedModel,
	prepareData,
	withModel,
} from "../prepare/prepare.js";
import type { RobustnessRecord } from "./report.js";
import type { RobustnessParams, RobustnessProgress } from "./requests.js";
import { RobustnessRun } from "./run.js";

/**
 * Attacks every image that a model gets right, by both models where two are asked for. Throws `bad-request` where there are no
 * pictures, no such target, or the two models have different numbers of classes; `cancelled` when the signal is raised.
 */
export async function robustness(
	context: HandlerContext,
	params: RobustnessParams,
	control: Control<RobustnessProgress>,
): Promise<RobustnessRecord> {
	const { against } = params;
	return withModel(context, params.model, control.signal, (first) => {
		if (against === null) return complete(context, params, control, [first]);
		return withModel(context, against, control.signal, (second) => complete(context, params, control, [first, second]));
	});
}

async function complete(
	context: HandlerContext,
	params: RobustnessParams,
	control: Control<RobustnessProgress>,
	models: readonly [PreparedModel, PreparedModel?],
): Promise<RobustnessRecord> {
	const [first, second] = models;
	if (second && second.report.classes !== first.report.classes)
		throw new BlindspotError(
			"bad-request",
			`${second.report.path} has ${second.report.classes} classes, ${first.report.path} has ${first.report.classes}: they can't be compared on the same images.`,
		);
	const asked = askedOrConfigured(params.data, first);
	const data = await prepareData(asked, first, control.signal);
	const named = namedByFolders(first, data);
	const of = second ? [first, second] : [first];
	const warnings = [...new Set(of.flatMap((model) => [...model.warnings, ...assumptions(model)]))];
	const run = new RobustnessRun(context, second ? [named, second] : [named], params, {
		data: { ...data, name: nameOf(asked, data), warnings: [...warnings, ...data.warnings] },
		...control,
	});
	return run.complete();
}
