import { readDirections, writeDirections } from "../../compute/activations/probe/directionFile.js";
import {
	COHERENCE_MEASURES,
	type CoherenceMeasure,
	DEFAULT_PROBE_OPTIONS,
	type OwnDirection,
	PROBE_CONTROLS,
	PROBE_REDUCTIONS,
	type ProbeComparison,
	type ProbedDirection,
	type ProbeReport,
	type ProbeStageName,
} from "../../compute/activations/probe/report.js";
import type { ProbeProgress } from "../../compute/activations/probe/requests.js";
import { tryWriting } from "../../compute/data/files.js";
import { asBlindspotError } from "../../compute/errors.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import { command, DONE, INCOMPLETE, INTERRUPTED, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, oneOf, parsed, wrong } from "../options.js";
import { ProgressLine } from "../progressLine.js";
import { say } from "../terminal.js";
import { table, warningLines } from "../text.js";

const OPTIONS = {
	...COMMON,
	...DATA,
	layer: { type: "string" },
	directions: { type: "string" },
	control: { type: "string" },
	own: { type: "string" },
	"save-own": { type: "string" },
	top: { type: "string" },
	bottom: { type: "boolean" },
	reduce: { type: "string" },
	pre: { type: "boolean" },
	permutations: { type: "string" },
	"no-redrawn": { type: "boolean" },
} as const;

const RUN = "cli";

export const probe = command({
	name: "probe",
	usage: `  blindspot probe   MODEL [IMAGE...] --layer NAME [--directions 1000]
                    [--control gaussian|rotation|whitened|components|classMeans] [--own FILE [--save-own FILE]]
                    [--top 9] [--bottom] [--reduce max|mean] [--pre] [--permutations 999] [--no-redrawn] [--json]`,
	parse(args) {
		const { values, positionals } = parsed(args, OPTIONS);
		const [model, ...images] = positionals;
		if (values.layer === undefined) throw wrong("probe needs --layer NAME; 'blindspot inspect MODEL' lists the layers");
		const isNamed = images.length > 0 || values.data !== undefined;
		return {
			...common(model, values),
			/** Null for the data that blindspot.json names. */
			data: isNamed ? dataRequest(images, values) : null,
			layer: values.layer,
			/** File with a person's own directions; null for none. */
			own: values.own ?? null,
			/** File to write them to as the values that they came to; null for none. */
			saveOwn: values["save-own"] ?? null,
			seed: integer("--seed", values.seed, 0) ?? 0,
			options: {
				...DEFAULT_PROBE_OPTIONS,
				pre: values.pre ?? false,
				reduce: oneOf("--reduce", values.reduce, PROBE_REDUCTIONS) ?? DEFAULT_PROBE_OPTIONS.reduce,
				control: oneOf("--control", values.control, PROBE_CONTROLS) ?? DEFAULT_PROBE_OPTIONS.control,
				directions: integer("--directions", values.directions, 1) ?? DEFAULT_PROBE_OPTIONS.directions,
				top: integer("--top", values.top, 2) ?? DEFAULT_PROBE_OPTIONS.top,
				bottom: values.bottom ?? false,
				permutations: integer("--permutations", values.permutations, 0) ?? DEFAULT_PROBE_OPTIONS.permutations,
				redrawn: !(values["no-redrawn"] ?? false),
			},
		};
	},
	async run(client, { model, data, layer, own, saveOwn, options, seed, json }, signal) {
		if (saveOwn !== null) await tryWriting(saveOwn);
		const line = new ProgressLine();
		const directions = own === null ? [] : await readDirections(own);
		const params = { run: RUN, model, data, layer, options: { ...options, own: directions }, seed };
		const hear = (event: ProbeProgress): void => {
			if (event.kind === "progress") line.show(progressWords(event));
		};
		// An interrupt ends the probe early; what it has by then is printed.
		const ask = (cancelled: AbortSignal) => client.probe(params, hear, cancelled);
		const { report } = await endingEarly(client, RUN, signal, () => true, ask).finally(() => line.clear());
		const named = report.own.map(({ name, values }) => ({ name, kind: "values", values }) as const);
		// The report is worth more than the file.
		const unwritten = saveOwn !== null && !(await written(saveOwn, named));
		const { stopped, unreadable } = report.data;
		const status = stopped ? INTERRUPTED : unreadable > 0 || unwritten ? INCOMPLETE : DONE;
		return { text: shown(report, json, probeText), status };
	},
});

/** False where the file could not be written, which is said. */
async function written(path: string, directions: readonly OwnDirection[]): Promise<boolean> {
	try {
		await writeDirections(path, directions, "replace");
		return true;
	} catch (thrown) {
		say(asBlindspotError(thrown).message);
		return false;
	}
}

const STAGE_WORDS: Readonly<Record<ProbeStageName, string>> = {
	survey: "images surveyed",
	scores: "images scored",
	places: "images searched for the place of the maximum",
	rotations: "rotations",
	redrawn: "with re-drawn weights",
};

function progressWords({ stage, done, total }: Extract<ProbeProgress, { kind: "progress" }>): string {
	return `${done} of ${total} ${STAGE_WORDS[stage]}`;
}

/** Directions that are listed beside the units. */
const LISTED = 10;

function probeText(report: ProbeReport): readonly string[] {
	const { units, directions, own, labels, warnings, run, backend } = report;
	const names = report.model.classNames;
	const heads = ["", "Purity", "Commonest label", "Pixels", "Features", "Active", "Highest", "Top images"];
	const rows = (of: readonly ProbedDirection[]) => of.map((row) => cells(row, names));
	return [
		...warningLines(labels === null ? warnings : [...warnings, `Labels: ${labels}.`]),
		report.finding,
		report.conditions,
		"",
		...statisticsTable(report),
		"",
		...table([heads, ...rows(units), ...rows(directions.slice(0, LISTED)), ...rows(own)], [1, 3, 4, 5, 6]),
		...(directions.length > LISTED ? [`… ${directions.length - LISTED} more directions; --json has all.`] : []),
		"",
		`${backend.name}, ${run.seconds.toFixed(1)} s: ${run.stages.map(({ stage, seconds }) => `${stage} ${seconds.toFixed(1)}`).join(", ")}.`,
	];
}

const MEASURE_NAMES: Readonly<Record<CoherenceMeasure, string>> = {
	purity: "label purity",
	similarity: "pixel similarity",
	featureSimilarity: "feature similarity",
};

function statisticsTable({ statistics }: ProbeReport): string[] {
	const heads = ["Median of", "Units", "Directions", "Cliff's delta, 95%", "p", "Advantage", "Re-drawn", "Excess, 95%"];
	const rows = COHERENCE_MEASURES.flatMap((measure) => {
		const comparison = statistics[measure];
		return comparison ? [[MEASURE_NAMES[measure], ...comparisonCells(comparison)]] : [];
	});
	return rows.length === 0 ? [] : table([heads, ...rows], [1, 2, 4, 5, 6]);
}

function comparisonCells({ units, directions, delta, interval, p, rotation, redrawn, excess }: ProbeComparison) {
	const range = ([low, high]: readonly [number, number], digits: number) =>
		`[${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
	return [
		units.toFixed(3),
		directions.toFixed(3),
		`${delta.toFixed(2)} ${range(interval, 2)}`,
		p === null ? "–" : String(Number(p.toPrecision(2))),
		rotation ? rotation.advantage.toFixed(3) : "–",
		redrawn ? redrawn.advantage.toFixed(3) : "–",
		excess ? `${excess.difference.toFixed(3)} ${range(excess.interval, 3)}` : "–",
	];
}

function cells(row: ProbedDirection, names: readonly string[]): string[] {
	const { name, inactive, purity, commonest, similarity, featureSimilarity, active, highest, top } = row;
	const figure = (value: number | null, digits = 2) => (value === null ? "–" : value.toFixed(digits));
	const label = commonest ? `${commonest.count} of ${top.length} ${names[commonest.label]}` : "";
	return [
		name,
		inactive ? "inactive" : figure(purity),
		label,
		figure(similarity),
		figure(featureSimilarity),
		active === null ? "–" : `${(100 * active).toFixed(1)}%`,
		highest === null ? "–" : highest.toPrecision(3),
		top.map(({ index }) => index).join(" "),
	];
}
