import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { type AttackMethod, METHODS } from "../../compute/attack/methods.js";
import type { Pixels } from "../../compute/data/types.js";
import { columnDecimals, count, duration, percent, targetName } from "../ui/format.js";
import { LightElement } from "../ui/lightElement.js";
import "../ui/pixelCanvas.js";
import type { Column } from "../ui/table.js";
import "../ui/table.js";
import type { Actions } from "./actions.js";
import {
	type Compared,
	comparedMethods,
	comparisonWords,
	fartherWords,
	found,
	nearest,
	stateWords,
	untried,
} from "./comparison.js";
import type { Row } from "./messages.js";
import { NO_PIXELS, type ReceivedPixels } from "./view.js";

/** Several methods on one image, beside one another: pictures, how near, at what cost. */
@customElement("blindspot-method-comparison")
export class MethodComparison extends LightElement {
	@property({ attribute: false }) row: Row | null = null;
	@property({ attribute: false }) pixels: ReceivedPixels = NO_PIXELS;
	@property({ type: Number }) index = 0;
	@property() file = "";
	/** The run's own. */
	@property() method: AttackMethod = "closest";
	@property({ attribute: false }) classNames: readonly string[] = [];
	/** True while a run goes on. */
	@property({ type: Boolean }) running = false;
	@property({ type: Number }) factor = 1;
	@property({ attribute: false }) actions: Actions | null = null;
	@state() private selected: number | null = null;

	protected override render() {
		const { row, actions } = this;
		if (row === null || actions === null) return nothing;
		const compared = comparedMethods(row, this.method);
		const left = untried(row, this.method);
		const others = !this.running && !actions.standalone && left.length > 0;
		const target = row.target.kind === "any" ? "any other label" : `“${targetName(row.target, this.classNames)}”`;
		return html`<details open>
			<summary><span class="heading">Methods compared</span> <span>${comparisonWords(compared)}</span></summary>
			<blindspot-table
				label="Methods compared on ${this.file}"
				.columns=${this.#columns(compared, actions)}
				.rows=${compared}
				.rowKind=${({ row }: Compared) => (row === null ? "weak" : "")}
				.selected=${this.selected}
				@row-selected=${({ detail }: CustomEvent<number>) => (this.selected = detail)}
			></blindspot-table>
			<p class="comparison-note">
				Target: ${target}. Closest, Szegedy et al., PGD and DDN keep the distortion small, FGSM the largest change of a pixel (L∞).
				${
					others
						? html`<button type="button" class="link" @click=${() => actions.compare(this.index, left)}>
								Try the other ${left.length === 1 ? "method" : `${count(left.length)} methods`}
							</button>`
						: nothing
				}
			</p>
		</details>`;
	}

	#columns(compared: readonly Compared[], actions: Actions): readonly Column<Compared>[] {
		const least = nearest(compared);
		const images = compared.flatMap((one) => (found(one) !== null && one.row ? [one.row.image] : []));
		// One more than columns of many images have: here it is a few that are told apart.
		const decimals = columnDecimals(images.flatMap(({ distortion }) => distortion ?? [])) + 1;
		const linfDecimals = columnDecimals(images.flatMap(({ linf }) => linf ?? []));
		const farther = (one: Compared): string => {
			const value = found(one);
			return value === null || least === null ? "–" : fartherWords(value, least);
		};
		const figure = (value: number | null | undefined, places: number) => value?.toFixed(places) ?? "–";
		return [
			{
				name: "Method",
				header: true,
				kind: "method",
				cell: (
					one,
				) => html`<span class=${this.#isNearest(one, least) ? "leading" : ""}>${METHODS[one.method].label}</span>
					${this.#button(one, actions)}`,
				sort: ({ method }) => METHODS[method].label,
			},
			{ name: "Original", kind: "shot original", cell: () => this.#picture(this.pixels.original, null, "Original") },
			{
				name: `Noise × ${this.factor}`,
				kind: "shot",
				cell: (one) => {
					const words = `Noise of ${METHODS[one.method].label}, times ${this.factor},`;
					return this.#picture(this.#adversarial(one), this.pixels.original, words);
				},
			},
			{
				name: "Adversarial",
				kind: "shot",
				cell: (one) => this.#picture(this.#adversarial(one), null, `Adversarial of ${METHODS[one.method].label}`),
			},
			{
				name: "New label",
				kind: "new-label",
				cell: (one) => this.#label(one),
				sort: ({ row }) => row?.image.adversarial?.name ?? null,
			},
			{
				name: "Distortion",
				figures: true,
				cell: (one) =>
					html`<span class=${this.#isNearest(one, least) ? "leading" : ""}>${figure(found(one), decimals)}</span>`,
				sort: found,
			},
			{
				name: "Farther",
				figures: true,
				title: "How much farther than the nearest adversarial of all methods",
				cell: (one) => html`<span class=${this.#isNearest(one, least) ? "leading" : ""}>${farther(one)}</span>`,
				sort: found,
			},
			{
				name: "L∞",
				figures: true,
				kind: "linf",
				title: "The largest change of a pixel",
				cell: (one) => (found(one) === null ? "–" : figure(one.row?.image.linf, linfDecimals)),
				sort: (one) => (found(one) === null ? null : (one.row?.image.linf ?? null)),
			},
			{
				name: "Evaluations",
				figures: true,
				kind: "cost",
				title: "Network passes, with and without gradients",
				cell: ({ row }) => (row === null || row.image.evaluations === 0 ? "–" : count(row.image.evaluations)),
				sort: ({ row }) => row?.image.evaluations ?? null,
			},
			{
				name: "Time",
				figures: true,
				kind: "cost",
				title: "Of the run's own method, its share of the time of all images that ran with it",
				cell: ({ row }) => (row?.seconds == null ? "–" : duration(row.seconds)),
				sort: ({ row }) => row?.seconds ?? null,
			},
		];
	}

	#isNearest(one: Compared, least: number | null): boolean {
		return least !== null && found(one) === least;
	}

	#adversarial({ method }: Compared): Pixels | null {
		return method === this.method ? this.pixels.adversarial : (this.pixels.methods[method] ?? null);
	}

	#picture(pixels: Pixels | null, reference: Pixels | null, words: string): TemplateResult {
		return html`<div class="shot-frame">
			${
				pixels === null
					? nothing
					: html`<blindspot-pixels
							.pixels=${pixels}
							.reference=${reference}
							.factor=${this.factor}
							description="${words} of ${this.file}"
						></blindspot-pixels>`
			}
		</div>`;
	}

	#label(one: Compared): TemplateResult {
		const { adversarial } = one.row?.image ?? { adversarial: null };
		const words = stateWords(one);
		return html`${adversarial === null ? nothing : html`<span>${adversarial.name} ${percent(adversarial.probability)}</span>`}
			${words === "" ? nothing : html`<span class="weak">${words}</span>`}`;
	}

	#button(one: Compared, actions: Actions): TemplateResult | typeof nothing {
		const { method, row } = one;
		if (actions.standalone || method === this.method) return nothing;
		const name = METHODS[method].label;
		if (row?.status === "running") {
			return html`<button
				type="button"
				class="link"
				aria-label="Stop ${name}"
				@click=${() => actions.send({ type: "stopMethod", method })}
			>Stop</button>`;
		}
		if (this.running || row?.status === "done") return nothing;
		return html`<button
			type="button"
			class="link"
			aria-label="Run ${name}"
			@click=${() => actions.compare(this.index, [method])}
		>Run</button>`;
	}
}
