import { describe, expect, it } from "vitest";
import { resultsSchema } from "../../../src/compute/lipschitz/schema.js";
import { copied, csvRows, figure, finding, gapWords } from "../../../src/webviews/lipschitz/figures.js";
import { place, scaleOf } from "../../../src/webviews/lipschitz/waterfall.js";
import { layerBounds, sampleResults } from "./sample.js";

describe("figures of the page", () => {
	it("have four digits, without an exponent up to a million", () => {
		expect([1, 0, 2.9141, 24.518, 793.52, 12345.6, 0.0082345].map((v) => figure(v))).toEqual([
			"1",
			"0",
			"2.914",
			"24.52",
			"793.5",
			"12,350",
			"0.008235",
		]);
		expect(figure(3.031e30)).toBe("3.031 · 10³⁰");
		expect(figure(1.2e-7, 2)).toBe("1.2 · 10⁻⁷");
		expect(figure(null)).toBe("–");
	});

	it("say how large a gap is", () => {
		expect(gapWords(1.0003, 1)).toBe("0");
		expect(gapWords(1.416, 1)).toBe("+41.6%");
		expect(gapWords(5.6, 1)).toBe("× 5.6");
		expect(gapWords(793, 12.6)).toBe("× 63");
		expect(gapWords(null, 1)).toBe("–");
	});

	it("answer the page's question, and say what dominates", () => {
		const { headline, conditions } = finding(sampleResults());
		expect(headline).toMatch(
			/^Network bound 14\.6\. At the median image no adversarial is nearer than L2 0\.\d+; one is found at 0\.9\d?$/,
		);
		expect(conditions.join(" ")).toMatch(/over 120 images/);
		expect(conditions.join(" ")).toMatch(/conv2d_1 makes up 5\d% of it in log scale/);
		expect(conditions.join(" ")).toContain("Largest stretch seen on pictures: 2.60.");
	});

	it("name no layers where it takes many to make up half of the bound", () => {
		const layers = layerBounds(Array.from({ length: 20 }, (_, i) => [`dense_${i}`, "Dense", "", "10", 1.1, 1.1]));
		const network = { ...sampleResults().network, upper: 1.1 ** 20 } as ReturnType<typeof sampleResults>["network"];
		expect(finding(sampleResults({ layers, network })).conditions.join(" ")).not.toContain("log scale");
	});

	it("name what has no bound, and certify nothing then", () => {
		const network = {
			...sampleResults().network,
			kind: "unbounded",
			upper: null,
			unboundedBy: "Multiply 'se': a product of two activations",
		} as ReturnType<typeof sampleResults>["network"];
		const { headline, conditions } = finding(sampleResults({ network, certificates: [], shares: [] }));
		expect(headline).toBe("No bound of the whole network, so nothing is certified");
		expect(conditions[0]).toBe("Multiply 'se': a product of two activations.");
	});

	it("say how far a run is, with the product so far", () => {
		const results = sampleResults();
		const { headline } = finding({ ...results, layers: results.layers.slice(0, 4), network: null });
		expect(headline).toBe("Bounds of 4 of 10 layers: 5.828 so far");
	});

	it("leave the page as a table with the network last", () => {
		const rows = csvRows(sampleResults());
		expect(rows).toHaveLength(12);
		expect(rows[2]?.slice(0, 5)).toEqual(["conv2d + batch_normalization", "Conv2D 5×5", "28×28×16", "upper", 2.914]);
		expect(rows.at(-1)?.slice(0, 2)).toEqual(["network", "to logits"]);
		const hostile = sampleResults({ layers: layerBounds([["a\tb\nc", "Dense", "", "10", 2, 2]]) });
		expect(copied(hostile).split("\n")).toHaveLength(3);
	});

	it("lie on a scale of whole powers of ten, also below 1", () => {
		const scale = scaleOf(sampleResults());
		expect([scale.low, scale.high]).toEqual([1, 100]);
		expect(place(10, scale)).toBeCloseTo(50);
		const small = scaleOf(sampleResults({ layers: layerBounds([["a", "Dense", "", "10", 0.02, 0.02]]) }));
		expect(small.low).toBe(0.01);
		const huge = scaleOf(sampleResults({ layers: layerBounds([["a", "Dense", "", "10", 3e30, 1]]) }));
		expect(huge.ticks.length).toBeLessThanOrEqual(7);
	});

	it("are read from a stored report as they were", () => {
		const results = sampleResults();
		expect(resultsSchema.parse(JSON.parse(JSON.stringify(results)))).toEqual(results);
		expect(resultsSchema.safeParse({ ...results, layers: [{}] }).success).toBe(false);
	});
});
