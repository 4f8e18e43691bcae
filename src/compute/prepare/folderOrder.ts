/** How class folders are numbered where their names leave that open: by which order the model is right. */
import type { ChosenClassNames } from "../data/classNames.js";
import type { DataEntry } from "../data/entries.js";
import { type FolderOrder, folderOrderWords } from "../data/folderOrders.js";
import { resolveLabels } from "../data/labels.js";
import type { WantedPixels } from "../data/raster.js";
import type { ChosenPreprocessing } from "../data/types.js";
import { Random } from "../math/random.js";
import { UNCHANGED } from "../network/entrance.js";
import type { Network } from "../network/types.js";
import { LOOKS, rights } from "./decide.js";
import type { LoadedModel } from "./modelStore.js";
import { drawnInClasses, tryWays } from "./trial.js";

/** The model that is asked. */
export interface AskedModel {
	readonly model: LoadedModel;
	readonly preprocessing: ChosenPreprocessing;
	readonly classNames: ChosenClassNames;
	readonly wanted: WantedPixels;
}

export interface ChosenOrder {
	readonly order: FolderOrder;
	/** For people to read. */
	readonly because: string;
}

/** What was found for a model: asking again costs nothing while it stays loaded. */
const found = new WeakMap<Network, Map<string, ChosenOrder>>();

/**
 * Tries `orders`, the usual one first, on pictures drawn in their folders. Another than the usual one is taken only where it is shown to
 * be better. Throws `cancelled`.
 */
export async function chooseFolderOrder(
	entries: readonly DataEntry[],
	orders: readonly [FolderOrder, ...FolderOrder[]],
	asked: AskedModel,
	signal: AbortSignal,
): Promise<ChosenOrder> {
	const { model, preprocessing, classNames, wanted } = asked;
	const key = JSON.stringify([entries[0]?.source, entries.length, orders, preprocessing.preprocessing]);
	const known = found.get(model.network) ?? new Map<string, ChosenOrder>();
	found.set(model.network, known);
	const held = known.get(key);
	if (held) return held;
	const random = Random.stream(0, "folder order");
	// By their folders, whatever these stand for: some orders may leave a folder without a class.
	const folders = new Map<string, number>();
	const groups = entries.map(({ hint }) => {
		if (hint.kind !== "folder") return null;
		if (!folders.has(hint.name)) folders.set(hint.name, folders.size);
		return folders.get(hint.name) ?? null;
	});
	const drawn = drawnInClasses(groups, LOOKS.at(-1) as number, random).map((at) => entries[at] as DataEntry);
	const ways = orders.map((order) => ({
		preprocessing: preprocessing.preprocessing,
		labels: resolveLabels(drawn, classNames.known, order).labels,
	}));
	const classifier = model.classifier(UNCHANGED);
	const { decision, judged, pictures } = await tryWays(ways, { classifier, wanted, entries: drawn, signal });
	const [winner, rival] = decision.offers;
	const taken = winner !== undefined && rival === undefined ? winner : 0;
	const others = orders.flatMap((_, w) => (w === taken || (judged[w]?.length ?? 0) < pictures ? [] : [w]));
	const right = (w: number) => `${rights(judged[w])} of ${pictures}`;
	const chosen: ChosenOrder = {
		order: orders[taken] as FolderOrder,
		because: [
			`${folderOrderWords(orders[taken] as FolderOrder)} (checked: ${right(taken)} pictures right`,
			...others.map((w) => `; where ${folderOrderWords(orders[w] as FolderOrder)}, ${right(w)}`),
			taken === 0 && others.some((w) => rights(judged[w]) >= rights(judged[0])) ? ": undecided" : "",
			")",
		].join(""),
	};
	known.set(key, chosen);
	return chosen;
}
