/** What the page "Probe" asks, and the report that it shows. No zod here: the page has this in its bundle. */
import type { ProbeOptions, ProbeReport, ProbeThumbnail } from "../../compute/activations/probe/report.js";
import type { LayerSummary } from "../../compute/reports/report.js";
import type { DataRequest } from "../../compute/reports/request.js";

/** Images of a data set: all, or so many, balanced over the classes. */
export interface ProbedPart {
	readonly path: string;
	readonly take: number | null;
}

/** How the compute process is asked for it. */
export function dataRequest({ path, take }: ProbedPart): DataRequest {
	return { kind: "dataset", path, take, skip: 0 };
}

export interface ProbeQuestion {
	readonly model: string | null;
	/** Null for the last hidden layer. */
	readonly layer: string | null;
	readonly data: ProbedPart | null;
	readonly options: ProbeOptions;
	readonly seed: number;
}

/** The report with the pictures of all images that it ranks. */
export interface ShownProbe extends ProbeReport {
	readonly thumbnails: readonly ProbeThumbnail[];
}

/** A layer that can be probed, as pickers show it. */
export interface LayerChoice {
	readonly name: string;
	/** "Dense · 100 units" */
	readonly words: string;
}

/** The layers of a model that have units, in the network's order. */
export function layerChoices(layers: readonly LayerSummary[]): readonly LayerChoice[] {
	return layers
		.filter(({ op, outputShape }) => op !== "Input" && outputShape.length > 0)
		.map(({ name, type, outputShape }) => ({ name, words: `${type} · ${shapeWords(outputShape)}` }));
}

/** "100 units", "28 × 28 × 32" */
function shapeWords(shape: readonly number[]): string {
	const [units] = shape;
	if (shape.length === 1 && units !== undefined) return `${units.toLocaleString("en-US")} units`;
	return shape.join(" × ");
}

/** The layer with weights before the last one that has any; with one layer of weights, that. Of no layers an empty name. */
export function lastHiddenLayer(layers: readonly LayerSummary[]): string {
	const weighted = layers.filter(({ parameters }) => parameters > 0);
	return (weighted.at(-2) ?? weighted.at(-1) ?? layers.at(-1))?.name ?? "";
}
