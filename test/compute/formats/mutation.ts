/** Random changes of valid files, the same for the same seed. */

export type Random = (below: number) => number;

/** Whole numbers from 0 to below `n`, from a linear congruential generator (Numerical Recipes). */
export function generator(seed: number): Random {
	let state = seed >>> 0;
	return (below) => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return Math.floor((state / 2 ** 32) * below);
	};
}

/** Some bytes overwritten, flipped, filled or copied from elsewhere; sometimes the end cut off. */
export function mutateBytes(bytes: Uint8Array, random: Random): Buffer {
	const mutant = Buffer.from(bytes);
	for (let times = 1 + random(4); times > 0; times--) {
		const at = random(mutant.length);
		const kind = random(4);
		if (kind === 0) mutant[at] = random(256);
		else if (kind === 1) mutant[at] = (mutant[at] as number) ^ (1 << random(8));
		else if (kind === 2) mutant.fill(255 * random(2), at, Math.min(mutant.length, at + 1 + random(8)));
		else mutant.copy(mutant, at, random(mutant.length), mutant.length);
	}
	return random(10) === 0 ? mutant.subarray(0, random(mutant.length)) : mutant;
}

const ODD_VALUES = [
	"null",
	"-1",
	"0",
	"1e9",
	"1.5",
	'"x"',
	"[]",
	"{}",
	"[[[]]]",
	"true",
	"[1,2]",
	'"__proto__"',
	'"Lambda"',
];

/** Replaces one value or key of a JSON text by another of the text or by something odd. */
export function mutateJson(text: string, random: Random): string {
	const tokens = [...text.matchAll(/"[^"]*"|-?\d+(\.\d+)?|true|false|null/g)];
	const token = tokens[random(tokens.length)] as RegExpExecArray;
	const other =
		random(3) === 0 ? (tokens[random(tokens.length)]?.[0] ?? "") : (ODD_VALUES[random(ODD_VALUES.length)] as string);
	return text.slice(0, token.index) + other + text.slice(token.index + token[0].length);
}
