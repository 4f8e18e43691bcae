import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { type ActivationMap, REDRAWABLE_CONTROLS } from "../../compute/activations/unit/report.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import { foundPreprocessing } from "../analysis/foundPreprocessing.js";
import type { AnalysisState } from "../analysis/messages.js";
import { icons } from "../ui/icons.js";
import type { KeyHelp } from "../ui/keyList.js";
import type { MenuItem } from "../ui/menu.js";
import { remembered } from "../ui/remembered.js";
import { arrangement, type RightColumn } from "./arrangement.js";
import type { BlindTest } from "./blind/blindTest.js";
import type { BlindStart } from "./blind/blindView.js";
import "./blind/blindView.js";
import type { Column } from "./columnRow.js";
import "./columns.js";
import type { Opened } from "./columns.js";
import "./imageDialog.js";
import type { ChosenDirection, ProbeExtensionMessage, ProbePageMessage } from "./messages.js";
import { type Pictures, picturesOf } from "./pictures.js";
import type { LayerChoice, ProbeQuestion, ShownProbe } from "./question.js";
import { changedSettings, ownItems, plainSettings, settingFields, settingItems } from "./settings.js";
import { statistics } from "./statistics.js";
import { probeRows } from "./table.js";
import { AS_DRAWN, arranged, type RowsView } from "./view.js";
import { columnCount, columnName, stateSentences } from "./words.js";

/** The page "Probe": units of a layer beside random directions. */
@customElement("blindspot-probe")
export class ProbePage extends AnalysisPage<ProbeQuestion, ShownProbe, ProbePageMessage, ProbeExtensionMessage> {
	@state() private rowsView: RowsView = AS_DRAWN;
	@state() private right: RightColumn = "directions";
	@state() private layers: { readonly model: string; readonly layers: readonly LayerChoice[] } | null = null;
	@state() private opened: Opened | null = null;
	@state() private map: { readonly key: string; readonly map: ActivationMap } | null = null;
	/** Sources of the pictures that the person selected for a direction of their own. */
	@state() private selected: ReadonlySet<string> = new Set();
	@state() private blindShown = false;
	@state() private blind: BlindTest | null = null;
	readonly #columns = remembered(columnsOf);
	readonly #picturesOf = remembered(({ thumbnails }: ShownProbe): Pictures => picturesOf(thumbnails));
	#layersAskedFor: string | null = null;
	/** How many own directions the report before had; null where there was none. */
	#own: number | null = null;

	protected override readonly dataWords =
		"Choose the images whose activations are looked at: a folder of class folders, an IDX or CIFAR file, or an .npz.";

	protected override ownKeyHelp: readonly KeyHelp[] = [
		{ keys: ["↑", "↓", "←", "→"], does: "Go through rows and pictures" },
		{ keys: ["Enter"], does: "Open the unit or the picture" },
		{ keys: ["PgUp", "PgDn", "Home", "End"], does: "Go further" },
		{ keys: ["1", "2", "3"], does: "Blind test: coherent, not coherent, skip" },
		{ keys: ["Backspace"], does: "Blind test: go back" },
	];

	protected override hearOwn(message: ProbeExtensionMessage): void {
		switch (message.type) {
			case "layers":
				this.layers = message;
				return;
			case "map":
				this.map = { key: mapKey(message.source, message.of), map: message.map };
				return;
			case "blind":
				this.blind = message.test;
				return;
		}
	}

	protected override fields({ asked, models }: AnalysisState<ProbeQuestion>): TemplateResult {
		if (this.standalone) return plainSettings(asked, models, this.report);
		const layers = this.layers !== null && this.layers.model === asked.model ? this.layers.layers : [];
		return settingFields(asked, models, layers, {
			ask: (change) => this.ask(change),
			send: (message) => this.send(message),
			openMenu: (label, items, anchor) => this.openMenu(label, items, anchor),
		});
	}

	protected override changes(asked: ProbeQuestion, shown: ProbeQuestion): readonly string[] {
		return changedSettings(asked, shown, this.report?.layer.layer ?? "the last hidden one");
	}

	protected override tools(report: ShownProbe | null): TemplateResult | typeof nothing {
		if (report === null) return nothing;
		return html`<vscode-button
			class="blind-button"
			appearance="secondary"
			aria-pressed=${this.blindShown}
			@click=${() => (this.blindShown = !this.blindShown)}
		><span slot="start">${icons.blind}</span>Blind Test…</vscode-button>`;
	}

	protected override items(report: ShownProbe | null): readonly MenuItem[] {
		const options = this.state?.asked.options;
		if (options === undefined) return [];
		return [
			{ label: "Blind Test…", disabled: report === null, run: () => (this.blindShown = true) },
			...settingItems(options, (change) => this.ask({ options: { ...options, ...change } })),
			...ownItems(report !== null, options.own.length, [...this.selected], (message) => this.#sendOwn(message)),
		];
	}

	protected override finding(report: ShownProbe): Finding {
		return {
			headline: report.finding,
			conditions: [report.conditions, ...stateSentences(report), ...foundPreprocessing(report)],
		};
	}

	protected override copied(report: ShownProbe): string {
		return probeRows(report)
			.map((row) => row.map((cell) => cell ?? "").join("\t"))
			.join("\n");
	}

	/** While a blind test goes on, nothing of the columns is in the document: neither looks nor searches tell. */
	protected override page(): TemplateResult | typeof nothing {
		const { report } = this;
		if (!this.blindShown || report === null) return super.page();
		return html`<div class="scroll">
			<blindspot-blind-test
				.report=${report}
				.pictures=${this.#picturesOf(report)}
				.test=${this.blind}
				.standalone=${this.standalone}
				@start-blind=${(event: CustomEvent<BlindStart>) => this.send({ type: "startBlind", ...event.detail })}
				@blind=${(event: CustomEvent<BlindTest | null>) => this.#keepBlind(event.detail)}
				@export-blind=${() => this.send({ type: "exportBlind" })}
				@leave-blind=${() => (this.blindShown = false)}
			></blindspot-blind-test>
		</div>`;
	}

	protected override results(report: ShownProbe): TemplateResult {
		const columns = this.#columns(report, this.rowsView, this.right);
		const pictures = this.#picturesOf(report);
		return html`
			${arrangement(report, this.rowsView, this.right, {
				arrange: (view) => (this.rowsView = view),
				showRight: (right) => (this.right = right),
			})}
			<div class="body">
				${statistics(report)}
				<blindspot-probe-columns
					.columns=${columns}
					end=${this.rowsView.end}
					.pictures=${pictures}
					.classNames=${report.model.classNames}
					.inputSize=${report.model.inputSize}
					@open=${(event: CustomEvent<Opened>) => this.#open(event.detail)}
				></blindspot-probe-columns>
			</div>
			${this.#dialog(report, pictures)}`;
	}

	/** Own directions that are new are looked at. */
	protected override willUpdate(): void {
		const own = this.report?.own.length;
		if (own === undefined || own === this.#own || this.state?.phase.kind !== "complete") return;
		if (this.#own !== null && own > this.#own) this.right = "own";
		this.#own = own;
	}

	protected override updated(properties: PropertyValues<this>): void {
		super.updated(properties);
		const model = this.state?.asked.model ?? null;
		if (model === null || model === this.#layersAskedFor) return;
		this.#layersAskedFor = model;
		this.send({ type: "layers", model });
	}

	#dialog(report: ShownProbe, pictures: Pictures): TemplateResult | typeof nothing {
		const { opened } = this;
		const image = opened?.image;
		if (!opened || !image) return nothing;
		const key = mapKey(image.source, this.#chosen(opened));
		return html`<blindspot-probed-image
			.report=${report}
			.opened=${opened}
			.picture=${pictures.get(image.index) ?? null}
			.map=${this.map?.key === key ? this.map.map : null}
			.mapComing=${this.#hasMap(this.#chosen(opened))}
			.standalone=${this.standalone}
			.selected=${this.selected.has(image.source)}
			@select=${() => this.#select(image.source)}
			@popup-close=${() => (this.opened = null)}
			@open-row=${(event: CustomEvent<Opened>) => this.#open(event.detail)}
			@open-source=${(event: CustomEvent<string>) => this.send({ type: "openSource", source: event.detail })}
		></blindspot-probed-image>`;
	}

	#open(opened: Opened): void {
		const of = this.#chosen(opened);
		if (opened.image === null) this.send({ type: "openUnit", of });
		else {
			this.opened = opened;
			if (this.#hasMap(of)) this.send({ type: "map", source: opened.image.source, of });
		}
	}

	/** Directions that depend on the whole data are not kept, and a standalone page can ask nobody. */
	#hasMap({ kind }: ChosenDirection): boolean {
		const control = this.report?.options.control;
		return !this.standalone && (kind !== "direction" || REDRAWABLE_CONTROLS.some((known) => known === control));
	}

	#chosen({ kind, direction }: Opened): ChosenDirection {
		const own = this.report?.own.some((known) => known === direction) ?? false;
		return { kind: kind === "units" ? "unit" : own ? "own" : "direction", index: direction.index };
	}

	/** What was selected becomes a direction. */
	#sendOwn(message: ProbePageMessage): void {
		this.send(message);
		if (message.type !== "own" || message.action.kind !== "images") return;
		this.selected = new Set();
	}

	#select(source: string): void {
		const selected = new Set(this.selected);
		if (!selected.delete(source)) selected.add(source);
		this.selected = selected;
	}

	#keepBlind(test: BlindTest | null): void {
		this.blind = test;
		this.send({ type: "blind", test });
	}
}

function columnsOf(report: ShownProbe, view: RowsView, shownRight: RightColumn): readonly Column[] {
	const own = shownRight === "own" && report.own.length > 0;
	const right = own ? report.own : report.directions;
	const units = arranged(report.units, view);
	const directions = arranged(right, view);
	return [
		{ kind: "units", name: "Units", count: columnCount(units.length, report.units.length), rows: units },
		{
			kind: "directions",
			name: own ? "Own directions" : columnName(report.options.control),
			count: columnCount(directions.length, right.length),
			rows: directions,
		},
	];
}

const mapKey = (source: string, { kind, index }: ChosenDirection): string => `${kind} ${index} ${source}`;
