/** Entry of the page of the analysis that counts pictures. */
import { html } from "lit";
import { customElement, state } from "lit/decorators.js";
import { AnalysisPage, type Finding } from "../../../src/webviews/analysis/analysisPage.js";
import type { AnalysisState } from "../../../src/webviews/analysis/messages.js";
import "../../../src/webviews/ui/base.css";
import "../../../src/webviews/ui/page.css";
import "../../../src/webviews/ui/table.css";
import type { Column } from "../../../src/webviews/ui/table.js";
import "../../../src/webviews/ui/table.js";
import { dataField, dataName, field, modelField, modelName, plainField } from "../../../src/webviews/ui/toolbar.js";
import { registerToolkit } from "../../../src/webviews/ui/toolkit.js";
import type { CountingQuestion, CountingReport } from "./counting.js";

interface Line {
	readonly name: string;
	readonly count: number;
}

const COLUMNS: readonly Column<Line>[] = [
	{ name: "Label", header: true, cell: ({ name }) => name, sort: ({ name }) => name },
	{ name: "Count", figures: true, cell: ({ count }) => String(count), sort: ({ count }) => count },
];

@customElement("blindspot-counting")
export class CountingPage extends AnalysisPage<CountingQuestion, CountingReport> {
	@state() private selected: number | null = null;
	protected override readonly dataWords = "Choose images to count.";

	protected override fields({ asked, models }: AnalysisState<CountingQuestion>) {
		const { model, data, by } = asked;
		if (this.standalone) {
			return html`${plainField("Model", modelName(model, models))}${plainField("Data", dataName(data))}`;
		}
		const send = (message: Parameters<typeof this.send>[0]) => this.send(message);
		return html`
			${modelField(model, models, (path) => this.ask({ model: path }), send)}
			${dataField(
				data,
				(label, items, anchor) => this.openMenu(label, items, anchor),
				(take) => data && this.ask({ data: { ...data, take } }),
				send,
			)}
			${field(
				"By",
				"by",
				by,
				[
					{ value: "label", name: "Label" },
					{ value: "size", name: "Size" },
				],
				(value) => this.ask({ by: value === "size" ? "size" : "label" }),
			)}`;
	}

	protected override finding({ counts }: CountingReport): Finding {
		const sum = counts.reduce((total, count) => total + count, 0);
		return { headline: `${sum} images of ${counts.length} labels`, conditions: ["Counted one by one."] };
	}

	protected override results({ names, counts }: CountingReport) {
		const rows = names.map((name, at): Line => ({ name, count: counts[at] ?? 0 }));
		return html`<blindspot-table
			label="Counts"
			.columns=${COLUMNS}
			.rows=${rows}
			.selected=${this.selected}
			@row-selected=${({ detail }: CustomEvent<number>) => (this.selected = detail)}
		></blindspot-table>`;
	}

	protected override copied({ names, counts }: CountingReport): string {
		return names.map((name, at) => `${name}\t${counts[at]}`).join("\n");
	}

	protected override changes(asked: CountingQuestion, shown: CountingQuestion): readonly string[] {
		return asked.by === shown.by ? [] : [`by: ${shown.by}`];
	}
}

registerToolkit();
