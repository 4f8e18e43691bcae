import { describe, expect, it } from "vitest";
import { type MinimiseOptions, type Objective, ProjectedLbfgs } from "../../../src/compute/adversarial/lbfgs.js";
import type { Steps } from "../../../src/compute/adversarial/steps.js";
import { Random } from "../../../src/compute/math/random.js";

const OPTIONS: MinimiseOptions = { iterations: 500, gradientTolerance: 1e-6, decreaseTolerance: 0, firstStep: 1 };

/** An objective that needs no network; `seen` gets every point asked for. */
function objective(f: (x: Float32Array, gradient: Float32Array) => number, seen: Float32Array[] = []): Objective {
	return {
		// biome-ignore lint/correctness/useYield: asks the network for nothing.
		*evaluate(x, gradient) {
			seen.push(x.slice());
			return { value: f(x, gradient), logits: new Float32Array(0) };
		},
	};
}

function finish<T>(steps: Steps<T>): T {
	const result = steps.next();
	if (!result.done) throw new Error("asked the network for something");
	return result.value;
}

describe("projected L-BFGS", () => {
	it("finds the known minimum of a separable quadratic in the box, never leaving it", () => {
		const random = Random.stream(5, "quadratic");
		const length = 40;
		const centre = Float64Array.from({ length }, () => 3 * random.uniform() - 1);
		const curvature = Float64Array.from({ length }, () => 10 ** (3 * random.uniform()));
		const seen: Float32Array[] = [];
		const x = new Float32Array(length).fill(0.5);
		const f = (at: ArrayLike<number>, gradient: Float32Array) => {
			let value = 0;
			for (let i = 0; i < length; i++) {
				const offset = at[i]! - centre[i]!;
				gradient[i] = curvature[i]! * offset;
				value += (curvature[i]! * offset * offset) / 2;
			}
			return value;
		};
		const { value } = finish(new ProjectedLbfgs(length, 6).minimise(objective(f, seen), x, OPTIONS));
		const solution = centre.map((c) => Math.min(1, Math.max(0, c)));
		const least = f(solution, new Float32Array(length));
		// A step whose promise is below 1e-7 of the value is not taken: float32 couldn't tell it.
		expect(value / least - 1).toBeLessThan(1e-6);
		expect(value / least - 1).toBeGreaterThan(-1e-6);
		for (let i = 0; i < length; i++) {
			expect(Math.abs(x[i]! - solution[i]!)).toBeLessThan(Math.sqrt((2e-6 * least) / curvature[i]!) + 1e-6);
		}
		for (const point of seen) for (const value of point) expect(value >= 0 && value <= 1).toBe(true);
	});

	it.each([
		// Rosenbrock's valley on [0, 1]²: its minimum, and with the first variable held to a quarter of its way.
		{ scale: 1, expected: [1, 1] },
		{ scale: 0.5, expected: [1, 0.25] },
	])("follows a curved valley to its end or to the bound (scale $scale)", ({ scale, expected }) => {
		const x = Float32Array.of(0.1, 0.9);
		finish(
			new ProjectedLbfgs(2, 6).minimise(
				objective((at, gradient) => {
					const u = scale * at[0]!;
					const a = 1 - u;
					const b = at[1]! - u * u;
					gradient[0] = scale * (-2 * a - 400 * u * b);
					gradient[1] = 200 * b;
					return a * a + 100 * b * b;
				}),
				x,
				OPTIONS,
			),
		);
		expect(x[0]).toBeCloseTo(expected[0]!, 2);
		expect(x[1]).toBeCloseTo(expected[1]!, 2);
	});

	it("never accepts a rise, also where the function is not smooth", () => {
		const values: number[] = [];
		const x = new Float32Array(8).fill(0.9);
		const result = finish(
			new ProjectedLbfgs(8, 4).minimise(
				objective((at, gradient) => {
					let value = 0;
					at.forEach((v, i) => {
						value += Math.abs(v - i / 10);
						gradient[i] = Math.sign(v - i / 10);
					});
					values.push(value);
					return value;
				}),
				x,
				{ ...OPTIONS, iterations: 60 },
			),
		);
		expect(result.value).toBeLessThan(values[0]! / 3);
		expect(result.value).toBe(Math.min(...values.filter((value) => value >= result.value)));
	});

	it("keeps to the iterations asked for and stops at a stationary point at once", () => {
		let evaluations = 0;
		const flat = objective((_, gradient) => {
			evaluations++;
			gradient.fill(0);
			return 1;
		});
		const result = finish(new ProjectedLbfgs(3, 4).minimise(flat, new Float32Array(3), OPTIONS));
		expect(result.iterations).toBe(0);
		expect(evaluations).toBe(1);
	});
});
