import { type ComparedReport, compareMethods } from "../../compute/attack/methodComparison.js";
import { ATTACK_METHODS, type AttackMethod, EFFORTS } from "../../compute/attack/methods.js";
import type { AttackProgress } from "../../compute/attack/requests.js";
import { tryFiles } from "../../compute/attack/tryFiles.js";
import { BlindspotError, withoutPath } from "../../compute/errors.js";
import type { ComputeClient } from "../../compute/process/client.js";
import { endingEarly } from "../../compute/process/endingEarly.js";
import type { AttackedImage, AttackReport, Target } from "../../compute/reports/report.js";
import type { ModelRequest } from "../../compute/reports/request.js";
import { command, DONE, INCOMPLETE, shown } from "../command.js";
import { COMMON, common, DATA, dataRequest, integer, oneOf, parsed, positive } from "../options.js";
import { ProgressLine } from "../progressLine.js";
import { offerLines, suggestionFor } from "../suggestion.js";
import { say } from "../terminal.js";
import { table, warningLines } from "../text.js";

/** A target as it was written; a label's name needs the model to become an index. */
type WrittenTarget =
	| { readonly kind: "any" | "next" | "random" | "second" }
	| { readonly kind: "label"; readonly text: string };

const OPTIONS = {
	...COMMON,
	...DATA,
	method: { type: "string" },
	target: { type: "string" },
	effort: { type: "string" },
	budget: { type: "string" },
	"fail-under": { type: "string" },
	out: { type: "string" },
	npz: { type: "string" },
} as const;

const RUN = "cli";

export const attack = command({
	name: "attack",
	usage: `  blindspot attack  MODEL IMAGE... [--method ${ATTACK_METHODS.join("|")}, or several with commas]
                    [--target LABEL|INDEX|next|random|second] [--effort quick|normal|thorough] [--budget N]
                    [--out DIR] [--npz FILE] [--fail-under D] [--json]`,
	parse(args) {
		const { values, positionals } = parsed(args, OPTIONS);
		const [model, ...images] = positionals;
		return {
			...common(model, values),
			data: dataRequest(images, values),
			methods: methodsNamed(values.method ?? "closest"),
			target: writtenTarget(values.target),
			effort: oneOf("--effort", values.effort, EFFORTS) ?? "normal",
			budget: integer("--budget", values.budget, 1),
			seed: integer("--seed", values.seed, 0) ?? 0,
			/** The least mean distortion that is no failure; null for none. */
			failUnder: positive("--fail-under", values["fail-under"]),
			out: values.out ?? null,
			npz: values.npz ?? null,
		};
	},
	async run(
		client,
		{ model, data, methods, effort, budget, seed, out, npz, failUnder, target: written, json },
		signal,
	) {
		// Before what may take long.
		await tryFiles({ out, npz });
		const target = await resolveTarget(client, model, written, signal);
		const offer = offerLines(await suggestionFor(client, model, data, seed, signal));
		// Before the attack, which may take long; standard output is the report's.
		for (const line of offer) say(line);
		const progress = new AttackLine();
		const by = async (method: AttackMethod, files: { out: string | null; npz: string | null }) => {
			const options = { method, target, effort, budget };
			const params = { run: RUN, model, data, options, seed, ...files, keepPixels: false };
			let isBegun = false;
			const hear = (event: AttackProgress): void => {
				isBegun = true;
				progress.show(event);
			};
			// An interrupt ends the attack early; what it has by then is printed.
			const ask = (cancelled: AbortSignal) => client.attack(params, hear, cancelled);
			return endingEarly(client, RUN, signal, () => isBegun, ask).finally(() => progress.line.clear());
		};
		const [first, ...others] = methods;
		const { report, unwritten } = await by(first, { out, npz });
		const reports: [AttackReport, ...AttackReport[]] = [report];
		for (const method of others) if (!signal.aborted) reports.push((await by(method, { out: null, npz: null })).report);
		const complete = unwritten.length === 0 && report.images.every(({ success }) => success);
		const { meanDistortion } = report.summary;
		const tooNear = failUnder !== null && meanDistortion !== null && meanDistortion < failUnder;
		if (tooNear) say(`the mean distortion ${meanDistortion.toPrecision(4)} is below ${failUnder}`);
		const text =
			reports.length === 1
				? shown(report, json, attackText)
				: shown(compareMethods(reports), json, (compared) => [...attackText(compared), "", ...methodsText(compared)]);
		return { text, status: complete && !tooNear ? DONE : INCOMPLETE };
	},
});

/** "closest,ddn": each once. Throws `bad-request` for one that there isn't. */
function methodsNamed(text: string): readonly [AttackMethod, ...AttackMethod[]] {
	const names = text.split(",").map((name) => oneOf("--method", name.trim(), ATTACK_METHODS) ?? "closest");
	const [first = "closest", ...others] = new Set(names);
	return [first, ...others];
}

function writtenTarget(text: string | undefined): WrittenTarget {
	if (text === undefined || text === "any") return { kind: "any" };
	if (text === "next" || text === "random" || text === "second") return { kind: text };
	return { kind: "label", text };
}

/** A label's name or index as an index. Throws `bad-request` where the model has no such label, or two. */
async function resolveTarget(
	client: ComputeClient,
	model: ModelRequest,
	target: WrittenTarget,
	signal: AbortSignal,
): Promise<Target> {
	if (target.kind !== "label") return target;
	const { text } = target;
	const { classNames } = await client.inspect({ model }, signal);
	const matches = classNames.flatMap((name, index) => (name.toLowerCase() === text.toLowerCase() ? [index] : []));
	const [index, another] = matches;
	if (another !== undefined)
		throw new BlindspotError("bad-request", `--target ${text}: ${matches.length} labels are called so; give an index`);
	if (index !== undefined) return { kind: "label", index };
	if (/^\d+$/.test(text) && Number(text) < classNames.length) return { kind: "label", index: Number(text) };
	throw new BlindspotError(
		"bad-request",
		`--target ${text}: ${model.path} has no such label; it has ${classNames.length}, from ${classNames[0]} to ${classNames.at(-1)}`,
	);
}

/** "3 of 10 pictures". */
class AttackLine {
	readonly line = new ProgressLine();
	#finished = 0;
	#total = 0;

	show(event: AttackProgress): void {
		if (event.kind === "started") {
			this.#total = event.report.images.length;
			this.#finished = 0;
		}
		if (event.kind === "finished") this.#finished++;
		this.line.show(`${this.#finished} of ${this.#total} pictures`);
	}
}

/** Each method's distortion of each image, and what they come to. */
function methodsText({ images, methods, commonImages, run }: ComparedReport): readonly string[] {
	const names = ATTACK_METHODS.filter((method) => methods[method]);
	const figure = (value: number | null | undefined) => value?.toPrecision(4) ?? "none";
	const rows = images.map(({ source, methods: of }) => [source, ...names.map((name) => figure(of[name]?.distortion))]);
	const over = commonImages === images.length ? "Mean" : `Mean of the ${commonImages} that all changed`;
	const means = [over, ...names.map((name) => figure(methods[name]?.meanDistortion))];
	const changed = ["Changed label", ...names.map((name) => String(methods[name]?.succeeded))];
	const seconds = ["Seconds", ...names.map((name) => (run.methodSeconds[name] ?? 0).toFixed(1))];
	const columns = names.map((_, i) => i + 1);
	return table([["Distortion", ...names], ...rows, means, changed, seconds], columns);
}

function attackText(
	report: Omit<AttackReport, "images"> & { readonly images: readonly AttackedImage[] },
): readonly string[] {
	const { summary, images, labels, warnings } = report;
	const rows = images.map((image) => [image.source, ...attackCells(image, report.model.classNames)]);
	const heads = ["Image", "Before", "After", "Distortion", "Noise", "Stored", "Evaluations"];
	const mean = summary.meanDistortion === null ? "" : `, mean distortion ${summary.meanDistortion.toPrecision(4)}`;
	const before = accuracyBefore(images);
	const unreadable = summary.unreadable > 0 ? `, ${summary.unreadable} unreadable` : "";
	return [
		...warningLines(labels === null ? warnings : [...warnings, `Labels: ${labels}.`]),
		...table([heads, ...rows], [3, 4, 5, 6]),
		"",
		...(before === null ? [] : [before]),
		`${summary.succeeded} of ${summary.attacked} changed label${mean}${unreadable}. ${report.backend.name}, ${report.run.seconds.toFixed(1)} s.`,
	];
}

/** "Right on 4 of 20 labelled pictures before any change." */
function accuracyBefore(images: readonly AttackedImage[]): string | null {
	const labelled = images.filter(({ label, predicted }) => label !== null && predicted !== null);
	if (labelled.length === 0) return null;
	const right = labelled.filter(({ label, predicted }) => predicted?.index === label).length;
	return `Right on ${right} of ${labelled.length} labelled pictures before any change.`;
}

function attackCells(image: AttackedImage, names: readonly string[]): readonly string[] {
	const { error, predicted, adversarial, failure, distortion, control, stored, label } = image;
	if (error !== null) return [withoutPath(error, image.source)];
	const wrong = label !== null && predicted?.index !== label ? ` (labelled ${names[label]})` : "";
	const before = predicted === null ? "" : `${predicted.name}${wrong}`;
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
