/** The page's own state: what arrived, and what the person set. Pure; the page is a function of it. */

import { type ByMethod, mapMethods, methodsOf } from "../../compute/attack/methodComparison.js";
import type { AttackMethod, Effort } from "../../compute/attack/methods.js";
import type { Pixels } from "../../compute/data/types.js";
import { median } from "../../compute/math/statistics.js";
import type { Target } from "../../compute/reports/report.js";
import { count, fittingNoiseFactor, targetName } from "../ui/format.js";
import type { AdversarialState, ExportedPixels, ExtensionMessage, Question, Row, RowPixels } from "./messages.js";

/** The pictures of a row. */
export interface ReceivedPixels extends RowPixels {
	/** The adversarials of further methods. */
	readonly methods: ByMethod<Pixels>;
}

export interface Received {
	readonly state: AdversarialState;
	/** In the order of the rows. */
	readonly pixels: readonly ReceivedPixels[];
}

export const NO_PIXELS: ReceivedPixels = { original: null, adversarial: null, methods: {} };

/** Pixels that go on being right under new rows: the original of the same picture, the adversarial while the row has one. */
function keptPixels(before: Received | null, rows: readonly Row[]): readonly ReceivedPixels[] {
	return rows.map((row, at) => {
		const old = before?.pixels[at];
		if (!old || before.state.rows[at]?.image.source !== row.image.source) return NO_PIXELS;
		const { methods } = row;
		const gone = methodsOf(old.methods).some(([method]) => !methods[method]?.image.adversarial);
		const others = gone
			? mapMethods(old.methods, (of, name) => (methods[name]?.image.adversarial ? of : null))
			: old.methods;
		if (row.image.adversarial === null) return { original: old.original, adversarial: null, methods: others };
		return gone ? { ...old, methods: others } : old;
	});
}

const replaced = <T>(list: readonly T[], index: number, item: T): readonly T[] =>
	index < list.length ? list.with(index, item) : list;

/** What is known after a message. Messages about rows that aren't there change nothing. */
export function receive(before: Received | null, message: ExtensionMessage): Received | null {
	if (message.type === "state") return { state: message.state, pixels: keptPixels(before, message.state.rows) };
	if (before === null) return null;
	const { state, pixels } = before;
	switch (message.type) {
		case "image": {
			const rows = replaced(state.rows, message.index, message.row);
			const old = pixels[message.index] ?? NO_PIXELS;
			return {
				state: { ...state, rows },
				pixels: replaced(pixels, message.index, message.pixels ? { ...old, ...message.pixels } : old),
			};
		}
		case "exportedImage": {
			const { index, row, pixels } = message;
			return receive(before, { type: "image", index, row, pixels: wholePixels(pixels) });
		}
		case "method": {
			const { index, method, row: result, adversarial } = message;
			const row = state.rows[index];
			if (!row) return before;
			const rows = replaced(state.rows, index, { ...row, methods: { ...row.methods, [method]: result } });
			const old = pixels[index] ?? NO_PIXELS;
			const others = mapMethods(old.methods, (of, name) => (name === method ? null : of));
			const methods = adversarial === null ? others : { ...others, [method]: adversarial };
			return { state: { ...state, rows }, pixels: replaced(pixels, index, { ...old, methods }) };
		}
		case "exportedMethod": {
			const { index, method, row, noise } = message;
			const original = pixels[index]?.original ?? null;
			const { adversarial } = wholePixels({ original, noise });
			return receive(before, { type: "method", index, method, row, adversarial });
		}
		case "phase":
			return { state: { ...state, phase: message.phase, facts: message.facts }, pixels };
		case "files": {
			const row = state.rows[message.index];
			if (!row) return before;
			const saved = { ...row, image: { ...row.image, files: message.files } };
			return { state: { ...state, rows: replaced(state.rows, message.index, saved) }, pixels };
		}
		case "notice":
		case "key":
			return before;
	}
}

/** The pixels that were exported; the noise is right to half a step. */
function wholePixels({ original, noise }: ExportedPixels): RowPixels {
	if (original === null || noise === null) return { original, adversarial: null };
	const data = new Float32Array(original.data.length);
	for (let at = 0; at < data.length; at++)
		data[at] = (original.data[at] as number) + (noise.steps[at] as number) * noise.scale;
	return { original, adversarial: { ...original, data } };
}

/** What the toolbar is set to, which may differ from what the rows show. */
export interface Settings {
	readonly model: string | null;
	readonly method: AttackMethod;
	readonly target: Target;
	readonly effort: Effort;
	readonly budget: number | null;
}

export const settingsOf = ({ model, method, target, effort, budget }: Question): Settings => ({
	model,
	method,
	target,
	effort,
	budget,
});

export const sameTarget = (a: Target, b: Target): boolean =>
	a.kind === b.kind && (a.kind !== "label" || b.kind !== "label" || a.index === b.index);

/** Which settings differ from the shown run, in the words of that run; null where none does. */
export function settingsChanged(settings: Settings, state: AdversarialState): string | null {
	const { shown, models, classNames } = state;
	if (shown === null) return null;
	const parts: string[] = [];
	if (settings.model !== shown.model) {
		parts.push(`model: ${models.find((model) => model.path === shown.model)?.name ?? "another"}`);
	}
	if (settings.method !== shown.method) parts.push(`method: ${shown.method}`);
	if (!sameTarget(settings.target, shown.target)) {
		const name = targetName(shown.target, classNames);
		parts.push(`target: ${shown.target.kind === "label" ? `“${name}”` : name.toLowerCase()}`);
	}
	if (settings.effort !== shown.effort) parts.push(`${shown.effort} effort`);
	if (settings.budget !== shown.budget) {
		parts.push(shown.budget === null ? "any number of evaluations" : `${count(shown.budget)} evaluations`);
	}
	return parts.length === 0 ? null : `Settings changed. The results below are for ${parts.join(", ")}.`;
}

/** Rows of a list this long are shown compact unless the person chose otherwise. */
export const COMPACT_ABOVE = 8;

/** The noise factor for the rows as they are; null while no row has an adversarial. */
export function automaticFactor(rows: readonly Row[]): number | null {
	const distortions = rows.flatMap(({ image }) =>
		image.success && image.distortion !== null ? [image.distortion] : [],
	);
	return distortions.length === 0 ? null : fittingNoiseFactor(median(distortions));
}

/** Columns that the compact table can be sorted by. */
export type SortColumn = "file" | "distortion" | "l2" | "linf";
export interface Sorting {
	readonly column: SortColumn;
	readonly descending: boolean;
}

const BY_NAME = new Intl.Collator("en", { numeric: true });

/** Indices of the rows in the order in which they are shown; rows without the figure come last, either way. */
export function order(rows: readonly Row[], sorting: Sorting | null): readonly number[] {
	const indices = rows.map((_, at) => at);
	if (sorting === null) return indices;
	const { column, descending } = sorting;
	const sign = descending ? -1 : 1;
	const figure = (at: number): number | null => {
		const image = rows[at]!.image;
		return column === "file" || !image.success ? null : image[column];
	};
	return indices.toSorted((a, b) => {
		if (column === "file") return sign * BY_NAME.compare(rows[a]!.image.source, rows[b]!.image.source);
		const [first, second] = [figure(a), figure(b)];
		if (first === null || second === null) return Number(first === null) - Number(second === null);
		return sign * (first - second);
	});
}
