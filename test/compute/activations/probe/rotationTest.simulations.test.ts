/** Whether the rotation test rejects as rarely as it promises where units are a random rotation, and finds them where they are not. */
// The core first: its gradients, which the backend registers, take its operations for granted.
import "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { rankP } from "../../../../src/compute/activations/comparison.js";
import { rotateFrames } from "../../../../src/compute/activations/probe/rotationTest.js";
import { Slices } from "../../../../src/compute/backend/slices.js";
import { startBackend } from "../../../../src/compute/backend/startBackend.js";
import { haarFrame, normalise } from "../../../../src/compute/math/haar.js";
import { Random } from "../../../../src/compute/math/random.js";
import { runs } from "../../../simulations.js";

const RUNS = runs(120, 1500);
const ROTATIONS = 19;
const [CLASSES, IMAGES, TOP] = [4, 60, 5];
const PIXELS = 6;
/** Three standard errors of a rate of 5% over the runs. */
const SLACK = 3 * Math.sqrt((0.05 * 0.95) / RUNS);

beforeAll(async () => {
	await startBackend("auto", null);
});

interface Layer {
	readonly units: number;
	readonly places: number;
	/** Units that are never active. */
	readonly dead: number;
	/** Whether units are made of classes, in place of a random rotation. */
	readonly aligned: boolean;
}

/** p of purity and of pixel similarity for a layer drawn at random. */
async function tested({ units, places, dead, aligned }: Layer, random: Random) {
	const alive = units - dead;
	const labels = Int32Array.from({ length: IMAGES }, (_, image) => image % CLASSES);
	const centres = Float32Array.from({ length: CLASSES * alive }, () => random.normal());
	const frame = haarFrame(alive, alive, random);
	const activations = new Float32Array(IMAGES * places * units);
	for (let image = 0; image < IMAGES; image++)
		for (let place = 0; place < places; place++) {
			const label = labels[image] as number;
			const values = Array.from({ length: alive }, (_, i) => {
				if (aligned) return i % CLASSES === label ? 1 + random.uniform() : -3 * Math.abs(random.normal());
				return Math.max(0, (centres[label * alive + i] as number) + random.normal());
			});
			const at = (image * places + place) * units;
			for (let unit = 0; unit < alive; unit++)
				activations[at + unit] = aligned
					? (values[unit] as number)
					: values.reduce((sum, value, i) => sum + value * (frame[unit * alive + i] as number), 0);
		}
	const pixels = Float32Array.from(
		{ length: IMAGES * PIXELS },
		(_, at) =>
			(centres[((labels[Math.floor(at / PIXELS)] as number) * alive + (at % PIXELS)) % centres.length] as number) +
			random.normal(),
	);
	for (let image = 0; image < IMAGES; image++) normalise(pixels.subarray(image * PIXELS, (image + 1) * PIXELS));
	const outcome = await rotateFrames(
		{ count: IMAGES, units, places, activations, labels, pixels, features: null },
		{
			top: TOP,
			frame: Array.from({ length: units }, (_, unit) => unit),
			rotations: ROTATIONS,
			random,
			slices: new Slices(new AbortController().signal),
			stopped: () => false,
			onRotation: () => undefined,
		},
	);
	const p = (measure: "purity" | "similarity") => rankP(outcome.frame[measure], outcome.rotated[measure], random);
	return { purity: p("purity"), similarity: p("similarity") };
}

async function rejected(layer: Layer): Promise<{ readonly purity: number; readonly similarity: number }> {
	const rate = { purity: 0, similarity: 0 };
	for (let run = 0; run < RUNS; run++) {
		const p = await tested(layer, Random.stream(run, "rotation", JSON.stringify(layer)));
		for (const measure of ["purity", "similarity"] as const) if (p[measure] <= 0.05) rate[measure] += 1 / RUNS;
	}
	return rate;
}

describe("the rotation test", { timeout: 600_000 }, () => {
	it.each([
		["a dense layer", { units: 8, places: 1, dead: 0 }],
		["the highest of 6 places", { units: 8, places: 6, dead: 0 }],
		["half of the units dead", { units: 16, places: 1, dead: 8 }],
		["three quarters dead, of 4 places", { units: 24, places: 4, dead: 18 }],
	] as const)("rejects a random rotation in about one case of twenty: %s", async (_, layer) => {
		const { purity, similarity } = await rejected({ ...layer, aligned: false });
		expect(purity).toBeLessThan(0.05 + SLACK);
		expect(similarity).toBeLessThan(0.05 + SLACK);
		if (RUNS > 1000) expect(Math.min(purity, similarity)).toBeGreaterThan(0.05 - SLACK - 0.015);
	});

	it("finds units that are made of classes, at several places too", async () => {
		const { purity } = await rejected({ units: 8, places: 6, dead: 0, aligned: true });
		expect(purity).toBeGreaterThan(0.9);
	});
});
