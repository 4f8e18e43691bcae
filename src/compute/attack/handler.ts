/** Closest adversarials of a list of pictures: reading, attacking, telling, writing files. */
import { suggestBatchSize } from "../adversarial/batchSize.js";
import { attackImages, type Prediction } from "../adversarial/run.js";
import { type LabelledEntry, loadImages } from "../data/loading.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { BlindspotError } from "../errors.js";
import type { HandlerContext } from "../prepare/context.js";
import { assumptions, namedByFolders, type PreparedModel, prepareData, withModel } from "../prepare/prepare.js";
import type { AttackParams, AttackProgress } from "../process/protocol.js";
import { type AttackRecord, type AttackReport, REPORT_VERSION } from "../reports/report.js";
import { BLINDSPOT_VERSION } from "../reports/version.js";
import { betterImage, finishedImage, type ImageState, predictedImage, unreadableImage } from "./attackedImage.js";
import { NO_PIXELS, summarise, waitingImage } from "./attackedImages.js";
import { prepareFolder, stems, writeAttackNpz, writePictures } from "./attackFiles.js";

/** Pictures held beside the batch that is attacked: enough that a batch stays full, few enough for any memory. */
const BATCHES_AT_A_TIME = 4;
/** A nearer adversarial is told no more often than this per image. */
const TELL_MILLISECONDS = 300;

/** What is said of a run beside its results. */
type Notes = Pick<AttackReport, "labels" | "warnings">;

/** The attacks that are running, and which of their images a person has stopped. */
export class AttackRuns {
	readonly #stopped = new Map<string, Set<number>>();

	/** Ends the search for one image; what it has so far stands. */
	stopImage(run: string, index: number): void {
		this.#stopped.get(run)?.add(index);
	}

	/**
	 * Attacks every picture that is readable. Throws `bad-request` where there are no pictures or no such target,
	 * `unwritable` where a file can't be written, `cancelled` when the signal is raised.
	 */
	async attack(
		context: HandlerContext,
		params: AttackParams,
		signal: AbortSignal,
		tell: (event: AttackProgress) => void,
	): Promise<AttackRecord> {
		if (this.#stopped.has(params.run)) throw new BlindspotError("internal", `The run ${params.run} is there already.`);
		const stopped = new Set<number>();
		this.#stopped.set(params.run, stopped);
		try {
			return await withModel(context, params.model, signal, async (prepared) => {
				const data = await prepareData(params.data, prepared, signal);
				const run = new AttackRun(namedByFolders(prepared, data), params, data.entries, stopped, tell);
				const warnings = [...prepared.warnings, ...assumptions(prepared), ...data.warnings];
				return run.complete(context, { labels: data.because, warnings }, signal);
			});
		} finally {
			this.#stopped.delete(params.run);
		}
	}
}

/** One attack: the state of each image, and what happens to it. */
class AttackRun {
	readonly #states: ImageState[];
	readonly #predictions = new Map<number, Prediction>();
	readonly #told = new Map<number, number>();
	readonly #seconds: (number | null)[];
	readonly #stems: readonly string[];
	/** Pictures being written, and the telling that waits for them. */
	readonly #writing: Promise<void>[] = [];

	constructor(
		private readonly prepared: PreparedModel,
		private readonly params: AttackParams,
		private readonly entries: readonly LabelledEntry[],
		private readonly stopped: ReadonlySet<number>,
		private readonly tell: (event: AttackProgress) => void,
	) {
		this.#states = entries.map(({ entry, label }) => ({
			image: waitingImage(entry.source, label),
			pixels: NO_PIXELS,
		}));
		this.#seconds = entries.map(() => null);
		this.#stems = stems(entries.map(({ entry }) => entry.source));
	}

	async complete(context: HandlerContext, notes: Notes, signal: AbortSignal): Promise<AttackRecord> {
		const began = new Date();
		const { out, npz } = this.params;
		const { wanted } = this.prepared;
		this.tell({ kind: "started", report: this.#report(context, notes, began) });
		if (out) await prepareFolder(out);
		const values = wanted.width * wanted.height * wanted.channels;
		const batchSize = Math.min(this.prepared.classifier.batchSize, suggestBatchSize(values));
		const images = loadImages(this.entries, wanted, signal);
		for await (const part of parts(images, batchSize * BATCHES_AT_A_TIME)) await this.#attack(part, batchSize, signal);
		if (npz) await writeAttackNpz(npz, this.#states);
		return {
			report: this.#report(context, notes, began),
			pixels: this.#states.map((state) => this.#wanted(state)),
		};
	}

	async #attack(part: readonly Placed[], batchSize: number, signal: AbortSignal): Promise<void> {
		const loaded = new Map<number, LoadedImage>();
		for (const { image, position } of part) {
			if (image.kind === "loaded") loaded.set(position, image);
			else this.#finish(position, unreadableImage(this.#state(position).image, image), 0);
		}
		const names = this.prepared.classNames.names;
		await attackImages(
			this.prepared.classifier,
			[...loaded].map(([position, { pixels }]) => ({
				position,
				place: this.params.places?.[position] ?? position,
				pixels: pixels.data,
			})),
			this.params.options,
			{
				seed: this.params.seed,
				signal,
				batchSize,
				examine: true,
				stopped: (position) => this.stopped.has(position),
				onPredicted: (position, prediction) => {
					this.#predictions.set(position, prediction);
					const image = loaded.get(position) as LoadedImage;
					this.#show("read", position, predictedImage(this.#state(position).image, image, prediction, names));
				},
				onBetter: (position, better) => {
					const now = performance.now();
					if (now - (this.#told.get(position) ?? Number.NEGATIVE_INFINITY) < TELL_MILLISECONDS) return;
					this.#told.set(position, now);
					const prediction = this.#predictions.get(position) as Prediction;
					this.#show("better", position, betterImage(this.#state(position), prediction, better, names));
				},
				onFinished: (position, outcome) => {
					this.#finish(position, finishedImage(this.#state(position), outcome, names), outcome.seconds);
				},
			},
		);
		await Promise.all(this.#writing.splice(0));
	}

	#state(position: number): ImageState {
		return this.#states[position] as ImageState;
	}

	#show(kind: "read" | "better", index: number, state: ImageState): void {
		this.#states[index] = state;
		this.tell({ kind, index, image: state.image, pixels: this.#wanted(state) });
	}

	/** The pixels of an image as far as somebody asked for them. */
	#wanted({ pixels }: ImageState): ImageState["pixels"] {
		return this.params.keepPixels ? pixels : NO_PIXELS;
	}

	#finish(index: number, state: ImageState, seconds: number): void {
		this.#states[index] = state;
		this.#seconds[index] = seconds;
		this.#predictions.delete(index);
		const { out } = this.params;
		if (!out) {
			this.#done(index, state, seconds);
			return;
		}
		const write = async () => {
			const files = await writePictures(out, this.#stems[index] as string, state);
			this.#done(index, { ...state, image: { ...state.image, files } }, seconds);
		};
		this.#writing.push(write());
	}

	/** The image is finished and written; its pixels go where nothing needs them any more, so that thousands of photos fit. */
	#done(index: number, { image, pixels }: ImageState, seconds: number): void {
		const { keepPixels, npz } = this.params;
		this.#states[index] = { image, pixels: keepPixels || npz !== null ? pixels : NO_PIXELS };
		this.tell({ kind: "finished", index, seconds, image, pixels: keepPixels ? pixels : NO_PIXELS });
	}

	#report({ backend }: HandlerContext, notes: Notes, began: Date): AttackReport {
		const { preprocessing, classNames, report: model } = this.prepared;
		const images = this.#states.map(({ image }) => image);
		return {
			kind: "attack",
			version: REPORT_VERSION,
			blindspot: BLINDSPOT_VERSION,
			model,
			backend: { name: backend.name, version: backend.version },
			options: this.params.options,
			seed: this.params.seed,
			preprocessing: { ...preprocessing.preprocessing, provenance: preprocessing.provenance },
			classNames: classNames.provenance,
			...notes,
			images,
			summary: summarise(images),
			run: {
				date: began.toISOString(),
				seconds: (Date.now() - began.getTime()) / 1000,
				imageSeconds: this.#seconds,
			},
		};
	}
}

interface Placed {
	readonly image: LoadedImage | UnreadableImage;
	readonly position: number;
}

/** The images with their positions, `size` at a time. */
async function* parts(images: AsyncIterable<LoadedImage | UnreadableImage>, size: number): AsyncGenerator<Placed[]> {
	let part: Placed[] = [];
	let position = 0;
	for await (const image of images) {
		part.push({ image, position: position++ });
		if (part.length === size) {
			yield part;
			part = [];
		}
	}
	if (part.length > 0) yield part;
}
