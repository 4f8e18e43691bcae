/** Further methods on one image of a page, one after the other, so that each is as fast as it is alone. */
import { randomUUID } from "node:crypto";
import { NO_PIXELS, waitingImage } from "../../../compute/attack/attackedImages.js";
import { type AttackMethod, METHODS } from "../../../compute/attack/methods.js";
import type { AttackProgress } from "../../../compute/attack/requests.js";
import type { AttackedImage, AttackPixels, AttackRecord } from "../../../compute/reports/report.js";
import type { Phase } from "../../messages.js";
import type { RowList } from "./rowList.js";
import type { SessionMethod } from "./rows.js";

/** One method's request to the compute process. */
export interface MethodRequest {
	readonly id: string;
	readonly method: AttackMethod;
	readonly hear: (event: AttackProgress) => void;
	readonly signal: AbortSignal;
}

export class MethodsRun {
	readonly #controller = new AbortController();
	readonly #rows: RowList;
	readonly #methods: readonly AttackMethod[];
	/** The place of the method that runs, and its request. */
	#present = { at: 0, id: "" };

	constructor(
		rows: RowList,
		readonly index: number,
		methods: readonly AttackMethod[],
	) {
		this.#rows = rows;
		this.#methods = methods;
	}

	cancel(): void {
		this.#controller.abort();
	}

	/** "DDN, 2 of 4 methods" */
	get phase(): Phase {
		const { at } = this.#present;
		const of = this.#methods.length;
		const name = METHODS[this.#methods[at] as AttackMethod].label;
		return { kind: "running", words: `${name}, ${at + 1} of ${of} ${of === 1 ? "method" : "methods"}`, share: at / of };
	}

	/** The request of the method that runs; null where it is another one's turn. */
	requestOf(method: AttackMethod): string | null {
		return this.#methods[this.#present.at] === method ? this.#present.id : null;
	}

	/** All are waiting. */
	start(): void {
		for (const method of this.#methods) this.#set(method, "waiting", this.#blank(), null);
	}

	/**
	 * Runs each; `turn` is called before each. What is found stands whatever happens to the rest. Throws what `attack` throws.
	 */
	async complete(attack: (request: MethodRequest) => Promise<AttackRecord>, turn: () => void): Promise<void> {
		for (const [at, method] of this.#methods.entries()) {
			const id = randomUUID();
			this.#present = { at, id };
			turn();
			const hear = (event: AttackProgress) => this.#hear(method, event);
			const { report, pixels } = await attack({ id, method, hear, signal: this.#controller.signal });
			const [image] = report.images;
			if (image) this.#set(method, "done", image, report.run.imageSeconds[0] ?? null, pixels[0]);
		}
	}

	#hear(method: AttackMethod, event: AttackProgress): void {
		// The process may have been started again; what was found before is found again.
		if (event.kind === "started") this.#set(method, "waiting", this.#blank(), null);
		else if (event.kind === "finished") this.#set(method, "done", event.image, event.seconds, event.pixels);
		else this.#set(method, "running", event.image, null, event.pixels);
	}

	#set(
		method: AttackMethod,
		status: SessionMethod["status"],
		image: AttackedImage,
		seconds: number | null,
		pixels: AttackPixels = NO_PIXELS,
	): void {
		this.#rows.changeMethod(this.index, method, { image, status, seconds, pixels: { ...pixels, original: null } });
	}

	/** The image before anything was tried. */
	#blank(): AttackedImage {
		const image = this.#rows.at(this.index)?.image;
		if (!image) return waitingImage("", null);
		const { source, label, fileSize, predicted, target } = image;
		return { ...waitingImage(source, label), fileSize, predicted, target };
	}
}
