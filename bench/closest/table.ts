/** Results side by side, in Markdown. */

export interface Measured {
	readonly name: string;
	/** CPU seconds per image. */
	readonly seconds: number;
	/** RMS per image; null where there is no adversarial. */
	readonly distances: readonly (number | null)[];
}

const UNIT = 1e-5;

/**
 * One row for each effort and each peer. Differences are ours less the peer's over the images that both have solved, with the
 * 95% interval of the mean; ratios are the peer's CPU time divided by ours.
 */
export function tableOf(
	net: string,
	ours: readonly Measured[],
	peers: readonly Measured[],
	exact: readonly (number | null)[] | null,
): string {
	const heads = [
		net,
		"images",
		"success",
		"mean RMS",
		"CPU ms",
		...ours.flatMap(({ name }) => [`${name} less it, 1e-5`, `times ${name}'s CPU`]),
	];
	const rows = [...ours, ...peers].map((row) => [
		ours.includes(row) ? `**${row.name}**` : row.name,
		String(row.distances.length),
		String(row.distances.filter((d) => d !== null).length),
		mean(row.distances.flatMap((d) => d ?? [])).toFixed(6),
		(1000 * row.seconds).toFixed(1),
		...ours.flatMap((own) =>
			ours.includes(row) ? ["", ""] : [difference(own, row), (row.seconds / own.seconds).toFixed(1)],
		),
	]);
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	const lines = [line(heads), line(heads.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)];
	if (exact) lines.push("", ...[...ours, ...peers].map((row) => excess(row, exact)));
	return lines.join("\n");
}

function difference(own: Measured, peer: Measured): string {
	const pairs = peer.distances.flatMap((d, i) => {
		const mine = own.distances[i] ?? null;
		return d === null || mine === null ? [] : [mine - d];
	});
	const average = mean(pairs);
	const variance = pairs.reduce((sum, d) => sum + (d - average) ** 2, 0) / (pairs.length - 1);
	const half = 1.96 * Math.sqrt(variance / pairs.length);
	return `${(average / UNIT).toFixed(1)} ± ${(half / UNIT).toFixed(1)}`;
}

function excess({ name, distances }: Measured, exact: readonly (number | null)[]): string {
	const shares = distances
		.slice(0, exact.length)
		.flatMap((d, i) => (d === null ? [] : [d / (exact[i] ?? Number.NaN) - 1]));
	const percent = (share: number) => `${(100 * share).toFixed(4)}%`;
	return `- ${name}: ${percent(mean(shares))} above the exact optimum on average, ${percent(Math.max(...shares))} at worst (${shares.length} images)`;
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
