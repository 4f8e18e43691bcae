import type { PredictResult } from "../../compute/predict/requests.js";
import type { SuggestResult } from "../../compute/predict/suggestion.js";
import { command, DONE, INCOMPLETE, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, parsed, share, wrong } from "../options.js";
import { offerLines, suggestionFor } from "../suggestion.js";
import { say } from "../terminal.js";
import { percent, warningLines } from "../text.js";

export const predict = command({
	name: "predict",
	usage: "  blindspot predict MODEL IMAGE... [--top 5] [--npz FILE] [--require-accuracy 0.8] [--json]",
	parse(args) {
		const options = {
			...COMMON,
			...DATA,
			top: { type: "string" },
			npz: { type: "string" },
			"require-accuracy": { type: "string" },
		} as const;
		const { values, positionals } = parsed(args, options);
		const [model, ...images] = positionals;
		return {
			...common(model, values),
			data: dataRequest(images, values),
			top: integer("--top", values.top, 1) ?? 5,
			npz: values.npz ?? null,
			seed: integer("--seed", values.seed, 0) ?? 0,
			/** The least accuracy that is no failure; null for none. */
			least: share("--require-accuracy", values["require-accuracy"]),
		};
	},
	async run(client, { model, data, top, npz, seed, least, json }, signal) {
		const result = await client.predict({ model, data, top, npz }, signal);
		const { accuracy, labelled } = result;
		const suggestion = labelled > 0 ? await suggestionFor(client, model, data, seed, signal) : null;
		const complete = result.images.every(({ error }) => error === null) && result.unwritten.length === 0;
		if (least !== null && accuracy === null) throw wrong("--require-accuracy: no picture has a label");
		const tooLow = least !== null && accuracy !== null && accuracy < least;
		if (tooLow) say(`the accuracy ${accuracy.toPrecision(3)} is below ${least}`);
		const answer = { ...result, suggestion: suggestion === null ? null : withoutPictures(suggestion) };
		const text = shown(answer, json, () => predictionText(result, suggestion));
		return { text, status: complete && !tooLow ? DONE : INCOMPLETE };
	},
});

/** Small pictures are for pages. */
function withoutPictures({ samples, ...suggestion }: SuggestResult): object {
	return { ...suggestion, samples: samples.map(({ source, label }) => ({ source, label })) };
}

function predictionText(
	{ images, accuracy, right, labelled, warnings, classNames }: PredictResult,
	suggestion: SuggestResult | null,
): readonly string[] {
	const lines = images.map(({ source, top, error, label }) => {
		if (error !== null) return error;
		const guesses = top.map(({ name, probability }) => `${name} ${percent(probability)}`).join(", ");
		const wrong = label !== null && top[0]?.index !== label ? `  (labelled ${classNames[label]})` : "";
		return `${source}: ${guesses}${wrong}`;
	});
	if (accuracy !== null) lines.push(`Accuracy: ${percent(accuracy)}, ${right} of ${labelled} labelled pictures`);
	if (suggestion !== null) lines.push(...offerLines(suggestion));
	return [...warningLines(warnings), ...lines];
}
