/** What was looked at for a model's preprocessing before pictures are asked, and what each place says. */
import { basename } from "node:path";
import { knownNetOf } from "../data/knownNets.js";
import { CARD_NAMES } from "../data/modelCards.js";
import { describePreprocessing } from "../data/preprocessing.js";
import type { SideFiles } from "../data/sideFiles.js";
import { pixelRangeOf } from "../network/pixelRange.js";
import type { Network } from "../network/types.js";
import type { Evidence } from "./suggestion.js";

/** For a model whose preprocessing is assumed: at most hints, the surest last. */
export function evidenceFor(network: Network, { cards, teachableMachine }: SideFiles): readonly Evidence[] {
	const range = pixelRangeOf(network);
	const known = knownNetOf(network);
	const beside = [
		...cards.map(({ because }) => because),
		...(teachableMachine === null ? [] : [basename(teachableMachine)]),
	];
	return [
		{
			place: "The graph",
			found: range?.because ?? "nothing before its first weights that tells a range",
			says:
				range &&
				describePreprocessing({
					fit: "resize",
					bgr: false,
					mean: null,
					std: null,
					...range.normalization,
					range: range.range,
				}),
		},
		{
			place: "Beside the model",
			found: beside.length > 0 ? beside.join(", ") : `no ${["metadata.json", ...CARD_NAMES].join(", ")}`,
			says: null,
		},
		{
			place: "The layers",
			found: known ? `named as those of ${known.name}` : "not named as those of a net that is known",
			says: known && describePreprocessing({ fit: "resize", ...known.preprocessing }),
		},
	];
}
