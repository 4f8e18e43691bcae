/** Short names for files of which several may be called alike. */

/**
 * For each path its file name, or as many folders before it as it takes to tell it from the others. `model.json`
 * and `model.keras` say nothing, so these always have their folder.
 */
export function shortNames(paths: readonly string[]): readonly string[] {
	const parts = paths.map((path) => path.split(/[\\/]/).filter((part) => part !== ""));
	const most = Math.max(1, ...parts.map((part) => part.length));
	const named = (part: readonly string[], length: number) => part.slice(-length).join("/");
	return parts.map((part) => {
		const least = /^(saved_)?model\.\w+$/i.test(part.at(-1) ?? "") ? 2 : 1;
		for (let length = least; length < most; length++) {
			const name = named(part, length);
			if (parts.filter((other) => named(other, length) === name).length === 1) return name;
		}
		return named(part, most);
	});
}
