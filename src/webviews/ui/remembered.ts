/** The function, computing anew only where an argument is another than the last time. For what a page derives from its report. */
export function remembered<Args extends readonly unknown[], Result>(
	compute: (...args: Args) => Result,
): (...args: Args) => Result {
	let last: { readonly args: Args; readonly result: Result } | null = null;
	return (...args) => {
		const same = last?.args.length === args.length && args.every((arg, at) => Object.is(arg, last?.args[at]));
		if (last === null || !same) last = { args, result: compute(...args) };
		return last.result;
	};
}
