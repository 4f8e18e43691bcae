/** What labelled pictures say of the preprocessing before an attack, in words. */
import { offersOf, type SuggestResult, triedBeside } from "../../compute/predict/suggestion.js";
import type { Estimate } from "../../compute/robustness/report.js";
import { count } from "../ui/format.js";

/** "Wrong on 20 of 20 images before any change: …"; null where nothing is offered. */
export function offerHeadline(tried: SuggestResult | null): string | null {
	const [present] = tried?.trials ?? [];
	if (tried === null || !present || offersOf(tried).length === 0) return null;
	const what = offersOf(tried).every((offer) => offer.preprocessing === present.preprocessing)
		? "the order of the class folders is probably another"
		: "the preprocessing is probably not that of this model";
	return `Wrong on ${count(present.of - present.right)} of ${count(present.of)} images before any change: ${what}.`;
}

/** What the offer rests on. */
export function offerWords(tried: SuggestResult): string {
	const [offer, rival] = offersOf(tried);
	if (!offer?.against) return "";
	if (rival)
		return `With ${offer.name} it is right on ${count(offer.right)} of the same ${count(offer.of)}, with ${rival.name} on ${count(rival.right)}: which of these is right can't be told.`;
	const { better, worse, p } = offer.against;
	const chosen =
		tried.chosen === null
			? ""
			: ` Each picture judged by what the others choose: ${count(tried.chosen.right)} right ${range(tried.chosen.accuracy)}.`;
	return `With ${offer.name} it is right on ${count(offer.right)} of the same ${count(offer.of)}: better on ${count(better)}, worse on ${worse === 0 ? "none" : count(worse)} (p = ${p.toPrecision(1)}, corrected for ${triedBeside(tried)} tried and three looks).${chosen}`;
}

/** "[58, 92]%" */
export function range({ interval: [low, high] }: Estimate): string {
	return `[${(100 * low).toFixed(0)}, ${(100 * high).toFixed(0)}]%`;
}
