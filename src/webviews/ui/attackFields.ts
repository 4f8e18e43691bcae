/** The effort of an attack in the toolbars of pages. */
import { html, nothing, type TemplateResult } from "lit";
import { type AttackMethod, EFFORTS, type Effort } from "../../compute/reports/report.js";
import { EFFORT_NAMES, effortCost } from "./attackNames.js";
import type { MenuAction, MenuItem } from "./menu.js";
import { pickerField } from "./toolbar.js";

/** Efforts with what they cost, for a menu. */
export function effortItems(effort: Effort, set: (effort: Effort) => void): readonly MenuAction[] {
	return EFFORTS.map((each) => ({
		label: EFFORT_NAMES[each],
		key: effortCost(each),
		checked: each === effort,
		run: () => set(each),
	}));
}

/** The effort with its cost in words; nothing for a method that knows none. */
export function effortField(
	{ method, effort }: { readonly method: AttackMethod; readonly effort: Effort },
	openMenu: (label: string, items: readonly MenuItem[], anchor: HTMLElement) => void,
	set: (effort: Effort) => void,
): TemplateResult | typeof nothing {
	if (method !== "closest") return nothing;
	const name = EFFORT_NAMES[effort];
	return html`${pickerField("Effort", "effort", name, `Effort: ${name}, ${effortCost(effort)}`, (anchor) =>
		openMenu("Effort", effortItems(effort, set), anchor),
	)}`;
}
