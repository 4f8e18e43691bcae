import type { ModelSummary } from "../../compute/report.js";
import { command, DONE, shown } from "../command.js";
import { COMMON, common, parsed, wrong } from "../options.js";
import { plain, table, warningLines } from "../text.js";

export const inspect = command({
	name: "inspect",
	usage: "  blindspot inspect MODEL [--json]",
	parse(args) {
		const { values, positionals } = parsed(args, COMMON);
		const [model, extra] = positionals;
		if (extra !== undefined) throw wrong(`inspect takes one model; '${extra}' is too many`);
		return common(model, values);
	},
	async run(client, { model, json }, signal) {
		return { text: shown(await client.inspect({ model }, signal), json, modelText), status: DONE };
	},
});

function modelText(model: ModelSummary): string {
	const [input] = model.inputs;
	const rows = model.layers.map(({ name, type, outputShape, parameters }) => [
		name,
		type,
		outputShape.join("×"),
		parameters.toLocaleString("en"),
	]);
	const classes = model.classes === null ? "no classifier" : `${model.classes} classes`;
	return [
		`${model.path}: ${model.format}, input ${input?.shape.join("×")}, ${classes}, ${model.parameters.toLocaleString("en")} parameters`,
		...warningLines(model.warnings),
		"",
		...table([["Layer", "Type", "Output", "Parameters"], ...rows], [3]),
	]
		.map(plain)
		.join("\n");
}
