/** One probe: the passes over the data, one after the other, and the report that grows with them. */

import { Slices } from "../../backend/slices.js";
import type { UnreadableImage } from "../../data/types.js";
import { normalise } from "../../math/haar.js";
import { Random } from "../../math/random.js";
import type { HandlerContext } from "../../prepare/context.js";
import type { PreparedModel } from "../../prepare/prepare.js";
import { type Directions, drawDirections, needsOf, ownValues, stacked } from "../directions.js";
import { type ActivationBatch, LayerReader, seededOrder } from "../layerReader.js";
import { featureCount, penultimateNode } from "../penultimate.js";
import { highestPlaces, PlaceBoxes } from "../places.js";
import { Scorer } from "../scorer.js";
import { joined, ScoringPass } from "../scoringPass.js";
import type { TestedImages } from "../testedImages.js";
import { Moments } from "./moments.js";
import { type ProbePlan, planProbe } from "./plan.js";
import { readRedrawn } from "./redrawnPass.js";
import type { ProbeRecord, ProbeStage, ProbeStageName, RankedImage } from "./report.js";
import { ProbeReporter } from "./reporter.js";
import type { ProbeParams } from "./requests.js";
import { type RotationOutcome, rotateFrames } from "./rotationTest.js";
import type { BoxOf, ProbeSetting, Scored } from "./setting.js";
import type { RotationEvidence } from "./statistics.js";

/** The rows are told after so many images, and then every so many milliseconds. */
const FIRST_ROWS = 500;
const ROWS_MILLISECONDS = 3000;
const PROGRESS_MILLISECONDS = 200;

export class ProbeRun {
	readonly #slices: Slices;
	readonly #reader: LayerReader;
	/** Without penultimate activations. */
	readonly #layerReader: LayerReader;
	readonly #plan: ProbePlan;
	/** Positions of all pictures, in the seeded order. */
	readonly #order: Uint32Array;
	readonly #reporter: ProbeReporter;
	readonly #stages: ProbeStage[] = [];
	readonly #held: { dispose(): void }[] = [];
	#toldProgress = 0;
	#toldRows = 0;

	constructor(
		context: HandlerContext,
		private readonly prepared: PreparedModel,
		private readonly params: ProbeParams,
		private readonly setting: ProbeSetting,
	) {
		const { classifier, wanted } = prepared;
		const { layer, data, signal } = setting;
		const { options, seed } = params;
		this.#slices = new Slices(signal);
		const penultimate = penultimateNode(classifier.network, classifier.head.logits);
		this.#plan = planProbe(layer, options, wanted, featureCount(penultimate), data.entries.length, seed);
		const features = this.#plan.withFeatures ? penultimate.name : null;
		const { executor, pixelShape, batchSize } = classifier;
		this.#reader = new LayerReader(executor, layer, features, pixelShape, batchSize);
		this.#layerReader = new LayerReader(executor, layer, null, pixelShape, batchSize);
		this.#order = seededOrder(data.entries.length, seed);
		this.#reporter = new ProbeReporter(context, prepared, params, {
			...setting,
			warnings: [...setting.warnings, ...this.#plan.warnings],
		});
	}

	async complete(): Promise<ProbeRecord> {
		const { control } = this.params.options;
		const isHalved = control === "classMeans";
		const surveyed = isHalved ? this.#order.filter((_, at) => at % 2 === 0) : this.#order;
		const scoredOrder = isHalved ? this.#order.filter((_, at) => at % 2 === 1) : this.#order;
		const moments = await this.#survey(surveyed);
		const { directions, own } = await this.#directions(moments);
		const scored = await this.#score(scoredOrder, directions, own);
		const boxes = await this.#places(scored);
		const rotation = await this.#test(scored.pass, scoredOrder);
		return this.#reporter.record(scored, { boxes, rotation, stopped: this.setting.stopped(), stages: this.#stages });
	}

	/** Frees what is on the backend. */
	dispose(): void {
		for (const held of this.#held) held.dispose();
	}

	/** Mean and covariance where directions need them. */
	async #survey(order: Uint32Array): Promise<Moments | null> {
		const { layer } = this.setting;
		const { control, own } = this.params.options;
		const needs = needsOf(control, layer);
		const selections = own.map((direction) => new Set(direction.kind === "images" ? direction.sources : []));
		if (!needs.covariance && !needs.classMeans && selections.every(({ size }) => size === 0)) return null;
		const { classes } = this.prepared.report;
		const moments = new Moments(layer.units, classes + own.length, needs.covariance);
		this.#held.push(moments);
		return this.#timed("survey", async () => {
			let done = 0;
			// Images that are scored as well are counted there.
			const onUnreadable = control === "classMeans" ? this.#onUnreadable : undefined;
			const stream = this.#stream(this.#layerReader, order, onUnreadable);
			for await (const { images, activations } of stream) {
				if (this.setting.stopped()) break;
				moments.add(activations, (i) => {
					const { label, source } = images[i] as (typeof images)[number];
					const selected = selections.flatMap((sources, at) => (sources.has(source) ? [classes + at] : []));
					return label === null ? selected : [label, ...selected];
				});
				done += images.length;
				this.#tellProgress("survey", done, order.length);
			}
			return moments;
		});
	}

	async #directions(moments: Moments | null): Promise<Pick<Scored, "directions" | "own">> {
		const { options, seed } = this.params;
		const { units } = this.setting.layer;
		const names = this.prepared.classNames.names;
		const directions = await drawDirections(
			options.control,
			units,
			this.#plan.directions,
			seed,
			moments,
			names,
			this.#slices,
		);
		const own = options.own.map((direction, at) => {
			const difference = direction.kind === "images" ? (moments?.difference(names.length + at) ?? null) : null;
			const values = ownValues(direction, units, difference);
			normalise(values);
			return values;
		});
		return {
			directions,
			own: stacked(
				own,
				options.own.map(({ name }) => name),
				units,
			),
		};
	}

	async #score(order: Uint32Array, directions: Directions, own: Directions): Promise<Scored> {
		const { layer } = this.setting;
		const { options } = this.params;
		const values = joined([directions.values, own.values]);
		const scorer = new Scorer(layer, this.#plan.units, values, options.reduce);
		this.#held.push(scorer);
		const pass = new ScoringPass(scorer, {
			top: options.top,
			bottom: options.bottom,
			classes: this.prepared.report.classes,
			units: layer.units,
			tested: this.#plan.test?.images ?? 0,
			withFeatures: this.#plan.withFeatures,
		});
		const units = this.#plan.units ?? Array.from({ length: layer.units }, (_, unit) => unit);
		const scored = { pass, units, directions, own };
		return this.#timed("scores", async () => {
			for await (const batch of this.#stream(this.#reader, order, this.#onUnreadable)) {
				if (this.setting.stopped()) break;
				pass.add(batch);
				this.#tellProgress("scores", pass.images, order.length);
				this.#tellRows(scored);
			}
			return scored;
		});
	}

	/** Where each ranked image has its highest score, by row and image; none for layers without places. */
	async #places({ pass, units, directions, own }: Scored): Promise<BoxOf> {
		const { layer } = this.setting;
		if (layer.places === 1 || this.params.options.reduce === "mean") return () => null;
		const rowsOf = new Map<number, number[]>();
		for (let row = 0; row < units.length + directions.count + own.count; row++) {
			for (const image of [...pass.top.images(row), ...(pass.bottom?.images(row) ?? [])]) {
				const rows = rowsOf.get(image);
				if (rows) rows.push(row);
				else rowsOf.set(image, [row]);
			}
		}
		const values = joined([directions.values, own.values]);
		const vector = (row: number): Float32Array => {
			const at = (row - units.length) * layer.units;
			if (at >= 0) return values.subarray(at, at + layer.units);
			const unit = new Float32Array(layer.units);
			unit[units[row] as number] = 1;
			return unit;
		};
		const boxes = new PlaceBoxes(this.prepared.classifier.network, layer);
		const found = new Map<string, RankedImage["box"]>();
		const order = this.#order.filter((image) => rowsOf.has(image));
		await this.#timed("places", async () => {
			let done = 0;
			for await (const { images, activations } of this.#stream(this.#layerReader, order)) {
				for (const [i, { index }] of images.entries()) {
					const rows = rowsOf.get(index) ?? [];
					const places = highestPlaces(activations, i, rows.map(vector));
					rows.forEach((row, at) => {
						found.set(`${row} ${index}`, boxes.box(places[at] as number));
					});
					await this.#slices.breathe();
				}
				done += images.length;
				this.#tellProgress("places", done, order.length);
			}
		});
		return (row, image) => found.get(`${row} ${image}`) ?? null;
	}

	/** The rotation test, on the trained weights and on re-drawn ones. */
	async #test(pass: ScoringPass, order: Uint32Array): Promise<RotationEvidence | null> {
		const { test } = this.#plan;
		const { options, seed } = this.params;
		const tested = pass.tested.images();
		if (!test || tested.count <= options.top || this.setting.stopped()) return null;
		const outcome = await this.#timed("rotations", () => this.#rotate(tested, "rotations", test.frame));
		if (!options.redrawn || this.setting.stopped())
			return { outcome, frame: test.frame, images: tested.count, redrawn: null };
		const redrawn = await this.#timed("redrawn", async () => {
			const activations = await readRedrawn({
				prepared: this.prepared,
				layer: this.setting.layer,
				reduce: options.reduce,
				data: this.setting.data.entries,
				order,
				images: tested.count,
				seed,
				slices: this.#slices,
				stopped: this.setting.stopped,
				onImages: (done) => this.#tellProgress("redrawn", done, tested.count),
			});
			return activations && this.#rotate({ ...tested, activations }, "redrawn", test.frame);
		});
		return { outcome, frame: test.frame, images: tested.count, redrawn };
	}

	#rotate(tested: TestedImages, stage: "rotations" | "redrawn", frame: readonly number[]): Promise<RotationOutcome> {
		const { permutations, top } = this.params.options;
		return rotateFrames(tested, {
			top,
			frame,
			rotations: permutations,
			random: Random.stream(this.params.seed, "rotations", stage),
			slices: this.#slices,
			stopped: this.setting.stopped,
			onRotation: (done) => this.#tellProgress(stage, done, permutations),
		});
	}

	#stream(
		reader: LayerReader,
		order: Uint32Array,
		onUnreadable?: (image: UnreadableImage) => void,
	): AsyncGenerator<ActivationBatch> {
		return reader.stream(this.setting.data.entries, order, this.prepared.wanted, this.#slices, onUnreadable);
	}

	readonly #onUnreadable = (image: UnreadableImage): void => this.#reporter.unreadable(image);

	#tellProgress(stage: ProbeStageName, done: number, total: number): void {
		const now = performance.now();
		if (now - this.#toldProgress < PROGRESS_MILLISECONDS && done < total) return;
		this.#toldProgress = now;
		this.setting.tell({ kind: "progress", stage, done, total });
	}

	#tellRows(scored: Scored): void {
		const now = performance.now();
		const isFirst = this.#toldRows === 0;
		if (isFirst ? scored.pass.images < FIRST_ROWS : now - this.#toldRows < ROWS_MILLISECONDS) return;
		this.#toldRows = now;
		this.setting.tell({ kind: "rows", ...this.#reporter.preview(scored, this.#stages) });
	}

	async #timed<T>(stage: ProbeStageName, work: () => Promise<T>): Promise<T> {
		const start = performance.now();
		const result = await work();
		this.#stages.push({ stage, seconds: (performance.now() - start) / 1000 });
		return result;
	}
}
