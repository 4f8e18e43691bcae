/** One run of robustness: the images part by part, each by all models, then noise, and the report that grows with them. */
import { suggestBatchSize } from "../adversarial/batchSize.js";
import { highest } from "../adversarial/goal.js";
import { type AttackOutcome, attackImages } from "../adversarial/run.js";
import { Slices } from "../backend/slices.js";
import { loadImages } from "../data/loading.js";
import { toBytes } from "../data/png.js";
import type { LoadedImage, UnreadableImage } from "../data/types.js";
import { bootstrapped, meanOf, shareOf } from "../math/intervals.js";
import { Random } from "../math/random.js";
import { median } from "../math/statistics.js";
import { distortion } from "../math/vectors.js";
import { probabilities } from "../network/probabilities.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import type { PreparedData, PreparedModel } from "../prepare/prepare.js";
import { reportHead, reportSubject, runSince } from "../prepare/reportHead.js";
import type { LabelProbability } from "../reports/report.js";
import { compare } from "./comparison.js";
import { curveOf, endOfCurve } from "./curve.js";
import { Extremes } from "./extremes.js";
import { noiseCurve } from "./noise.js";
import type {
	CurvePoint,
	RobustImage,
	RobustnessOfModel,
	RobustnessPicture,
	RobustnessRecord,
	RobustnessReport,
} from "./report.js";
import type { RobustnessParams, RobustnessProgress } from "./requests.js";
import { conditionsOf, findingOf } from "./words.js";

const REPORT_MILLISECONDS = 3000;
/** Parts of this many batches are held at a time. */
const BATCHES_AT_A_TIME = 2;

export interface RobustnessSetting extends Control<RobustnessProgress> {
	readonly data: PreparedData & { readonly name: string };
}

/** An image as one model takes it, and what came of it. */
interface Seen {
	readonly image: LoadedImage | UnreadableImage;
	/** At the image itself; null where it is unreadable. */
	readonly logits: Float32Array | null;
	/** Null where the model gets it wrong, or a person stopped the run before it was done. */
	readonly outcome: AttackOutcome | null;
}

const UNREAD: RobustImage = {
	predicted: null,
	right: false,
	distortion: null,
	adversarial: null,
	failure: null,
	evaluations: 0,
};

export class RobustnessRun {
	readonly #began = new Date();
	readonly #images: RobustnessReport["images"][number][] = [];
	/** For each model. */
	readonly #seen: RobustImage[][];
	readonly #extremes: Extremes;
	#toldReport = performance.now();

	constructor(
		private readonly context: HandlerContext,
		private readonly models: readonly [PreparedModel] | readonly [PreparedModel, PreparedModel],
		private readonly params: RobustnessParams,
		private readonly setting: RobustnessSetting,
	) {
		this.#seen = models.map(() => []);
		this.#extremes = new Extremes(models.length);
	}

	async complete(): Promise<RobustnessRecord> {
		const { entries } = this.setting.data;
		const batchSize = Math.min(...this.models.map(batchSizeOf));
		const size = batchSize * BATCHES_AT_A_TIME;
		for (let from = 0; from < entries.length && !this.setting.stopped(); from += size) {
			await this.#part(from, Math.min(entries.length, from + size), batchSize);
		}
		const end = endOfCurve(this.#seen);
		const noise: (readonly CurvePoint[])[] = [];
		for (const [m, model] of this.models.entries()) {
			const images = this.#seen[m] as RobustImage[];
			noise.push(end === null ? [] : await this.#noise(model, images, end));
		}
		return { report: this.#report(noise), pictures: this.#extremes.pictures() };
	}

	/** Images `from` to `to`, by every model. */
	async #part(from: number, to: number, batchSize: number): Promise<void> {
		const entries = this.setting.data.entries.slice(from, to);
		const byModel: (readonly Seen[])[] = [];
		for (const [m, model] of this.models.entries()) {
			const images: (LoadedImage | UnreadableImage)[] = [];
			for await (const image of loadImages(entries, model.wanted, this.setting.signal)) images.push(image);
			const told = (finished: number) =>
				this.#tell(Math.floor(from + (m * entries.length + finished) / this.models.length));
			byModel.push(await this.#attack(model, images, from, batchSize, told));
		}
		// Stopped in the middle: what not every model has seen to the end is left out.
		const done = this.setting.stopped() ? Math.min(...byModel.map(finishedOf)) : entries.length;
		for (let i = 0; i < done; i++) {
			const { entry, label } = entries[i] as (typeof entries)[number];
			const ofModels = byModel.map((seen) => seen[i] as Seen);
			const unreadable = ofModels.find(({ image }) => image.kind === "unreadable");
			const error = unreadable?.image.kind === "unreadable" ? unreadable.image.error : null;
			this.#images.push({ source: entry.source, label, error });
			const robust = ofModels.map((seen, m) =>
				error === null ? robustImage(seen, this.models[m] as PreparedModel) : UNREAD,
			);
			for (const [m, image] of robust.entries()) this.#seen[m]?.push(image);
			this.#extremes.offer(from + i, robust, () => picturesOf(ofModels));
		}
		this.#tell(this.#images.length);
	}

	/** What comes of the images; those that the model gets wrong have nothing to be attacked for. */
	async #attack(
		{ classifier }: PreparedModel,
		images: readonly (LoadedImage | UnreadableImage)[],
		from: number,
		batchSize: number,
		told: (finished: number) => void,
	): Promise<Seen[]> {
		const slices = new Slices(this.setting.signal);
		const seen: Seen[] = [];
		for (const image of images) {
			const logits = image.kind === "loaded" ? classifier.logits(image.pixels.data, 1).slice() : null;
			seen.push({ image, logits, outcome: null });
			await slices.breathe();
		}
		const right = seen.flatMap(({ image, logits }, i) =>
			image.kind === "loaded" && logits && isRight(image.label, highest(logits))
				? [{ position: from + i, pixels: image.pixels.data }]
				: [],
		);
		let finished = images.length - right.length;
		await attackImages(classifier, right, this.params.options, {
			seed: this.params.seed,
			signal: this.setting.signal,
			batchSize,
			examine: false,
			stopped: () => this.setting.stopped(),
			onPredicted: () => {},
			onBetter: () => {},
			onFinished: (position, outcome) => {
				if (this.setting.stopped()) return;
				seen[position - from] = { ...(seen[position - from] as Seen), outcome };
				told(++finished);
			},
		});
		return seen;
	}

	async #noise(model: PreparedModel, images: readonly RobustImage[], end: number): Promise<readonly CurvePoint[]> {
		const { noiseLevels } = this.params.options;
		if (noiseLevels === 0 || this.setting.stopped()) return [];
		return noiseCurve({
			classifier: model.classifier,
			images: loadImages(this.setting.data.entries.slice(0, images.length), model.wanted, this.setting.signal),
			robust: images,
			end,
			levels: noiseLevels,
			seed: this.params.seed,
			slices: new Slices(this.setting.signal),
		});
	}

	#tell(done: number): void {
		const total = this.setting.data.entries.length;
		this.setting.tell({ kind: "progress", done, total });
		const now = performance.now();
		if (now - this.#toldReport < REPORT_MILLISECONDS || this.#images.length === 0) return;
		this.#toldReport = now;
		this.setting.tell({ kind: "report", report: this.#report(this.models.map(() => [])) });
	}

	#report(noise: readonly (readonly CurvePoint[])[]): RobustnessReport {
		const { data } = this.setting;
		const { options, seed } = this.params;
		const end = endOfCurve(this.#seen) ?? 0;
		const ofModels = this.models.map((model, m) =>
			this.#ofModel(model, this.#seen[m] as RobustImage[], end, noise[m] ?? []),
		);
		const [first, second] = ofModels as [RobustnessOfModel, RobustnessOfModel?];
		const facts = {
			options,
			seed,
			data: {
				name: data.name,
				total: data.entries.length,
				done: this.#images.length,
				unreadable: this.#images.filter(({ error }) => error !== null).length,
				stopped: this.setting.stopped(),
			},
			labels: data.because,
			models: second ? ([first, second] as const) : ([first] as const),
			comparison: second ? compare(first.images, second.images) : null,
		};
		return {
			kind: "robustness",
			...reportHead(this.context),
			...facts,
			warnings: data.warnings,
			finding: findingOf(facts),
			conditions: conditionsOf(facts),
			images: [...this.#images],
			run: runSince(this.#began),
		};
	}

	#ofModel(
		model: PreparedModel,
		images: readonly RobustImage[],
		end: number,
		noise: readonly CurvePoint[],
	): RobustnessOfModel {
		const readable = images.filter(({ predicted }) => predicted !== null);
		const attacked = readable.filter(({ right }) => right);
		const found = attacked.flatMap(({ distortion: d }) => d ?? []);
		const random = (name: string) => Random.stream(this.params.seed, "robustness", name, model.report.path);
		const middle = bootstrapped(
			attacked.map(({ distortion: d }) => d ?? Number.POSITIVE_INFINITY),
			median,
			random("median"),
		);
		return {
			...reportSubject(model),
			classNames: model.classNames.provenance,
			images,
			readable: readable.length,
			accuracy: shareOf(attacked.length, readable.length),
			attacked: attacked.length,
			succeeded: found.length,
			mean: meanOf(found),
			median: middle && { value: middle.value, interval: [closed(middle.interval[0]), closed(middle.interval[1])] },
			curve: curveOf(images, end),
			noise,
		};
	}
}

/** Where half of a resample has no adversarial, its median is further than any that was found: an open end. */
const closed = (end: number): number | null => (Number.isFinite(end) ? end : null);

function batchSizeOf({ classifier, wanted }: PreparedModel): number {
	return Math.min(classifier.batchSize, suggestBatchSize(wanted.width * wanted.height * wanted.channels));
}

/** How many of the first images were not cut short. */
function finishedOf(seen: readonly Seen[]): number {
	const cut = seen.findIndex(
		({ image, logits, outcome }) => logits && isRight(image.label, highest(logits)) && outcome === null,
	);
	return cut === -1 ? seen.length : cut;
}

/** Where no label is known, the image is right as it is. */
function isRight(label: number | null, predicted: number): boolean {
	return label === null || label === predicted;
}

function robustImage({ image, logits, outcome }: Seen, { classNames }: PreparedModel): RobustImage {
	if (logits === null || image.kind === "unreadable") return UNREAD;
	const predicted = highest(logits);
	const adversarial = outcome?.adversarial ?? null;
	const named = (of: Float32Array, index: number): LabelProbability => ({
		index,
		name: classNames.names[index] ?? `class ${index}`,
		probability: probabilities(of)[index] as number,
	});
	return {
		predicted: named(logits, predicted),
		right: isRight(image.label, predicted),
		distortion: adversarial && distortion(adversarial.pixels, image.pixels.data),
		adversarial: adversarial && named(adversarial.logits, adversarial.label),
		failure: outcome?.failure ?? null,
		evaluations: outcome?.evaluations ?? 0,
	};
}

function picturesOf(ofModels: readonly Seen[]): RobustnessPicture["pictures"] {
	return ofModels.map(({ image, outcome }) => {
		if (image.kind === "unreadable" || !outcome?.adversarial) return null;
		const adversarial = { ...image.pixels, data: outcome.adversarial.pixels };
		return { original: toBytes(image.pixels), adversarial: toBytes(adversarial) };
	});
}
