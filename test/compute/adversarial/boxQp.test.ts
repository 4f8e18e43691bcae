import { describe, expect, it } from "vitest";
import { solveBoxQp } from "../../../src/compute/adversarial/boxQp.js";
import { Random } from "../../../src/compute/math/random.js";
import { dot } from "../../../src/compute/math/vectors.js";

function randomProgram(seed: number, rowCount: number, length = 30) {
	const random = Random.stream(seed, "program");
	const original = Float64Array.from({ length }, () => random.uniform());
	const rows = Array.from({ length: rowCount }, () => Float32Array.from({ length }, () => random.normal()));
	// A point inside the box that satisfies all rows, so that there is a solution.
	const inside = Float64Array.from({ length }, () => random.uniform());
	const bounds = rows.map((row) => dot(row, inside));
	return { original, rows, bounds };
}

describe("the box program", () => {
	it.each([1, 2, 5, 9])("satisfies the Karush-Kuhn-Tucker conditions with %i rows", (rowCount) => {
		for (let seed = 0; seed < 20; seed++) {
			const { original, rows, bounds } = randomProgram(seed, rowCount);
			const { x, multipliers, violation } = solveBoxQp({ original, rows, bounds });
			expect(violation).toBeLessThan(1e-8);
			rows.forEach((row, j) => {
				const slack = bounds[j]! - dot(row, x);
				expect(multipliers[j]!).toBeGreaterThanOrEqual(0);
				expect(Math.min(multipliers[j]!, slack)).toBeLessThan(1e-7);
			});
			for (let i = 0; i < x.length; i++) {
				// x - x0 + Aᵀλ is zero inside the box, and points out of it at a bound.
				let stationarity = x[i]! - original[i]!;
				rows.forEach((row, j) => {
					stationarity += multipliers[j]! * row[i]!;
				});
				if (x[i]! <= 0) expect(stationarity).toBeGreaterThan(-1e-9);
				else if (x[i]! >= 1) expect(stationarity).toBeLessThan(1e-9);
				else expect(Math.abs(stationarity)).toBeLessThan(1e-9);
			}
		}
	});

	it("leaves a point that satisfies everything where it is", () => {
		const { original, rows } = randomProgram(1, 3);
		const bounds = rows.map((row) => dot(row, original) + 1);
		expect(solveBoxQp({ original, rows, bounds }).x).toEqual(original);
	});

	it("reports the violation where the box excludes a row", () => {
		const rows = [Float32Array.of(1, 1)];
		const { violation } = solveBoxQp({ original: [0.5, 0.5], rows, bounds: [-1] });
		expect(violation).toBeCloseTo(1 / Math.SQRT2, 6);
	});
});
