/** Seeded random numbers. Streams with different names are independent of each other and of the order of use. */
import { createHash } from "node:crypto";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";

const TWO_TO_32 = 2 ** 32;

export class Random {
	readonly #generator: RandomGenerator;
	#spareNormal: number | null = null;

	private constructor(generator: RandomGenerator) {
		this.#generator = generator;
	}

	/** The stream of `seed` with this name: the same numbers whenever it is asked for. */
	static stream(seed: number, ...name: readonly (string | number)[]): Random {
		const digest = createHash("sha256")
			.update(JSON.stringify([seed, ...name]))
			.digest();
		return new Random(xoroshiro128plus(digest.readInt32LE(0)));
	}

	/** Uniform in [0, 1), 32 bits. */
	uniform(): number {
		return (this.#generator.next() >>> 0) / TWO_TO_32;
	}

	/** Uniform among 0 .. count - 1. */
	integer(count: number): number {
		return Math.floor(this.uniform() * count);
	}

	/** Standard normal (Marsaglia's polar method). */
	normal(): number {
		if (this.#spareNormal !== null) {
			const spare = this.#spareNormal;
			this.#spareNormal = null;
			return spare;
		}
		for (;;) {
			const u = 2 * this.uniform() - 1;
			const v = 2 * this.uniform() - 1;
			const s = u * u + v * v;
			if (s > 0 && s < 1) {
				const factor = Math.sqrt((-2 * Math.log(s)) / s);
				this.#spareNormal = v * factor;
				return u * factor;
			}
		}
	}

	/** Shuffles in place (Fisher-Yates) and returns the same array. */
	shuffle<Items extends unknown[] | Uint32Array>(items: Items): Items {
		for (let i = items.length - 1; i > 0; i--) {
			const j = this.integer(i + 1);
			const kept = items[i];
			items[i] = items[j];
			items[j] = kept;
		}
		return items;
	}
}
