import type { ProbeStageName } from "../../compute/activations/probe/report.js";
import { count } from "../ui/format.js";

/** What happens now, with how far it is: "4,000 of 10,000 images". */
export function runWords(event: {
	readonly stage: ProbeStageName;
	readonly done: number;
	readonly total: number;
}): string {
	const so = `${count(event.done)} of ${count(event.total)}`;
	switch (event.stage) {
		case "survey":
			return `${so} images surveyed for the directions`;
		case "scores":
			return `${so} images`;
		case "places":
			return `${so} top images looked at again for their places`;
		case "rotations":
			return `${so} rotations of the units`;
		case "redrawn":
			return `Re-drawn weights: ${so}`;
	}
}
