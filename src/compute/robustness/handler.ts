/** Robustness of a model, or of two beside each other. */
import { BlindspotError } from "../errors.js";
import type { HandlerContext } from "../prepare/context.js";
import {
	askedOrConfigured,
	assumptions,
	namedByFolders,
	type PreparedModel,
	prepareData,
	withModel,
} from "../prepare/prepare.js";
import type { RobustnessParams, RobustnessProgress } from "../process/protocol.js";
import type { RobustnessRecord } from "./report.js";
import { RobustnessRun } from "./run.js";

/** The runs there are, and whether a person has stopped them. */
export class RobustnessRuns {
	readonly #running = new Map<string, { stopped: boolean }>();

	/** Ends a run early; it answers with what it has. */
	stopRobustness(run: string): void {
		const running = this.#running.get(run);
		if (running) running.stopped = true;
	}

	/**
	 * Attacks every image that a model gets right, by both models where two are asked for. Throws `bad-request` where there are no
	 * pictures, no such target, or the two models have different numbers of classes; `cancelled` when the signal is raised.
	 */
	async robustness(
		context: HandlerContext,
		params: RobustnessParams,
		signal: AbortSignal,
		tell: (event: RobustnessProgress) => void,
	): Promise<RobustnessRecord> {
		if (this.#running.has(params.run)) throw new BlindspotError("internal", `The run ${params.run} is there already.`);
		const running = { stopped: false };
		this.#running.set(params.run, running);
		const complete = async (models: readonly PreparedModel[]) => {
			const [first, second] = models as [PreparedModel, PreparedModel?];
			if (second && second.report.classes !== first.report.classes)
				throw new BlindspotError(
					"bad-request",
					`${second.report.path} has ${second.report.classes} classes, ${first.report.path} has ${first.report.classes}: they can't be compared on the same images.`,
				);
			const asked = askedOrConfigured(params.data, first);
			const data = await prepareData(asked, first, signal);
			const warnings = [...new Set(models.flatMap((model) => [...model.warnings, ...assumptions(model)]))];
			const named = namedByFolders(first, data);
			const run = new RobustnessRun(context, second ? [named, second] : [named], params, {
				data: {
					...data,
					name: asked.kind === "dataset" ? asked.path : `${data.entries.length} pictures`,
					warnings: [...warnings, ...data.warnings],
				},
				signal,
				stopped: () => running.stopped,
				tell,
			});
			return run.complete();
		};
		try {
			return await withModel(context, params.model, signal, (first) => {
				const { against } = params;
				if (against === null) return complete([first]);
				return withModel(context, against, signal, (second) => complete([first, second]));
			});
		} finally {
			this.#running.delete(params.run);
		}
	}
}
