/** Probing a layer: units beside random directions. */

import { BlindspotError } from "../../errors.js";
import type { HandlerContext } from "../../prepare/context.js";
import { askedOrConfigured, assumptions, prepareData, withModel } from "../../prepare/prepare.js";
import type { ProbeParams, ProbeProgress } from "../../process/protocol.js";
import { chooseLayer } from "../layerChoice.js";
import type { ProbeRecord } from "./report.js";
import { ProbeRun } from "./run.js";

/** More images of a direction say little of it, and chance takes the longer to compute. */
const MOST_TOP = 100;

/** The probes that are running, and whether a person has stopped them. */
export class ProbeRuns {
	readonly #running = new Map<string, { stopped: boolean }>();
	/** Runs that were stopped before they began: a notification overtakes a request that waits for its model. */
	readonly #stoppedBefore = new Set<string>();

	/** Ends a probe early; it answers with what it has. */
	stopProbe(run: string): void {
		const running = this.#running.get(run);
		if (running) running.stopped = true;
		else this.#stoppedBefore.add(run);
	}

	/**
	 * Scores the images by every unit and direction, judges them and tests the units. Throws `bad-request` where there is no such
	 * layer, no data, or the options ask for what can't be; `cancelled` when the signal is raised.
	 */
	async probe(
		context: HandlerContext,
		params: ProbeParams,
		signal: AbortSignal,
		tell: (event: ProbeProgress) => void,
	): Promise<ProbeRecord> {
		const { top } = params.options;
		if (!(Number.isInteger(top) && top >= 2 && top <= MOST_TOP))
			throw new BlindspotError("bad-request", `${top} images per direction; 2 to ${MOST_TOP} can be ranked.`);
		if (this.#running.has(params.run)) throw new BlindspotError("internal", `The run ${params.run} is there already.`);
		const running = { stopped: this.#stoppedBefore.delete(params.run) };
		this.#running.set(params.run, running);
		try {
			return await withModel(context, params.model, signal, async (prepared) => {
				const chosen = chooseLayer(prepared.model.network, params.layer, params.options.pre);
				const asked = askedOrConfigured(params.data, prepared);
				const data = await prepareData(asked, prepared, signal);
				const warnings = [...prepared.warnings, ...assumptions(prepared), ...data.warnings, ...chosen.warnings];
				const name = asked.kind === "dataset" ? asked.path : `${data.entries.length} pictures`;
				const run = new ProbeRun(context, prepared, params, {
					layer: chosen.layer,
					data: { ...data, name },
					warnings,
					signal,
					stopped: () => running.stopped,
					tell,
				});
				try {
					return await run.complete();
				} finally {
					run.dispose();
				}
			});
		} finally {
			this.#running.delete(params.run);
		}
	}
}
