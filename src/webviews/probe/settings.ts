/** What is asked of a probe: the toolbar's fields, the menu's items, and which of them differ from the report. */
import { html, type TemplateResult } from "lit";
import {
	PROBE_CONTROLS,
	PROBE_REDUCTIONS,
	type ProbeControl,
	type ProbeReduction,
} from "../../compute/activations/probe/report.js";
import { shortPath } from "../../compute/data/pathNames.js";
import type { ModelChoice } from "../messages.js";
import type { MenuItem } from "../ui/menu.js";
import { dataField, dataName, field, modelField, modelName, plainField } from "../ui/toolbar.js";
import type { OwnAction, ProbePageMessage } from "./messages.js";
import type { LayerChoice, ProbeQuestion, ShownProbe } from "./question.js";
import { CONTROL_NAMES } from "./words.js";

const TOPS: readonly number[] = [9, 16, 25];
const REDUCTION_NAMES: Readonly<Record<ProbeReduction, string>> = { max: "Maximum", mean: "Mean" };

type Options = ProbeQuestion["options"];

export interface SettingsActions {
	ask(change: Partial<ProbeQuestion>): void;
	send: Parameters<typeof modelField>[3];
	openMenu(label: string, items: readonly MenuItem[], anchor: HTMLElement): void;
}

/** `layers`: those of the model that is asked about; empty while they aren't known. */
export function settingFields(
	asked: ProbeQuestion,
	models: readonly ModelChoice[],
	layers: readonly LayerChoice[],
	actions: SettingsActions,
): TemplateResult {
	const { options } = asked;
	const set = (change: Partial<Options>) => actions.ask({ options: { ...options, ...change } });
	const tops = [...new Set([...TOPS, options.top])].toSorted((a, b) => a - b);
	return html`
		${modelField(asked.model, models, (model) => actions.ask({ model, layer: null }), actions.send)}
		${field("Layer", "layer", asked.layer ?? "", layerOptions(asked.layer, layers), (layer) =>
			actions.ask({ layer: layer === "" ? null : layer }),
		)}
		${dataField(
			asked.data,
			actions.openMenu,
			(take) => asked.data !== null && actions.ask({ data: { ...asked.data, take } }),
			actions.send,
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
			tops.map((top) => ({ value: String(top), name: String(top) })),
			(top) => set({ top: Number(top) }),
		)}`;
}

/** What was asked, as words, where nothing can be asked anew. */
export function plainSettings(
	asked: ProbeQuestion,
	models: readonly ModelChoice[],
	report: ShownProbe | null,
): TemplateResult {
	return html`${plainField("Model", modelName(asked.model, models))}
		${plainField("Layer", report?.layer.layer ?? asked.layer ?? "")}
		${plainField("Data", dataName(asked.data))} ${plainField("Control", CONTROL_NAMES[asked.options.control])}
		${plainField("Top", String(asked.options.top))}`;
}

function layerOptions(chosen: string | null, layers: readonly LayerChoice[]) {
	const unknown = chosen !== null && !layers.some(({ name }) => name === chosen) ? [chosen] : [];
	return [
		{ value: "", name: "Last hidden layer" },
		...unknown.map((name) => ({ value: name, name })),
		...layers.map(({ name, words }) => ({ value: name, name: `${name} · ${words}` })),
	];
}

/** Settings that differ, in the words of the report that is shown. */
export function changedSettings(asked: ProbeQuestion, shown: ProbeQuestion, layer: string): readonly string[] {
	const words: readonly (readonly [string, unknown, unknown, string])[] = [
		["model", asked.model, shown.model, shown.model === null ? "none" : shortPath(shown.model)],
		["layer", asked.layer, shown.layer, layer],
		["data", dataName(asked.data), dataName(shown.data), dataName(shown.data)],
		["control", asked.options.control, shown.options.control, CONTROL_NAMES[shown.options.control]],
		["places", asked.options.reduce, shown.options.reduce, shown.options.reduce],
		["top", asked.options.top, shown.options.top, String(shown.options.top)],
		["values", asked.options.pre, shown.options.pre, shown.options.pre ? "pre-activation" : "post-activation"],
	];
	return words.flatMap(([name, now, then, said]) => (now === then ? [] : [`${name}: ${said}`]));
}

/** The settings as menus, for what a narrow page has no fields for. */
export function settingItems(options: Options, set: (change: Partial<Options>) => void): readonly MenuItem[] {
	return [
		{
			label: "Control",
			items: PROBE_CONTROLS.map((control) => ({
				label: CONTROL_NAMES[control],
				checked: control === options.control,
				run: () => set({ control }),
			})),
		},
		{
			label: "Over Places",
			items: PROBE_REDUCTIONS.map((reduce) => ({
				label: REDUCTION_NAMES[reduce],
				checked: reduce === options.reduce,
				run: () => set({ reduce }),
			})),
		},
		{
			label: "Images to Judge By",
			items: TOPS.map((top) => ({ label: `Top ${top}`, checked: top === options.top, run: () => set({ top }) })),
		},
		{
			label: options.pre ? "Probe after the Activation Function" : "Probe before the Activation Function",
			run: () => set({ pre: !options.pre }),
		},
	];
}

/** What can be done about the person's own directions. `selected`: sources of pictures; `own`: how many there are. */
export function ownItems(
	probed: boolean,
	own: number,
	selected: readonly string[],
	send: (message: ProbePageMessage) => void,
): readonly MenuItem[] {
	const act = (action: OwnAction) => send({ type: "own", action });
	return [
		{ label: "Own Direction: Units…", disabled: !probed, run: () => act({ kind: "combination" }) },
		{
			label: `Own Direction: ${selected.length} Selected Pictures`,
			disabled: selected.length === 0,
			run: () => act({ kind: "images", sources: selected }),
		},
		{ label: "Load Own Directions…", run: () => act({ kind: "load" }) },
		{ label: "Save Own Directions…", disabled: own === 0, run: () => act({ kind: "save" }) },
		{ label: "Remove Own Directions", disabled: own === 0, run: () => act({ kind: "clear" }) },
	];
}
