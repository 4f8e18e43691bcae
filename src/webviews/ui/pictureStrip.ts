import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { BytePicture } from "../../compute/data/png.js";
import { LightElement } from "./lightElement.js";
import { paintStrip, stripSize } from "./paint.js";
import { type Part, partStyle } from "./thumbnail.js";

export interface StripPicture {
	/** Null leaves the place empty. */
	readonly picture: BytePicture | null;
	readonly outlined: Part | null;
}

/**
 * Small pictures in a line on one canvas: the browser keeps a layer for every canvas, and hundreds of them are what makes
 * scrolling slow. Each has a square place; the gaps are about a tenth of one.
 */
@customElement("blindspot-picture-strip")
export class PictureStrip extends LightElement {
	@property({ attribute: false }) pictures: readonly StripPicture[] = [];
	/** How many have room. */
	@property({ type: Number }) places = 1;
	@query("canvas") private readonly canvas!: HTMLCanvasElement;

	protected override render() {
		const { width, side, gap } = stripSize(this.#pictures, this.places);
		return html`<canvas role="presentation" width="0" height="0"></canvas>
			${this.pictures.map(({ picture, outlined }, at) => {
				if (picture === null || outlined === null) return nothing;
				// Pictures that aren't square stand in the middle of their place.
				const across = { start: at * (side + gap) + (side - picture.width) / 2, length: picture.width };
				const down = { start: (side - picture.height) / 2, length: picture.height };
				return html`<i
					class="outlined"
					.style=${partStyle({
						left: (across.start + outlined.left * across.length) / width,
						width: (outlined.width * across.length) / width,
						top: (down.start + outlined.top * down.length) / side,
						height: (outlined.height * down.length) / side,
					})}
				></i>`;
			})}`;
	}

	protected override updated(changed: PropertyValues<this>): void {
		if (!changed.has("pictures") && !changed.has("places")) return;
		const { canvas } = this;
		const { data, width, height } = paintStrip(this.#pictures, this.places);
		if (canvas.width !== width) canvas.width = width;
		if (canvas.height !== height) canvas.height = height;
		canvas.getContext("2d", { willReadFrequently: true })?.putImageData(new ImageData(data, width, height), 0, 0);
	}

	get #pictures(): readonly (BytePicture | null)[] {
		return this.pictures.map(({ picture }) => picture);
	}
}
