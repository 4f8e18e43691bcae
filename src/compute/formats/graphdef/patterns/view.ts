/** A graph as patterns look at it: what is computed from what, past what only passes values on. */
import type { Value } from "../../graph/align.js";
import type { Tensor } from "../../graph/tensor.js";
import type { GraphNode, Source } from "../node.js";

/** What is known of a value before it is used: null for what isn't computed yet. */
export type Known = (source: Source) => Value | null;

/** Constants in files are float32, and rounded. */
const CLOSE = 1e-4;
const MOST_STEPS = 8;
/** Operations that pass their first input on. */
const PASSING: ReadonlySet<string> = new Set(["Identity", "IdentityN", "StopGradient", "Snapshot", "CheckNumerics"]);

export const SUMS: readonly string[] = ["Add", "AddV2", "AddN"];

/** `scale·value + offset` with numbers. */
export interface Linear {
	readonly value: Source;
	readonly scale: number;
	readonly offset: number;
}

export class View {
	constructor(readonly known: Known) {}

	/** An input of a node, past what only passes it on. */
	input(node: GraphNode, at: number): Source | null {
		const name = node.inputs[at];
		return name === undefined ? null : this.past(node.frame.resolve(node.origin.name, name));
	}

	past(source: Source): Source {
		let at = source;
		for (let step = 0; step < MOST_STEPS && PASSING.has(at.node.operation); step++) {
			const name = at.node.inputs[at.index];
			if (name === undefined) break;
			at = at.node.frame.resolve(at.node.origin.name, name);
		}
		return at;
	}

	/** The value of one input of a node with this operation. */
	argument(source: Source | null, operation: string): Source | null {
		return source?.node.operation === operation ? this.input(source.node, 0) : null;
	}

	/** Both inputs of a node with one of these operations. */
	pair(source: Source | null, ...operations: readonly string[]): readonly [Source, Source] | null {
		if (source?.node.inputs.length !== 2 || !operations.includes(source.node.operation)) return null;
		const [a, b] = [this.input(source.node, 0), this.input(source.node, 1)];
		return a && b ? [a, b] : null;
	}

	/** The same in both orders. */
	pairs(source: Source | null, ...operations: readonly string[]): readonly (readonly [Source, Source])[] {
		const found = this.pair(source, ...operations);
		return found ? [found, [found[1], found[0]]] : [];
	}

	tensor(source: Source): Tensor | null {
		const value = this.known(source);
		return value?.kind === "tensor" ? value : null;
	}

	/** The number that a constant of one value is. */
	number(source: Source): number | null {
		const found = this.tensor(source);
		return found?.data.length === 1 ? (found.data[0] as number) : null;
	}

	/** A value as a multiple of another, and a number more. */
	linear(source: Source): Linear {
		let [value, scale, offset] = [this.past(source), 1, 0];
		for (let step = 0; step < MOST_STEPS; step++) {
			const inner = this.#linearStep(value);
			if (!inner) break;
			offset += scale * inner.offset;
			scale *= inner.scale;
			value = inner.value;
		}
		return { value, scale, offset };
	}

	#linearStep(source: Source): Linear | null {
		const negated = this.argument(source, "Neg");
		if (negated) return { value: negated, scale: -1, offset: 0 };
		for (const [value, other] of this.pairs(source, "Mul", ...SUMS)) {
			const number = this.number(other);
			if (number === null) continue;
			return source.node.operation === "Mul"
				? { value, scale: number, offset: 0 }
				: { value, scale: 1, offset: number };
		}
		const [value, other] = this.pair(source, "RealDiv", "Sub") ?? [];
		const number = other ? this.number(other) : null;
		if (!value || number === null) return null;
		return source.node.operation === "Sub"
			? { value, scale: 1, offset: -number }
			: { value, scale: 1 / number, offset: 0 };
	}
}

export function isSame(a: Source | null, b: Source | null): boolean {
	return a !== null && b !== null && a.node === b.node && a.index === b.index;
}

export function isClose(found: number, wanted: number): boolean {
	return Math.abs(found - wanted) < CLOSE;
}
