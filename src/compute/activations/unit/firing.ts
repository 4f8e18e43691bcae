/** What one picture does to the units of all layers, against the distribution of the same over the data. */
import * as tf from "@tensorflow/tfjs-core";
import type { Executor } from "../../network/execute.js";
import { hasTrait } from "../../network/operationTraits.js";
import type { Network, NetworkNode } from "../../network/types.js";
import { chooseLayer } from "../layerChoice.js";
import type { ProbedLayer } from "../probe/report.js";
import type { FiringLayer } from "./report.js";

/** Layers that compute something of their own: those with a kernel or an activation function. */
export function firingLayers(network: Network): readonly ProbedLayer[] {
	const computes = ({ weights, operation }: NetworkNode) =>
		weights.kernel !== undefined || hasTrait(operation, "activation");
	const names = new Set(network.nodes.filter(computes).map(({ layer }) => layer));
	return [...names].map((name) => chooseLayer(network, name, false).layer);
}

/** The highest activation of each unit over the places, of all layers one after the other: `[images, units of all]`. */
export function highestActivations(
	executor: Executor,
	layers: readonly ProbedLayer[],
	pictures: tf.Tensor4D,
): Float32Array {
	const highest = tf.tidy(() => {
		const values = executor.runAll(
			pictures,
			layers.map(({ node }) => node),
		);
		const pooled = values.map((value, i) => {
			const { places, units } = layers[i] as ProbedLayer;
			return tf.max(tf.reshape(value, [-1, places, units]), 1);
		});
		return tf.concat(pooled, 1);
	});
	const values = highest.dataSync() as Float32Array;
	highest.dispose();
	return values;
}

/** Compares one picture's activations with those of the data's images, as these stream by. */
export class FiringComparison {
	#images = 0;
	readonly #sums: Float64Array;
	readonly #squares: Float64Array;
	readonly #below: Float64Array;

	/** @param own the picture's activations, of all layers one after the other */
	constructor(private readonly own: Float32Array) {
		this.#sums = new Float64Array(own.length);
		this.#squares = new Float64Array(own.length);
		this.#below = new Float64Array(own.length);
	}

	/** Counts in the activations `[images, units of all]`; sums are of differences to the picture, so that they keep their digits. */
	add(activations: Float32Array): void {
		const units = this.own.length;
		for (let at = 0; at < activations.length; at++) {
			const unit = at % units;
			const difference = (activations[at] as number) - (this.own[unit] as number);
			this.#sums[unit] = (this.#sums[unit] as number) + difference;
			this.#squares[unit] = (this.#squares[unit] as number) + difference * difference;
			if (difference < 0) this.#below[unit] = (this.#below[unit] as number) + 1;
		}
		this.#images += activations.length / units;
	}

	/** Each layer with the `top` units that the picture drives most. Units that are the same on all images or no finite number are left out. */
	layers(layers: readonly ProbedLayer[], top: number): FiringLayer[] {
		let start = 0;
		return layers.map((layer) => {
			const first = start;
			start += layer.units;
			const units = Array.from({ length: layer.units }, (_, unit) => {
				const mean = (this.#sums[first + unit] as number) / this.#images;
				const variance = (this.#squares[first + unit] as number) / this.#images - mean ** 2;
				return {
					unit,
					activation: this.own[first + unit] as number,
					deviations: -mean / Math.sqrt(variance),
					percentile: (this.#below[first + unit] as number) / this.#images,
				};
			}).filter(({ deviations }) => Number.isFinite(deviations));
			const squares = units.reduce((sum, { deviations }) => sum + deviations ** 2, 0);
			return {
				layer,
				units: units.sort((a, b) => b.deviations - a.deviations).slice(0, top),
				deviation: units.length === 0 ? 0 : Math.sqrt(squares / units.length),
			};
		});
	}
}
