import { describePreprocessing } from "../../compute/data/preprocessing.js";
import { preprocessingSentence } from "../../compute/data/standing.js";
import { checkText } from "../../compute/modelDetails/checkText.js";
import type { LayerComparison, ModelComparison, ModelReport } from "../../compute/modelDetails/report.js";
import { command, DONE, shown } from "../command.js";
import { COMMON, common, parsed, wrong } from "../options.js";
import { table, warningLines } from "../text.js";

export const inspect = command({
	name: "inspect",
	usage: "  blindspot inspect MODEL [--against MODEL] [--json]",
	parse(args) {
		const { values, positionals } = parsed(args, { ...COMMON, against: { type: "string" } });
		const [model, extra] = positionals;
		if (extra !== undefined) throw wrong(`inspect takes one model; '${extra}' is too many`);
		return { ...common(model, values), against: values.against ?? null };
	},
	async run(client, { model, against, json }, signal) {
		if (against !== null) {
			const params = { before: { ...model, path: against }, after: model };
			return { text: shown(await client.compareModels(params, signal), json, comparisonText), status: DONE };
		}
		const { report } = await client.describeModel({ run: "cli", model }, undefined, signal);
		return { text: shown(report, json, modelText), status: DONE };
	},
});

function modelText(model: ModelReport): readonly string[] {
	const [input] = model.inputs;
	const rows = model.layers.map(({ name, operation, outputShape, parameters, multiplyAdds, checks }) => [
		name,
		operation,
		outputShape.join("×"),
		whole(parameters),
		whole(multiplyAdds),
		checks.map(checkText).join(", "),
	]);
	const classes = model.classes === null ? "no classifier" : `${model.classes} classes`;
	return [
		`${model.path}: ${model.format}, input ${input?.shape.join("×")}, ${classes}, ${whole(model.parameters)} parameters, ${whole(model.multiplyAdds)} multiply-adds`,
		...(model.provenance && model.preprocessing
			? [
					`Pixels: ${describePreprocessing(model.preprocessing)}. ${preprocessingSentence(model.provenance.preprocessing)}`,
				]
			: []),
		...warningLines(model.warnings),
		"",
		...table([["Layer", "Operation", "Output", "Parameters", "Multiply-adds", "Checks"], ...rows], [3, 4]),
	];
}

function comparisonText({ before, after, layers, relativeChange, warnings }: ModelComparison): readonly string[] {
	const rows = layers.map((layer) => [nameOf(layer), layer.operation, layer.status, changeOf(layer), layer.note ?? ""]);
	const overall = relativeChange === null ? "" : `, weights changed by ${percent(relativeChange)}`;
	return [
		`${before.path} (${whole(before.parameters)} parameters) → ${after.path} (${whole(after.parameters)} parameters)${overall}`,
		...warningLines(warnings),
		"",
		...table([["Layer", "Operation", "Status", "Change", ""], ...rows], [3]),
	];
}

function nameOf({ before, after }: LayerComparison): string {
	return before !== null && after !== null && before !== after ? `${before} → ${after}` : (after ?? before ?? "");
}

function changeOf({ relativeChange, parameters }: LayerComparison): string {
	return relativeChange === null || parameters === 0 ? "" : percent(relativeChange);
}

function percent(share: number): string {
	return `${(100 * share).toPrecision(3)}%`;
}

function whole(count: number): string {
	return count.toLocaleString("en");
}
