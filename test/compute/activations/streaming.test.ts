import { describe, expect, it } from "vitest";
import { RunningFigures } from "../../../src/compute/activations/scoreFigures.js";
import { TopScores } from "../../../src/compute/activations/topScores.js";
import { Random } from "../../../src/compute/math/random.js";

describe("TopScores", () => {
	it("keeps what a stable sort has first, ties in the order of arrival, never NaN", () => {
		const random = Random.stream(1, "scores");
		const [rows, top, images] = [5, 4, 200];
		const kept = new TopScores(rows, top);
		const scores = Array.from({ length: rows }, (_, row) =>
			Float32Array.from({ length: images }, () =>
				random.uniform() < 0.1 ? Number.NaN : random.integer(row === 0 ? 3 : 1000),
			),
		);
		for (let image = 0; image < images; image++)
			for (let row = 0; row < rows; row++) kept.offer(row, image, scores[row]?.[image] as number);
		const all = new Set<number>();
		for (const [row, own] of scores.entries()) {
			const sorted = Array.from(own, (score, image) => ({ score, image }))
				.filter(({ score }) => !Number.isNaN(score))
				.sort((a, b) => b.score - a.score)
				.slice(0, top);
			expect(Array.from(kept.images(row))).toEqual(sorted.map(({ image }) => image));
			expect(Array.from(kept.scores(row))).toEqual(sorted.map(({ score }) => score));
			for (const { image } of sorted) all.add(image);
		}
		expect(kept.all()).toEqual(all);
		const together = new TopScores(rows, top);
		for (let image = 0; image < images; image++) {
			const before = together.all();
			const isTaken = together.offerAll(
				image,
				Float32Array.from(scores, (own) => own[image] as number),
			);
			expect(isTaken).toBe(together.all().has(image));
			expect(before.has(image)).toBe(false);
		}
		for (let row = 0; row < rows; row++) expect(together.images(row)).toEqual(kept.images(row));
	});

	it("holds fewer where there are fewer", () => {
		const kept = new TopScores(1, 3);
		expect(kept.offer(0, 7, Number.NEGATIVE_INFINITY)).toBe(true);
		expect(kept.offer(0, 8, 2)).toBe(true);
		expect(Array.from(kept.images(0))).toEqual([8, 7]);
	});
});

describe("RunningFigures", () => {
	const random = Random.stream(3, "figures");
	const labels = Array.from({ length: 300 }, (_, i) => (i % 7 === 0 ? null : random.integer(3)));
	// Rounded as the backend's are.
	const scores = labels.map((label) => Math.fround(Math.max(0, random.normal() + (label === 2 ? 1 : 0))));

	it("say what the whole list says", () => {
		const running = new RunningFigures(2, 3);
		scores.forEach((score, i) => {
			running.add(Float32Array.of(Number.NaN, score), labels[i] ?? -1);
		});
		running.add(Float32Array.of(Number.NaN, Number.NaN), 0);
		running.add(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY), 1);
		const n = scores.length;
		const mean = scores.reduce((sum, score) => sum + score, 0) / n;
		const squares = scores.reduce((sum, score) => sum + score * score, 0) / n;
		const deviation = Math.sqrt(squares - mean ** 2);
		const meanOf = (isIn: (i: number) => boolean) => {
			const own = scores.filter((_, i) => isIn(i));
			return own.reduce((sum, score) => sum + score, 0) / own.length;
		};
		const differences = [0, 1, 2].map(
			(c) => (meanOf((i) => labels[i] === c) - meanOf((i) => labels[i] !== c)) / deviation,
		);
		const figures = running.figures(1);
		expect(figures).toMatchObject({
			images: n,
			lowest: 0,
			highest: Math.max(...scores),
			aboveFloor: scores.filter((score) => score > 0).length,
		});
		expect(figures?.mean).toBeCloseTo(mean, 12);
		expect(figures?.sparsity).toBeCloseTo((1 - mean ** 2 / squares) / (1 - 1 / n), 12);
		expect(figures?.selectivity?.label).toBe(2);
		expect(figures?.selectivity?.difference).toBeCloseTo(differences[2] as number, 10);
		expect(running.notFinite(1)).toBe(2);
		expect(running.figures(0)).toBeNull();
	});

	it("have a sparsity of 0 for equal scores and of 1 for a single one", () => {
		const running = new RunningFigures(2, 1);
		for (let i = 0; i < 10; i++) running.add(Float32Array.of(2, i === 4 ? 5 : 0), -1);
		expect(running.figures(0)?.sparsity).toBeCloseTo(0, 12);
		expect(running.figures(1)?.sparsity).toBeCloseTo(1, 12);
		expect(running.figures(0)?.selectivity).toBeNull();
	});
});
