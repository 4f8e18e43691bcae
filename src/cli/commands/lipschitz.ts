import type { Certificate, LayerBound, LipschitzReport } from "../../compute/lipschitz/report.js";
import type { LipschitzProgress } from "../../compute/lipschitz/requests.js";
import { showShape } from "../../compute/network/shapes.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import { command, DONE, INCOMPLETE, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, parsed, wrong } from "../options.js";
import { ProgressLine } from "../progressLine.js";
import { percent, table, warningLines } from "../text.js";

const RUN = "cli";

export const lipschitz = command({
	name: "lipschitz",
	usage: "  blindspot lipschitz MODEL [IMAGE...] [--adversarials] [--json]",
	parse(args) {
		const { values, positionals } = parsed(args, { ...COMMON, ...DATA, adversarials: { type: "boolean" } } as const);
		const [model, ...images] = positionals;
		const hasPictures = images.length > 0 || values.data !== undefined;
		if (values.adversarials && !hasPictures) throw wrong("--adversarials goes with pictures or --data");
		const needsData = values.take !== undefined || values.skip !== undefined;
		return {
			...common(model, values),
			data: hasPictures || needsData ? dataRequest(images, values) : null,
			adversarials: values.adversarials ?? false,
			seed: integer("--seed", values.seed, 0) ?? 0,
		};
	},
	async run(client, { model, data, adversarials, seed, json }, signal) {
		const line = new ProgressLine();
		const show = progressWords();
		let hasNetwork = false;
		const hear = (event: LipschitzProgress): void => {
			hasNetwork ||= event.kind === "network";
			line.show(show(event));
		};
		// Once the bounds are there, an interrupt ends the run with the pictures that are done.
		const ask = (cancelled: AbortSignal) =>
			client.lipschitz({ run: RUN, model, data, adversarials, seed }, hear, cancelled);
		const report = await endingEarly(client, RUN, signal, () => hasNetwork, ask).finally(() => line.clear());
		const complete = report.certificates.every(({ error }) => error === null);
		return { text: shown(report, json, lipschitzText), status: complete ? DONE : INCOMPLETE };
	},
});

/** "3 of 10 layers". */
function progressWords(): (event: LipschitzProgress) => string {
	let [layers, pictures] = [0, 0];
	const certified = new Set<number>();
	return (event) => {
		if (event.kind === "started") [layers, pictures] = [event.layers.length, event.pictures.length];
		if (event.kind === "layer") return `${event.index + 1} of ${layers} layers`;
		if (event.kind === "picture") certified.add(event.index);
		return `${certified.size} of ${pictures} pictures`;
	};
}

function lipschitzText(report: LipschitzReport): readonly string[] {
	const { layers, network, certificates, warnings, shares } = report;
	const heads = ["Layer", "Operation", "Output", "Bound", "Lower", "Circular*", "Product", "Kind"];
	const last = ["Network", "to logits", "", figure(network.upper), figure(network.lower), "", "", network.kind];
	const hasCircular = layers.some(({ circular }) => circular !== null);
	return [
		...warningLines(warnings),
		...table([heads, ...layers.map(layerCells), last], [3, 4, 5, 6]),
		"",
		...(hasCircular ? ["* The value of a circular convolution on a grid of the input's own size: not a bound."] : []),
		...(network.unboundedBy === null ? [] : [`No bound: ${network.unboundedBy}.`]),
		`Largest stretch seen on ${network.seenOn}: ${figure(network.lower)}.`,
		...(certificates.length > 0 ? ["", ...certificateLines(certificates)] : []),
		...shares.map(
			({ distance, certified, found }) =>
				`L2 ${distance}: ${percent(certified)} certified and right, ${percent(1 - certified - found)} unknown, ${percent(found)} wrong or with an adversarial`,
		),
		"",
		`${report.backend.name}, ${report.run.seconds.toFixed(1)} s.`,
	];
}

function layerCells(layer: LayerBound): readonly string[] {
	const { name, folded, op, detail, outputShape, upper, lower, circular, product, kind } = layer;
	return [
		[name, ...folded].join(" + "),
		detail === "" ? op : `${op} ${detail}`,
		showShape(outputShape),
		figure(upper),
		figure(lower),
		figure(circular),
		figure(product),
		kind,
	];
}

function certificateLines(certificates: readonly Certificate[]): readonly string[] {
	const rows = certificates.map(({ source, predicted, margin, radius, found, error }) =>
		error === null ? [source, predicted?.name ?? "", figure(margin), figure(radius), figure(found)] : [source, error],
	);
	return [...table([["Image", "Predicted", "Margin", "Radius (L2)", "Found (L2)"], ...rows], [2, 3, 4]), ""];
}

function figure(value: number | null): string {
	return value === null ? "-" : value.toPrecision(4);
}
