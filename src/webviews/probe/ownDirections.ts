/** A person's own directions on the page: combinations of units, means of pictures, files of directions. No `vscode` here. */
import type { OwnDirection, ProbedOwnDirection } from "../../compute/activations/probe/report.js";
import { plural } from "../ui/format.js";
import { combination } from "./combination.js";
import type { OwnAction } from "./messages.js";

/** What the editor asks the person. */
export interface OwnEditor {
	/** A line of text; `problem` says what is wrong with it, or null. Null where the person changed their mind. */
	askCombination(problem: (text: string) => string | null): Promise<string | null>;
	/** The directions of a file that the person chooses. */
	loadDirections(): Promise<readonly OwnDirection[] | null>;
	saveDirections(directions: readonly OwnDirection[]): Promise<void>;
}

/**
 * The own directions after an action; null where they stay as they are. `units`: how many the layer has; `probed`: those of the
 * report, for their values.
 */
export async function ownAfter(
	action: OwnAction,
	own: readonly OwnDirection[],
	units: number,
	probed: readonly ProbedOwnDirection[],
	editor: OwnEditor,
): Promise<readonly OwnDirection[] | null> {
	switch (action.kind) {
		case "combination": {
			const text = await editor.askCombination((text) => problemOf(text, units));
			return text === null ? null : added(own, combination(text, units));
		}
		case "images": {
			const { sources } = action;
			return added(own, { name: `mean of ${plural(sources.length, "picture")}`, kind: "images", sources });
		}
		case "load": {
			const loaded = await editor.loadDirections();
			return loaded === null ? null : loaded.reduce(added, own);
		}
		case "save":
			await editor.saveDirections(own.map((direction) => portable(direction, probed)));
			return null;
		case "clear":
			return [];
	}
}

/** Pictures are of one data set: what they came to goes with any. */
function portable(direction: OwnDirection, probed: readonly ProbedOwnDirection[]): OwnDirection {
	const { name, kind } = direction;
	const values = kind === "images" ? probed.find((known) => known.name === name)?.values : undefined;
	return values === undefined ? direction : { name, kind: "values", values };
}

/** Names stay different: "mean of 3 pictures (2)". */
function added(own: readonly OwnDirection[], direction: OwnDirection): readonly OwnDirection[] {
	const taken = new Set(own.map(({ name }) => name));
	let name = direction.name;
	for (let again = 2; taken.has(name); again++) name = `${direction.name} (${again})`;
	return [...own, { ...direction, name }];
}

function problemOf(text: string, units: number): string | null {
	try {
		combination(text, units);
		return null;
	} catch (thrown) {
		return thrown instanceof Error ? thrown.message : String(thrown);
	}
}
