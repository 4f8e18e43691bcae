import { html, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Pixels } from "../../compute/data/types.js";
import { LightElement } from "./lightElement.js";
import { paint } from "./paint.js";

/** Draws pixels one to one; the style sheet scales them, never smoothed when enlarged. */
@customElement("blindspot-pixels")
export class PixelCanvas extends LightElement {
	@property({ attribute: false }) pixels: Pixels | null = null;
	/** With it, the difference `pixels - reference` is drawn. */
	@property({ attribute: false }) reference: Pixels | null = null;
	@property({ type: Number }) factor = 1;
	/** What the picture shows, for screen readers. */
	@property() description = "";
	@query("canvas") private readonly canvas!: HTMLCanvasElement;
	readonly #resized = new ResizeObserver(() => this.#chooseScaling());

	override connectedCallback(): void {
		super.connectedCallback();
		this.#resized.observe(this);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#resized.disconnect();
	}

	protected override render() {
		return html`<canvas role="img" aria-label=${this.description}></canvas>`;
	}

	protected override updated(changed: PropertyValues<this>): void {
		if (this.pixels === null) return;
		if (!changed.has("pixels") && !changed.has("reference") && !changed.has("factor")) return;
		const image = paint(this.pixels, this.reference, this.factor);
		this.canvas.width = image.width;
		this.canvas.height = image.height;
		this.canvas.getContext("2d")?.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
		this.#chooseScaling();
	}

	#chooseScaling(): void {
		if (this.pixels === null || !this.hasUpdated) return;
		this.canvas.classList.toggle("enlarged", this.clientWidth * devicePixelRatio >= this.pixels.width);
	}
}
