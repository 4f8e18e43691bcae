import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Pixels } from "../../compute/data/types.js";
import { LightElement } from "./lightElement.js";
import { paint, shownChannels } from "./paint.js";

/** Pictures this near to the visible part of the page are drawn; the others hold no memory. */
const NEAR = "400px";

/** Draws pixels one to one; the style sheet scales them, never smoothed when enlarged. */
@customElement("blindspot-pixels")
export class PixelCanvas extends LightElement {
	@property({ attribute: false }) pixels: Pixels | null = null;
	/** With it, the difference `pixels - reference` is drawn. */
	@property({ attribute: false }) reference: Pixels | null = null;
	@property({ type: Number }) factor = 1;
	/** What the picture shows, for screen readers. */
	@property() description = "";
	@state() private near = false;
	@query("canvas") private readonly canvas!: HTMLCanvasElement;
	readonly #resized = new ResizeObserver(() => this.#chooseScaling());
	readonly #visible = new IntersectionObserver(
		(entries) => {
			this.near = entries.at(-1)?.isIntersecting ?? false;
		},
		{ root: document, rootMargin: NEAR },
	);

	override connectedCallback(): void {
		super.connectedCallback();
		this.#resized.observe(this);
		this.#visible.observe(this);
	}

	override disconnectedCallback(): void {
		super.disconnectedCallback();
		this.#resized.disconnect();
		this.#visible.disconnect();
	}

	protected override render() {
		const part = shownChannels(this.pixels?.channels ?? 1);
		return html`<canvas
			role="img"
			aria-label=${part === "" ? this.description : `${this.description} (${part})`}
			title=${part === "" ? nothing : part}
			width="0"
			height="0"
		></canvas>`;
	}

	protected override updated(changed: PropertyValues): void {
		if (["pixels", "reference", "factor", "near"].some((name) => changed.has(name))) this.#draw();
	}

	#draw(): void {
		if (this.pixels === null || !this.near) {
			this.canvas.width = 0;
			this.canvas.height = 0;
			return;
		}
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
