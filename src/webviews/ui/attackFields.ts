/** The effort of an attack in the toolbars of pages. */
import { html, nothing, type TemplateResult } from "lit";
import { type AttackMethod, costWords, EFFORTS, type Effort, hasEfforts } from "../../compute/attack/methods.js";
import { EFFORT_NAMES } from "./attackNames.js";
import type { MenuAction, MenuItem } from "./menu.js";
import { pickerField } from "./toolbar.js";

interface Chosen {
	readonly method: AttackMethod;
	readonly effort: Effort;
}

/** Efforts of a method with what they cost, for a menu; none where it knows none. */
export function effortItems({ method, effort }: Chosen, set: (effort: Effort) => void): readonly MenuAction[] {
	if (!hasEfforts(method)) return [];
	return EFFORTS.map((each) => ({
		label: EFFORT_NAMES[each],
		key: costWords(method, each),
		checked: each === effort,
		run: () => set(each),
	}));
}

/** The effort with its cost in words; nothing for a method that knows none. */
export function effortField(
	{ method, effort }: Chosen,
	openMenu: (label: string, items: readonly MenuItem[], anchor: HTMLElement) => void,
	set: (effort: Effort) => void,
): TemplateResult | typeof nothing {
	if (!hasEfforts(method)) return nothing;
	const name = EFFORT_NAMES[effort];
	return html`${pickerField("Effort", "effort", name, `Effort: ${name}, ${costWords(method, effort)}`, (anchor) =>
		openMenu("Effort", effortItems({ method, effort }, set), anchor),
	)}`;
}
