import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { PROBE_CONTROLS, PROBE_REDUCTIONS, type ProbeControl, type ProbeReduction } from "../../compute/probeReport.js";
import type { ActivationMap } from "../../compute/unitReport.js";
import { AnalysisPage, type Finding } from "../analysis/analysisPage.js";
import type { AnalysisState } from "../analysis/messages.js";
import { icons } from "../ui/icons.js";
import type { KeyHelp } from "../ui/keyList.js";
import type { MenuItem } from "../ui/menu.js";
import { dataField, dataName, field, modelField, modelName, plainField } from "../ui/toolbar.js";
import type { BlindTest } from "./blind/blindTest.js";
import type { BlindStart } from "./blind/blindView.js";
import "./blind/blindView.js";
import "./columns.js";
import type { Column, Opened } from "./columns.js";
import "./imageDialog.js";
import type { ChosenDirection, OwnAction, ProbeExtensionMessage, ProbePageMessage } from "./messages.js";
import { type Pictures, picturesOf } from "./pictures.js";
import type { LayerChoice, ProbeQuestion, ShownProbe } from "./question.js";
import { statistics } from "./statistics.js";
import { probeRows } from "./table.js";
import { AS_DRAWN, arranged, commonestLabels, ORDERS, type Order, type RowsView } from "./view.js";
import { CONTROL_NAMES, columnCount, columnName, labelName, ORDER_NAMES, orderWords, stateSentences } from "./words.js";

const TOPS: readonly number[] = [9, 16, 25];
const REDUCTION_NAMES: Readonly<Record<ProbeReduction, string>> = { max: "Maximum", mean: "Mean" };

/** The page "Probe": units of a layer beside random directions. */
@customElement("blindspot-probe")
export class ProbePage extends AnalysisPage<ProbeQuestion, ShownProbe, ProbePageMessage, ProbeExtensionMessage> {
	@state() private rowsView: RowsView = AS_DRAWN;
	/** What the right column holds: the random directions, or the person's own. */
	@state() private right: "directions" | "own" = "directions";
	@state() private layers: { readonly model: string; readonly layers: readonly LayerChoice[] } | null = null;
	@state() private opened: Opened | null = null;
	@state() private map: { readonly key: string; readonly map: ActivationMap } | null = null;
	/** Sources of the pictures that the person selected for a direction of their own. */
	@state() private selected: ReadonlySet<string> = new Set();
	@state() private blindShown = false;
	@state() private blind: BlindTest | null = null;
	#pictures: { readonly of: ShownProbe; readonly pictures: Pictures } | null = null;
	#layersAskedFor: string | null = null;

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

	protected override fields(state: AnalysisState<ProbeQuestion>): TemplateResult {
		const { asked } = state;
		const { options } = asked;
		if (this.standalone) {
			return html`${plainField("Model", modelName(asked.model, state.models))}
				${plainField("Layer", this.report?.layer.layer ?? asked.layer ?? "")}
				${plainField("Data", dataName(asked.data))} ${plainField("Control", CONTROL_NAMES[options.control])}
				${plainField("Top", String(options.top))}`;
		}
		const set = (change: Partial<ProbeQuestion["options"]>) => this.ask({ options: { ...options, ...change } });
		return html`
			${modelField(
				asked.model,
				state.models,
				(model) => this.ask({ model, layer: null }),
				(message) => this.send(message),
			)}
			${field("Layer", "layer", asked.layer ?? "", this.#layerOptions(asked), (layer) =>
				this.ask({ layer: layer === "" ? null : layer }),
			)}
			${dataField(
				asked.data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => asked.data !== null && this.ask({ data: { ...asked.data, take } }),
				(message) => this.send(message),
			)}
			${field(
				"Control",
				"control",
				options.control,
				PROBE_CONTROLS.map((control) => ({ value: control, name: CONTROL_NAMES[control] })),
				(control) => set({ control: control as ProbeControl }),
			)}
			${field(
				"Over places",
				"reduce",
				options.reduce,
				PROBE_REDUCTIONS.map((reduce) => ({ value: reduce, name: REDUCTION_NAMES[reduce] })),
				(reduce) => set({ reduce: reduce as ProbeReduction }),
			)}
			${field(
				"Top",
				"top",
				String(options.top),
				[...new Set([...TOPS, options.top])]
					.toSorted((a, b) => a - b)
					.map((top) => ({ value: String(top), name: String(top) })),
				(top) => set({ top: Number(top) }),
			)}`;
	}

	protected override changes(asked: ProbeQuestion, shown: ProbeQuestion): readonly string[] {
		const words: [string, unknown, unknown, string][] = [
			["model", asked.model, shown.model, shown.model?.split(/[\\/]/).slice(-2).join("/") ?? "none"],
			["layer", asked.layer, shown.layer, this.report?.layer.layer ?? "the last hidden one"],
			["data", dataName(asked.data), dataName(shown.data), dataName(shown.data)],
			["control", asked.options.control, shown.options.control, CONTROL_NAMES[shown.options.control]],
			["places", asked.options.reduce, shown.options.reduce, shown.options.reduce],
			["top", asked.options.top, shown.options.top, String(shown.options.top)],
			["values", asked.options.pre, shown.options.pre, shown.options.pre ? "pre-activation" : "post-activation"],
		];
		return words.flatMap(([name, now, then, said]) => (now === then ? [] : [`${name}: ${said}`]));
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
		// What the toolbar has no room for on a narrow page is here.
		return [
			{ label: "Blind Test…", disabled: report === null, run: () => (this.blindShown = true) },
			...(options === undefined ? [] : this.#optionMenus(options)),
			...this.#ownItems(report, options?.own.length ?? 0),
			{
				label: options?.pre ? "Probe after the Activation Function" : "Probe before the Activation Function",
				disabled: options === undefined,
				run: () => options !== undefined && this.ask({ options: { ...options, pre: !options.pre } }),
			},
		];
	}

	#ownItems(report: ShownProbe | null, own: number): readonly MenuItem[] {
		const act = (action: OwnAction) => this.send({ type: "own", action });
		const sources = [...this.selected];
		return [
			{ label: "Own Direction: Units…", disabled: report === null, run: () => act({ kind: "combination" }) },
			{
				label: `Own Direction: ${sources.length} Selected Pictures`,
				disabled: sources.length === 0,
				run: () => {
					act({ kind: "images", sources });
					this.selected = new Set();
					this.right = "own";
				},
			},
			{ label: "Load Own Directions…", run: () => act({ kind: "load" }) },
			{ label: "Save Own Directions…", disabled: own === 0, run: () => act({ kind: "save" }) },
			{ label: "Remove Own Directions", disabled: own === 0, run: () => act({ kind: "clear" }) },
		];
	}

	#optionMenus(options: ProbeQuestion["options"]): readonly MenuItem[] {
		const set = (change: Partial<ProbeQuestion["options"]>) => this.ask({ options: { ...options, ...change } });
		const menu = (label: string, items: readonly MenuItem[]): MenuItem => ({
			label: `${label}…`,
			run: () => {
				const anchor = this.querySelector<HTMLElement>(".toolbar .more");
				if (anchor !== null) this.openMenu(label, items, anchor);
			},
		});
		return [
			menu(
				"Control",
				PROBE_CONTROLS.map((control) => ({ label: CONTROL_NAMES[control], run: () => set({ control }) })),
			),
			menu(
				"Over Places",
				PROBE_REDUCTIONS.map((reduce) => ({ label: REDUCTION_NAMES[reduce], run: () => set({ reduce }) })),
			),
			menu(
				"Images to Judge By",
				TOPS.map((top) => ({ label: `Top ${top}`, run: () => set({ top }) })),
			),
		];
	}

	protected override finding(report: ShownProbe): Finding {
		return { headline: report.finding, conditions: [report.conditions, ...stateSentences(report)] };
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
		const columns = this.#columns(report);
		const pictures = this.#picturesOf(report);
		return html`
			${this.#arrangement(report)}
			<div class="body">
				${statistics(report)}
				<blindspot-probe-columns
					.columns=${columns}
					.view=${this.rowsView}
					.pictures=${pictures}
					.classNames=${report.model.classNames}
					.inputSize=${report.model.inputSize}
					@open=${(event: CustomEvent<Opened>) => this.#open(event.detail)}
				></blindspot-probe-columns>
			</div>
			${this.#dialog(report, pictures)}`;
	}

	protected override updated(properties: PropertyValues<this>): void {
		super.updated(properties);
		const model = this.state?.asked.model ?? null;
		if (model === null || model === this.#layersAskedFor) return;
		this.#layersAskedFor = model;
		this.send({ type: "layers", model });
	}

	#layerOptions(asked: ProbeQuestion): readonly { value: string; name: string }[] {
		const known = this.layers !== null && this.layers.model === asked.model ? this.layers.layers : [];
		const chosen = asked.layer !== null && !known.some(({ name }) => name === asked.layer) ? [asked.layer] : [];
		return [
			{ value: "", name: "Last hidden layer" },
			...chosen.map((name) => ({ value: name, name })),
			...known.map(({ name, words }) => ({ value: name, name: `${name} · ${words}` })),
		];
	}

	#columns(report: ShownProbe): readonly Column[] {
		const own = this.right === "own" && report.own.length > 0;
		const right = own ? report.own : report.directions;
		const units = arranged(report.units, this.rowsView);
		const directions = arranged(right, this.rowsView);
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

	#arrangement(report: ShownProbe): TemplateResult {
		const { rowsView: view } = this;
		const labels = commonestLabels([report.units, report.directions]);
		const hasBottom = report.units.some(({ bottom }) => bottom.length > 0);
		const orders = ORDERS.filter(
			(order) => order !== "purity" || report.statistics.purity !== null || labels.length > 0,
		);
		return html`<div class="arrangement" role="group" aria-label="Rows">
			${field(
				"Order",
				"order",
				view.order,
				orders.map((order) => ({ value: order, name: ORDER_NAMES[order] })),
				(order) => (this.rowsView = { ...view, order: order as Order }),
			)}
			${
				labels.length === 0
					? nothing
					: field(
							"Label",
							"label",
							view.label === null ? "" : String(view.label),
							[
								{ value: "", name: "All" },
								...labels.map((label) => ({
									value: String(label),
									name: labelName(label, report.model.classNames),
								})),
							],
							(label) => (this.rowsView = { ...view, label: label === "" ? null : Number(label) }),
						)
			}
			${hasBottom ? this.#ends(view) : nothing}
			${report.own.length === 0 ? nothing : this.#rightColumn(report)}
			<span class="order-words">${orderWords(view)}</span>
		</div>`;
	}

	#ends(view: RowsView): TemplateResult {
		const end = (value: RowsView["end"], words: string): TemplateResult => html`<button
			type="button"
			aria-pressed=${view.end === value}
			@click=${() => (this.rowsView = { ...view, end: value })}
		>${words}</button>`;
		return html`<span class="switch" role="group" aria-label="Images">
			${end("most", "Most activating")}${end("least", "Least")}
		</span>`;
	}

	#rightColumn(report: ShownProbe): TemplateResult {
		return field(
			"Right",
			"right",
			this.right,
			[
				{ value: "directions", name: columnName(report.options.control) },
				{ value: "own", name: "Own directions" },
			],
			(right) => (this.right = right === "own" ? "own" : "directions"),
		);
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
			this.send({ type: "map", source: opened.image.source, of });
		}
	}

	#chosen({ kind, direction }: Opened): ChosenDirection {
		const name = kind === "units" ? "unit" : this.right === "own" ? "own" : "direction";
		return { kind: name, index: direction.index };
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

	#picturesOf(report: ShownProbe): Pictures {
		if (this.#pictures?.of !== report) this.#pictures = { of: report, pictures: picturesOf(report.thumbnails) };
		return this.#pictures.pictures;
	}
}

const mapKey = (source: string, { kind, index }: ChosenDirection): string => `${kind} ${index} ${source}`;
