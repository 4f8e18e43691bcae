/** An invented report on one unit, with the shapes that real ones have. */
import type { UnitReport } from "../../../src/compute/activations/unit/report.js";
import { sampleReport } from "../probe/sampleReport.js";

export function sampleUnit(): UnitReport {
	const { model, backend, layer, preprocessing, labels, data, units, run } = sampleReport({
		units: 20,
		directions: 10,
	});
	const unit = units[1]!;
	const images = (from: number, scale: number) =>
		Array.from({ length: 24 }, (_, at) => ({
			index: at,
			source: `/data/digits.npz#${at}`,
			label: at % 3 === 0 ? 4 : 9,
			score: from + at * scale,
			box: null,
		}));
	return {
		kind: "unit",
		version: 1,
		blindspot: "0.1.0",
		model,
		backend,
		layer,
		pre: false,
		reduce: "max",
		unit: { kind: "unit", index: 1 },
		seed: 1,
		preprocessing,
		labels,
		data,
		warnings: [],
		figures: {
			...unit,
			name: "unit 1",
			top: images(4.75, -0.07),
			bottom: images(0.01, 0.001),
			inactive: false,
			active: 0.197,
			commonest: { label: 9, count: 17 },
			purity: 17 / 24,
			highest: 4.75,
			notFinite: 0,
		},
		atFloor: 8034,
		scores: { low: 0, high: 4.8, counts: Array.from({ length: 32 }, (_, at) => Math.round(190 * Math.exp(-at / 8))) },
		byClass: Array.from({ length: 10 }, (_, label) => ({
			label,
			images: 1000,
			mean: (label * 7) % 10 === 3 ? 0.7 : 0.1,
			low: 0,
			high: 0.2 + ((label * 7) % 10) / 4,
		})),
		logitWeights: Array.from({ length: 10 }, (_, label) => Math.sin(label * 2) / 2),
		incoming: Array.from({ length: 8 }, (_, at) => ({
			from: 40 + at,
			weight: (at % 2 === 0 ? 1 : -1) * (0.37 - at * 0.02),
			picture: {
				width: 28,
				height: 28,
				channels: 1,
				values: Array.from({ length: 784 }, (_, k) => Math.sin(k * (at + 2))),
			},
		})),
		incomingLayer: "dense",
		weightPicture: null,
		ascent: { activation: 11.8, steps: 200, smoothness: 0.02 },
		run: { date: run.date, seconds: 2.5 },
	};
}
