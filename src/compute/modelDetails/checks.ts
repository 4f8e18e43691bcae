/** What is rarely meant in a layer's weights: NaN, channels that do nothing, do the same, or outweigh the others. */

import type { Slices } from "../backend/slices.js";
import { norm } from "../math/vectors.js";
import { inputsOfChannel, kernelColumn } from "../network/kernelChannels.js";
import type { NetworkNode, Weight } from "../network/types.js";
import type { LayerCheck, WeightStatistics } from "./report.js";

/** Norm of a dead channel, relative to the layer's largest: what float32 sums leave of a zero. */
const DEAD = 1e-6;
/** Relative distance of channels that count as the same: a few float32 roundings. */
const SAME = 1e-6;
/** A channel's norm that stands out, in medians of its layer. */
const LARGE = 100;
/** Channels named in a report. */
const NAMED = 20;

/** Checks of a layer's nodes. Throws `cancelled`. */
export async function checkLayer(
	nodes: readonly NetworkNode[],
	statistics: readonly WeightStatistics[],
	slices: Slices,
): Promise<readonly LayerCheck[]> {
	const total = (count: (of: WeightStatistics) => number) => statistics.reduce((sum, of) => sum + count(of), 0);
	const [nan, infinite] = [total((of) => of.nan), total((of) => of.infinite)];
	const checks: LayerCheck[] = [];
	if (nan > 0) checks.push({ kind: "nan", values: nan });
	if (infinite > 0) checks.push({ kind: "infinite", values: infinite });
	for (const node of nodes) checks.push(...(await checkChannels(node, slices)));
	return checks;
}

async function checkChannels(node: NetworkNode, slices: Slices): Promise<readonly LayerCheck[]> {
	const channels = node.outputShape.at(-1) ?? 0;
	const norms = await channelNorms(node, channels, slices);
	if (!norms?.every(Number.isFinite)) return [];
	const largest = norms.reduce((most, norm) => Math.max(most, norm), 0);
	const isDead = norms.map((norm) => norm <= DEAD * largest);
	const living = [...norms.keys()].filter((channel) => !isDead[channel]);
	const middle = [...norms].filter((_, channel) => !isDead[channel]).sort((a, b) => a - b)[living.length >> 1] ?? 0;
	const checks: LayerCheck[] = [];
	const report = (kind: "dead" | "duplicate" | "large", found: readonly number[]) => {
		if (found.length > 0) checks.push({ kind, channels: found.length, of: channels, first: found.slice(0, NAMED) });
	};
	report(
		"dead",
		[...norms.keys()].filter((channel) => isDead[channel]),
	);
	report("duplicate", await duplicates(node, norms, living, slices));
	report(
		"large",
		living.filter((channel) => (norms[channel] as number) > LARGE * middle),
	);
	return checks;
}

/** Of each output channel's weights: its part of the kernel, or what a batch normalisation multiplies it by. */
async function channelNorms(node: NetworkNode, channels: number, slices: Slices): Promise<readonly number[] | null> {
	const { operation, weights } = node;
	if (operation.op === "BatchNormalization") {
		const { gamma } = weights;
		const variance = weights.variance as Weight;
		return Array.from(
			variance.data,
			(v, c) => Math.abs(gamma?.data[c] ?? 1) / Math.sqrt(Math.max(0, v) + operation.epsilon),
		);
	}
	const norms: number[] = [];
	for (let channel = 0; channel < channels; channel++) {
		const column = kernelColumn(node, channel);
		if (!column) return null;
		norms.push(norm(column));
		await slices.breathe();
	}
	return norms;
}

/** Channels that have an earlier channel's weights and bias. Only those of nearly equal norm are compared. */
async function duplicates(
	node: NetworkNode,
	norms: readonly number[],
	living: readonly number[],
	slices: Slices,
): Promise<readonly number[]> {
	if (!node.weights.kernel) return [];
	const byNorm = [...living].sort((a, b) => (norms[a] as number) - (norms[b] as number) || a - b);
	const found = new Set<number>();
	for (const [at, channel] of byNorm.entries()) {
		for (let next = at + 1; next < byNorm.length; next++) {
			const other = byNorm[next] as number;
			const scale = norms[channel] as number;
			if (found.has(channel) || (norms[other] as number) > scale * (1 + SAME)) break;
			await slices.breathe();
			if (!found.has(other) && isSame(node, channel, other, scale)) found.add(Math.max(channel, other));
		}
	}
	return [...found].sort((a, b) => a - b);
}

function isSame(node: NetworkNode, a: number, b: number, scale: number): boolean {
	if (inputsOfChannel(node, a) !== inputsOfChannel(node, b)) return false;
	const [biasA, biasB] = [biasOf(node, a), biasOf(node, b)];
	if (Math.abs(biasA - biasB) > SAME * Math.max(scale, Math.abs(biasA))) return false;
	const [own, other] = [kernelColumn(node, a) as Float32Array, kernelColumn(node, b) as Float32Array];
	return norm(own.map((value, i) => value - (other[i] as number))) <= SAME * scale;
}

function biasOf({ weights }: NetworkNode, channel: number): number {
	return weights.bias?.data[channel] ?? 0;
}
