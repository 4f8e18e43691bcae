/** Results as text for a terminal. Names from files are shown without control characters. */
import type { PredictResult } from "../compute/protocol.js";
import type { AttackedImage, AttackReport, ModelSummary } from "../compute/report.js";

export function modelText(model: ModelSummary): string {
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

export function predictionText({ images, accuracy, warnings, classNames }: PredictResult): string {
	const lines = images.map(({ source, top, error, label }) => {
		if (error !== null) return error;
		const guesses = top.map(({ name, probability }) => `${name} ${percent(probability)}`).join(", ");
		const wrong = label !== null && top[0]?.index !== label ? `  (labelled ${classNames[label]})` : "";
		return `${source}: ${guesses}${wrong}`;
	});
	if (accuracy !== null) lines.push(`Accuracy: ${percent(accuracy)} of the labelled pictures`);
	return [...warningLines(warnings), ...lines].map(plain).join("\n");
}

export function attackText(report: AttackReport): string {
	const { summary, images, labels, warnings } = report;
	const rows = images.map((image) => [image.source, ...attackCells(image, report.model.classNames)]);
	const heads = ["Image", "Before", "After", "Distortion", "Noise", "Stored", "Evaluations"];
	const mean = summary.meanDistortion === null ? "" : `, mean distortion ${summary.meanDistortion.toPrecision(4)}`;
	const unreadable = summary.unreadable > 0 ? `, ${summary.unreadable} unreadable` : "";
	return [
		...warningLines(labels === null ? warnings : [...warnings, `Labels: ${labels}.`]),
		...table([heads, ...rows], [3, 4, 5, 6]),
		"",
		`${summary.succeeded} of ${summary.attacked} changed label${mean}${unreadable}. ${report.backend.name}, ${report.run.seconds.toFixed(1)} s.`,
	]
		.map(plain)
		.join("\n");
}

function attackCells(image: AttackedImage, names: readonly string[]): readonly string[] {
	const { error, predicted, adversarial, failure, distortion, control, stored, label } = image;
	if (error !== null) return [error];
	const wrong = label !== null && predicted?.index !== label ? ` (labelled ${names[label]})` : "";
	const before = `${predicted?.name}${wrong}`;
	if (!adversarial || distortion === null) return [before, `none: ${failure}`, "", "", "", String(image.evaluations)];
	return [
		before,
		adversarial.name,
		distortion.toPrecision(4),
		control ? `${control.changed} of ${control.samples}` : "",
		stored?.distortion?.toPrecision(4) ?? "lost",
		String(image.evaluations),
	];
}

function warningLines(warnings: readonly string[]): readonly string[] {
	return warnings.map((warning) => `Note: ${warning}`);
}

function percent(share: number): string {
	return `${(100 * share).toFixed(1)}%`;
}

/** Columns as wide as their widest cell; those named in `right` are flush right. A row of two cells may run over. */
function table(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
	const widths = (rows[0] ?? []).map((_, column) =>
		Math.max(...rows.filter((row) => row.length > 2).map((row) => (row[column] ?? "").length)),
	);
	return rows.map((row) =>
		row
			.map((cell, column) =>
				right.includes(column) ? cell.padStart(widths[column] as number) : cell.padEnd(widths[column] as number),
			)
			.join("  ")
			.trimEnd(),
	);
}

/** Without control and bidirectional formatting characters, which a file's names may hold. */
function plain(text: string): string {
	return text.replace(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "\u{fffd}");
}
