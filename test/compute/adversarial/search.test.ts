import { describe, expect, it } from "vitest";
import { type Multipliers, Search, SearchEnded, type SearchOptions } from "../../../src/compute/adversarial/search.js";
import { denseNetwork, type Layer } from "./networks.js";
import { answered } from "./steps.js";

/** Three classes of two pixels: class 1 where the first is above 0.5 and above the second, class 2 where the second is. */
const layer: Layer = {
	inputs: 2,
	outputs: 3,
	weights: Float32Array.of(0, 1, 0, 0, 0, 1),
	biases: Float32Array.of(0.5, 0, 0),
	activation: "linear",
};
const network = denseNetwork([1, 2, 1], [layer]);

function searching(options: Partial<SearchOptions> = {}, target: number | null = null) {
	const better: number[] = [];
	const search = new Search(
		Float32Array.of(0.25, 0.25),
		{ original: 0, target, rounding: 0 },
		{ budget: null, stopped: () => false, onBetter: ({ evaluations }) => better.push(evaluations), ...options },
	);
	const gradient = (x: number, y: number, multipliers: Multipliers | null = null, widths: Float32Array | null = null) =>
		answered(
			network,
			search.gradient(
				Float32Array.of(x, y),
				(_, out) => {
					out[1] = 1;
				},
				multipliers,
				widths,
			),
		);
	const logits = (x: number, y: number) => answered(network, search.logits(Float32Array.of(x, y)));
	return { search, better, gradient, logits };
}

const weights = (...values: readonly number[]) => Float64Array.from(values);

describe("the best point of a search", () => {
	it("is replaced by nearer adversarials only, and told of each", () => {
		const { search, better, logits } = searching();
		logits(0.3, 0.3);
		expect(search.best).toBeNull();
		logits(0.9, 0.25);
		expect(search.best).toMatchObject({ label: 1, squaredDistance: expect.closeTo(0.65 ** 2, 6) });
		logits(0.25, 1);
		expect(search.best?.label).toBe(1);
		logits(0.25, 0.65);
		expect(search.best).toMatchObject({ label: 2, squaredDistance: expect.closeTo(0.4 ** 2, 6) });
		// As near as the best is no nearer.
		logits(0.65, 0.25);
		expect(search.best?.label).toBe(2);
		expect(better).toEqual([2, 4]);
		expect(search.history.map(([evaluations]) => evaluations)).toEqual([2, 4]);
		expect(search.history[1]?.[1]).toBeCloseTo(0.4 / Math.SQRT2, 6);
	});

	it("is kept as it was, whatever becomes of the arrays that it came in", () => {
		const { search } = searching();
		const point = Float32Array.of(0.9, 0.25);
		answered(network, search.logits(point));
		point.fill(0);
		expect(search.best?.pixels).toEqual(Float32Array.of(0.9, 0.25));
	});

	it("has the multipliers that were seen there, as they were then", () => {
		const { search, gradient } = searching();
		const seen = { target: 1, weights: weights(0.7, 0, 0.2) };
		gradient(0.9, 0.25, seen);
		seen.weights.fill(9);
		expect(search.best?.multipliers).toEqual({ target: 1, weights: weights(0.7, 0, 0.2) });
		// Further away: the multipliers there say nothing of the best point.
		gradient(0.95, 0.25, { target: 1, weights: weights(5, 0, 5) });
		expect(search.best?.multipliers?.weights).toEqual(weights(0.7, 0, 0.2));
	});

	it("keeps the last multipliers of its label where a nearer point has none", () => {
		const { search, gradient, logits } = searching();
		gradient(0.9, 0.25, { target: 1, weights: weights(0.7, 0, 0.2) });
		logits(0.8, 0.25);
		logits(0.7, 0.25);
		expect(search.best).toMatchObject({ label: 1, multipliers: { target: 1, weights: weights(0.7, 0, 0.2) } });
		// Those of another label are none of its own.
		gradient(0.65, 0.25, { target: 2, weights: weights(0, 3, 0) });
		expect(search.best).toMatchObject({
			squaredDistance: expect.closeTo(0.4 ** 2, 6),
			multipliers: { target: 1, weights: weights(0.7, 0, 0.2) },
		});
		logits(0.25, 0.6);
		expect(search.best).toMatchObject({ label: 2, multipliers: null });
	});

	it("is no point of the network with rounded kinks", () => {
		const { search, gradient } = searching();
		gradient(0.9, 0.25, null, new Float32Array(0));
		expect(search.best).toBeNull();
		expect(search.attempt).toBeNull();
		expect(search.evaluations).toBe(1);
	});

	it("has the wanted label where one is wanted, and until there is one the nearest miss is kept", () => {
		const { search, logits } = searching({}, 2);
		logits(0.9, 0.25);
		expect(search.best).toBeNull();
		expect(search.attempt).toMatchObject({ label: 2, margin: expect.closeTo(-0.65, 6) });
		logits(0.25, 0.45);
		logits(0.25, 0.35);
		expect(search.attempt).toMatchObject({ label: 2, margin: expect.closeTo(-0.05, 6) });
		logits(0.25, 0.8);
		expect(search.best?.label).toBe(2);
		logits(0.25, 0.49);
		expect(search.attempt?.margin).toBeCloseTo(-0.05, 6);
	});
});

describe("the end of a search", () => {
	it("comes before the evaluation that the budget doesn't have", () => {
		const { search, logits, better } = searching({ budget: 3 });
		for (let i = 0; i < 3; i++) logits(0.9, 0.25);
		expect(search.evaluations).toBe(3);
		expect(() => logits(0.3, 0.3)).toThrow(new SearchEnded("budget"));
		expect(search.evaluations).toBe(3);
		expect(better).toEqual([1]);
		const pairs = searching({ budget: 2 });
		const three = pairs.search.gapGradients(Float32Array.of(0.3, 0.3), [
			[1, 0],
			[2, 0],
			[1, 2],
		]);
		expect(() => answered(network, three)).toThrow(SearchEnded);
		expect(pairs.search.evaluations).toBe(0);
	});

	it("comes at once when it is stopped", () => {
		const { search, gradient } = searching({ stopped: () => true });
		expect(() => gradient(0.9, 0.25)).toThrow(new SearchEnded("stopped"));
		expect(search.evaluations).toBe(0);
	});
});

it("gives the gradient of each gap, and counts them", () => {
	const { search } = searching();
	const found = answered(
		network,
		search.gapGradients(Float32Array.of(0.9, 0.25), [
			[1, 0],
			[2, 1],
		]),
	);
	expect(found).toEqual([Float32Array.of(1, 0), Float32Array.of(-1, 1)]);
	expect(search.evaluations).toBe(2);
	expect(search.best?.label).toBe(1);
	expect(answered(network, search.gapGradients(Float32Array.of(0, 0), []))).toEqual([]);
	expect(search.evaluations).toBe(2);
});
