import type { PredictResult } from "../../compute/predict/requests.js";
import { command, DONE, INCOMPLETE, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, parsed } from "../options.js";
import { percent, plain, warningLines } from "../text.js";

export const predict = command({
	name: "predict",
	usage: "  blindspot predict MODEL IMAGE... [--top 5] [--npz FILE] [--json]",
	parse(args) {
		const options = { ...COMMON, ...DATA, top: { type: "string" }, npz: { type: "string" } } as const;
		const { values, positionals } = parsed(args, options);
		const [model, ...images] = positionals;
		return {
			...common(model, values),
			data: dataRequest(images, values),
			top: integer("--top", values.top, 1) ?? 5,
			npz: values.npz ?? null,
		};
	},
	async run(client, { model, data, top, npz, json }, signal) {
		const result = await client.predict({ model, data, top, npz }, signal);
		const complete = result.images.every(({ error }) => error === null);
		return { text: shown(result, json, predictionText), status: complete ? DONE : INCOMPLETE };
	},
});

function predictionText({ images, accuracy, warnings, classNames }: PredictResult): string {
	const lines = images.map(({ source, top, error, label }) => {
		if (error !== null) return error;
		const guesses = top.map(({ name, probability }) => `${name} ${percent(probability)}`).join(", ");
		const wrong = label !== null && top[0]?.index !== label ? `  (labelled ${classNames[label]})` : "";
		return `${source}: ${guesses}${wrong}`;
	});
	if (accuracy !== null) lines.push(`Accuracy: ${percent(accuracy)} of the labelled pictures`);
	return [...warningLines(warnings), ...lines].map(plain).join("\n");
}
