/** The line above the columns: which rows, in which order, which images of them. */
import { html, nothing, type TemplateResult } from "lit";
import { remembered } from "../ui/remembered.js";
import { field } from "../ui/toolbar.js";
import type { ShownProbe } from "./question.js";
import { commonestLabels, ORDERS, type Order, type RowsView } from "./view.js";
import { columnName, labelName, ORDER_NAMES, orderWords } from "./words.js";

/** What the right column holds: the random directions, or the person's own. */
export type RightColumn = "directions" | "own";

export interface ArrangementActions {
	arrange(view: RowsView): void;
	showRight(right: RightColumn): void;
}

const contents = remembered(({ units, directions }: ShownProbe) => ({
	labels: commonestLabels([units, directions]),
	hasBottom: units.some(({ bottom }) => bottom.length > 0),
}));

export function arrangement(
	report: ShownProbe,
	view: RowsView,
	right: RightColumn,
	actions: ArrangementActions,
): TemplateResult {
	const { labels, hasBottom } = contents(report);
	const orders = ORDERS.filter((order) => order !== "purity" || labels.length > 0);
	const all = { value: "", name: "All" };
	const labelOptions = labels.map((label) => ({
		value: String(label),
		name: labelName(label, report.model.classNames),
	}));
	return html`<div class="arrangement" role="group" aria-label="Rows">
		${field(
			"Order",
			"order",
			view.order,
			orders.map((order) => ({ value: order, name: ORDER_NAMES[order] })),
			(order) => actions.arrange({ ...view, order: order as Order }),
		)}
		${
			labels.length === 0
				? nothing
				: field("Label", "label", view.label === null ? "" : String(view.label), [all, ...labelOptions], (label) =>
						actions.arrange({ ...view, label: label === "" ? null : Number(label) }),
					)
		}
		${hasBottom ? ends(view, actions) : nothing}
		${report.own.length === 0 ? nothing : rightColumn(report, right, actions)}
		<span class="order-words">${orderWords(view)}</span>
	</div>`;
}

function ends(view: RowsView, actions: ArrangementActions): TemplateResult {
	const end = (value: RowsView["end"], words: string): TemplateResult => html`<button
		type="button"
		aria-pressed=${view.end === value}
		@click=${() => actions.arrange({ ...view, end: value })}
	>${words}</button>`;
	return html`<span class="switch" role="group" aria-label="Images">
		${end("most", "Most activating")}${end("least", "Least")}
	</span>`;
}

function rightColumn(report: ShownProbe, right: RightColumn, actions: ArrangementActions): TemplateResult {
	return field(
		"Right",
		"right",
		right,
		[
			{ value: "directions", name: columnName(report.options.control) },
			{ value: "own", name: "Own directions" },
		],
		(chosen) => actions.showRight(chosen === "own" ? "own" : "directions"),
	);
}
