/** Lipschitz bounds of a model's layers and of the whole, and what they certify about pictures. */
import { suggestBatchSize } from "../adversarial/batchSize.js";
import { attackImages } from "../adversarial/run.js";
import { Slices } from "../backend/slices.js";
import { loadImages } from "../data/loading.js";
import type { LoadedImage } from "../data/types.js";
import { Random } from "../math/random.js";
import { distance } from "../math/vectors.js";
import { probabilities } from "../network/probabilities.js";
import type { Control, HandlerContext } from "../prepare/context.js";
import { assumptions, type PreparedData, type PreparedModel, prepareData, withModel } from "../prepare/prepare.js";
import { reportHead, reportSubject, runSince } from "../prepare/reportHead.js";
import { Certifier } from "./certificates.js";
import { certifiedShares } from "./certifiedShares.js";
import { boundLayers, RunningNetwork } from "./layers.js";
import { type ObservedLipschitz, observe, observePair } from "./observedLipschitz.js";
import type { Certificate, LayerBound, LipschitzReport, NetworkBound } from "./report.js";
import type { LipschitzParams, LipschitzProgress } from "./requests.js";

/** Pictures that are held at a time, in batches of an attack. */
const BATCHES_AT_A_TIME = 4;
/** Pictures of random pixels to look at where there are no others. */
const RANDOM_PICTURES = 4;

/**
 * Bounds of every layer as it runs, of the network to its logits, and a certified radius for each picture.
 * A stopped run has the pictures that are done by then, but always all layers.
 * Throws `bad-request` where data is named but has no pictures, `cancelled` when the signal is raised.
 */
export async function lipschitz(
	context: HandlerContext,
	params: LipschitzParams,
	control: Control<LipschitzProgress>,
): Promise<LipschitzReport> {
	return withModel(
		context,
		params.model,
		control.signal,
		async (prepared) => {
			const data = params.data ? await prepareData(params.data, prepared, control.signal) : null;
			return new LipschitzRun(prepared, params, data, control).complete(context);
		},
		params.data ? "needed" : "none",
	);
}

class LipschitzRun {
	readonly #running: RunningNetwork;
	readonly #slices: Slices;
	readonly #observed: ObservedLipschitz = { gradient: 0, quotient: 0 };
	#certificates: Certificate[];
	#layers: readonly LayerBound[] = [];

	constructor(
		private readonly prepared: PreparedModel,
		private readonly params: LipschitzParams,
		private readonly data: PreparedData | null,
		private readonly control: Control<LipschitzProgress>,
	) {
		const { network, head } = prepared.classifier;
		this.#running = new RunningNetwork(network, head.logits);
		this.#slices = new Slices(control.signal);
		this.#certificates = (data?.entries ?? []).map(({ entry, label }) => waiting(entry.source, label));
	}

	async complete(context: HandlerContext): Promise<LipschitzReport> {
		const { prepared } = this;
		const { params, data } = this;
		const began = new Date();
		const layerSeconds: number[] = [];
		let since = began.getTime();
		this.control.tell({
			kind: "started",
			model: prepared.report,
			layers: this.#running.outlines,
			pictures: this.#certificates.map(({ source }) => source),
		});
		this.#layers = await boundLayers(this.#running, params.seed, this.#slices, (index, layer) => {
			layerSeconds.push((Date.now() - since) / 1000);
			since = Date.now();
			this.control.tell({ kind: "layer", index, layer });
		});
		await this.#lookAround();
		this.control.tell({ kind: "network", network: this.#network() });
		await this.#certify();
		const left = this.#leaveRest();
		return {
			kind: "lipschitz",
			...reportHead(context),
			...reportSubject(prepared),
			asked: { data: params.data, adversarials: params.adversarials },
			seed: params.seed,
			warnings: [...new Set([...prepared.warnings, ...assumptions(prepared), ...(data?.warnings ?? []), ...left])],
			layers: this.#layers,
			network: this.#network(),
			certificates: this.#certificates,
			shares: certifiedShares(this.#certificates),
			run: { ...runSince(began), layerSeconds },
		};
	}

	/** Leaves out the pictures that a stopped run didn't come to, over which shares would be wrong; says how many they are. */
	#leaveRest(): readonly string[] {
		if (!this.control.stopped()) return [];
		const all = this.#certificates.length;
		const done = this.#certificates.filter(({ predicted, error }) => predicted !== null || error !== null);
		this.#certificates = done;
		return done.length === all ? [] : [`Stopped after ${done.length} of ${all} pictures.`];
	}

	#network(): NetworkBound {
		const layers = this.#layers;
		const { gradient, quotient } = this.#observed;
		const first = layers.find(({ product, before }) => product === null && before !== null);
		const isExact =
			layers.filter(({ upper }) => upper !== 1).length <= 1 && layers.every(({ kind }) => kind === "exact");
		const upper = layers.at(-1)?.product ?? null;
		return {
			kind: upper === null ? "unbounded" : isExact ? "exact" : "upper",
			upper,
			lower: Math.max(gradient, quotient),
			gradient,
			quotient,
			seenOn: this.data ? "pictures" : "random pixels",
			unboundedBy: upper === null && first ? `${first.op} '${first.name}': ${first.because}` : null,
		};
	}

	/** Without pictures, what random ones show. */
	async #lookAround(): Promise<void> {
		if (this.data) return;
		const { classifier, wanted } = this.prepared;
		const random = Random.stream(this.params.seed, "lipschitz", "random pixels");
		const size = wanted.width * wanted.height * wanted.channels;
		for (let left = RANDOM_PICTURES; left > 0; left -= classifier.batchSize) {
			const count = Math.min(left, classifier.batchSize);
			observe(
				classifier,
				Float32Array.from({ length: count * size }, () => random.uniform()),
				count,
				this.#observed,
			);
			await this.#slices.breathe();
		}
	}

	async #certify(): Promise<void> {
		if (!this.data) return;
		const { classifier, wanted } = this.prepared;
		const certifier = new Certifier(this.#running, this.#layers, classifier.head.single);
		const values = wanted.width * wanted.height * wanted.channels;
		const batchSize = Math.min(classifier.batchSize, suggestBatchSize(values));
		let position = 0;
		let part: Placed[] = [];
		for await (const image of loadImages(this.data.entries, wanted, this.control.signal)) {
			if (this.control.stopped()) break;
			if (image.kind === "loaded") part.push({ image, position });
			else this.#set(position, { ...this.#at(position), error: image.error });
			position++;
			if (part.length === batchSize * BATCHES_AT_A_TIME) {
				await this.#certifyPart(part, batchSize, certifier);
				part = [];
			}
		}
		await this.#certifyPart(part, batchSize, certifier);
	}

	async #certifyPart(part: readonly Placed[], batchSize: number, certifier: Certifier): Promise<void> {
		const { classifier, classNames } = this.prepared;
		for (let start = 0; start < part.length && !this.control.stopped(); start += batchSize) {
			const batch = part.slice(start, start + batchSize);
			const pixels = together(batch.map(({ image }) => image.pixels.data));
			const logits = classifier.logits(pixels, batch.length);
			batch.forEach(({ position }, i) => {
				const own = logits.slice(i * classifier.classes, (i + 1) * classifier.classes);
				const { predicted: index, margin, radius } = certifier.radius(own);
				const name = classNames.names[index] ?? `class ${index}`;
				const predicted = { index, name, probability: probabilities(own)[index] as number };
				this.#set(position, { ...this.#at(position), predicted, margin, radius });
			});
			observe(classifier, pixels, batch.length, this.#observed);
			await this.#slices.breathe();
		}
		this.control.tell({ kind: "network", network: this.#network() });
		if (this.params.adversarials && part.length > 0 && !this.control.stopped()) {
			await this.#attack(part, batchSize);
			this.control.tell({ kind: "network", network: this.#network() });
		}
	}

	async #attack(part: readonly Placed[], batchSize: number): Promise<void> {
		const originals = new Map(part.map(({ image, position }) => [position, image.pixels.data]));
		await attackImages(
			this.prepared.classifier,
			part.map(({ image, position }) => ({ position, pixels: image.pixels.data })),
			{ method: "closest", effort: "quick", target: { kind: "any" }, budget: null },
			{
				seed: this.params.seed,
				signal: this.control.signal,
				batchSize,
				examine: false,
				stopped: () => this.control.stopped(),
				onPredicted: () => undefined,
				onBetter: () => undefined,
				onFinished: (position, { adversarial, logits }) => {
					if (!adversarial) return;
					const original = originals.get(position) as Float32Array;
					observePair([original, adversarial.pixels], [logits, adversarial.logits], this.#observed);
					this.#set(position, { ...this.#at(position), found: distance(original, adversarial.pixels) });
				},
			},
		);
	}

	#at(position: number): Certificate {
		return this.#certificates[position] as Certificate;
	}

	#set(index: number, certificate: Certificate): void {
		this.#certificates[index] = certificate;
		this.control.tell({ kind: "picture", index, certificate });
	}
}

interface Placed {
	readonly image: LoadedImage;
	readonly position: number;
}

function waiting(source: string, label: number | null): Certificate {
	return { source, label, predicted: null, margin: null, radius: null, found: null, error: null };
}

function together(pictures: readonly Float32Array[]): Float32Array {
	const size = pictures[0]?.length ?? 0;
	const all = new Float32Array(pictures.length * size);
	pictures.forEach((pixels, i) => {
		all.set(pixels, i * size);
	});
	return all;
}
