/** What one row says in words: its verdict, its figures, its line for the clipboard and for screen readers. */
import { withoutPath } from "../../compute/errors.js";
import type { AttackedImage, AttackFailure } from "../../compute/reports/report.js";
import type { Phase } from "../messages.js";
import { count, distortion, duration, plural, significant, targetName } from "../ui/format.js";
import type { Row } from "./messages.js";

/** Names that rows need from the page around them. */
export interface Naming {
	readonly classNames: readonly string[];
	/** Short name of the file. */
	readonly file: string;
}

export const FAILURES: Record<AttackFailure, string> = {
	"no gradient": "no gradient: the model's output does not change with the picture",
	box: "box: pixels between 0 and 1 leave no room",
	budget: "budget spent",
	stopped: "stopped",
	"already target": "the model gives this label already",
};

/** What the head of a row says. */
export type Verdict =
	| { readonly kind: "unreadable"; readonly words: string }
	| { readonly kind: "changed"; readonly before: string; readonly after: string; readonly note: string }
	| { readonly kind: "none"; readonly before: string; readonly words: string }
	/** Waiting, searching or not finished; `before` is empty until the picture was predicted. */
	| { readonly kind: "open"; readonly before: string; readonly words: string };

/** "labelled jay, predicted magpie" where the model was wrong before the attack; otherwise empty. */
function wrongBefore(image: AttackedImage, classNames: readonly string[]): string {
	if (image.label === null || image.predicted === null || image.label === image.predicted.index) return "";
	return `labelled ${classNames[image.label] ?? image.label}, predicted ${image.predicted.name}`;
}

function unfinishedWords(row: Row, phase: Phase): string {
	if (row.image.predicted === null) return "not started";
	return phase.kind === "ended" ? "not finished: process ended" : "not finished: cancelled";
}

/** True for a picture that could not be read. */
export const unreadable = (row: Row): boolean => row.image.error !== null;

/** True where an adversarial is there and final. */
export const changed = (row: Row): boolean => row.status === "done" && row.image.success;

/** True where the search is over without an adversarial. */
export const failed = (row: Row): boolean => row.status === "done" && !row.image.success && !unreadable(row);

export function verdict(row: Row, phase: Phase, naming: Naming): Verdict {
	const { image, status } = row;
	if (image.error !== null) return { kind: "unreadable", words: withoutPath(image.error, image.source) };
	const before = image.predicted?.name ?? "";
	if (status === "waiting") return { kind: "open", before, words: "waiting" };
	if (status === "running") return { kind: "open", before, words: image.predicted ? "searching…" : "reading…" };
	if (status === "unfinished") return { kind: "open", before, words: unfinishedWords(row, phase) };
	if (image.success && image.adversarial !== null) {
		const stopped = image.failure === "stopped" ? "stopped, best so far" : "";
		const note = [wrongBefore(image, naming.classNames), stopped].filter((words) => words !== "").join("; ");
		return { kind: "changed", before, after: image.adversarial.name, note };
	}
	if (image.failure === "already target") return { kind: "open", before, words: "already the target; nothing to do" };
	const target = row.target.kind === "any" ? "" : ` for target “${wantedLabel(row, naming.classNames)}”`;
	return { kind: "none", before, words: `No adversarial found${target}` };
}

/** The label that was wanted: resolved where the run has done so ("next" is some label), else the target's own name. */
export function wantedLabel(row: Row, classNames: readonly string[]): string {
	const index = row.image.target;
	return (index === null ? undefined : classNames[index]) ?? targetName(row.target, classNames);
}

/** What Try offers where nothing was found. */
export type Suggestion =
	| { readonly kind: "evaluations"; readonly budget: number; readonly words: string }
	| { readonly kind: "anyLabel"; readonly words: string };

export interface Figure {
	readonly name: string;
	readonly value: string;
	/** The figure that the row is about. */
	readonly leading?: boolean;
	/** Said after the value, weaker. */
	readonly note?: string;
}

const cost = (row: Row, budget: number | null): Figure => {
	const spent = count(row.image.evaluations);
	const of =
		budget === null || changed(row)
			? plural(row.image.evaluations, "evaluation")
			: `${spent} of ${count(budget)} evaluations`;
	return { name: "Cost", value: row.seconds === null ? of : `${of}, ${duration(row.seconds)}` };
};

const logits = (margin: number): string => {
	const size = significant(Math.abs(margin), 2).replace(/(\.\d*?)0+$/, "$1");
	return `${margin < 0 ? "−" : ""}${size} logits`;
};

/** "0.0031 logits, 25 × rounding": another runtime rounds otherwise, by up to five times this. */
function marginWords(margin: number, rounding: number | null): string {
	if (rounding === null || rounding === 0) return logits(margin);
	return `${logits(margin)}, ${count(Math.floor(margin / rounding))} × rounding`;
}

const inBytes = (linf: number): string => `(${(linf * 255).toFixed(1)} / 255)`;

function storedWords(image: AttackedImage): string | null {
	const { stored } = image;
	if (stored === null) return null;
	if (!stored.success) return "lost when stored; no stored neighbour holds";
	const near = stored.distortion === null ? "" : distortion(stored.distortion);
	return stored.repaired ? `lost when rounded; nearest stored ${near}` : `still changed, ${near}`;
}

/** The figures of a row, in the order in which a person asks: how small, more than noise, does it survive. */
export function figures(row: Row, budget: number | null): readonly Figure[] {
	const { image } = row;
	if (unreadable(row)) return [];
	const list: Figure[] = [];
	if (failed(row)) {
		list.push({ name: "Reason", value: image.failure === null ? "not known" : FAILURES[image.failure] });
		const nearest = [
			image.margin === null ? null : `margin ${logits(image.margin)}`,
			image.distortion === null ? null : `distortion ${distortion(image.distortion)}`,
		].filter((words) => words !== null);
		if (nearest.length > 0) list.push({ name: "Nearest", value: nearest.join(", ") });
		return [...list, cost(row, budget)];
	}
	if (image.distortion !== null) {
		const final = row.status === "done" ? {} : { note: "or less" };
		list.push({ name: "Distortion", value: distortion(image.distortion), leading: true, ...final });
	}
	if (row.status === "done") {
		if (image.l2 !== null && image.linf !== null) {
			list.push({
				name: "L2 · L∞",
				value: `${significant(image.l2, 3)} · ${significant(image.linf, 3)} ${inBytes(image.linf)}`,
			});
		}
		if (image.control !== null) {
			const { changed: times, samples, reached } = image.control;
			const short = reached === undefined ? "" : `, of ${distortion(reached)}: the image holds no more`;
			list.push({ name: "Control", value: `${times} of ${samples} changed by noise alone${short}` });
		}
		const stored = storedWords(image);
		if (stored !== null) list.push({ name: "Stored 8-bit", value: stored });
		if (image.margin !== null) list.push({ name: "Margin", value: marginWords(image.margin, image.rounding) });
	}
	if (image.evaluations > 0) list.push(cost(row, budget));
	return list;
}

/** What to try where nothing was found. */
export function suggestions(row: Row, budget: number | null): readonly Suggestion[] {
	if (!failed(row)) return [];
	const list: Suggestion[] = [];
	if (row.image.failure === "budget") {
		const more = Math.max(1000, Math.ceil(((budget ?? row.image.evaluations) * 4) / 1000) * 1000);
		list.push({ kind: "evaluations", budget: more, words: `${count(more)} evaluations` });
	}
	if (row.target.kind !== "any") list.push({ kind: "anyLabel", words: "any other label" });
	return list;
}

/** "jay.jpg: changed to indigo bunting, distortion 0.0021". */
export function announcement(row: Row, naming: Naming): string {
	const { image } = row;
	if (image.error !== null) return `${naming.file}: cannot be read`;
	if (image.success && image.adversarial !== null && image.distortion !== null) {
		return `${naming.file}: changed to ${image.adversarial.name}, distortion ${significant(image.distortion, 2)}`;
	}
	return `${naming.file}: no adversarial found${image.failure === null ? "" : `, ${image.failure}`}`;
}

export const COPIED_HEADINGS = [
	"file",
	"predicted",
	"adversarial",
	"distortion",
	"L2",
	"L∞",
	"control changed",
	"control samples",
	"stored distortion",
	"evaluations",
	"failure",
] as const;

/** The row's figures at full precision, tab-separated, in the order of `COPIED_HEADINGS`. */
export function copiedFigures(row: Row): string {
	const { image } = row;
	const cells: readonly (string | number | null | undefined)[] = [
		image.source,
		image.predicted?.name,
		image.adversarial?.name,
		image.distortion,
		image.l2,
		image.linf,
		image.control?.changed,
		image.control?.samples,
		image.stored?.distortion,
		image.evaluations,
		image.error ?? image.failure,
	];
	return cells.map((cell) => String(cell ?? "").replaceAll(/[\t\r\n]+/g, " ")).join("\t");
}
