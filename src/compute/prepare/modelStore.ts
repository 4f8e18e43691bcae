/** Models that stay loaded: keyed by path, size and modification time of every file, least recently used out first. */
import { stat } from "node:fs/promises";
import type { ReadingListener } from "../data/files.js";
import type { Preprocessing, Size } from "../data/types.js";
import { asBlindspotError, BlindspotError } from "../errors.js";
import { readModelIsolated } from "../formats/isolated.js";
import type { ReadModel } from "../formats/read.js";
import { type GivenShape, type PictureInput, pictureInput, withPictureInput } from "../network/entrance.js";
import { withExclusiveLabels } from "../network/head.js";
import { TensorClassifier } from "../network/tensorClassifier.js";
import type { Network } from "../network/types.js";

export interface StoreLimits {
	readonly loadTimeoutSeconds: number;
	readonly readerMemoryMiB: number;
	readonly cacheMiB: number;
}

/** How a model is to be taken where its file leaves that open. */
export interface ModelChoices {
	/** Size of the pictures, where the file leaves it open or takes a list of values; null for the reader's own choice. */
	readonly inputSize: Size | null;
	/** Channels of the pictures, where the file takes a list of values; else its own. */
	readonly channels?: number | null;
	/** Size to take where the file leaves it open and `inputSize` is null. */
	readonly usualSize?: Size | null;
	/** The layer or node to take as the output; null for the file's own. */
	readonly output: string | null;
	/** Whether a picture has exactly one of the labels that the model ends in a sigmoid for. */
	readonly exclusive?: boolean;
}

interface Entry {
	readonly key: string;
	readonly stamps: ReadonlyMap<string, string>;
	readonly read: ReadModel;
	/** One per preprocessing that was asked for. */
	readonly classifiers: Map<string, TensorClassifier>;
	users: number;
}

export class ModelStore {
	/** In order of use, the latest last. */
	readonly #entries = new Map<string, Entry>();

	constructor(readonly limits: StoreLimits) {}

	get size(): number {
		return this.#entries.size;
	}

	/**
	 * Runs `work` with a model, reading its file if that changed since. The model isn't let go while it is used.
	 * `onRead` hears how far the reading is. Throws what the reader throws.
	 */
	async use<T>(
		path: string,
		choices: ModelChoices,
		signal: AbortSignal,
		work: (model: LoadedModel) => Promise<T>,
		onRead?: ReadingListener,
	): Promise<T> {
		const entry = await this.#entry(path, choices, signal, onRead);
		entry.users++;
		try {
			return await work(new LoadedModel(entry.read, entry.classifiers, choices));
		} finally {
			entry.users--;
			// Replaced while it was in use: nobody else will let it go.
			if (entry.users === 0 && this.#entries.get(entry.key) !== entry) dispose(entry);
			this.#evict();
		}
	}

	async #entry(path: string, choices: ModelChoices, signal: AbortSignal, onRead?: ReadingListener): Promise<Entry> {
		const key = JSON.stringify([path, choices]);
		const held = this.#entries.get(key);
		if (held && (await isFresh(held))) {
			this.#entries.delete(key);
			this.#entries.set(key, held);
			return held;
		}
		const { loadTimeoutSeconds, readerMemoryMiB } = this.limits;
		const inFile = await readModelIsolated(
			path,
			{ inputSize: choices.inputSize ?? choices.usualSize ?? null, output: choices.output },
			{ timeoutSeconds: loadTimeoutSeconds, memoryMiB: readerMemoryMiB, signal, onRead },
		);
		const read = choices.exclusive ? { ...inFile, network: withExclusiveLabels(inFile.network) } : inFile;
		const stamps = new Map(await Promise.all(read.files.map(async (file) => [file, await stampOf(file)] as const)));
		const entry: Entry = { key, stamps, read, classifiers: new Map(), users: 0 };
		const outdated = this.#entries.get(key);
		this.#entries.set(key, entry);
		if (outdated && outdated.users === 0) dispose(outdated);
		return entry;
	}

	#evict(): void {
		let total = 0;
		for (const entry of this.#entries.values()) total += bytesOf(entry);
		for (const entry of [...this.#entries.values()].slice(0, -1)) {
			if (total <= this.limits.cacheMiB * 2 ** 20) return;
			if (entry.users > 0) continue;
			total -= bytesOf(entry);
			this.#entries.delete(entry.key);
			dispose(entry);
		}
	}
}

/** A model while it is in use. */
export class LoadedModel {
	constructor(
		readonly read: ReadModel,
		private readonly classifiers: Map<string, TensorClassifier>,
		private readonly choices: ModelChoices,
	) {}

	get network(): Network {
		return this.read.network;
	}

	/** What its pictures are. Throws `bad-configuration` where the size that was chosen doesn't fit. */
	get pictureInput(): PictureInput {
		return pictureInput(this.network.nodes[0]?.outputShape ?? [], this.#given);
	}

	get #given(): GivenShape {
		return { size: this.choices.inputSize, channels: this.choices.channels ?? null };
	}

	/** The model behind this preprocessing, its weights on the backend. Throws where it is no picture classifier. */
	classifier(preprocessing: Preprocessing): TensorClassifier {
		const { range, bgr, mean, std } = preprocessing;
		const key = JSON.stringify([range, bgr, mean, std]);
		const held = this.classifiers.get(key);
		if (held) return held;
		const made = new TensorClassifier(withPictureInput(this.network, preprocessing, this.#given));
		this.classifiers.set(key, made);
		return made;
	}
}

function dispose(entry: Entry): void {
	for (const classifier of entry.classifiers.values()) classifier.dispose();
}

/** Weights as read, and once more for each classifier on the backend. */
function bytesOf({ read, classifiers }: Entry): number {
	const weights = new Set(read.network.nodes.flatMap((node) => Object.values(node.weights)));
	const floats = [...weights].reduce((sum, weight) => sum + weight.data.length, 0);
	return 4 * floats * (1 + classifiers.size);
}

async function isFresh({ stamps }: Entry): Promise<boolean> {
	try {
		for (const [file, stamp] of stamps) if ((await stampOf(file)) !== stamp) return false;
		return true;
	} catch {
		// A file is gone: reading anew says which.
		return false;
	}
}

async function stampOf(file: string): Promise<string> {
	try {
		const { size, mtimeMs } = await stat(file);
		return `${size} ${mtimeMs}`;
	} catch (error) {
		throw new BlindspotError(
			"unreadable-model",
			`${file} vanished while the model was read: ${asBlindspotError(error).message}`,
			file,
		);
	}
}
