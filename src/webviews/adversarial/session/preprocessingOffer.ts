/** Which preprocessing to offer in place of an assumed one. */
import { dirname } from "node:path";
import type { Preprocessing } from "../../../compute/data/types.js";
import type { PreprocessingTrial } from "../../../compute/predict/requests.js";
import type { ComputeClient } from "../../../compute/process/client.js";
import type { AttackedImage, AttackReport } from "../../../compute/reports/report.js";
import type { DataRequest, ModelRequest } from "../../../compute/reports/request.js";

type LabelledData = Extract<DataRequest, { readonly kind: "dataset" }>;

const MOST_PICTURES = 64;

/** What is offered beside one run's results. */
export class PreprocessingOffer {
	/** What is offered; null where nothing is, or nothing was tried yet. */
	trial: PreprocessingTrial | null = null;
	#trying: AbortController | null = null;

	constructor(private readonly client: Pick<ComputeClient, "suggestPreprocessing">) {}

	/** Tries the usual ones, once for a run; true where the answer is known now. Throws as `betterPreprocessing`. */
	async look(model: ModelRequest, report: AttackReport): Promise<boolean> {
		if (this.#trying || this.trial) return false;
		const trying = new AbortController();
		this.#trying = trying;
		try {
			const better = await betterPreprocessing(this.client, model, report, trying.signal);
			if (this.#trying !== trying || better === undefined) return false;
			this.trial = better;
			return true;
		} finally {
			if (this.#trying === trying) this.#trying = null;
		}
	}

	/** Tries no further ones. */
	stop(): void {
		this.#trying?.abort();
	}

	/** The results are others. */
	forget(): void {
		this.stop();
		this.#trying = null;
		this.trial = null;
	}
}

/**
 * Where the preprocessing was only assumed and labelled pictures are at hand: the one that gets more of them right, null
 * where none does. Undefined where nothing was tried. Throws `cancelled`, or what the compute process throws.
 */
async function betterPreprocessing(
	client: Pick<ComputeClient, "suggestPreprocessing">,
	model: ModelRequest,
	report: AttackReport,
	signal: AbortSignal,
): Promise<PreprocessingTrial | null | undefined> {
	const { preprocessing, images } = report;
	const data = preprocessing.provenance.origin === "assumed" ? labelledData(images) : null;
	if (data === null) return undefined;
	return offerOf((await client.suggestPreprocessing({ model, data }, signal)).trials, preprocessing);
}

/** The folder of class folders that a labelled picture lies in; null where no picture has a label. */
function labelledData(images: readonly AttackedImage[]): LabelledData | null {
	const labelled = images.find((image) => image.label !== null && !image.source.includes("#"));
	if (!labelled) return null;
	return { kind: "dataset", path: dirname(dirname(labelled.source)), take: MOST_PICTURES, skip: 0 };
}

/** The best trial, where it gets more pictures right than the present preprocessing. */
function offerOf(trials: readonly PreprocessingTrial[], present: Preprocessing): PreprocessingTrial | null {
	const best = trials[0];
	if (!best || best.right === 0) return null;
	const now = trials.find((trial) => same(trial.preprocessing, present));
	if (now && now.right / now.of >= best.right / best.of) return null;
	return best;
}

function same(a: Preprocessing, b: Preprocessing): boolean {
	const values = ({ range, bgr, mean, std }: Preprocessing) => JSON.stringify([range, bgr, mean, std]);
	return values(a) === values(b);
}
