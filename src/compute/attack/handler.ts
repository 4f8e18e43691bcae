/** Closest adversarials of a list of pictures: reading, attacking, telling, writing files. */
import { suggestBatchSize } from "../adversarial/batchSize.js";
import { attackImages, type Prediction } from "../adversarial/run.js";
import { filledWords, type LabelledEntry, loadImages } from "../data/loading.js";
import { refuseAsPng } from "../data/png.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { asBlindspotError } from "../errors.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import { assumptions, namedByFolders, type PreparedModel, prepareData, withModel } from "../prepare/prepare.js";
import { reportHead, reportSubject, runSince } from "../prepare/reportHead.js";
import type { AttackRecord, AttackReport } from "../reports/report.js";
import { betterImage, finishedImage, type ImageState, predictedImage, unreadableImage } from "./attackedImage.js";
import { NO_PIXELS, summarise, waitingImage } from "./attackedImages.js";
import { stems, writeAttackNpz, writePictures } from "./attackFiles.js";
import type { AttackParams, AttackProgress } from "./requests.js";
import { tryFiles } from "./tryFiles.js";

/** Pictures held beside the batch that is attacked: enough that a batch stays full, few enough for any memory. */
const BATCHES_AT_A_TIME = 4;
/** A nearer adversarial is told no more often than this per image. */
const TELL_MILLISECONDS = 300;

/** What is said of a run beside its results. */
type Notes = Pick<AttackReport, "labels" | "warnings">;

/**
 * Attacks every picture that is readable. Throws `bad-request` where there are no pictures or no such target,
 * `unwritable` where files can't be written from the start, `cancelled` when the signal is raised. What can't be written later
 * is noted, and costs no result.
 */
export async function attack(
	context: HandlerContext,
	params: AttackParams,
	control: Control<AttackProgress>,
): Promise<AttackRecord> {
	await tryFiles(params);
	return withModel(context, params.model, control.signal, async (prepared) => {
		if (params.out !== null) refuseAsPng(prepared.wanted.channels);
		const data = await prepareData(params.data, prepared, control.signal);
		const run = new AttackRun(namedByFolders(prepared, data), params, data.entries, control);
		const warnings = [...prepared.warnings, ...assumptions(prepared), ...data.warnings];
		return run.complete(context, { labels: data.because, warnings });
	});
}

/** One attack: the state of each image, and what happens to it. */
class AttackRun {
	readonly #states: ImageState[];
	readonly #predictions = new Map<number, Prediction>();
	readonly #told = new Map<number, number>();
	readonly #seconds: (number | null)[];
	readonly #stems: readonly string[];
	#filled = 0;
	/** Pictures being written, and the telling that waits for them; none of these rejects. */
	readonly #writing: Promise<void>[] = [];
	/** Why files are missing. */
	readonly #unwritten: string[] = [];

	constructor(
		private readonly prepared: PreparedModel,
		private readonly params: AttackParams,
		private readonly entries: readonly LabelledEntry[],
		private readonly control: Control<AttackProgress>,
	) {
		this.#states = entries.map(({ entry, label }) => ({
			image: waitingImage(entry.source, label),
			pixels: NO_PIXELS,
		}));
		this.#seconds = entries.map(() => null);
		this.#stems = stems(entries.map(({ entry }) => entry.source));
	}

	async complete(context: HandlerContext, notes: Notes): Promise<AttackRecord> {
		const began = new Date();
		const { npz } = this.params;
		const { wanted } = this.prepared;
		this.control.tell({ kind: "started", report: this.#report(context, notes, began) });
		const values = wanted.width * wanted.height * wanted.channels;
		const batchSize = Math.min(this.prepared.classifier.batchSize, suggestBatchSize(values));
		const images = loadImages(this.entries, wanted, this.control.signal);
		for await (const part of parts(images, batchSize * BATCHES_AT_A_TIME)) {
			if (this.control.stopped()) break;
			await this.#attack(part, batchSize);
		}
		const left = this.#leaveRest();
		if (npz !== null) await writeAttackNpz(npz, this.#states).catch((thrown: unknown) => this.#note(thrown));
		const warnings = [
			...notes.warnings,
			...filledWords(this.#filled, wanted),
			...left,
			...unwrittenWords(this.#unwritten),
		];
		return {
			report: this.#report(context, { ...notes, warnings }, began),
			pixels: this.#states.map((state) => this.#wanted(state)),
			unwritten: this.#unwritten,
		};
	}

	async #attack(part: readonly Placed[], batchSize: number): Promise<void> {
		try {
			await this.#attackLoaded(part, batchSize);
		} finally {
			// Also where the attack was cancelled: a process that ends while it writes leaves half a file.
			await Promise.all(this.#writing.splice(0));
		}
	}

	async #attackLoaded(part: readonly Placed[], batchSize: number): Promise<void> {
		const loaded = new Map<number, LoadedImage>();
		for (const { image, position } of part) {
			if (image.kind === "loaded") {
				loaded.set(position, image);
				if (image.isFilled) this.#filled++;
			} else this.#finish(position, unreadableImage(this.#state(position).image, image), 0);
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
				signal: this.control.signal,
				batchSize,
				examine: true,
				stopped: (position) => this.control.stopped(position),
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
	}

	#state(position: number): ImageState {
		return this.#states[position] as ImageState;
	}

	#show(kind: "read" | "better", index: number, state: ImageState): void {
		this.#states[index] = state;
		this.control.tell({ kind, index, image: state.image, pixels: this.#wanted(state) });
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
		if (out === null) {
			this.#done(index, state, seconds);
			return;
		}
		const write = async () => {
			const files = await writePictures(out, this.#stems[index] as string, state, (thrown) => this.#note(thrown));
			this.#done(index, { ...state, image: { ...state.image, files } }, seconds);
		};
		this.#writing.push(write());
	}

	/** Images that a stopped run didn't come to are stopped too; says how many they are. */
	#leaveRest(): readonly string[] {
		let left = 0;
		for (const [at, seconds] of this.#seconds.entries()) {
			if (seconds !== null) continue;
			const { image, pixels } = this.#state(at);
			this.#states[at] = { image: { ...image, failure: "stopped" }, pixels };
			left++;
		}
		return left === 0 ? [] : [`Stopped before ${left} of ${this.#states.length} images were begun.`];
	}

	#note(thrown: unknown): void {
		this.#unwritten.push(asBlindspotError(thrown).message);
	}

	/** The image is finished and written; its pixels go where nothing needs them any more, so that thousands of photos fit. */
	#done(index: number, { image, pixels }: ImageState, seconds: number): void {
		const { keepPixels, npz } = this.params;
		this.#states[index] = { image, pixels: keepPixels || npz !== null ? pixels : NO_PIXELS };
		this.control.tell({ kind: "finished", index, seconds, image, pixels: keepPixels ? pixels : NO_PIXELS });
	}

	#report(context: HandlerContext, notes: Notes, began: Date): AttackReport {
		const images = this.#states.map(({ image }) => image);
		return {
			kind: "attack",
			...reportHead(context),
			...reportSubject(this.prepared),
			options: this.params.options,
			seed: this.params.seed,
			classNames: this.prepared.classNames.provenance,
			...notes,
			images,
			summary: summarise(images),
			run: { ...runSince(began), imageSeconds: this.#seconds },
		};
	}
}

/** The first of the files that couldn't be written, and how many more there are. */
function unwrittenWords(unwritten: readonly string[]): readonly string[] {
	const [first, ...others] = unwritten;
	if (first === undefined) return [];
	if (others.length === 0) return [first];
	return [`${first}. ${others.length} more could not be written either.`];
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
