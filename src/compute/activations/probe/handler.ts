/** Probing a layer: units beside random directions. */

import { BlindspotError } from "../../errors.js";
import type { Control, HandlerContext } from "../../prepare/context.js";
import { askedOrConfigured, assumptions, nameOf, prepareData, withModel } from "../../prepare/prepare.js";
import { chooseLayer } from "../layerChoice.js";
import type { ProbeRecord } from "./report.js";
import type { ProbeParams, ProbeProgress } from "./requests.js";
import { ProbeRun } from "./run.js";

/** More images of a direction say little of it, and chance takes the longer to compute. */
const MOST_TOP = 100;

/**
 * Scores the images by every unit and direction, judges them and tests the units. Throws `bad-request` where there is no such
 * layer, no data, or the options ask for what can't be; `cancelled` when the signal is raised.
 */
export async function probe(
	context: HandlerContext,
	params: ProbeParams,
	control: Control<ProbeProgress>,
): Promise<ProbeRecord> {
	const { top } = params.options;
	if (!(Number.isInteger(top) && top >= 2 && top <= MOST_TOP))
		throw new BlindspotError("bad-request", `${top} images per direction; 2 to ${MOST_TOP} can be ranked.`);
	return withModel(context, params.model, control.signal, async (prepared) => {
		const chosen = chooseLayer(prepared.model.network, params.layer, params.options.pre);
		const asked = askedOrConfigured(params.data, prepared);
		const data = await prepareData(asked, prepared, control.signal);
		const warnings = [...prepared.warnings, ...assumptions(prepared), ...data.warnings, ...chosen.warnings];
		const named = { ...data, name: nameOf(asked, data) };
		const setting = { layer: chosen.layer, data: named, warnings, ...control };
		const run = new ProbeRun(context, prepared, params, setting);
		try {
			return await run.complete();
		} finally {
			run.dispose();
		}
	});
}
