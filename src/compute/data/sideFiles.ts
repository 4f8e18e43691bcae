/** Files beside a model that tell about it: class names, and what made it. */
import { readdir } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { asBlindspotError } from "../errors.js";
import { type NamedClass, readClassFile } from "./classFiles.js";
import { readWholeFile } from "./files.js";
import { CARD_NAMES, type ModelCard, readModelCard } from "./modelCards.js";
import { savedModelFolder } from "./savedModelFolder.js";

export interface SideFiles {
	/** Files with class names beside the model, the most telling name first. */
	readonly classLists: readonly { readonly path: string; readonly classes: readonly NamedClass[] }[];
	/** The file that tells an image model of Teachable Machine: its `metadata.json`, or `labels.txt` beside `keras_model.h5`. */
	readonly teachableMachine: string | null;
	/** What Hugging Face's libraries or timm wrote beside the model, what is said of its pictures first. */
	readonly cards: readonly ModelCard[];
	/** Side files that could not be read. */
	readonly warnings: readonly string[];
}

const MOST_METADATA_BYTES = 2 ** 20;
/** Room for the names of tens of thousands of classes. */
const MOST_CARD_BYTES = 16 * 2 ** 20;

/** Looks beside a model file. Never throws: a folder that can't be listed has no side files. */
export async function readSideFiles(modelPath: string): Promise<SideFiles> {
	const { folders, name } = await placesOf(modelPath);
	const warnings: string[] = [];
	const classLists: SideFiles["classLists"][number][] = [];
	const cards: ModelCard[] = [];
	let teachableMachine: string | null = null;
	for (const folder of folders) {
		const names = await readdir(folder).catch((): string[] => []);
		const metadata = names.includes("metadata.json") ? await teachableMachineIn(join(folder, "metadata.json")) : null;
		teachableMachine ??= metadata;
		if (name === "keras_model.h5" && names.includes("labels.txt"))
			teachableMachine ??= await numberedLabels(join(folder, "labels.txt"));
		cards.push(...(await cardsIn(folder, names)));
		for (const file of classFileNames(names, name)) {
			const path = join(folder, file);
			// Other tools' metadata.json is no concern of ours.
			if (file === "metadata.json" && metadata === null) continue;
			try {
				classLists.push({ path, classes: await readClassFile(path) });
			} catch (thrown) {
				warnings.push(`Class names were not taken from a side file: ${asBlindspotError(thrown).message}`);
			}
		}
	}
	const parent = basename(folders[0] ?? "") === "onnx" ? dirname(folders[0] as string) : null;
	// Hugging Face's repositories keep the settings above the folder with the ONNX files.
	if (parent !== null) cards.push(...(await cardsIn(parent, await readdir(parent).catch((): string[] => []))));
	for (const { path, classes } of cards) if (classes !== null) classLists.push({ path, classes });
	return { classLists, teachableMachine, cards, warnings };
}

async function cardsIn(folder: string, names: readonly string[]): Promise<readonly ModelCard[]> {
	const cards: ModelCard[] = [];
	for (const name of CARD_NAMES) {
		if (!names.includes(name)) continue;
		const path = join(folder, name);
		const text = await readWholeFile(path, MOST_CARD_BYTES).catch(() => null);
		const card = text && readModelCard(path, text.toString("utf8"));
		if (card) cards.push(card);
	}
	return cards;
}

/** Teachable Machine numbers the lines of its labels: "0 cat"; the path, where all are. */
async function numberedLabels(path: string): Promise<string | null> {
	const text = await readWholeFile(path, MOST_METADATA_BYTES).catch(() => null);
	const lines =
		text
			?.toString("utf8")
			.split(/\r?\n/)
			.filter((line) => line.trim() !== "") ?? [];
	return lines.length > 0 && lines.every((line, index) => line.startsWith(`${index} `)) ? path : null;
}

/** Where side files may be, and what the model is called: a SavedModel is its folder, or the graph in it. */
async function placesOf(modelPath: string): Promise<{ readonly folders: readonly string[]; readonly name: string }> {
	const path = resolve(modelPath);
	const savedModel = await savedModelFolder(path);
	if (savedModel === null) return { folders: [dirname(path)], name: basename(path) };
	return { folders: [savedModel, dirname(savedModel)], name: basename(savedModel) };
}

/** In order: the model's own, then the usual names, then JSON files whose name speaks of labels or a class index. */
function classFileNames(names: readonly string[], modelName: string): readonly string[] {
	const stem = basename(modelName, extname(modelName)).toLowerCase();
	const ranked = [...names].sort().flatMap((name) => {
		const rank = rankOf(name.toLowerCase(), stem);
		return rank === null || name === modelName ? [] : [{ name, rank }];
	});
	return ranked.sort((a, b) => a.rank - b.rank).map(({ name }) => name);
}

const USUAL_NAMES = ["metadata.json", "labels.txt", "classes.txt", "class_names.txt"];

function rankOf(name: string, modelStem: string): number | null {
	const words = /^(.*?)[._-]?(labels|classes|class_?names)\.(txt|json)$/.exec(name);
	if (words?.[1] === modelStem && modelStem !== "model") return 0;
	const usual = USUAL_NAMES.indexOf(name);
	if (usual >= 0) return 1 + usual;
	if (/^[^.]*labels[^.]*\.json$/.test(name) || words?.[3] === "json") return 10;
	if (/class_?(index|indices).*\.json$/.test(name)) return 11;
	return null;
}

async function teachableMachineIn(path: string): Promise<string | null> {
	try {
		const json: unknown = JSON.parse((await readWholeFile(path, MOST_METADATA_BYTES)).toString("utf8"));
		if (typeof json !== "object" || json === null) return null;
		const isImageModel =
			"packageName" in json &&
			typeof json.packageName === "string" &&
			json.packageName.includes("teachablemachine/image");
		return isImageModel || "tmVersion" in json ? path : null;
	} catch {
		return null;
	}
}
