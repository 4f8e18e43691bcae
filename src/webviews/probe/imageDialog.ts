import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { ProbedDirection } from "../../compute/activations/probe/report.js";
import type { ActivationMap } from "../../compute/activations/unit/report.js";
import { fileName } from "../../compute/data/pathNames.js";
import type { BytePicture } from "../../compute/data/png.js";
import { LightElement } from "../ui/lightElement.js";
import { keepFromEditor } from "../ui/ownKeys.js";
import "../ui/thumbnail.js";
import { themeColour } from "../ui/theme.js";
import { paintMap } from "./activationMap.js";
import type { Opened } from "./columns.js";
import { partOf } from "./pictures.js";
import type { ShownProbe } from "./question.js";
import { type Ranking, rankings } from "./view.js";
import { columnName, decimals, labelName } from "./words.js";

/** More of them stand in no list. */
const MOST_RANKINGS = 12;

/**
 * One image whole, with the activation map of the row that it was opened from over it, and what else ranks it high.
 * Sends `popup-close`, `select`, `open-row` with an `Opened`, and `open-source`.
 */
@customElement("blindspot-probed-image")
export class ImageDialog extends LightElement {
	@property({ attribute: false }) report: ShownProbe | null = null;
	@property({ attribute: false }) opened: Opened | null = null;
	/** Small picture, until the map comes with the whole one. */
	@property({ attribute: false }) picture: BytePicture | null = null;
	/** Null until it was computed, and where it can't be. */
	@property({ attribute: false }) map: ActivationMap | null = null;
	/** One was asked for. */
	@property({ type: Boolean }) mapComing = false;
	@property({ type: Boolean }) standalone = false;
	/** It is selected for a direction of the person's own. */
	@property({ type: Boolean }) selected = false;
	@state() private mapShown = true;
	@query("dialog") private readonly dialog!: HTMLDialogElement | null;
	@query("canvas.map") private readonly canvas!: HTMLCanvasElement | null;

	protected override firstUpdated(): void {
		this.dialog?.showModal();
	}

	protected override updated(_changed: PropertyValues<this>): void {
		this.#drawMap();
	}

	protected override render() {
		const { report, opened } = this;
		const image = opened?.image ?? null;
		if (report === null || opened === null || image === null) return nothing;
		const label = labelName(image.label, report.model.classNames);
		const name = fileName(image.source);
		const map = this.map;
		const hasPlaces = map !== null && map.rows * map.columns > 1;
		return html`<dialog
			class="image-dialog"
			aria-label=${name}
			@keydown=${keepFromEditor}
			@close=${() => this.dispatchEvent(new CustomEvent("popup-close"))}
			@click=${(event: MouseEvent) => event.target === this.dialog && this.dialog?.close()}
		>
			<div class="image-content">
				<div class="whole">
					<blindspot-thumbnail
						.picture=${map?.picture ?? this.picture}
						.outlined=${partOf(image.box, report.model.inputSize)}
						.description=${`${name}${label === "" ? "" : `, ${label}`}`}
					></blindspot-thumbnail>
					<canvas class="map" width="0" height="0" role="presentation" ?hidden=${!this.mapShown}></canvas>
				</div>
				<div class="image-facts">
					<h2>${name}</h2>
					<dl>
						${label === "" ? nothing : html`<dt>Label</dt><dd>${label}</dd>`}
						<dt>Score for ${opened.direction.name}</dt><dd>${decimals(image.score, 3)}</dd>
						${
							image.box === null
								? nothing
								: html`<dt>Outlined</dt>
										<dd>
											x ${image.box.left}–${image.box.left + image.box.width}, y ${image.box.top}–${image.box.top + image.box.height}: what the place of the
											highest score can see
										</dd>`
						}
					</dl>
					${
						hasPlaces
							? html`<button
									type="button"
									class="link"
									aria-pressed=${this.mapShown}
									@click=${() => (this.mapShown = !this.mapShown)}
								>${this.mapShown ? "Hide activation map" : "Show activation map"}</button>`
							: nothing
					}
					${
						map !== null && !hasPlaces
							? html`<p class="condition">The layer has no places, so there is no map.</p>`
							: nothing
					}
					${map === null && this.mapComing ? html`<p class="condition">Computing the activation map…</p>` : nothing}
					${this.#ranked("Units that rank it high", "units", report.units)}
					${this.#ranked(`${columnName(report.options.control)} that rank it high`, "directions", report.directions)}
					<div class="buttons">
						${
							this.standalone
								? nothing
								: html`<vscode-button
										appearance="secondary"
										title="For a direction of your own: the mean of the selected pictures minus that of all others"
										@click=${() => this.dispatchEvent(new CustomEvent("select"))}
									>${this.selected ? "Unselect" : "Select for Own Direction"}</vscode-button>
									<vscode-button
										appearance="secondary"
										@click=${() => this.dispatchEvent(new CustomEvent("open-source", { detail: image.source }))}
									>Open File</vscode-button>`
						}
						<vscode-button appearance="secondary" @click=${() => this.dialog?.close()}>Close</vscode-button>
					</div>
				</div>
			</div>
		</dialog>`;
	}

	#ranked(heading: string, kind: Opened["kind"], column: readonly ProbedDirection[]): TemplateResult | typeof nothing {
		const image = this.opened?.image;
		if (!image) return nothing;
		const all = rankings(column, image.index);
		const row = ({ direction, rank, image }: Ranking): TemplateResult => html`<li>
			<button
				type="button"
				class="link"
				@click=${() => this.dispatchEvent(new CustomEvent<Opened>("open-row", { detail: { kind, direction, image } }))}
			>${direction.name}</button>
			<span title="rank ${rank}, score ${decimals(image.score, 2)}">#${rank} · ${decimals(image.score, 2)}</span>
		</li>`;
		return html`<h3>${heading} <span>${all.length}</span></h3>
			${
				all.length === 0
					? html`<p class="condition">None among its top images.</p>`
					: html`<ul>
							${all.slice(0, MOST_RANKINGS).map(row)}
							${all.length > MOST_RANKINGS ? html`<li>and ${all.length - MOST_RANKINGS} more</li>` : nothing}
						</ul>`
			}`;
	}

	#drawMap(): void {
		const { canvas, map } = this;
		if (!canvas) return;
		if (map === null || map.rows * map.columns <= 1) {
			canvas.width = 0;
			canvas.height = 0;
			return;
		}
		canvas.width = map.columns;
		canvas.height = map.rows;
		const colour = rgb(themeColour(this.opened?.kind === "units" ? "--units" : "--directions"));
		const bytes = paintMap(map, colour);
		canvas.getContext("2d")?.putImageData(new ImageData(bytes, map.columns, map.rows), 0, 0);
	}
}

/** The parts of any colour that the browser knows, as a canvas draws it. */
function rgb(colour: string): readonly [number, number, number] {
	const canvas = document.createElement("canvas");
	canvas.width = 1;
	canvas.height = 1;
	const context = canvas.getContext("2d");
	if (context === null) return [0, 0, 0];
	context.fillStyle = colour;
	context.fillRect(0, 0, 1, 1);
	const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
	return [red, green, blue];
}
