/** The function, computing anew only where an argument is another than the last time. For what a page derives from its report. */
export function remembered<Args extends readonly unknown[], Result>(
	compute: (...args: Args) => Result,
): (...args: Args) => Result {
	let last: { readonly args: Args; readonly result: Result } | null = null;
	return (...args) => {
		if (last === null || last.args.some((arg, at) => !Object.is(arg, args[at])))
			last = { args, result: compute(...args) };
		return last.result;
	};
}
