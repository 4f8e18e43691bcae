/** Which label an image is to get. */
import { BlindspotError } from "../errors.js";
import type { Random } from "../math/random.js";
import type { Target } from "../reports/report.js";
import { highestBut } from "./goal.js";

/** Throws `bad-request` where the model has no such label. */
export function checkTarget(target: Target, classes: number): void {
	if (target.kind !== "label") return;
	if (Number.isInteger(target.index) && target.index >= 0 && target.index < classes) return;
	throw new BlindspotError(
		"bad-request",
		`There is no label ${target.index}: the model has ${classes} classes, numbered 0 to ${classes - 1}.`,
	);
}

/**
 * Index of the wanted label, null for any. All kinds start from what the model says of the image: `next` is
 * the label after that one. A `label` may be what the model says already.
 */
export function chooseTarget(target: Target, logits: Float32Array, predicted: number, random: Random): number | null {
	switch (target.kind) {
		case "any":
			return null;
		case "next":
			return (predicted + 1) % logits.length;
		case "second":
			return highestBut(logits, predicted);
		case "label":
			return target.index;
		case "random": {
			const other = random.integer(logits.length - 1);
			return other < predicted ? other : other + 1;
		}
	}
}
