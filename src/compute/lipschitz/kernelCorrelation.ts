/**
 * The correlation of a kernel with itself. On a circular grid a convolution is `A = Σ exp(iθ(a))·W_a` at each frequency,
 * over the offsets a that the kernel reads at, so `AᴴA = Σ exp(iθ(d))·C_d` over the differences d of two offsets, with
 * real `C_d = Σ W_aᵀ·W_(a+d)` that are the same for all frequencies and grids.
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Slices } from "../backend/slices.js";
import type { Geometry } from "./convolutionGeometry.js";
import { addProduct, addTransposedProduct, PROBES, type Vectors } from "./doubleProducts.js";
import { UNIT_ROUNDOFF } from "./matrixBatch.js";

export type Offset = readonly [vertical: number, horizontal: number];

/** Places in the list of offsets, `second - first` of each pair being one and the same. */
interface Difference {
	readonly offset: Offset;
	readonly pairs: readonly (readonly [first: number, second: number])[];
}

/** `C_d + C_dᵀ` and `C_d - C_dᵀ` (for d = 0 `C_0` and zeros), `[size, size]`, lower triangles. */
interface OppositePair {
	readonly offset: Offset;
	readonly symmetric: Float64Array;
	readonly antisymmetric: Float64Array;
}

export class KernelCorrelation {
	/** Of the matrices `C_d`: inputs of all phases or outputs, whichever are fewer. */
	readonly size: number;
	/** The other size of `W_a`. */
	readonly #length: number;
	readonly #offsets: readonly Offset[];
	/** `W_a [offsets, length, size]`. */
	readonly #matrices: Float32Array;
	/** Of each pair of opposite ones the first. */
	readonly #differences: readonly Difference[];
	#single: Float32Array | null = null;
	#double: readonly OppositePair[] | null = null;

	/** `kernel [kh, kw, into, out]`. */
	constructor(kernel: Float32Array, into: number, out: number, axes: Geometry) {
		const { offsets, inputs, matrices } = byOffset(kernel, into, out, axes);
		this.#offsets = offsets;
		this.#matrices = matrices;
		this.size = Math.min(inputs, out);
		this.#length = Math.max(inputs, out);
		this.#differences = differencesOf(offsets);
	}

	/** All differences, in the order of `single`. */
	get differences(): readonly Offset[] {
		const half = this.#differences.map(({ offset }) => offset);
		return [...half, ...half.slice(1).map(([v, h]) => [-v, -h] as const)];
	}

	/** How many differences there are but for opposite ones. */
	get pairs(): number {
		return this.#differences.length;
	}

	/** Multiply-adds of `double`. */
	get work(): number {
		const products = this.#differences.reduce((total, { pairs }) => total + pairs.length, 0);
		return products * this.#length * this.size ** 2;
	}

	/** What rounding in float64 may add to, or take from, an eigenvalue of `Σ exp(iθ(d))·C_d`. */
	get doubleError(): number {
		// The absolute values of all terms together have at most the norm `(Σ‖W_a‖)²`, and each rounding, of a sum or of
		// a turn (less than 20), is relative to them.
		const roundings = this.#length * this.#offsets.length + 2 * this.pairs + 20;
		const squares = this.#matrices.reduce((total, w) => total + w * w, 0);
		return roundings * UNIT_ROUNDOFF * this.#offsets.length * squares;
	}

	/** `C_d [differences, size, size]` in float32, by products on the backend. */
	async single(slices: Slices): Promise<Float32Array> {
		this.#single ??= await this.#correlated(slices);
		return this.#single;
	}

	/** Opposite differences together, in float64. */
	double(): readonly OppositePair[] {
		this.#double ??= this.#differences.map(({ offset, pairs }, d) => {
			const c = this.#doubleCorrelation(pairs);
			return {
				offset,
				...(d === 0 ? { symmetric: c, antisymmetric: new Float64Array(c.length) } : parts(c, this.size)),
			};
		});
		return this.#double;
	}

	async #correlated(slices: Slices): Promise<Float32Array> {
		const [size, length] = [this.size, this.#length];
		const values = new Float32Array(this.differences.length * size * size);
		const all = tf.tensor2d(this.#matrices, [this.#offsets.length, length * size]);
		const stacked = (places: readonly number[]) =>
			tf.reshape(tf.gather(all, tf.tensor1d([...places], "int32")), [places.length * length, size]);
		const put = (place: number, correlation: tf.Tensor) => values.set(correlation.dataSync(), place * size * size);
		try {
			for (const [d, { pairs }] of this.#differences.entries()) {
				const [one, opposite] = tf.tidy(() => {
					const [first, second] = [pairs.map(([at]) => at), pairs.map(([, at]) => at)];
					const product = tf.matMul(stacked(first), stacked(second), true, false);
					return [product, tf.transpose(product)] as [tf.Tensor, tf.Tensor];
				});
				put(d, one);
				if (d > 0) put(this.pairs + d - 1, opposite);
				tf.dispose([one, opposite]);
				await slices.breathe();
			}
			return values;
		} finally {
			all.dispose();
		}
	}

	#doubleCorrelation(pairs: Difference["pairs"]): Float64Array {
		const { size } = this;
		const length = this.#length;
		const result = new Float64Array(size * size);
		for (const [first, second] of pairs) {
			const a = this.#matrices.subarray(first * length * size, (first + 1) * length * size);
			const b = this.#matrices.subarray(second * length * size, (second + 1) * length * size);
			addMatrixProduct(a, b, size, result);
		}
		return result;
	}

	/** `C_d·x` for each difference, in float64 and from the kernel. */
	async times(x: Vectors, slices: Slices): Promise<readonly { readonly offset: Offset; readonly product: Vectors }[]> {
		const [size, length] = [this.size, this.#length];
		const w = (place: number) => ({ values: this.#matrices, at: place * length * size, rows: length, columns: size });
		const middles: Vectors[] = [];
		for (const place of this.#offsets.keys()) {
			const values = new Float64Array(length * PROBES);
			addProduct(w(place), { values: x, length: size, from: 0 }, { values, length, from: 0 });
			middles.push(values);
			await slices.breathe();
		}
		const products: { offset: Offset; product: Vectors }[] = [];
		const add = async (offset: Offset, pairs: Difference["pairs"]) => {
			const product = new Float64Array(x.length);
			for (const [first, second] of pairs) {
				const middle = { values: middles[second] as Vectors, length, from: 0 };
				addTransposedProduct(w(first), middle, { values: product, length: size, from: 0 });
				await slices.breathe();
			}
			products.push({ offset, product });
		};
		for (const [d, { offset, pairs }] of this.#differences.entries()) {
			await add(offset, pairs);
			const opposite = pairs.map(([first, second]) => [second, first] as const);
			if (d > 0) await add([-offset[0], -offset[1]], opposite);
		}
		return products;
	}
}

/**
 * The kernel by the offset at which its places read: matrices `[length, size]` from the channels of all phases to the
 * output channels, turned where these are more.
 */
function byOffset(
	kernel: Float32Array,
	into: number,
	out: number,
	[vertical, horizontal]: Geometry,
): { readonly offsets: readonly Offset[]; readonly inputs: number; readonly matrices: Float32Array } {
	const taps = vertical.taps.flatMap((v, i) =>
		horizontal.taps.map((h, j) => ({
			phase: v.phase * horizontal.phases + h.phase,
			offset: [v.offset, h.offset] as const,
			at: (i * horizontal.taps.length + j) * into * out,
		})),
	);
	// Phases that no place reads make no difference.
	const phases = [...new Set(taps.map(({ phase }) => phase))];
	const offsets = [...new Map(taps.map(({ offset }) => [`${offset}`, offset])).values()];
	const places = new Map(offsets.map((offset, place) => [`${offset}`, place]));
	const inputs = phases.length * into;
	const isTurned = out > inputs;
	const matrices = new Float32Array(offsets.length * inputs * out);
	for (const { phase, offset, at } of taps) {
		const start = (places.get(`${offset}`) as number) * inputs * out;
		const first = phases.indexOf(phase) * into;
		for (let i = 0; i < into; i++)
			for (let o = 0; o < out; o++) {
				const to = isTurned ? o * inputs + first + i : (first + i) * out + o;
				matrices[start + to] = kernel[at + i * out + o] as number;
			}
	}
	return { offsets, inputs, matrices };
}

/** Zero first, then of each pair of opposite ones the first. */
function differencesOf(offsets: readonly Offset[]): readonly Difference[] {
	const found = new Map<string, { offset: Offset; pairs: [number, number][] }>();
	offsets.forEach(([top, left], first) => {
		offsets.forEach(([bottom, right], second) => {
			const offset = [bottom - top, right - left] as const;
			if (offset[0] < 0 || (offset[0] === 0 && offset[1] < 0)) return;
			const known = found.get(`${offset}`) ?? { offset, pairs: [] };
			known.pairs.push([first, second]);
			found.set(`${offset}`, known);
		});
	});
	return [...found.values()];
}

/** `result += aᵀ·b` for matrices with rows of `size` values, four rows at a time. */
function addMatrixProduct(a: Float32Array, b: Float32Array, size: number, result: Float64Array): void {
	const length = a.length / size;
	for (let k = 0; k < length; k += 4) {
		// Rows beyond the last count with weight 0, read from the first of the four.
		const p = k * size;
		const q = k + 1 < length ? p + size : p;
		const r = k + 2 < length ? q + size : p;
		const s = k + 3 < length ? r + size : p;
		for (let i = 0; i < size; i++) {
			const w0 = a[p + i] as number;
			const w1 = k + 1 < length ? (a[q + i] as number) : 0;
			const w2 = k + 2 < length ? (a[r + i] as number) : 0;
			const w3 = k + 3 < length ? (a[s + i] as number) : 0;
			const to = i * size;
			for (let j = 0; j < size; j++)
				result[to + j]! +=
					w0 * (b[p + j] as number) + w1 * (b[q + j] as number) + w2 * (b[r + j] as number) + w3 * (b[s + j] as number);
		}
	}
}

function parts(c: Float64Array, size: number): Omit<OppositePair, "offset"> {
	const symmetric = new Float64Array(c.length);
	const antisymmetric = new Float64Array(c.length);
	for (let i = 0; i < size; i++)
		for (let j = 0; j <= i; j++) {
			const lower = c[i * size + j] as number;
			const upper = c[j * size + i] as number;
			symmetric[i * size + j] = lower + upper;
			antisymmetric[i * size + j] = lower - upper;
		}
	return { symmetric, antisymmetric };
}
