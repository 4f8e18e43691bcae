import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { WeightPictures } from "../../compute/modelDetails/report.js";
import { LightElement } from "../ui/lightElement.js";
import "../ui/pixelCanvas.js";
import { plain } from "../../compute/plainText.js";

/** A layer's weights as pictures, over the page until it is closed. */
@customElement("blindspot-weight-gallery")
export class WeightGallery extends LightElement {
	@property({ attribute: false }) pictures: WeightPictures | null = null;

	protected override render(): TemplateResult | typeof nothing {
		if (this.pictures === null) return nothing;
		const { layer, width, height, channels, count, of, pixels } = this.pictures;
		const size = width * height * channels;
		const some = count < of ? `the first ${count} of ${of}` : String(of);
		return html`<dialog class="gallery" aria-label="Weights" @close=${this.#closed} @keydown=${this.#onKey}>
			<h2><bdi>${plain(layer)}</bdi>: ${some} units, ${height}×${width}</h2>
			<p>Mid grey is zero; each picture is scaled by its largest weight.</p>
			<div class="gallery-pictures ${width > 12 ? "large" : ""}">
				${Array.from({ length: count }, (_, unit) => {
					const data = Float32Array.from(pixels.subarray(unit * size, (unit + 1) * size), (byte) => byte / 255);
					return html`<figure>
						<blindspot-pixels .pixels=${{ width, height, channels, data }} description=${`Weights of unit ${unit}`}></blindspot-pixels>
						<figcaption>${unit}</figcaption>
					</figure>`;
				})}
			</div>
			<form method="dialog"><vscode-button appearance="secondary" @click=${() => this.#dialog?.close()}>Close</vscode-button></form>
		</dialog>`;
	}

	get #dialog(): HTMLDialogElement | null {
		return this.querySelector("dialog");
	}

	protected override updated(): void {
		if (this.#dialog && !this.#dialog.open) this.#dialog.showModal();
	}

	readonly #closed = (): void => {
		this.dispatchEvent(new CustomEvent("gallery-closed"));
	};

	readonly #onKey = (event: KeyboardEvent): void => {
		// The dialog closes itself; the editor must not act on the key as well.
		event.stopPropagation();
	};
}
