/** Valid files, mutated at random from a fixed seed: read or refused with a typed error, nothing else. */
import { unzipSync, zipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { asBlindspotError } from "../../../src/compute/errors.js";
import { readBytes } from "./reading.js";
import { h5Model, input, kerasArchive, layer, sequential, values } from "./writers.js";

const MUTANTS = 150;
const SEED = 20_240_501;

const config = sequential([
	input([6, 6, 2]),
	layer("Conv2D", "c", { filters: 3, kernel_size: [3, 3], strides: [2, 2], padding: "same", activation: "relu" }),
	layer("BatchNormalization", "b", { axis: [3], epsilon: 1e-3 }),
	layer("MaxPooling2D", "m", { pool_size: [2, 2], padding: "same" }),
	layer("Flatten", "f"),
	layer("Dense", "d", { units: 4, activation: "softmax" }),
]);
const conv = [values([3, 3, 2, 3]), values([3])] as const;
const norm = [values([3]), values([3], 4), values([3], 7), values([3], 10)] as const;
const dense = [values([12, 4]), values([4])] as const;

type Random = (below: number) => number;

/** Whole numbers from 0 to below `n`, from a linear congruential generator (Numerical Recipes). */
function generator(seed: number): Random {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
	const mutant = Buffer.from(bytes);
	for (let times = 1 + random(4); times > 0; times--) {
		const at = random(mutant.length);
		const kind = random(4);
		if (kind === 0) mutant[at] = random(256);
		else if (kind === 1) mutant[at] = (mutant[at] as number) ^ (1 << random(8));
		else if (kind === 2) mutant.fill(255 * random(2), at, Math.min(mutant.length, at + 1 + random(8)));
		else mutant.copy(mutant, at, random(mutant.length), mutant.length);
	}
	return random(10) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant;
}

const ODD_VALUES = [
	"null",
	"-1",
	"0",
	"1e9",
	"1.5",
	'"x"',
	"[]",
	"{}",
	"[[[]]]",
	"true",
	"[1,2]",
	'"__proto__"',
	'"Lambda"',
];

/** Replaces one value or key of a JSON text by something else. */
function mutateJson(text: string, random: Random): string {
	const tokens = [...text.matchAll(/"[^"]*"|-?\d+(\.\d+)?|true|false|null/g)];
	const token = tokens[random(tokens.length)] as RegExpExecArray;
	const other =
		random(3) === 0 ? (tokens[random(tokens.length)]?.[0] ?? "") : (ODD_VALUES[random(ODD_VALUES.length)] as string);
	return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
}

/** How many mutants were read, and how many were refused; anything else fails. */
async function survive(name: string, mutant: (random: Random) => Uint8Array): Promise<{ readonly read: number }> {
	const random = generator(SEED);
	let read = 0;
	for (let i = 0; i < MUTANTS; i++) {
		try {
			await readBytes(mutant(random), name);
			read++;
		} catch (thrown) {
			const { reason, message } = asBlindspotError(thrown);
			expect(["unreadable-model", "unsupported-model"], `mutant ${i} of ${name}: ${message}`).toContain(reason);
		}
	}
	return { read };
}

describe("mutated files", { timeout: 60_000 }, () => {
	it("of .h5", async () => {
		const whole = await h5Model({
			config,
			weights: {
				c: { "c/kernel:0": conv[0], "c/bias:0": conv[1] },
				b: {
					"b/gamma:0": norm[0],
					"b/beta:0": norm[1],
					"b/moving_mean:0": norm[2],
					"b/moving_variance:0": norm[3],
				},
				d: { "d/kernel:0": dense[0], "d/bias:0": dense[1] },
			},
		});
		await readBytes(whole, "m.h5");
		await survive("m.h5", (random) => mutateBytes(whole, random));
	});

	it("of .keras: within the container, at least 30% are read", async () => {
		const weights = {
			"layers/conv2d/vars/0": conv[0],
			"layers/conv2d/vars/1": conv[1],
			"layers/batch_normalization/vars/0": norm[0],
			"layers/batch_normalization/vars/1": norm[1],
			"layers/batch_normalization/vars/2": norm[2],
			"layers/batch_normalization/vars/3": norm[3],
			"layers/dense/vars/0": dense[0],
			"layers/dense/vars/1": dense[1],
		};
		const whole = await kerasArchive(config, weights);
		const entries = unzipSync(whole);
		await survive("m.keras", (random) => mutateBytes(whole, random));
		const { read } = await survive("m.keras", (random) =>
			random(2) === 0
				? zipSync({ ...entries, "config.json": Buffer.from(mutateJson(JSON.stringify(config), random)) })
				: zipSync({ ...entries, "model.weights.h5": mutateBytes(entries["model.weights.h5"] as Uint8Array, random) }),
		);
		expect(read).toBeGreaterThanOrEqual(0.3 * MUTANTS);
	});

	it("of model.json", async () => {
		const text = JSON.stringify({
			format: "layers-model",
			modelTopology: config,
			weightsManifest: [{ paths: ["w"], weights: [{ name: "c/kernel", shape: [3, 3, 2, 3], dtype: "float32" }] }],
		});
		await survive("model.json", (random) => Buffer.from(mutateJson(text, random)));
	});
});
