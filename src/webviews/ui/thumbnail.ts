import { html, nothing, type PropertyValues } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { BytePicture } from "../../compute/data/png.js";
import { LightElement } from "./lightElement.js";
import { paintBytes, shownChannels } from "./paint.js";

/** A part of a picture, as shares of its width and height. */
export interface Part {
	readonly left: number;
	readonly top: number;
	readonly width: number;
	readonly height: number;
}

/** A small picture drawn one to one, with a part of it outlined; the style sheet scales it. */
@customElement("blindspot-thumbnail")
export class Thumbnail extends LightElement {
	/** Null leaves the place empty. */
	@property({ attribute: false }) picture: BytePicture | null = null;
	@property({ attribute: false }) outlined: Part | null = null;
	/** What the picture shows, for screen readers; empty where the text beside it says so. */
	@property() description = "";
	@query("canvas") private readonly canvas!: HTMLCanvasElement;

	protected override render() {
		const { outlined } = this;
		const part = shownChannels(this.picture?.channels ?? 1);
		return html`<canvas
				role=${this.description === "" ? "presentation" : "img"}
				aria-label=${this.description === "" ? nothing : this.description}
				title=${part === "" ? nothing : part}
				width="0"
				height="0"
			></canvas>
			${outlined === null ? nothing : html`<i class="outlined" .style=${partStyle(outlined)}></i>`}`;
	}

	protected override updated(changed: PropertyValues<this>): void {
		if (!changed.has("picture")) return;
		const { canvas, picture } = this;
		if (picture === null) {
			canvas.width = 0;
			canvas.height = 0;
			return;
		}
		const { width, height } = picture;
		if (canvas.width !== width) canvas.width = width;
		if (canvas.height !== height) canvas.height = height;
		canvas.getContext("2d")?.putImageData(new ImageData(paintBytes(picture), width, height), 0, 0);
	}
}

/** Where an element over a picture lies, as its style. */
export function partStyle({ left, top, width, height }: Part): string {
	return `left: ${percent(left)}; top: ${percent(top)}; width: ${percent(width)}; height: ${percent(height)}`;
}

const percent = (share: number): string => `${(share * 100).toFixed(2)}%`;
