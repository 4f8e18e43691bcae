/** What labelled pictures say of the preprocessing, for a terminal. */
import { describeRange } from "../compute/data/configuration.js";
import { folderOrderWords } from "../compute/data/folderOrders.js";
import type { Preprocessing } from "../compute/data/types.js";
import { offersOf, type PreprocessingTrial, type SuggestResult, triedBeside } from "../compute/predict/suggestion.js";
import type { ComputeClient } from "../compute/process/client.js";
import type { DataRequest, ModelRequest } from "../compute/reports/request.js";
import { ProgressLine } from "./progressLine.js";

/** Tries the usual preprocessings where the present one is an assumption and pictures have labels. Throws as the compute process does. */
export async function suggestionFor(
	client: ComputeClient,
	model: ModelRequest,
	data: DataRequest,
	seed: number,
	signal: AbortSignal,
): Promise<SuggestResult> {
	const line = new ProgressLine();
	const tell = ({ done, total }: { readonly done: number; readonly total: number }) =>
		line.show(`preprocessings tried on ${done} of ${total} pictures`);
	const running = client.suggestPreprocessing({ run: "cli", model, data, seed }, tell, signal);
	return running.finally(() => line.clear());
}

/** The offer as the options to add; no line where nothing is shown to be better. */
export function offerLines(suggestion: SuggestResult): readonly string[] {
	const [present] = suggestion.trials;
	const offers = offersOf(suggestion);
	if (!present || offers.length === 0) return [];
	const wrong = `Wrong on ${present.of - present.right} of ${present.of} labelled pictures with what is assumed (${present.name}): the preprocessing is probably not that of this model.`;
	const lines = offers.map((offer) => {
		const { better = 0, worse = 0, p = 1 } = offer.against ?? {};
		const tests = `better on ${better}, worse on ${worse}; p = ${p.toPrecision(2)}, corrected for ${triedBeside(suggestion)} tried and three looks`;
		return `Right on ${offer.right} of the same ${offer.of} with ${optionsOf(offer)} (${wordsOf(offer)}; ${tests}).`;
	});
	const both = offers.length > 1 ? ["Which of these is right can't be told from these pictures."] : [];
	const judged =
		suggestion.chosen === null
			? []
			: [`Each picture judged by what the others choose: ${suggestion.chosen.right} of ${suggestion.pictures} right.`];
	return [wrong, ...lines, ...both, ...judged];
}

function wordsOf({ name, folders }: PreprocessingTrial): string {
	return folders === null ? name : `${name}, ${folderOrderWords(folders)}`;
}

/** "--scale=-1..1", as `options.ts` reads it. */
export function optionsOf({
	preprocessing,
	folders,
}: {
	readonly preprocessing: Preprocessing;
	readonly folders: PreprocessingTrial["folders"];
}): string {
	const { range, bgr, mean, std } = preprocessing;
	const named = describeRange(range);
	return [
		`--scale=${typeof named === "string" ? named : named.join("..")}`,
		bgr ? "--bgr" : null,
		mean ? `--mean=${mean.join(",")}` : null,
		std ? `--std=${std.join(",")}` : null,
		folders === null ? null : `--folders ${folders}`,
	]
		.filter((option) => option !== null)
		.join(" ");
}
