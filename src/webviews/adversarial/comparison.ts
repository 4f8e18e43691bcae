/** Methods compared on one image: which there are, and what they say together. Pure; the page and its tests share it. */
import { ATTACK_METHODS, type AttackMethod, METHODS, QUICKEST_FIRST } from "../../compute/attack/methods.js";
import { distortion, significant } from "../ui/format.js";
import { FAILURES } from "./figures.js";
import type { MethodRow, Row } from "./messages.js";

/** One method and what it made of the image; null where it has not been tried. */
export interface Compared {
	readonly method: AttackMethod;
	readonly row: MethodRow | null;
}

/** True where further methods have something to be compared with. */
export function comparable({ status, image }: Pick<MethodRow, "status" | "image">): boolean {
	return status === "done" && image.error === null && image.failure !== "already target";
}

/** The run's own method, then the others. */
export function comparedMethods(row: Row, own: AttackMethod): readonly Compared[] {
	const others = ATTACK_METHODS.filter((method) => method !== own);
	return [{ method: own, row }, ...others.map((method) => ({ method, row: row.methods[method] ?? null }))];
}

/** True where a further method was tried, or is being tried. */
export const hasComparison = (row: Row): boolean => Object.keys(row.methods).length > 0;

/** Methods that have no result yet, in the order in which they are to be run. */
export function untried(row: Row, own: AttackMethod): readonly AttackMethod[] {
	return QUICKEST_FIRST.filter((method) => method !== own && row.methods[method]?.status !== "done");
}

/** The distortion of what a method found, or has found so far; null where there is none. */
export const found = ({ row }: Compared): number | null =>
	row?.image.success && row.image.distortion !== null ? row.image.distortion : null;

/** The least distortion of all; null where there is none. */
export function nearest(compared: readonly Compared[]): number | null {
	const distortions = compared.flatMap((one) => found(one) ?? []);
	return distortions.length === 0 ? null : Math.min(...distortions);
}

/** How much farther than the nearest: "nearest", "+8.1%", "+120%". */
export function fartherWords(value: number, least: number): string {
	return value === least ? "nearest" : `+${fartherPercent(value, least)}`;
}

function fartherPercent(value: number, least: number): string {
	const percent = 100 * (value / least - 1);
	return `${percent >= 100 ? Math.round(percent).toLocaleString("en-US") : significant(percent, 2)}%`;
}

/** What stands in place of the new label. */
export function stateWords({ row }: Compared): string {
	if (row === null) return "not tried";
	if (row.status === "waiting") return "waiting";
	if (row.status === "unfinished") return row.image.adversarial === null ? "not finished" : "not finished: best so far";
	if (row.status === "running") return row.image.adversarial === null ? "searching…" : "best so far";
	if (!row.image.success) return row.image.failure === null ? "none found" : `none: ${FAILURES[row.image.failure]}`;
	return row.image.failure === "stopped" ? "stopped: best so far" : "";
}

/** "Closest is nearest, at distortion 0.0021; DDN, the next, needs 8.1% more." */
export function comparisonWords(compared: readonly Compared[]): string {
	const tried = compared.filter(({ row }) => row !== null);
	const running = tried.some(({ row }) => row?.status === "running" || row?.status === "waiting");
	const ranked = tried
		.flatMap((one) => {
			const value = found(one);
			return value === null ? [] : [{ name: METHODS[one.method].label, value }];
		})
		.toSorted((a, b) => a.value - b.value);
	const [first, second] = ranked;
	const so = running ? "So far " : "";
	if (!first) return running ? "No method has found an adversarial yet." : "No method found an adversarial.";
	if (!second) {
		const others = running ? "no other method has found one yet" : "no other method found one";
		return `${so}${first.name} found an adversarial at distortion ${distortion(first.value)}; ${others}.`;
	}
	const next =
		first.value === second.value
			? `${second.name} is as near`
			: `${second.name}, the next, needs ${fartherPercent(second.value, first.value)} more`;
	return `${so}${first.name} is nearest, at distortion ${distortion(first.value)}; ${next}.`;
}
