import { ATTACK_METHODS, EFFORTS } from "../../compute/attack/methods.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import type { Estimate, OpenEstimate, RobustnessReport } from "../../compute/robustness/report.js";
import type { RobustnessProgress } from "../../compute/robustness/requests.js";
import { command, DONE, INCOMPLETE, INTERRUPTED, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, oneOf, parsed } from "../options.js";
import { ProgressLine } from "../progressLine.js";
import { table, warningLines } from "../text.js";

const OPTIONS = {
	...COMMON,
	...DATA,
	against: { type: "string" },
	method: { type: "string" },
	target: { type: "string" },
	effort: { type: "string" },
	budget: { type: "string" },
	"noise-levels": { type: "string" },
} as const;

const RUN = "cli";
const NOISE_LEVELS = 11;

export const robustness = command({
	name: "robustness",
	usage: `  blindspot robustness MODEL [IMAGE...] [--against MODEL] [--method ${ATTACK_METHODS.join("|")}]
                    [--target any|next|second|random] [--effort quick|normal|thorough] [--budget N]
                    [--noise-levels ${NOISE_LEVELS}] [--json]`,
	parse(args) {
		const { values, positionals } = parsed(args, OPTIONS);
		const [model, ...images] = positionals;
		const asked = common(model, values);
		const isNamed = images.length > 0 || values.data !== undefined;
		return {
			...asked,
			/** With the same preprocessing options as the first. */
			against: values.against === undefined ? null : { ...asked.model, path: values.against },
			/** Null for the data that blindspot.json names. */
			data: isNamed ? dataRequest(images, values) : null,
			seed: integer("--seed", values.seed, 0) ?? 0,
			options: {
				method: oneOf("--method", values.method, ATTACK_METHODS) ?? "closest",
				target: { kind: oneOf("--target", values.target, ["any", "next", "second", "random"] as const) ?? "any" },
				effort: oneOf("--effort", values.effort, EFFORTS) ?? "normal",
				budget: integer("--budget", values.budget, 1),
				noiseLevels: integer("--noise-levels", values["noise-levels"], 0) ?? NOISE_LEVELS,
			},
		};
	},
	async run(client, { model, against, data, options, seed, json }, signal) {
		const line = new ProgressLine();
		const params = { run: RUN, model, against, data, options, seed };
		const hear = (event: RobustnessProgress): void => {
			if (event.kind === "progress") line.show(`${event.done} of ${event.total} images`);
		};
		// An interrupt ends the run early; what it has by then is printed.
		const ask = (cancelled: AbortSignal) => client.robustness(params, hear, cancelled);
		const { report } = await endingEarly(client, RUN, signal, () => true, ask).finally(() => line.clear());
		const { stopped, unreadable } = report.data;
		const status = stopped ? INTERRUPTED : unreadable > 0 ? INCOMPLETE : DONE;
		return { text: shown(report, json, robustnessText), status };
	},
});

/** Shares of the curve that are listed. */
const LISTED = 9;

function robustnessText(report: RobustnessReport): readonly string[] {
	const { models, labels, warnings, run, backend } = report;
	const figures = models.map(({ model, accuracy, attacked, succeeded, mean, median }) => [
		model.path,
		accuracy ? percent(accuracy) : "",
		`${succeeded} of ${attacked}`,
		mean ? figure(mean) : "",
		median ? figure(median) : "",
	]);
	const [first] = models;
	const step = Math.max(1, Math.floor((first.curve.length - 1) / (LISTED - 1)));
	const rows = first.curve
		.filter((_, i) => i % step === 0)
		.map(({ distortion }) => [
			distortion.toPrecision(3),
			...models.map(({ curve }) => {
				const point = curve.find((other) => other.distortion === distortion);
				return point ? percent(point.share) : "";
			}),
		]);
	const noise = models.flatMap(({ model, noise }) => {
		const last = noise.at(-1);
		if (!last) return [];
		return [`Gaussian noise of ${last.distortion.toPrecision(3)}: ${percent(last.share)} still right (${model.path}).`];
	});
	return [
		...warningLines(labels === null ? warnings : [...warnings, `Labels: ${labels}.`]),
		report.finding,
		report.conditions,
		"",
		...table([["Model", "Right", "Adversarial", "Mean distortion", "Median"], ...figures], [1, 2, 3, 4]),
		"",
		...table([["Distortion", ...models.map(({ model }) => `No adversarial below: ${model.path}`)], ...rows], [0, 1, 2]),
		...noise,
		"",
		`${backend.name}, ${run.seconds.toFixed(1)} s.`,
	];
}

function percent({ value, interval: [low, high] }: Estimate): string {
	const show = (share: number) => (100 * share).toFixed(1);
	return `${show(value)}% (${show(low)} to ${show(high)})`;
}

function figure({ value, interval: [low, high] }: OpenEstimate): string {
	const end = (at: number | null): string => at?.toPrecision(3) ?? "none found";
	return `${value.toPrecision(4)} (${end(low)} to ${end(high)})`;
}
