/** What can be aimed at, with what is known of each. */
import type { LabelChange, Target } from "../../compute/reports/report.js";
import { percent } from "../ui/format.js";

export interface TargetOption {
	readonly target: Target;
	readonly name: string;
	/** What a special target would be for this picture; the present probability of a label. */
	readonly note: string;
}

export interface TargetContext {
	readonly classNames: readonly string[];
	readonly labels: readonly LabelChange[];
	readonly predicted: number | null;
	readonly trueLabel: number | null;
	readonly seed: number;
}

/** The special targets, then every label but the predicted one, likeliest first where that is known. */
export function targetOptions(context: TargetContext): {
	readonly special: readonly TargetOption[];
	readonly labels: readonly TargetOption[];
} {
	const { classNames, labels, predicted, trueLabel, seed } = context;
	const ranked = labels.toSorted((a, b) => b.before - a.before);
	const second = ranked.find((label) => label.index !== predicted);
	const from = trueLabel ?? predicted;
	const next = from === null ? "" : (classNames[(from + 1) % classNames.length] ?? "");
	const special: readonly TargetOption[] = [
		{ target: { kind: "any" }, name: "Any other label", note: "the nearest" },
		{ target: { kind: "next" }, name: "Next label", note: next },
		{
			target: { kind: "second" },
			name: "Second likeliest",
			note: second ? `${second.name} ${percent(second.before)}` : "",
		},
		{ target: { kind: "random" }, name: "Random label", note: `seed ${seed}` },
	];

	const known = new Map(ranked.map((label) => [label.index, label.before]));
	const rest = 1 - ranked.reduce((sum, label) => sum + label.before, 0);
	// All the labels without a row share what is left: where that is nearly nothing, so is each of them.
	const unknown = ranked.length > 0 && rest < 0.0005 ? percent(0) : "";
	const rank = new Map(ranked.map((label, at) => [label.index, at]));
	const options = classNames
		.map((name, index) => ({ name, index }))
		.filter(({ index }) => index !== predicted)
		.toSorted((a, b) => (rank.get(a.index) ?? Infinity) - (rank.get(b.index) ?? Infinity) || a.index - b.index)
		.map(({ name, index }): TargetOption => {
			const probability = known.get(index);
			return {
				target: { kind: "label", index },
				name,
				note: probability === undefined ? unknown : percent(probability),
			};
		});
	return { special, labels: options };
}

/** Where the filter occurs in the name, whatever the case; null where it doesn't. */
export function matches(name: string, filter: string): number | null {
	const at = name.toLowerCase().indexOf(filter.trim().toLowerCase());
	return at < 0 ? null : at;
}
