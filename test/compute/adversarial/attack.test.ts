import { describe, expect, it } from "vitest";
import { acceptedMargin, assess, highest } from "../../../src/compute/adversarial/goal.js";
import type { AttackOutcome } from "../../../src/compute/adversarial/run.js";
import { ATTACK_METHODS } from "../../../src/compute/attack/methods.js";
import { Random } from "../../../src/compute/math/random.js";
import { distortion } from "../../../src/compute/math/vectors.js";
import type { AttackOptions } from "../../../src/compute/reports/report.js";
import { distanceOf, mean, NEXT, run, UNTARGETED } from "./harness.js";
import { type Activation, denseNetwork, labelledPictures, randomLayers, train } from "./networks.js";

const VALUES = 64;
const examples = labelledPictures(5, 40, VALUES, 11);
const pictures = examples.slice(0, 16).map(({ pixels }) => pixels);

/** A perceptron that has learnt to tell five drawings apart. `gain` stretches the first layer afterwards. */
function perceptron(activation: Activation, gain = 1) {
	const layers = randomLayers([VALUES, 20, 20, 5], activation, Random.stream(2, "mlp"), 1.5);
	train(layers, examples, 20, 0.05);
	for (const numbers of [layers[0]!.weights, layers[0]!.biases])
		numbers.forEach((value, i) => {
			numbers[i] = gain * value;
		});
	return denseNetwork([8, 8, 1], layers);
}

function lastDistortion({ history }: AttackOutcome): number {
	return history[history.length - 1]![1];
}

describe.each<Activation>(["tanh", "sigmoid", "relu"])("a perceptron with %s units", (activation) => {
	const network = perceptron(activation);

	// A sign step doesn't reach every label.
	it.each(ATTACK_METHODS.filter((method) => method !== "fgsm"))(
		"gives every picture the wanted label by %s, in the box and confirmed alone",
		async (method) => {
			const outcomes = await run(network, pictures, { ...NEXT, method });
			outcomes.forEach((outcome, i) => {
				expect(outcome.failure).toBeNull();
				const { pixels, label, margin } = outcome.adversarial!;
				for (const value of pixels) expect(value >= 0 && value <= 1).toBe(true);
				const logits = network.logits(pixels, 1);
				expect(highest(logits)).toBe(label);
				expect(label).toBe((highest(network.logits(pictures[i]!, 1)) + 1) % 5);
				expect(margin).toBe(assess({ original: outcome.predicted, target: label, rounding: 0 }, logits).margin);
				expect(margin).toBeGreaterThanOrEqual(acceptedMargin(logits[label]!, 0));
				expect(lastDistortion(outcome)).toBeCloseTo(distortion(pixels, pictures[i]!), 12);
			});
		},
	);

	it("is nearer to its pictures by closest than by szegedy, on average", async () => {
		const [closest, szegedy] = await Promise.all(
			(["closest", "szegedy"] as const).map((method) => run(network, pictures, { ...NEXT, method })),
		);
		const meanDistance = (outcomes: readonly AttackOutcome[]) =>
			mean(outcomes.map((outcome, i) => distanceOf(outcome, pictures[i]!)));
		expect(meanDistance(closest!)).toBeLessThan(meanDistance(szegedy!));
	});

	it("is nearer with any label than with a wanted one", async () => {
		const any = await run(network, pictures, UNTARGETED);
		const next = await run(network, pictures, NEXT);
		any.forEach((outcome, i) => {
			expect(outcome.target).toBeNull();
			expect(outcome.adversarial!.label).not.toBe(outcome.predicted);
			// A run for a label may be given up early, so now and then the wanted one is a little nearer.
			expect(distanceOf(outcome, pictures[i]!)).toBeLessThan(1.05 * distanceOf(next[i]!, pictures[i]!));
		});
	});

	it("has a stored form that keeps the label, near the adversarial", async () => {
		const outcomes = await run(network, pictures, UNTARGETED);
		for (const [i, outcome] of outcomes.entries()) {
			const { success, pixels, distortion: stored } = outcome.stored!;
			expect(success).toBe(true);
			const decoded = Float32Array.from(pixels!, (step) => step / 255);
			expect(highest(network.logits(decoded, 1))).toBe(outcome.adversarial!.label);
			expect(stored).toBeCloseTo(distortion(decoded, pictures[i]!), 12);
			// Rounding adds noise of 1/255/sqrt(12) = 0.0011 RMS; the search as much again, or half a percent.
			expect(stored!).toBeLessThan(Math.hypot(1.005 * lastDistortion(outcome), 0.0023));
		}
		// Plain rounding loses about half of what lies on the boundary.
		expect(outcomes.some((outcome) => outcome.stored!.repaired)).toBe(true);
	});
});

describe("an attack", () => {
	const network = perceptron("tanh");

	it.each(ATTACK_METHODS)("by %s gives the same in a batch, alone and in small batches", async (method) => {
		const options: AttackOptions = { ...UNTARGETED, method };
		const together = await run(network, pictures, options);
		const small = await run(network, pictures, options, { batchSize: 3 });
		const strip = ({ seconds: _, ...rest }: AttackOutcome) => rest;
		// The hand-written network sums each picture by itself, so there is no float noise to allow for.
		expect(small.map(strip)).toEqual(together.map(strip));
		const { attackImages } = await import("../../../src/compute/adversarial/run.js");
		const alone = await attackImages(network, [{ pixels: pictures[5]!, position: 5 }], options, {
			seed: 1,
			signal: new AbortController().signal,
			batchSize: 1,
			examine: true,
			stopped: () => false,
			onPredicted() {},
			onBetter() {},
			onFinished() {},
		});
		expect(strip(alone[0]!)).toEqual(strip(together[5]!));
	});

	it("gives the same for the same seed, and other noise for another", async () => {
		const random: AttackOptions = { ...UNTARGETED, target: { kind: "random" } };
		const targets = async (seed: number) =>
			(await run(network, pictures, random, { seed })).map(({ target }) => target);
		expect(await targets(1)).toEqual(await targets(1));
		expect(await targets(1)).not.toEqual(await targets(2));
	});

	it("never asks for more points at a time than the batch size, and confirms alone", async () => {
		const fresh = perceptron("tanh");
		await run(fresh, pictures, UNTARGETED, { batchSize: 7 });
		expect(Math.max(...fresh.calls.map(({ count }) => count))).toBe(7);
		// At least one check of the adversarial and one of its 8-bit form for each picture.
		expect(fresh.calls.filter(({ kind, count }) => kind === "logits" && count === 1).length).toBeGreaterThanOrEqual(32);
	});

	it("tells of each prediction, of ever nearer adversarials and of each end, once", async () => {
		const events: string[] = [];
		const seen = new Map<number, number[]>();
		await run(network, pictures.slice(0, 4), UNTARGETED, {
			onPredicted: (i, { predicted }) => events.push(`predicted ${i} ${predicted}`),
			onBetter: (i, { history, pixels, label }) => {
				expect(highest(network.logits(pixels, 1))).toBe(label);
				seen.set(i, [...(seen.get(i) ?? []), history[history.length - 1]![1]]);
			},
			onFinished: (i, { failure }) => events.push(`finished ${i} ${failure}`),
		});
		expect(events.filter((event) => event.startsWith("predicted"))).toHaveLength(4);
		expect(events.filter((event) => event.endsWith("null")).sort()).toEqual(
			[0, 1, 2, 3].map((i) => `finished ${i} null`),
		);
		expect(seen.size).toBe(4);
		for (const distortions of seen.values()) {
			expect(distortions).toEqual([...distortions].sort((a, b) => b - a));
		}
	});

	it("has a history that falls with the evaluations", async () => {
		for (const { history, evaluations } of await run(network, pictures, UNTARGETED)) {
			for (let k = 1; k < history.length; k++) {
				expect(history[k]![0]).toBeGreaterThan(history[k - 1]![0]);
				expect(history[k]![1]).toBeLessThan(history[k - 1]![1]);
			}
			expect(history[history.length - 1]![0]).toBeLessThanOrEqual(evaluations);
		}
	});

	it.each([1, 10, 40])("keeps to a budget of %i evaluations", async (budget) => {
		const outcomes = await run(network, pictures, { ...NEXT, budget });
		for (const { evaluations, failure, adversarial } of outcomes) {
			expect(evaluations).toBeLessThanOrEqual(budget);
			expect(failure).toBe(adversarial === null ? "budget" : null);
		}
		if (budget === 1)
			expect(outcomes.every(({ nearest, failure }) => nearest !== null && failure === "budget")).toBe(true);
		if (budget === 40) expect(outcomes.every(({ adversarial }) => adversarial !== null)).toBe(true);
	});

	it("gets nearer with a larger budget", async () => {
		const few = await run(network, pictures, { ...NEXT, budget: 40 });
		const plan = await run(network, pictures, NEXT);
		expect(mean(plan.map(lastDistortion))).toBeLessThan(mean(few.map(lastDistortion)));
	});

	it("ends no further away with more effort, since it begins with what less effort does", async () => {
		const few = pictures.slice(0, 6);
		const [quick, normal, thorough] = await Promise.all(
			(["quick", "normal", "thorough"] as const).map((effort) => run(network, few, { ...NEXT, effort })),
		);
		// The search of the last segment ends anywhere in the slack of the margin, some 1e-7 of the distance here.
		const slack = 1 + 1e-6;
		few.forEach((_, i) => {
			expect(lastDistortion(normal![i]!)).toBeLessThanOrEqual(slack * lastDistortion(quick![i]!));
			expect(lastDistortion(thorough![i]!)).toBeLessThanOrEqual(slack * lastDistortion(normal![i]!));
		});
		expect(mean(thorough!.map(lastDistortion))).toBeLessThan(mean(quick!.map(lastDistortion)));
	});

	it("ends a stopped picture with what it has and goes on with the others", async () => {
		const stopped = new Set([2]);
		const outcomes = await run(network, pictures.slice(0, 4), UNTARGETED, {
			stopped: (i) => stopped.has(i),
			onBetter: (i) => {
				if (i === 1) stopped.add(1);
			},
		});
		// Stopped before anything was found, and at the first adversarial.
		expect(outcomes[2]).toMatchObject({ failure: "stopped", adversarial: null });
		expect(outcomes[1]).toMatchObject({ failure: null, control: null });
		expect(outcomes[1]!.stored!.success).toBe(true);
		expect(outcomes[1]!.evaluations).toBeLessThan(outcomes[0]!.evaluations);
		expect(outcomes[0]).toMatchObject({ failure: null, control: { samples: 100 } });
	});

	it("is cancelled between slices", async () => {
		const controller = new AbortController();
		let calls = 0;
		// A slow network, so that slices are used up.
		const slow = {
			...network,
			logitsAndGradient: (...args: Parameters<typeof network.logitsAndGradient>) => {
				calls++;
				const until = performance.now() + 110;
				while (performance.now() < until);
				return network.logitsAndGradient(...args);
			},
		};
		const running = run(slow, pictures, NEXT, { signal: controller.signal });
		setTimeout(() => controller.abort(), 50);
		await expect(running).rejects.toMatchObject({ reason: "cancelled" });
		expect(calls).toBeLessThan(6);
	});

	it("leaves alone what has the wanted label already, and attacks the rest", async () => {
		const index = highest(network.logits(pictures[0]!, 1));
		const outcomes = await run(network, pictures, { ...UNTARGETED, target: { kind: "label", index } });
		for (const { predicted, failure, adversarial } of outcomes) {
			expect(failure).toBe(predicted === index ? "already target" : null);
			expect(adversarial === null).toBe(predicted === index);
		}
		expect(new Set(outcomes.map(({ failure }) => failure)).size).toBe(2);
	});

	it("refuses a label that the model doesn't have", async () => {
		const options: AttackOptions = { ...UNTARGETED, target: { kind: "label", index: 5 } };
		await expect(run(network, pictures, options)).rejects.toMatchObject({ reason: "bad-request" });
	});

	it.each(ATTACK_METHODS)("by %s names the missing gradient of a constant network", async (method) => {
		const layers = randomLayers([VALUES, 4, 3], "relu", Random.stream(1, "dead"));
		layers[0]!.biases.fill(-1000);
		const outcomes = await run(denseNetwork([8, 8, 1], layers), pictures.slice(0, 3), { ...UNTARGETED, method });
		for (const outcome of outcomes) expect(outcome).toMatchObject({ failure: "no gradient", adversarial: null });
	});

	it.each([10, 30, 100])("succeeds on saturated units (gain %i), whose gradients are tiny", async (gain) => {
		const outcomes = await run(perceptron("tanh", gain), pictures, UNTARGETED);
		const succeeded = outcomes.filter(({ adversarial }) => adversarial !== null).length;
		expect(succeeded / outcomes.length).toBeGreaterThanOrEqual(gain < 100 ? 1 : 0.9);
		for (const { failure } of outcomes)
			expect(failure === null || failure === "budget" || failure === "box").toBe(true);
	});

	it("counts how often noise of the same distortion changes the label", async () => {
		// One plane through the middle of the box: the share is that of a sphere's cap beyond the plane.
		const weights = new Float32Array(2 * VALUES);
		for (let i = 0; i < VALUES; i++) weights[2 * i + 1] = 1;
		const layer = {
			inputs: VALUES,
			outputs: 2,
			weights,
			biases: Float32Array.of(0.505 * VALUES, 0),
			activation: "linear",
		} as const;
		const grey = Array.from({ length: 10 }, () => new Float32Array(VALUES).fill(0.5));
		const outcomes = await run(denseNetwork([8, 8, 1], [layer]), grey, UNTARGETED);
		for (const { control } of outcomes) {
			// The nearest point touches the plane: no other direction of that length reaches it.
			expect(control).toMatchObject({ samples: 100, changed: 0 });
			expect(control!.interval[1]).toBeCloseTo(0.037, 3);
		}
	});
});
