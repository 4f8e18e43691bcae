/** Values put around a value, or taken off its ends, as nodes of the network. */
import { BlindspotError } from "../../../errors.js";
import type { Operation } from "../../../network/types.js";
import { type Activation, type Origin, partOf, productOf, shapeOf } from "../activation.js";
import type { Emitter } from "../emitter.js";
import { dimOf, gather, resized, slice } from "./shaping.js";

export type PaddingMode = Extract<Operation, { op: "Pad" }>["mode"];

/** `before[i]` and `after[i]` values around the file's axis i; negative ones take values away. */
export function pad(
	emitter: Emitter,
	origin: Origin,
	whole: Activation,
	before: readonly number[],
	after: readonly number[],
	mode: PaddingMode,
	value: number,
): Activation {
	const shape = shapeOf(whole);
	const cut = (amounts: readonly number[], axis: number) => Math.max(0, -(amounts[axis] as number));
	const sizes = shape.map((size, axis) => size - cut(before, axis) - cut(after, axis));
	if (sizes.some((size) => size < 1)) throw unsupported(origin, "nothing is left of its input");
	const ranges = sizes.map((size, axis) => ({ start: cut(before, axis), size, step: 1 }));
	const x = slice(emitter, partOf(origin, "slice"), whole, ranges);

	const padded = [...shape.keys()].filter((axis) => (before[axis] as number) > 0 || (after[axis] as number) > 0);
	if (padded.length === 0) return x;
	if (padded.some((axis) => sizes[axis] === 1)) throw unsupported(origin, "it pads an axis of size 1");
	const isolated = emitter.isolate(x, padded, origin);
	const own = isolated.dims.map(productOf);
	const [first, second] = [own.map(() => 0), own.map(() => 0)];
	for (const axis of padded) {
		first[dimOf(isolated, axis)] = Math.max(0, before[axis] as number);
		second[dimOf(isolated, axis)] = Math.max(0, after[axis] as number);
	}
	const isImageBorder = own.length === 3 && first[2] === 0 && second[2] === 0 && mode === "constant" && value === 0;
	const operation: Operation = isImageBorder
		? {
				op: "ZeroPad2D",
				padding: {
					top: first[0] as number,
					bottom: second[0] as number,
					left: first[1] as number,
					right: second[1] as number,
				},
			}
		: { op: "Pad", before: first, after: second, mode, value };
	const padding = emitter.layer(origin, operation, [isolated.node]);
	const grown = (axis: number) =>
		(sizes[axis] as number) + Math.max(0, before[axis] as number) + Math.max(0, after[axis] as number);
	return resized(isolated, padding.name, new Map(padded.map((axis) => [axis, grown(axis)])));
}

/** Mirrored with the value at the edge, which the network has no operation for: a choice of places. */
export function padSymmetric(
	emitter: Emitter,
	origin: Origin,
	x: Activation,
	before: readonly number[],
	after: readonly number[],
): Activation {
	const padded = [...before.keys()].filter((axis) => (before[axis] as number) > 0 || (after[axis] as number) > 0);
	return padded.reduce((value, axis, i) => {
		const size = shapeOf(value)[axis] as number;
		const [first, second] = [before[axis] as number, after[axis] as number];
		if (Math.max(first, second) > size)
			throw unsupported(origin, `it mirrors more than the ${size} values of axis ${axis}`);
		const places = Array.from({ length: size + first + second }, (_, k) => {
			const place = k - first;
			return place < 0 ? -1 - place : place >= size ? 2 * size - 1 - place : place;
		});
		return gather(emitter, i === padded.length - 1 ? origin : partOf(origin, `axis ${axis}`), value, axis, places);
	}, x);
}

function unsupported({ name, type }: Origin, why: string): BlindspotError {
	return new BlindspotError("unsupported-model", `${type} '${name}': ${why}.`, name);
}
