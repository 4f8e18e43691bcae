import { html, type TemplateResult } from "lit";
import type { AttackMethod } from "../../compute/attack/methods.js";
import { targetName } from "../ui/format.js";
import { icons } from "../ui/icons.js";
import type { MenuItem } from "../ui/menu.js";
import { plainField } from "../ui/toolbar.js";
import type { Actions } from "./actions.js";
import { comparable, untried } from "./comparison.js";
import { changed, unreadable } from "./figures.js";
import type { Row } from "./messages.js";

/** What the buttons of a row need. */
export interface RowContext {
	readonly row: Row;
	readonly index: number;
	readonly file: string;
	readonly classNames: readonly string[];
	/** True while a run goes on. */
	readonly running: boolean;
	readonly budget: number | null;
	/** The run's own. */
	readonly method: AttackMethod;
	readonly actions: Actions;
}

/** The methods that can be run beside the row's own now. */
export function furtherMethods({ row, method, running, actions }: RowContext): readonly AttackMethod[] {
	return comparable(row) && !running && !actions.standalone ? untried(row, method) : [];
}

function menuItems(context: RowContext): readonly MenuItem[] {
	const { row, index, actions } = context;
	const found = changed(row);
	const further = furtherMethods(context);
	return [
		{
			label: "Compare Methods",
			key: "M",
			disabled: further.length === 0,
			run: () => actions.compare(index, further),
		},
		{ label: "Copy Figures", key: "Ctrl+C", run: () => actions.copyFigures(index) },
		{ label: "Save Adversarial…", disabled: !found, run: () => actions.save(index, "adversarial") },
		{ label: "Save Noise…", disabled: !found, run: () => actions.save(index, "noise") },
		{ label: "Open Picture", run: () => actions.send({ type: "openSource", source: row.image.source }) },
	];
}

function mainButton({ row, index, running, budget, actions, file }: RowContext): TemplateResult | null {
	if (unreadable(row)) return null;
	if (row.status === "running" || row.status === "waiting") {
		return html`<vscode-button
			appearance="secondary"
			aria-label="Stop ${file}"
			?disabled=${row.status === "waiting"}
			@click=${() => actions.send({ type: "stopImage", index })}
		><span slot="start">${icons.stop}</span>Stop</vscode-button>`;
	}
	if (changed(row)) {
		return html`<vscode-button
			appearance="secondary"
			aria-label="Save ${file}"
			@click=${() => actions.save(index, "both")}
		><span slot="start">${icons.save}</span>Save…</vscode-button>`;
	}
	const words = row.status === "unfinished" ? "Run" : "Run Again";
	return html`<vscode-button
		appearance="secondary"
		aria-label="${words} ${file}"
		?disabled=${running}
		@click=${() => actions.runImage(index, row.target, budget)}
	><span slot="start">${icons.run}</span>${words}</vscode-button>`;
}

/** Target, the one button that fits the row's state, and the menu of the rest. */
export function rowActions(context: RowContext): TemplateResult {
	const { row, index, file, classNames, running, actions } = context;
	const name = targetName(row.target, classNames);
	if (actions.standalone) {
		return html`<div class="row-actions" role="gridcell">${unreadable(row) ? null : plainField("Target", name)}</div>`;
	}
	const target = unreadable(row)
		? null
		: html`<span class="field-label" aria-hidden="true">Target</span>
			<button
				type="button"
				class="field target"
				aria-haspopup="listbox"
				aria-label="Target of ${file}: ${name}"
				?disabled=${running}
				@click=${(event: MouseEvent) => actions.pickTarget(index, event.currentTarget as HTMLElement)}
			><span>${name}</span>${icons.chevron}</button>`;
	return html`<div class="row-actions" role="gridcell">
		${target}${mainButton(context)}
		<button
			type="button"
			class="more"
			aria-haspopup="menu"
			aria-label="More actions for ${file}"
			@click=${(event: MouseEvent) => actions.openMenu(`Actions for ${file}`, menuItems(context), event.currentTarget as HTMLElement)}
		>${icons.more}</button>
	</div>`;
}
