import { describe, expect, it } from "vitest";
import { certifiedShares } from "../../../src/compute/lipschitz/certifiedShares.js";
import type { Certificate } from "../../../src/compute/lipschitz/report.js";

function certificate(label: number | null, radius: number, found: number | null = null): Certificate {
	const predicted = { index: 0, name: "zero", probability: 1 };
	return { source: "x", label, predicted, margin: 1, radius, found, error: null };
}

describe("certified shares", () => {
	it("are of images that are certified and right; a wrong one counts as found at every distance", () => {
		const shares = certifiedShares([
			certificate(0, 0.5),
			certificate(null, 0.5),
			certificate(1, 0.5),
			certificate(0, 0.1, 0.2),
		]);
		const at = (distance: number) => shares.find((one) => one.distance === distance);
		expect(at(0.1)).toEqual({ distance: 0.1, certified: 0.75, unknown: 0, found: 0.25 });
		expect(at(0.2)).toEqual({ distance: 0.2, certified: 0.5, unknown: 0, found: 0.5 });
		expect(at(0.5)).toEqual({ distance: 0.5, certified: 0.5, unknown: 0, found: 0.5 });
	});
});
