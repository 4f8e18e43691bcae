/** Which arrays of an `.npz` archive are the images and their labels, by the names that people give them. */

const IMAGES = ["x", "images", "image", "imgs", "data", "inputs", "input", "pixels", "arr_0"] as const;
type ImagesName = (typeof IMAGES)[number];
const LABELS = ["y", "labels", "label", "targets", "target"] as const;
/** In the order in which they count where there are several: what usually goes with the images' name first. */
const PARTNERS: Readonly<Partial<Record<ImagesName, readonly string[]>>> = {
	images: ["labels", "label", "y", "targets", "target"],
	image: ["label", "labels", "y", "targets", "target"],
	data: ["labels", "label", "targets", "target", "y"],
	inputs: ["targets", "target", "labels", "label", "y"],
	arr_0: ["arr_1"],
};
/** What was held out comes first: accuracy on training images says little. Null for no part at all. */
const PARTS = [null, "test", "val", "train"] as const;
type Part = (typeof PARTS)[number];

export interface NamedArrays {
	readonly images: string;
	/** Null where there is none. */
	readonly labels: string | null;
	/** Images of other parts of the data that aren't taken. */
	readonly others: readonly string[];
}

/** For people: which names are understood. */
export const KNOWN_NAMES = `${IMAGES.map((name) => `'${name}'`).join(", ")}, each also as 'x_test' or 'test_images'`;

/** The arrays to read; null where no name is known, the names that clash where several could be meant. */
export function nameArrays(
	names: readonly string[],
): { readonly found: NamedArrays } | { readonly clash: readonly string[] } | null {
	// An archive with one array holds the images, whatever it is called.
	const [only] = names;
	if (only !== undefined && names.length === 1) return { found: { images: only, labels: null, others: [] } };
	const known = names.flatMap((name) => {
		const { base, part } = partsOf(name);
		return { name, base, part };
	});
	const images = known.filter(({ base }) => IMAGES.some((word) => word === base));
	const parts = PARTS.filter((part) => images.some((image) => image.part === part));
	const [part] = parts;
	if (part === undefined) return null;
	const ofPart = images.filter((image) => image.part === part);
	const [first, second] = ofPart;
	if (!first) return null;
	if (second || (part === null && parts.length > 1)) return { clash: images.map(({ name }) => name) };
	const partners = PARTNERS[first.base as ImagesName] ?? LABELS;
	const ranked = partners.flatMap((word) => known.filter(({ base, part: of }) => base === word && of === part));
	if (ranked[1] && ranked[1].base === ranked[0]?.base) return { clash: ranked.map(({ name }) => name) };
	const others = images.filter((image) => image !== first).map(({ name }) => name);
	return { found: { images: first.name, labels: ranked[0]?.name ?? null, others } };
}

/** `x_train`, `test_images`, `X_val`, `trainX`: what it is, in lower case, and of which part of the data. */
function partsOf(name: string): { readonly base: string; readonly part: Part } {
	const word = name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
	const split = /^(train|training|test|testing|val|valid|validation)_(.+)$/.exec(word);
	const after = /^(.+)_(train|training|test|testing|val|valid|validation)$/.exec(word);
	const [base, part] = split ? [split[2], split[1]] : after ? [after[1], after[2]] : [word, undefined];
	return {
		base: base ?? word,
		part: part === undefined ? null : part.startsWith("tr") ? "train" : part.startsWith("te") ? "test" : "val",
	};
}
