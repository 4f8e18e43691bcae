/** The sentence at the top of the page and the line below it. A person who reads only these must not be misled. */
import { median } from "../../compute/math/statistics.js";
import type { Target } from "../../compute/reports/report.js";
import { count, distortion, duration, plural, significant } from "../ui/format.js";
import { changed, failed, unreadable } from "./figures.js";
import type { AdversarialState, Row } from "./messages.js";
import { offerHeadline, offerWords } from "./offerWords.js";

export interface Finding {
	readonly headline: string;
	/** The control of the headline, a sentence of its own; empty where there is none. */
	readonly control: string;
	readonly conditions: readonly string[];
}

type Facts = Pick<AdversarialState, "rows" | "phase" | "facts"> & Partial<Pick<AdversarialState, "tried">>;

/** "the target label" where every image was given one. */
const toTarget = (targets: readonly Target[]): string =>
	targets.every((target) => target.kind !== "any") ? " to the target label" : " label";

const allOf = (n: number): string => (n === 2 ? "Both" : `All ${count(n)}`);

function changedWords(rows: readonly Row[], won: readonly Row[], onlyRight: boolean): string {
	const distortions = won.map((row) => row.image.distortion).filter((value) => value !== null);
	const first = won[0]?.image;
	const one = won.length === 1 && distortions[0] !== undefined ? significant(distortions[0], 2) : "";
	if (rows.length === 1 && first && !onlyRight) {
		return `${first.predicted?.name ?? "The label"} changed to ${first.adversarial?.name ?? "another label"} at distortion ${one}.`;
	}
	const label = toTarget(won.map((row) => row.target));
	const size = won.length === 1 ? `, at distortion ${one}` : `; median distortion ${distortion(median(distortions))}`;
	if (rows.length === 1) return `The one image that was right changed${label}${size}.`;
	const who = won.length === rows.length ? allOf(won.length) : `${count(won.length)} of ${count(rows.length)}`;
	return `${who} images${onlyRight ? " that were right" : ""} changed${label}${size}.`;
}

function controlWords(won: readonly Row[]): string {
	const controls = won.map((row) => row.image.control).filter((control) => control !== null);
	if (controls.length === 0) return "";
	const [first] = controls;
	if (won.length === 1 && first)
		return `Gaussian noise of that size changes it in ${count(first.changed)} of ${count(first.samples)} tries.`;
	// Tries on one image go together: the images are what is counted.
	const touched = controls.filter((control) => control.changed > 0).length;
	const most = Math.max(...controls.map((control) => control.changed));
	const often =
		touched === 0
			? ""
			: `, ${touched === 1 ? "in" : "each in at most"} ${count(most)} of ${count(first?.samples ?? 0)} tries`;
	return `Gaussian noise of the same distortion changes the label of ${count(touched)} of ${count(controls.length)} images${often}.`;
}

function headline(
	rows: readonly Row[],
	won: readonly Row[],
	phase: AdversarialState["phase"],
	/** Whether these are only the images that were right before. */
	onlyRight: boolean,
): string {
	if (won.length > 0) return changedWords(rows, won, onlyRight);
	if (phase.kind === "running") return rows.length === 0 ? phase.words : "No image has changed label yet.";
	const readable = rows.filter((row) => !unreadable(row));
	if (readable.length === 0) return rows.length === 1 ? "The image cannot be read." : "No image can be read.";
	if (readable.every((row) => !failed(row))) return "No image was finished.";
	return rows.length === 1
		? "No adversarial was found."
		: `None of ${count(rows.length)} images${onlyRight ? " that were right" : ""} changed label.`;
}

function storedWords(won: readonly Row[]): string {
	const stored = won.map((row) => row.image.stored).filter((value) => value !== null);
	if (stored.length === 0) return "";
	const held = stored.filter((value) => value.success).length;
	if (held < stored.length)
		return `${count(stored.length - held)} of ${count(stored.length)} lost when stored as 8 bits.`;
	const repaired = stored.filter((value) => value.repaired).length;
	if (stored.length === 1)
		return repaired === 0
			? "It still holds after rounding to 8 bits."
			: "It is lost when rounded to 8 bits; a neighbour that can be stored holds.";
	if (repaired === 0) return `${allOf(held)} still hold after rounding to 8 bits.`;
	return `${allOf(held)} can be stored with 8 bits, ${count(repaired)} of them as a neighbour of the rounded one.`;
}

/** "1 still running, 1 without an adversarial." */
function countsWords(rows: readonly Row[]): string {
	const parts: readonly (readonly [number, string])[] = [
		[rows.filter((row) => row.status === "running" || row.status === "waiting").length, "still running"],
		[rows.filter(failed).length, "without an adversarial"],
		[rows.filter((row) => row.status === "unfinished" && !unreadable(row)).length, "not finished"],
		[rows.filter(unreadable).length, "unreadable"],
		[rows.filter((row) => wrong(row)).length, "wrong before the attack"],
	];
	const said = parts.filter(([n]) => n > 0).map(([n, words]) => `${count(n)} ${words}`);
	return said.length === 0 ? "" : `${said.join(", ")}.`;
}

const wrong = ({ image }: Row): boolean =>
	image.label !== null && image.predicted !== null && image.label !== image.predicted.index;

/** How many of the labelled images are right before any change; null where none has a label. */
function rightBefore(rows: readonly Row[]): { readonly right: number; readonly of: number } | null {
	const labelled = rows.filter(({ image }) => image.label !== null && image.predicted !== null);
	if (labelled.length === 0) return null;
	return { right: labelled.filter((row) => !wrong(row)).length, of: labelled.length };
}

/** What matters before any label that changes: that the model is wrong anyway. */
function beforeWords({ right, of }: { readonly right: number; readonly of: number }): string {
	if (of === 1) return "The image is wrong before any change.";
	return right === 0
		? `Wrong on ${count(of)} of ${count(of)} images before any change.`
		: `Right on only ${count(right)} of ${count(of)} images before any change.`;
}

/** What the rows show, in words; while a run goes on, what they show so far. */
export function finding({ rows, phase, facts, tried = null }: Facts): Finding {
	const offered = offerHeadline(tried);
	if (tried !== null && offered !== null && phase.kind === "idle")
		return { headline: offered, control: "", conditions: [offerWords(tried), "Nothing has been attacked yet."] };
	const before = rightBefore(rows);
	const isPoor = before !== null && 2 * before.right < before.of;
	// A label that was wrong already tells nothing by changing.
	const counted = rows.filter((row) => !wrong(row));
	const won = counted.filter(changed);
	const conditions = [
		phase.kind === "cancelled" ? "Cancelled." : "",
		phase.kind === "running" && rows.some((row) => row.status === "done") === false ? `${phase.words}.` : "",
		countsWords(rows),
		phase.kind === "running" ? "" : storedWords(won),
		facts === null || phase.kind === "running" ? "" : `${duration(facts.seconds)}, ${facts.backend}.`,
	].filter((words) => words !== "");
	const found = headline(counted, won, phase, counted.length < rows.length);
	const poor = isPoor ? (offered ?? beforeWords(before)) : "";
	if (poor === "") return { headline: found, control: controlWords(won), conditions };
	return {
		headline: poor,
		control: "",
		conditions: won.length > 0 ? [found, controlWords(won), ...conditions] : conditions,
	};
}

/** As long a sentence as the finding will be when all is done, so that room can be kept for it. */
export function findingToCome(rows: readonly Row[]): Pick<Finding, "headline" | "control"> {
	const many = count(rows.length);
	const label = toTarget(rows.map((row) => row.target));
	return {
		headline: `${many} of ${many} images changed${label}; median distortion ${distortion(0.00888)}.`,
		control: `Gaussian noise of the same distortion changes the label of 0 of ${many} images.`,
	};
}

/** What is kept when a run ended too early, and what comes next. */
export function keptWords(rows: readonly Row[]): string {
	const kept = rows.filter((row) => row.status === "done" && !unreadable(row)).length;
	const broken = rows.filter(unreadable).length;
	const results =
		kept === 0
			? "No result is kept"
			: `${count(kept)} of ${plural(rows.length, "result")} ${kept === 1 ? "is" : "are"} kept`;
	const images = broken === 0 ? "" : `, ${plural(broken, "image")} cannot be read`;
	return `${results}${images}. The next run starts a new process.`;
}

/** How many images a run of the others would take. */
export const othersLeft = (rows: readonly Row[]): number =>
	rows.filter((row) => row.status !== "done" && !unreadable(row)).length;
