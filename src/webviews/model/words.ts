/** Words and figures of the page "Model". */

import { fileName } from "../../compute/data/pathNames.js";
import { preprocessingSentence, standingOf } from "../../compute/data/standing.js";
import { FORMATS } from "../../compute/formats/formats.js";
import type {
	LayerReceptiveField,
	LayerReport,
	ModelReport,
	SlidingWindow,
	WeightReport,
} from "../../compute/modelDetails/report.js";
import type { Shape } from "../../compute/network/types.js";
import { plain } from "../../compute/plainText.js";

export function whole(count: number): string {
	return count.toLocaleString("en");
}

export function shapeText(shape: Shape): string {
	return shape.length === 0 ? "1" : shape.join("×");
}

/** "resnet8.h5: 10 classes, 77,706 parameters in 24 layers, 32 × 32 RGB". */
export function modelFinding({ path, classes, parameters, layers, inputs }: ModelReport): string {
	const what = classes === null ? "no classifier" : `${whole(classes)} classes`;
	const input = inputs[0] ? `, ${inputText(inputs[0].shape)}` : "";
	return `${plain(fileName(path))}: ${what}, ${whole(parameters)} parameters in ${whole(layers.length)} layers${input}`;
}

/** "32 × 32 RGB". */
function inputText(shape: Shape): string {
	const [height, width, channels] = shape;
	if (shape.length !== 3 || height === undefined || width === undefined) return `input ${shapeText(shape)}`;
	const kind = channels === 3 ? "RGB" : channels === 1 ? "grey" : `× ${channels}`;
	return `${height} × ${width} ${kind}`;
}

/** Format, size, cost, classes and preprocessing, each a sentence. */
export function modelConditions(report: ModelReport): readonly string[] {
	const { format, bytes, multiplyAdds, provenance, preprocessing } = report;
	const sentences = [`${FORMATS[format].title}, ${bytesText(bytes)}.`, `${rounded(multiplyAdds)} multiply-adds.`];
	if (provenance !== null) {
		const { classNames, preprocessing: found } = provenance;
		sentences.push(
			classNames.origin === "assumed" ? "Class names are not known." : `Classes from ${classNames.because}.`,
		);
		if (standingOf(found) !== "assumed" && preprocessing !== null) sentences.push(preprocessingSentence(found));
	}
	const checked = report.layers.filter(({ checks }) => checks.length > 0).length;
	sentences.push(
		checked === 0
			? "No check found anything."
			: `Checks found something in ${whole(checked)} ${checked === 1 ? "layer" : "layers"}.`,
	);
	return sentences;
}

/** What the preprocessing was guessed from; null where it wasn't. */
export function assumedPreprocessing({ provenance }: ModelReport): string | null {
	const found = provenance?.preprocessing;
	return found && standingOf(found) === "assumed" ? preprocessingSentence(found) : null;
}

/** "12.5 million", "786,560". */
export function rounded(count: number): string {
	if (count < 1e6) return whole(count);
	const [size, name] = count < 1e9 ? [1e6, "million"] : [1e9, "billion"];
	return `${Number((count / size).toPrecision(3)).toLocaleString("en")} ${name}`;
}

export function bytesText(bytes: number): string {
	if (bytes < 1000) return `${bytes} bytes`;
	const [size, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
	return `${(bytes / size).toFixed(1)} ${unit}`;
}

/** "3×3×32×32, stride 2, padding 0 1 0 1". */
export function windowText({ size, strides, dilations, padding, groups }: SlidingWindow, kernel: Shape | null): string {
	const { top, right, bottom, left } = padding;
	const sides = [top, right, bottom, left];
	const both = ([a, b]: readonly [number, number]) => (a === b ? String(a) : `${a}×${b}`);
	return [
		shapeText(kernel ?? size),
		...(strides[0] !== 1 || strides[1] !== 1 ? [`stride ${both(strides)}`] : []),
		...(dilations[0] !== 1 || dilations[1] !== 1 ? [`dilation ${both(dilations)}`] : []),
		...(sides.every((side) => side === 0)
			? []
			: [`padding ${sides.every((side) => side === top) ? top : sides.join(" ")}`]),
		...(groups > 1 ? [`${whole(groups)} groups`] : []),
	].join(", ");
}

export function fieldText({ height, width, wholePicture }: LayerReceptiveField): string {
	return wholePicture ? "the whole picture" : `${height}×${width} pixels`;
}

/** "mean −0.004, sd 0.081, |max| 0.52". */
export function statisticsText({ mean, standardDeviation, least, most, zeros, nan, infinite }: WeightReport): string {
	const odd = [
		...(nan > 0 ? [`${whole(nan)} NaN`] : []),
		...(infinite > 0 ? [`${whole(infinite)} infinite`] : []),
		...(zeros > 0 ? [`${whole(zeros)} zero`] : []),
	];
	if (mean === null || standardDeviation === null || least === null || most === null) return odd.join(", ");
	const extreme = Math.max(Math.abs(least), Math.abs(most));
	return [`mean ${figure(mean)}`, `sd ${figure(standardDeviation)}`, `|max| ${figure(extreme)}`, ...odd].join(", ");
}

function figure(value: number): string {
	const size = Math.abs(value);
	const text =
		size !== 0 && (size < 1e-3 || size >= 1e5)
			? value.toExponential(1)
			: String(Number(value.toPrecision(size < 1 ? 2 : 3)));
	return text.replace("-", "−");
}

/** A row's figures, tab-separated. */
export function copiedLayer({ name, operation, outputShape, parameters, multiplyAdds }: LayerReport): string {
	return [plain(name), operation, shapeText(outputShape), parameters, multiplyAdds].join("\t");
}

/** Layers whose weights are parameters, not settings such as the factor of a rescaling. */
export function isWeighted({ parameters }: Pick<LayerReport, "parameters">): boolean {
	return parameters > 0;
}

/** Whether a layer's name or operation holds what is looked for. */
export function matches({ name, operation, type }: LayerReport, wanted: string): boolean {
	const text = wanted.trim().toLowerCase();
	return text !== "" && [name, operation, type].some((part) => part.toLowerCase().includes(text));
}
